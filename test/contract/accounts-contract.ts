import { assert, layer } from "@effect/vitest"
import type { Account, Caller } from "@treff/domain/account"
import { Accounts } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { aCandidate, aCompany, everybodyOf, newId } from "../given.ts"
import type { TestStore } from "./stores.ts"

/** Each way in which a token may contradict its account. */
export const contradictions = (account: Account, other: string): ReadonlyArray<readonly [string, Caller]> => {
  const { id, role, subRole, companyId } = account
  const caller = { id, role, subRole, companyId }
  return [
    ["another role", { ...caller, role: "hiring_manager", subRole: null }],
    ["a candidate's role", { ...caller, role: "candidate", subRole: null, companyId: null }],
    ["another sub-role", { ...caller, subRole: "recruiter_admin" }],
    ["no sub-role", { ...caller, subRole: null }],
    ["another company", { ...caller, companyId: other }],
    ["a company that is no UUID", { ...caller, companyId: "no uuid" }],
    ["an unknown id", { ...caller, id: newId() }],
    ["an id that is no UUID", { ...caller, id: "no uuid" }]
  ]
}

const callerOf = ({ id, role, subRole, companyId }: Account): Caller => ({ id, role, subRole, companyId })

export const accountsContract = (store: TestStore) =>
  layer(store.layer)("Accounts", (it) => {
    beforeEach(store.clear)

    it.effect("confirms a caller whose account agrees", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const everybody = [...everybodyOf(aCompany()), aCandidate()]
        yield* store.seed(everybody)
        for (const account of everybody) {
          assert.deepStrictEqual(yield* accounts.confirm(callerOf(account)), callerOf(account))
        }
      })
    )

    it.effect("tells the company of now to a caller who claims none", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const { manager, recruiter } = aCompany()
        const leaver = { ...recruiter, companyId: null }
        yield* store.seed([manager, leaver])
        const withNone = { ...callerOf(manager), companyId: null }
        assert.deepStrictEqual(yield* accounts.confirm(withNone), callerOf(manager))
        assert.deepStrictEqual(yield* accounts.confirm(callerOf(leaver)), callerOf(leaver))
      })
    )

    it.effect("refuses a caller whose account says something else", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const { recruiter } = aCompany()
        const other = aCompany()
        yield* store.seed([recruiter, ...everybodyOf(other)])
        for (const [what, caller] of contradictions(recruiter, other.id)) {
          const failure = yield* Effect.flip(accounts.confirm(caller))
          assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
        }
        yield* store.seed([{ ...recruiter, companyId: null, version: 2 }])
        assert.strictEqual((yield* Effect.flip(accounts.confirm(callerOf(recruiter))))._tag, "CallerStale")
      })
    )
  })
