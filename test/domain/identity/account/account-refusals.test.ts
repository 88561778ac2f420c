import { aCandidate, aManager, aRecruiter, factsOf, now } from "@treff/contract-tests/fixtures"
import { type AccountCommand, type AccountState, accountLifecycle } from "@treff/domain/identity"
import { describe, expect, expectTypeOf, it } from "vitest"
import { type DerivedRefusals, type ListedRefusals, refusalsMet } from "../../refusals.ts"

const at = now
const { role, subRole, companyId, emailVerified, profileComplete, createdAt, ...profile } = factsOf(aCandidate())
const joining = { companyId: "acme", invitationId: "i1" }
const commands: ReadonlyArray<AccountCommand> = [
  { type: "Create", at, ...joining, ...profile },
  { type: "Join", at, ...joining },
  { type: "JoinOwnCompany", at, companyId: "acme" },
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

const refusals = {
  Create: ["IllegalTransition"],
  Join: ["AlreadyInACompany", "IsAHiringManager"],
  JoinOwnCompany: ["AlreadyInACompany", "IllegalTransition"],
  ChangeSubRole: ["NotARecruiter", "IllegalTransition"],
  Leave: []
} as const satisfies Record<AccountCommand["type"], ReadonlyArray<string>>

// The compiler derives the same table from the chart.
expectTypeOf<DerivedRefusals<typeof accountLifecycle>>().toEqualTypeOf<ListedRefusals<typeof refusals>>()

describe("the ways in which an account that exists refuses a command", () => {
  it.each(Object.entries(refusals))("are all that follow from the chart for %s", (type, listed) => {
    const asked = commands.filter((command) => command.type === type)
    expect(refusalsMet(accountLifecycle.decideAny, every, asked)).toEqual([...listed].sort())
  })
})
