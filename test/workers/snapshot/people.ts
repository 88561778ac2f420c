import { assert } from "vitest"
import {
  assertWithoutGap,
  byId,
  check,
  type EventRow,
  type LogRows,
  type Logs,
  noNotifications,
  type Recipients,
  rows,
  type SnapshotPart
} from "./part.ts"

export interface PeopleRows {
  readonly accounts: ReadonlyArray<AccountRow>
  readonly companies: ReadonlyArray<CompanyRow>
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

export const peoplePart: SnapshotPart<PeopleRows, LogRows & PeopleRows> = {
  rows: {
    accounts: {
      sql: rows(`select id, version, role, sub_role as "subRole", company_id as "companyId", email, username
        from account`),
      fromMemory: ({ accounts }) =>
        [...accounts.values()].map(({ id, version, role, subRole, companyId, email, username }) => ({
          ...{ id, version, role, subRole, companyId, email, username }
        }))
    },
    companies: {
      sql: rows(`select id, version, creator_id as "creatorId" from company`),
      fromMemory: ({ companies }) =>
        [...companies.values()].map(({ id, version, creatorId }) => ({ id, version, creatorId }))
    }
  },

  assertConsistent: ({ accounts, companies }, logs) => {
    for (const row of accounts) {
      const log = logs.get(row.id) ?? []
      check(row.version === log.length, `the version of the account ${row.id}`)
      if (log.length > 0) assertExplained(row, log)
    }
    for (const { id, version, creatorId } of companies) {
      const log = logs.get(id) ?? []
      check(version === log.length, `the version of the company ${id}`)
      assertWithoutGap(log)
      for (const [index, { type, data }] of log.entries()) {
        assert.include(index === 0 ? ["company.created", "company.renamed"] : ["company.renamed"], type)
        if (type === "company.created") assert.deepStrictEqual(data, { creatorId })
        else assert.deepStrictEqual(data, {})
      }
    }
    assertUnlike(
      accounts.map(({ email }) => email.toLowerCase()),
      "an address of two accounts"
    )
    assertUnlike(
      accounts.flatMap(({ username }) => username?.toLowerCase() ?? []),
      "a user name of two accounts"
    )
  },

  notificationsOf: () => (event) =>
    event.subjectType === "account" || event.subjectType === "company" ? noNotifications : null
}

export const assertUnlike = (keys: ReadonlyArray<string>, message: string): void =>
  check(new Set(keys).size === keys.length, message)

/** That an account is what its log says, of which the beginning may lie before there were logs. */
const assertExplained = (row: AccountRow, log: ReadonlyArray<EventRow>): void => {
  assertWithoutGap(log)
  /** What is not known yet is undefined. */
  let known: { role?: string; subRole?: string | null; companyId?: string | null } = {}
  for (const { type, sequence, data, companyId } of log) {
    switch (type) {
      case "account.created":
        assert.strictEqual(sequence, 1)
        assert.isNull(data.formerRole)
        assert.isNotNull(data.invitationId)
        known = { role: "recruiter", subRole: "recruiter_user", companyId }
        break
      case "account.joined":
        assert.include([undefined, null], known.companyId, "joined from within a company")
        if (known.role !== undefined) assert.strictEqual(data.formerRole, known.role)
        if (data.invitationId === null) assert.strictEqual(data.formerRole, "hiring_manager")
        else assert.include(["candidate", "recruiter"], data.formerRole)
        known =
          data.invitationId === null
            ? { role: "hiring_manager", subRole: null, companyId }
            : { role: "recruiter", subRole: "recruiter_user", companyId }
        break
      case "account.subRoleChanged":
        assert.isNotNull(known.companyId)
        assert.include([undefined, "recruiter"], known.role)
        known = { ...known, role: "recruiter", subRole: data.subRole }
        break
      case "account.left":
        assert.include([undefined, companyId], known.companyId, "left a company that is another's")
        known = { ...known, role: data.role, companyId: null }
        break
      default:
        assert.fail(`${type} of an account`)
    }
    if (type !== "account.subRoleChanged" && type !== "account.left") {
      assert.deepStrictEqual([data.role, data.subRole], [known.role, known.subRole])
    }
  }
  assert.deepInclude(row, known, `the log of the account ${row.id} does not explain its row`)
}

/** Whether somebody has left a company at some time. */
export const hasLeft = ({ events }: LogRows, id: string): boolean =>
  events.some(({ type, subjectId }) => type === "account.left" && subjectId === id)

/**
 * Who of a company an event was to notify. Of somebody who has left it at some time, nobody knows afterwards whether that
 * was before the event was handled, so either may have been, unless they had left before it happened.
 */
export const staffOf = ({ accounts, companies, events }: LogRows & PeopleRows, logs: Logs) => {
  const known = byId(accounts)
  const leavers = new Set(events.filter(({ type }) => type === "account.left").map(({ subjectId }) => subjectId))
  const mayHaveLeft = (id: string, { companyId }: EventRow) => leavers.has(id) || known.get(id)?.companyId !== companyId
  const hadLeft = (id: string, { occurredAt }: EventRow) => {
    const last = logs.get(id)?.findLast(({ type }) => type === "account.left" || type === "account.joined")
    return last?.type === "account.left" && last.occurredAt < occurredAt
  }
  const adminsOf = ({ companyId }: EventRow): Recipients => {
    const creators = companies.flatMap(({ creatorId }) => creatorId ?? [])
    const mayBeAdmin = ({ id, role, subRole }: AccountRow) =>
      role === "hiring_manager" ||
      subRole === "recruiter_admin" ||
      logs.get(id)?.some(({ type }) => type === "account.subRoleChanged") === true
    const admins = accounts
      .filter((account) => (account.companyId === companyId || leavers.has(account.id)) && mayBeAdmin(account))
      .map(({ id }) => id)
    return { must: admins.filter((id) => !logs.has(id) || creators.includes(id)), may: admins }
  }
  return {
    /** Somebody, as long as they are of the company. */
    member: (id: string, event: EventRow): Recipients => {
      if (hadLeft(id, event)) return { must: [] }
      return mayHaveLeft(id, event) ? { must: [], may: [id] } : { must: [id] }
    },
    /** Who owns something, or the company's admins where they have left it. */
    ownerOrAdmins: (ownerId: string, event: EventRow): ReadonlyArray<Recipients> => {
      if (hadLeft(ownerId, event)) return [adminsOf(event)]
      return mayHaveLeft(ownerId, event) ? [{ must: [ownerId] }, adminsOf(event)] : [{ must: [ownerId] }]
    }
  }
}

export const together = ({ must, may = [] }: Recipients, more: Recipients): Recipients => ({
  must: [...must, ...more.must],
  may: [...may, ...(more.may ?? [])]
})
