import { aCandidate, aManager, aRecruiter, factsOf, now } from "@treff/contract-tests/fixtures"
import { type AccountCommand, type AccountState, accountLifecycle, noAccount } from "@treff/domain/identity"
import * as Result from "effect/Result"
import { assert, describe, expect, it } from "vitest"
import { transition } from "xstate"
import { getShortestPaths } from "xstate/graph"

const profile = {
  id: "ada",
  email: "ada@b.example",
  username: "ada",
  firstName: "Ada",
  lastName: "Berg",
  contactNumber: "+4722334455",
  locale: "nb"
}
const joining = { companyId: "acme", invitationId: "i1" } as const
const commands: ReadonlyArray<readonly [name: string, command: AccountCommand]> = [
  ["Create", { type: "Create", at: now, ...joining, ...profile }],
  ["Join", { type: "Join", at: now, ...joining }],
  ["JoinOwnCompany", { type: "JoinOwnCompany", at: now, companyId: "acme" }],
  ["ChangeSubRole, to user", { type: "ChangeSubRole", at: now, subRole: "recruiter_user" }],
  ["ChangeSubRole, to admin", { type: "ChangeSubRole", at: now, subRole: "recruiter_admin" }],
  ["Leave", { type: "Leave", at: now }]
]

const outside = (account: ReturnType<typeof aCandidate>): AccountState => ({ ...factsOf(account), status: "outside" })
const member = (account: ReturnType<typeof aCandidate>): AccountState => ({ ...factsOf(account), status: "member" })
const states: Readonly<Record<string, AccountState>> = {
  none: noAccount,
  "outside, a candidate": outside(aCandidate()),
  "outside, a recruiter": outside(aRecruiter(null)),
  "outside, a hiring manager": outside(aManager(null)),
  "member, a recruiter_user": member(aRecruiter("globex")),
  "member, a recruiter_admin": member({ ...aRecruiter("globex"), subRole: "recruiter_admin" }),
  "member, a hiring manager": member(aManager("globex"))
}

/** What became of a command, in words: its events, and what the account is then. */
const outcome = (state: AccountState, command: AccountCommand): string => {
  const decided = accountLifecycle.decideAny(state, command)
  if (Result.isFailure(decided)) {
    const { _tag } = decided.failure
    return _tag === "IllegalTransition" ? "illegal" : `refused: ${_tag}`
  }
  const { state: after, timeEvents, events } = decided.success
  assert.deepStrictEqual(timeEvents, [], "time alone does nothing to an account")
  if (events.length === 0) return "unchanged"
  return `${after.status}, ${after.subRole ?? after.role}: ${events.map(({ type }) => type).join(" + ")}`
}

describe("the life of an account", () => {
  it("by status and command", () => {
    const table = Object.entries(states).map(([name, state]) =>
      [name, ...commands.map(([command, asked]) => `  ${command.padEnd(25)}${outcome(state, asked)}`)].join("\n")
    )
    expect(table.join("\n")).toMatchInlineSnapshot(`
      "none
        Create                   member, recruiter_user: account.created
        Join                     illegal
        JoinOwnCompany           illegal
        ChangeSubRole, to user   illegal
        ChangeSubRole, to admin  illegal
        Leave                    illegal
      outside, a candidate
        Create                   illegal
        Join                     member, recruiter_user: account.joined
        JoinOwnCompany           illegal
        ChangeSubRole, to user   illegal
        ChangeSubRole, to admin  illegal
        Leave                    unchanged
      outside, a recruiter
        Create                   illegal
        Join                     member, recruiter_user: account.joined
        JoinOwnCompany           illegal
        ChangeSubRole, to user   illegal
        ChangeSubRole, to admin  illegal
        Leave                    unchanged
      outside, a hiring manager
        Create                   illegal
        Join                     refused: IsAHiringManager
        JoinOwnCompany           member, hiring_manager: account.joined
        ChangeSubRole, to user   illegal
        ChangeSubRole, to admin  illegal
        Leave                    unchanged
      member, a recruiter_user
        Create                   illegal
        Join                     refused: AlreadyInACompany
        JoinOwnCompany           refused: AlreadyInACompany
        ChangeSubRole, to user   unchanged
        ChangeSubRole, to admin  member, recruiter_admin: account.subRoleChanged
        Leave                    outside, recruiter_user: account.left
      member, a recruiter_admin
        Create                   illegal
        Join                     refused: AlreadyInACompany
        JoinOwnCompany           refused: AlreadyInACompany
        ChangeSubRole, to user   member, recruiter_user: account.subRoleChanged
        ChangeSubRole, to admin  unchanged
        Leave                    outside, recruiter_admin: account.left
      member, a hiring manager
        Create                   illegal
        Join                     refused: AlreadyInACompany
        JoinOwnCompany           refused: AlreadyInACompany
        ChangeSubRole, to user   refused: NotARecruiter
        ChangeSubRole, to admin  refused: NotARecruiter
        Leave                    outside, hiring_manager: account.left"
    `)
  })

  it("begins, by an invitation, as a recruiter of the company, whose address is verified", () => {
    const { state, events } = Result.getOrThrow(
      accountLifecycle.decideAny(noAccount, commands[0]?.[1] as AccountCommand)
    )
    const recruiter = { role: "recruiter", subRole: "recruiter_user" } as const
    assert.deepStrictEqual<unknown>(state, {
      ...profile,
      ...recruiter,
      companyId: "acme",
      emailVerified: true,
      profileComplete: true,
      createdAt: now,
      status: "member"
    })
    assert.deepStrictEqual<unknown>(events, [
      { type: "account.created", at: now, data: { ...recruiter, formerRole: null, invitationId: "i1" } }
    ])
  })

  it("keeps, whatever becomes of it, who it is and since when", () => {
    for (const state of Object.values(states).filter(({ status }) => status !== "none")) {
      const { id, email, username, firstName, lastName, locale, contactNumber, createdAt } = state
      const kept = { id, email, username, firstName, lastName, locale, contactNumber, createdAt }
      for (const [, command] of commands) {
        const decided = accountLifecycle.decideAny(state, command)
        if (Result.isSuccess(decided)) assert.deepInclude(decided.success.state, kept)
      }
    }
  })

  it("is verified, and complete, by the invitation that it comes in by, and by nothing else", () => {
    for (const state of Object.values(states).filter(({ status }) => status !== "none")) {
      for (const [, command] of commands) {
        const decided = accountLifecycle.decideAny(state, command)
        if (Result.isFailure(decided)) continue
        const by = command.type === "Join"
        assert.deepInclude(decided.success.state, { emailVerified: by, profileComplete: by })
      }
    }
  })

  it("says of a joining what somebody was before and by which invitation, and of an own company that it was by none", () => {
    const dataOf = (state: AccountState | undefined, command: AccountCommand) =>
      Result.getOrThrow(accountLifecycle.decideAny(state as AccountState, command)).events.map(({ data }) => data)
    const join = { type: "Join", at: now, ...joining } as const
    const recruiter = { role: "recruiter", subRole: "recruiter_user", invitationId: "i1" }
    assert.deepStrictEqual<unknown>(dataOf(states["outside, a candidate"], join), [
      { ...recruiter, formerRole: "candidate" }
    ])
    assert.deepStrictEqual<unknown>(dataOf(states["outside, a recruiter"], join), [
      { ...recruiter, formerRole: "recruiter" }
    ])
    const joinOwn = { type: "JoinOwnCompany", at: now, companyId: "acme" } as const
    assert.deepStrictEqual<unknown>(dataOf(states["outside, a hiring manager"], joinOwn), [
      { role: "hiring_manager", subRole: null, formerRole: "hiring_manager", invitationId: null }
    ])
    const leave = { type: "Leave", at: now } as const
    assert.deepStrictEqual<unknown>(dataOf(states["member, a recruiter_admin"], leave), [{ role: "recruiter" }])
  })

  it("never writes into an event what names a person", () => {
    const secrets = { email: "secret@b.example", username: "secret-name", firstName: "Secret", lastName: "Secret" }
    for (const state of Object.values(states)) {
      for (const [, asked] of commands) {
        const decided = accountLifecycle.decideAny({ ...state, ...secrets }, { ...asked, ...secrets } as AccountCommand)
        const { events } = Result.isSuccess(decided) ? decided.success : { events: [] }
        assert.notMatch(JSON.stringify(events), /secret/i)
      }
    }
  })
})

describe("the chart", () => {
  it("leads to every state, and deciding the commands on the way leads there too", () => {
    const paths = getShortestPaths(accountLifecycle.machine, {
      events: commands.map(([, command]) => command),
      serializeState: ({ value, context }) => JSON.stringify([value, context.role, context.subRole])
    })
    const reached = paths.map(({ state, steps }) => {
      const way = steps.map(({ event }) => event as AccountCommand).filter(({ type }) => !type.startsWith("xstate."))
      const end = way.reduce<AccountState>(
        (at, command) => Result.getOrThrow(accountLifecycle.decideAny(at, command)).state,
        noAccount
      )
      assert.strictEqual(end.status, state.value)
      return `${end.status} ${end.subRole}`
    })
    assert.sameMembers(reached, [
      "none null",
      "member recruiter_user",
      "member recruiter_admin",
      "outside recruiter_user",
      "outside recruiter_admin"
    ])
    assert.sameMembers(
      [...new Set(reached.map((state) => state.split(" ")[0]))],
      Object.keys(accountLifecycle.machine.states)
    )
  })

  it("has somebody in a company who is a member, and nobody who is not", () => {
    for (const state of Object.values(states)) {
      for (const [, command] of commands) {
        const decided = accountLifecycle.decideAny(state, command)
        if (Result.isFailure(decided)) continue
        const { status, companyId, role, subRole } = decided.success.state
        assert.strictEqual(status === "member", companyId !== null)
        assert.strictEqual(role === "recruiter", subRole !== null)
      }
    }
  })

  it("moves by nothing but its commands: no timers, no actors, nothing that would have to be run", () => {
    for (const state of Object.values(states)) {
      const before = accountLifecycle.machine.resolveState({ value: state.status, context: state })
      for (const [, command] of commands) {
        const [after, actions] = transition(accountLifecycle.machine, before, command)
        assert.deepStrictEqual(
          actions.filter(({ type }) => (type as string) !== "answered"),
          []
        )
        assert.deepStrictEqual(Object.keys(after.children), [])
      }
    }
  })
})
