import { assert } from "vitest"
import { type OfferRows, ownersOf, termGoesOn } from "./offers.ts"
import {
  assertWithoutGap,
  at,
  byId,
  check,
  type EventRow,
  type ExpectedNotifications,
  type LogRows,
  noNotifications,
  rows,
  type SnapshotPart
} from "./part.ts"
import { type PeopleRows, staffOf, together } from "./people.ts"

export interface SendRows {
  readonly sends: ReadonlyArray<SendRow>
}

export interface SendRow {
  readonly id: string
  readonly version: number
  readonly offerId: string
  readonly term: number
  readonly candidateId: string
  readonly senderId: string
  readonly status: "sent" | "viewed" | "responded" | "withdrawn"
  readonly sentAt: number
  readonly viewedAt: number | null
  readonly respondedAt: number | null
}

export const sendsPart: SnapshotPart<SendRows, LogRows & PeopleRows & OfferRows & SendRows> = {
  rows: {
    sends: {
      sql: rows(`select id, version, offer_id as "offerId", term, candidate_id as "candidateId", sender_id as "senderId",
        status, ${at("sent_at")} as "sentAt", ${at("viewed_at")} as "viewedAt", ${at("responded_at")} as "respondedAt"
        from offer_sent`),
      fromMemory: ({ offerSends }) =>
        [...offerSends.values()].map(({ version, value }) => {
          const { id, offerId, term, candidateId, senderId, status, sentAt, viewedAt, respondedAt } = value
          return { id, version, offerId, term, candidateId, senderId, status, sentAt, viewedAt, respondedAt }
        })
    }
  },

  assertConsistent: (store, logs) => {
    const sends = byId(store.sends)
    for (const { id, version } of store.sends) {
      check(version === logs.get(id)?.length, `the version of the send ${id} is not the number of its events`)
    }
    for (const [id, log] of logs) {
      if (log[0]?.subjectType !== "offerSent") continue
      const facts = explainedSend(log)
      const row = sends.get(id)
      // One that its candidate has withdrawn goes without an event when its term ends.
      if (row === undefined) {
        assert.include(["gone", "withdrawn"], facts.status, `the send ${id} is gone without a reason`)
      } else {
        assert.deepStrictEqual(row, { id, version: log.length, ...facts }, `the log of ${id} does not explain its row`)
      }
    }
    const places = store.sends.map(({ offerId, candidateId, term }) => `${offerId} ${candidateId} ${term}`)
    assert.strictEqual(new Set(places).size, places.length, "an offer was sent to somebody twice in a term")
  },

  notificationsOf: (store, logs, now) => {
    const sends = byId(store.sends)
    const staff = staffOf(store, logs)
    const goesOn = termGoesOn(store, now)
    /** For each owner that the offer has had since: the owner, and who sent it, if another. */
    const recruitersOf = (event: EventRow) =>
      ownersOf(logs, event.data.offerId)
        .flatMap((ownerId) => staff.ownerOrAdmins(ownerId, event))
        .map((choice) => together(choice, staff.member(event.data.senderId, event)))
    const both = ["inbox", "mail"] as const
    return (event): ExpectedNotifications | null => {
      const { subjectType, subjectId, type, data } = event
      if (subjectType !== "offerSent") return null
      const toCandidate = [{ must: [data.candidateId] }]
      const termIsOn = goesOn(data.offerId, data.term)
      const status = sends.get(subjectId)?.status ?? "withdrawn"
      const isStillSo = termIsOn && status !== "withdrawn" ? "once handled" : "perhaps"
      switch (type) {
        case "offerSent.created": {
          // While the offer is disabled its candidates are not notified that it was sent to them.
          const wasHidden = logs.get(data.offerId)?.some((other) => other.type === "offer.disabled")
          const when = wasHidden ? "perhaps" : isStillSo
          return { templates: ["offer-sent"], channels: both, choices: toCandidate, when }
        }
        case "offerSent.viewed":
          return {
            templates: ["offer-sent-viewed"],
            channels: ["inbox"],
            choices: recruitersOf(event),
            when: isStillSo
          }
        case "offerSent.responded":
          return { templates: ["offer-sent-responded"], channels: both, choices: recruitersOf(event), when: isStillSo }
        case "offerSent.deleted":
          if (data.reason === "recruiter") return noNotifications
          if (data.reason === "candidate") {
            const when = termIsOn ? "once handled" : "perhaps"
            return { templates: ["offer-sent-withdrawn"], channels: both, choices: recruitersOf(event), when }
          }
          return { templates: ["offer-ended"], channels: both, choices: toCandidate, when: "at once" }
        default:
          return noNotifications
      }
    }
  }
}

/** From which statuses each event of a send may come: the table of the documentation once more, by hand. */
const from: Readonly<Record<string, ReadonlyArray<string>>> = {
  "offerSent.viewed": ["sent"],
  "offerSent.responded": ["viewed"],
  "offerSent.deleted": ["sent", "viewed", "responded"]
}

/** What the events of one send say of it: each step once and in order. Fails on a log that can't have come about. */
const explainedSend = (
  log: ReadonlyArray<EventRow>
): Omit<SendRow, "id" | "version" | "status"> & { status: string } => {
  assertWithoutGap(log)
  const [created, ...rest] = log
  assert.strictEqual(created?.type, "offerSent.created")
  const { offerId, term, candidateId, senderId } = created?.data ?? {}
  const sentAt = created?.occurredAt ?? 0
  const send = { offerId, term, candidateId, senderId, sentAt, status: "sent" }
  const times: { viewedAt: number | null; respondedAt: number | null } = { viewedAt: null, respondedAt: null }
  assert.deepStrictEqual(created?.data, { offerId, term, candidateId, senderId })
  let before = sentAt
  for (const { type, data, actor, occurredAt } of rest) {
    assert.include(from[type] ?? [], send.status, `${type} in ${send.status}`)
    assert.isAtLeast(occurredAt, before, "time runs backwards")
    const { reason, ...parties } = data
    assert.deepStrictEqual(parties, { offerId, term, candidateId, senderId })
    if (type === "offerSent.viewed") Object.assign(times, { viewedAt: occurredAt })
    if (type === "offerSent.responded") Object.assign(times, { respondedAt: occurredAt })
    const by = { recruiter: ["recruiter", "hiring_manager"], candidate: ["candidate"] }[String(reason)]
    if (reason !== undefined) assert.include(by ?? ["system"], actor.kind, `deleted by ${reason}`)
    if (reason === "candidate") assert.notStrictEqual(send.status, "responded", "who has answered can't withdraw")
    send.status = reason === undefined ? type.replace("offerSent.", "") : reason === "candidate" ? "withdrawn" : "gone"
    before = occurredAt
  }
  return { ...send, ...times }
}
