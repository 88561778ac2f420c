import { assert } from "vitest"
import type { EventRow, NotificationRow, Snapshot } from "./snapshot.ts"

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

export interface AccountRow {
  readonly id: string
  readonly version: number
  readonly role: string
  readonly subRole: string | null
  readonly companyId: string | null
  readonly email: string
  readonly username: string | null
}

export interface CompanyRow {
  readonly id: string
  readonly version: number
  readonly creatorId: string | null
}

export interface SignInRow {
  readonly id: string
  readonly email: string
  readonly isSealed: boolean
  readonly isUsed: boolean
}

type Logs = ReadonlyMap<string, ReadonlyArray<EventRow>>

/** That invitations, accounts and companies are what their logs say, and agree with each other. */
export const assertInvited = (store: Snapshot, logs: Logs): void => {
  const mails = Map.groupBy(store.notifications, ({ recipientId }) => recipientId)
  const invitations = new Map(store.invitations.map((row) => [row.id, row]))
  for (const { isSealed, email: _, id, ...row } of store.invitations) {
    const log = logs.get(id) ?? []
    assert.deepStrictEqual(row, { version: log.length, ...explainedInvitation(log) }, `the log of ${id} is of another`)
    // A token is kept for as long as its mail may still have to go, and no longer.
    const isDone = mails.get(id)?.some(({ resends, status }) => resends === row.resends && status !== "queued") ?? false
    assert.strictEqual(isSealed, row.status === "pending" && !isDone, `the token of ${id}, ${row.status}`)
  }
  for (const row of store.accounts) assertExplained(row, logs.get(row.id) ?? [])
  for (const { id, version, creatorId } of store.companies) {
    const log = logs.get(id) ?? []
    assert.strictEqual(version, log.length, `the version of the company ${id}`)
    assertWithoutGap(log)
    for (const [index, { type, data }] of log.entries()) {
      assert.include(index === 0 ? ["company.created", "company.renamed"] : ["company.renamed"], type)
      if (type === "company.created") assert.deepStrictEqual(data, { creatorId })
      else assert.deepStrictEqual(data, {})
    }
  }
  assertUnlike(store.invitations.filter(({ status }) => status === "pending").map(place), "two open for one address")
  assertUnlike(
    store.accounts.map(({ email }) => email.toLowerCase()),
    "an address of two accounts"
  )
  assertUnlike(
    store.accounts.flatMap(({ username }) => username?.toLowerCase() ?? []),
    "a user name of two accounts"
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
  for (const { subjectId, companyId } of accepted) assert.strictEqual(invitations.get(subjectId)?.companyId, companyId)
}

const place = ({ companyId, email }: InvitationRow) => `${companyId} ${email.toLowerCase()}`

const assertUnlike = (keys: ReadonlyArray<string>, message: string) =>
  assert.strictEqual(new Set(keys).size, keys.length, message)

const assertWithoutGap = (log: ReadonlyArray<EventRow>) =>
  assert.deepStrictEqual(
    log.map(({ sequence }) => sequence),
    log.map((_, index) => index + 1),
    "the sequence has gaps"
  )

/** From which statuses each event of an invitation may come: the table of the specification once more, by hand. */
const from: Readonly<Record<string, ReadonlyArray<string>>> = {
  "invitation.created": ["none"],
  "invitation.accepted": ["pending"],
  "invitation.declined": ["pending"],
  "invitation.revoked": ["pending"],
  "invitation.resent": ["pending", "expired"],
  "invitation.expired": ["pending"]
}

/** What the events of one invitation tell of it. Fails on a story that can't have happened. */
const explainedInvitation = (
  log: ReadonlyArray<EventRow>
): Omit<InvitationRow, "id" | "email" | "isSealed" | "version"> => {
  assertWithoutGap(log)
  const { companyId, occurredAt: createdAt, data } = log[0] ?? assert.fail("an invitation without a log")
  let told = { status: "none", resends: 0, expiresAt: 0, updatedAt: 0 }
  for (const { type, data: more, actor, occurredAt } of log) {
    assert.include(from[type] ?? [], told.status, `${type} in ${told.status}`)
    assert.strictEqual(more.inviterId, data.inviterId)
    if (type === "invitation.created" || type === "invitation.resent") {
      assert.strictEqual(more.resends, type === "invitation.created" ? 0 : told.resends + 1)
      assert.isAtMost(more.resends, 3)
      assert.strictEqual(actor.kind, "hiring_manager")
      assert.isAbove(more.expiresAt, occurredAt)
      told = { status: "pending", resends: more.resends, expiresAt: more.expiresAt, updatedAt: occurredAt }
    } else {
      if (type === "invitation.expired") {
        assert.deepStrictEqual([occurredAt, actor], [told.expiresAt, { kind: "system", id: null }])
      } else assert.isBelow(occurredAt, told.expiresAt, `${type} after its time`)
      if (type === "invitation.accepted") assert.strictEqual(actor.id, more.accountId, "accepted by somebody else")
      assert.isAtLeast(occurredAt, told.updatedAt, "time runs backwards")
      told = { ...told, status: type.replace("invitation.", ""), updatedAt: occurredAt }
    }
  }
  return {
    ...told,
    status: told.status as InvitationRow["status"],
    companyId: companyId ?? "",
    inviterId: data.inviterId,
    createdAt
  }
}

/** That an account is what its log says, of which the beginning may lie before there were logs. */
const assertExplained = (row: AccountRow, log: ReadonlyArray<EventRow>): void => {
  assert.strictEqual(row.version, log.length, `the version of the account ${row.id}`)
  assertWithoutGap(log)
  /** What is not known yet is undefined. */
  let told: { role?: string; subRole?: string | null; companyId?: string | null } = {}
  for (const { type, sequence, data, companyId } of log) {
    switch (type) {
      case "account.created":
        assert.strictEqual(sequence, 1)
        assert.isNull(data.formerRole)
        assert.isNotNull(data.invitationId)
        told = { role: "recruiter", subRole: "recruiter_user", companyId }
        break
      case "account.joined":
        assert.include([undefined, null], told.companyId, "joined from within a company")
        if (told.role !== undefined) assert.strictEqual(data.formerRole, told.role)
        if (data.invitationId === null) assert.strictEqual(data.formerRole, "hiring_manager")
        else assert.include(["candidate", "recruiter"], data.formerRole)
        told =
          data.invitationId === null
            ? { role: "hiring_manager", subRole: null, companyId }
            : { role: "recruiter", subRole: "recruiter_user", companyId }
        break
      case "account.subRoleChanged":
        assert.isNotNull(told.companyId)
        assert.include([undefined, "recruiter"], told.role)
        told = { ...told, role: "recruiter", subRole: data.subRole }
        break
      case "account.left":
        assert.include([undefined, companyId], told.companyId, "left a company that is another's")
        told = { ...told, role: data.role, companyId: null }
        break
      default:
        assert.fail(`${type} of an account`)
    }
    if (type !== "account.subRoleChanged" && type !== "account.left") {
      assert.deepStrictEqual([data.role, data.subRole], [told.role, told.subRole])
    }
  }
  assert.deepInclude(row, told, `the log of the account ${row.id} does not explain its row`)
}

/** Whom an event of an invitation, or of people, is told to, and whether it must be: null for events of other things. */
export const invitationTelling = (store: Snapshot, now: number) => {
  const invitations = new Map(store.invitations.map((row) => [row.id, row]))
  const accounts = new Map(store.accounts.map((row) => [row.id, row]))
  return ({ subjectType, subjectId, type, data }: EventRow) => {
    if (subjectType === "account" || subjectType === "company") return { whom: [], isStillSo: false }
    if (subjectType !== "invitation") return null
    const { status, resends, expiresAt, companyId, inviterId } = invitations.get(subjectId) ?? assert.fail(subjectId)
    if (type === "invitation.created" || type === "invitation.resent") {
      return {
        whom: [subjectId],
        isStillSo: status === "pending" && expiresAt > now && resends === data.resends
      }
    }
    return { whom: [inviterId], isStillSo: accounts.get(inviterId)?.companyId === companyId }
  }
}

/** That each request to sign in has one mail; what tells of them is taken from the tellings. */
export const assertSignInsTold = (
  { signIns }: Snapshot,
  tellings: Map<string, ReadonlyArray<NotificationRow>>
): void => {
  for (const { id, isSealed, isUsed } of signIns) {
    const [mail, ...more] = tellings.get(id) ?? []
    tellings.delete(id)
    assert.deepStrictEqual(more, [])
    assert.deepInclude(mail, { recipientId: id, channel: "mail", template: "sign-in" })
    assert.strictEqual(isSealed, mail?.status === "queued" && !isUsed, "the token of a sign-in")
  }
}
