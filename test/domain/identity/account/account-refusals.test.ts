import { type AccountCommand, type AccountState, accountRefusals, accountLifecycle } from "@treff/domain/identity"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { aCandidate, aManager, aRecruiter, factsOf, now } from "../../../given.ts"

const at = now
const { role, subRole, companyId, emailVerified, profileComplete, createdAt, ...profile } = factsOf(aCandidate())
const joining = { companyId: "acme", invitationId: "i1" }
const commands: ReadonlyArray<AccountCommand> = [
  { type: "Create", at, ...joining, ...profile },
  { type: "Join", at, ...joining },
  { type: "Found", at, companyId: "acme" },
  { type: "ChangeSubRole", at, subRole: "recruiter_user" },
  { type: "ChangeSubRole", at, subRole: "recruiter_admin" },
  { type: "Leave", at }
]

/** Everybody there may be, in a company and in none. */
const every: ReadonlyArray<AccountState> = [
  { ...factsOf(aCandidate()), status: "outside" },
  ...[aRecruiter, aManager].flatMap(
    (somebody): ReadonlyArray<AccountState> => [
      { ...factsOf(somebody(null)), status: "outside" },
      { ...factsOf(somebody("globex")), status: "member" }
    ]
  )
]

describe("the ways in which an account that exists refuses a command", () => {
  it.each(Object.keys(accountRefusals) as Array<AccountCommand["type"]>)("are all that are declared for %s", (type) => {
    const refusals = new Set<string>()
    for (const account of every) {
      for (const command of commands.filter((command) => command.type === type)) {
        const decided = accountLifecycle.decideAny(account, command)
        if (Result.isFailure(decided)) refusals.add(decided.failure._tag)
      }
    }
    expect([...refusals].sort()).toEqual([...accountRefusals[type]].sort())
  })
})
