import { assert } from "vitest"
import {
  assertWithoutGap,
  at,
  byId,
  type EventRow,
  type ExpectedNotifications,
  type LogRows,
  noNotifications,
  rows,
  type SnapshotPart
} from "./part.ts"
import { assertUnlike, type PeopleRows, staffOf } from "./people.ts"

export interface InvitationRows {
  readonly invitations: ReadonlyArray<InvitationRow>
}

export interface InvitationRow {
  readonly id: string
  readonly version: number
  readonly companyId: string
  readonly inviterId: string
  readonly email: string
  readonly status: "pending" | "accepted" | "expired" | "revoked" | "declined"
  readonly resends: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly updatedAt: number
  /** Whether its token still lies there, sealed, for the mail. */
  readonly isSealed: boolean
}

export const invitationsPart: SnapshotPart<InvitationRows, LogRows & PeopleRows & InvitationRows> = {
  rows: {
    invitations: {
      sql: rows(`select id, version, company_id as "companyId", inviter_id as "inviterId", email, status, resends,
        ${at("created_at")} as "createdAt", ${at("expires_at")} as "expiresAt", ${at("updated_at")} as "updatedAt",
        sealed_token is not null as "isSealed" from invitation`),
      fromMemory: ({ invitations }) =>
        [...invitations.values()].map(({ version, value }) => {
          const { id, companyId, inviterId, email, status, resends, createdAt, expiresAt, updatedAt } = value
          const facts = { id, version, companyId, inviterId, email, status, resends, createdAt, expiresAt, updatedAt }
          return { ...facts, isSealed: value.sealedToken !== null }
        })
    }
  },

  assertConsistent: (store, logs) => {
    const mails = Map.groupBy(store.notifications, ({ recipientId }) => recipientId)
    const invitations = byId(store.invitations)
    for (const { isSealed, email: _, id, ...row } of store.invitations) {
      const log = logs.get(id) ?? []
      assert.deepStrictEqual(
        row,
        { version: log.length, ...explainedInvitation(log) },
        `the log of ${id} is of another`
      )
      // A token is kept for as long as its mail may still have to go, and no longer.
      const isDone =
        mails.get(id)?.some(({ resends, status }) => resends === row.resends && status !== "queued") ?? false
      assert.strictEqual(isSealed, row.status === "pending" && !isDone, `the token of ${id}, ${row.status}`)
    }
    assertUnlike(
      store.invitations
        .filter(({ status }) => status === "pending")
        .map(({ companyId, email }) => `${companyId} ${email.toLowerCase()}`),
      "two open for one address"
    )
    // Who accepts comes in, and nobody comes in by an invitation that was not accepted: both at the same instant.
    const accepted = store.events.filter(({ type }) => type === "invitation.accepted")
    const entries = store.events.filter(({ subjectType, data }) => subjectType === "account" && data.invitationId)
    assert.sameMembers(
      accepted.map(({ subjectId, data, companyId, occurredAt }) =>
        [subjectId, data.accountId, companyId, occurredAt].join()
      ),
      entries.map(({ data, subjectId, companyId, occurredAt }) =>
        [data.invitationId, subjectId, companyId, occurredAt].join()
      ),
      "who accepts comes in"
    )
    for (const { subjectId, companyId } of accepted) {
      assert.strictEqual(invitations.get(subjectId)?.companyId, companyId)
    }
  },

  notificationsOf: (store, logs, now) => {
    const invitations = byId(store.invitations)
    const staff = staffOf(store, logs)
    return (event): ExpectedNotifications | null => {
      const { subjectType, subjectId, type, data } = event
      if (subjectType !== "invitation") return null
      const { status, resends, expiresAt, inviterId } = invitations.get(subjectId) ?? assert.fail(subjectId)
      const toInviter = {
        channels: ["inbox", "mail"],
        choices: [staff.member(inviterId, event)],
        when: "once handled"
      } as const
      switch (type) {
        case "invitation.created":
        case "invitation.resent": {
          const isStillSo = status === "pending" && expiresAt > now && resends === data.resends
          const when = isStillSo ? "once handled" : "perhaps"
          return { templates: ["invitation"], channels: ["mail"], choices: [{ must: [subjectId] }], when }
        }
        case "invitation.accepted":
          return { ...toInviter, templates: ["invitation-accepted"] }
        case "invitation.declined":
          return { ...toInviter, templates: ["invitation-declined"] }
        default:
          return noNotifications
      }
    }
  }
}

/** From which statuses each event of an invitation may come: the table of the documentation once more, by hand. */
const from: Readonly<Record<string, ReadonlyArray<string>>> = {
  "invitation.created": ["none"],
  "invitation.accepted": ["pending"],
  "invitation.declined": ["pending"],
  "invitation.revoked": ["pending"],
  "invitation.resent": ["pending", "expired"],
  "invitation.expired": ["pending"]
}

/** What the events of one invitation say of it. Fails on a log that can't have come about. */
const explainedInvitation = (
  log: ReadonlyArray<EventRow>
): Omit<InvitationRow, "id" | "email" | "isSealed" | "version"> => {
  assertWithoutGap(log)
  const { companyId, occurredAt: createdAt, data } = log[0] ?? assert.fail("an invitation without a log")
  let facts = { status: "none", resends: 0, expiresAt: 0, updatedAt: 0 }
  for (const { type, data: more, actor, occurredAt } of log) {
    assert.include(from[type] ?? [], facts.status, `${type} in ${facts.status}`)
    assert.strictEqual(more.inviterId, data.inviterId)
    if (type === "invitation.created" || type === "invitation.resent") {
      assert.strictEqual(more.resends, type === "invitation.created" ? 0 : facts.resends + 1)
      assert.isAtMost(more.resends, 3)
      assert.strictEqual(actor.kind, "hiring_manager")
      assert.isAbove(more.expiresAt, occurredAt)
      facts = { status: "pending", resends: more.resends, expiresAt: more.expiresAt, updatedAt: occurredAt }
    } else {
      if (type === "invitation.expired") {
        assert.deepStrictEqual([occurredAt, actor], [facts.expiresAt, { kind: "system", id: null }])
      } else assert.isBelow(occurredAt, facts.expiresAt, `${type} after its time`)
      if (type === "invitation.accepted") assert.strictEqual(actor.id, more.accountId, "accepted by somebody else")
      assert.isAtLeast(occurredAt, facts.updatedAt, "time runs backwards")
      facts = { ...facts, status: type.replace("invitation.", ""), updatedAt: occurredAt }
    }
  }
  return {
    ...facts,
    status: facts.status as InvitationRow["status"],
    companyId: companyId ?? "",
    inviterId: data.inviterId,
    createdAt
  }
}
