import { isDue, type OfferStatus } from "@treff/domain/offers"
import { assert } from "vitest"
import { explained } from "../../event-log.ts"
import { at, byId, check, type LogRows, type Logs, noNotifications, rows, type SnapshotPart } from "./part.ts"
import { type PeopleRows, staffOf, together } from "./people.ts"

export interface OfferRows {
  readonly offers: ReadonlyArray<OfferRow>
}

export interface OfferRow {
  readonly id: string
  readonly version: number
  readonly companyId: string
  readonly title: string
  readonly ownerId: string
  readonly status: OfferStatus
  readonly term: number
  readonly jobStartsAt: number
  readonly expiresAt: number
}

export const offersPart: SnapshotPart<OfferRows, LogRows & PeopleRows & OfferRows> = {
  rows: {
    offers: {
      sql: rows(`select id, version, company_id as "companyId", title, owner_id as "ownerId", status, term,
        ${at("job_starts_at")} as "jobStartsAt", ${at("expires_at")} as "expiresAt" from offer`),
      fromMemory: ({ offers }) =>
        [...offers.values()].map(({ version, value }) => {
          const { id, companyId, title, ownerId, status, term, jobStartsAt, expiresAt } = value
          return { id, version, companyId, title, ownerId, status, term, jobStartsAt, expiresAt }
        })
    }
  },

  assertConsistent: (store, logs) => {
    const offers = byId(store.offers)
    for (const { id, version } of store.offers) {
      check(version === logs.get(id)?.length, `the version of the offer ${id} is not the number of its events`)
    }
    for (const [id, log] of logs) {
      if (log[0]?.subjectType !== "offer") continue
      const { status, term, ownerId: owner, jobStartsAt, expiresAt } = offers.get(id) ?? {}
      const row = status === undefined ? null : { status, term, owner, jobStartsAt, expiresAt }
      assert.deepStrictEqual(row as unknown, explained(log), `the log of the offer ${id} does not explain its row`)
    }
  },

  notificationsOf: (store, logs) => {
    const offers = byId(store.offers)
    const staff = staffOf(store, logs)
    return (event) => {
      const { subjectType, subjectId, type, id, data } = event
      if (subjectType !== "offer") return null
      if (type !== "offer.transferred") return noNotifications
      const isLast = logs.get(subjectId)?.findLast((other) => other.type === type)?.id === id
      return {
        templates: ["offer-handed-over", "offer-taken-over"],
        channels: ["inbox", "mail"],
        choices: [together(staff.member(data.fromOwnerId, event), staff.member(data.toOwnerId, event))],
        when: offers.has(subjectId) && isLast ? "once handled" : "perhaps"
      }
    }
  }
}

/** Whether a term of an offer goes on. */
export const termGoesOn = ({ offers }: OfferRows, now: number) => {
  const known = byId(offers)
  return (offerId: string, term: number): boolean => {
    const offer = known.get(offerId)
    return (
      offer !== undefined && offer.term === term && ["active", "disabled"].includes(offer.status) && !isDue(offer, now)
    )
  }
}

/** Everybody who has owned an offer. */
export const ownersOf = (logs: Logs, offerId: string): ReadonlyArray<string> =>
  (logs.get(offerId) ?? []).flatMap(({ data }) => data.ownerId ?? data.toOwnerId ?? [])
