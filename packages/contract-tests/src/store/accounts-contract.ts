import { assert, layer } from "@effect/vitest"
import type { StoreUnavailable } from "@treff/domain/events"
import {
  type Account,
  type AccountFacts,
  Accounts,
  type Caller,
  type CallerStale,
  type MemberCursor
} from "@treff/domain/identity"
import { day, type Page, type PageRequest, type Versioned } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { aCandidate, aCompany, aManager, aRecruiter, everybodyOf, factsOf, newId, now } from "../fixtures/index.ts"
import type { TestStore } from "./test-store.ts"

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

/**
 * What the port `Accounts` has to do: whose token is still true, and who belongs to which company. See
 * docs/flows/identity.md.
 */
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

    it.effect("answers the company of now to a caller who claims none", () =>
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

    it.effect("finds whose an address is, in any letter case", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const recruiter = { ...aCompany().recruiter, email: "Ada.O'Berg+x@B-1.example" }
        const candidate = aCandidate()
        yield* store.seed([recruiter, candidate])
        for (const email of [recruiter.email, recruiter.email.toLowerCase(), recruiter.email.toUpperCase()]) {
          assert.deepStrictEqual(yield* accounts.findByEmail(email), callerOf(recruiter))
        }
        assert.deepStrictEqual(yield* accounts.findByEmail(candidate.email), callerOf(candidate))
        for (const email of ["", "nobody@b.example", "ada_o'berg+x@b-1.example", "%", "'; drop table account"]) {
          assert.isNull(yield* accounts.findByEmail(email), email)
        }
      })
    )

    it.effect("finds a member with all that is kept of them, who made the company, and the caller's own version", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const acme = aCompany()
        const colleague = {
          ...acme.colleague,
          version: 7,
          username: "ada",
          locale: "nb",
          contactNumber: "+4722334455",
          emailVerified: true,
          profileComplete: true,
          createdAt: now - 1
        }
        yield* store.seed([...everybodyOf({ ...acme, manager: { ...acme.manager, version: 4 } }), colleague])
        yield* store.seedCompany({ id: acme.id, name: "Acme", creatorId: acme.admin.id, createdAt: now })
        for (const id of [colleague.id, colleague.id.toUpperCase()]) {
          assert.deepStrictEqual(yield* accounts.findMember(acme.manager, id), {
            caller: callerOf(acme.manager),
            found: { version: 7, value: factsOf(colleague), creatorId: acme.admin.id, callerVersion: 4 }
          })
        }
        const { found: own } = yield* accounts.findMember(acme.manager, acme.manager.id)
        assert.deepInclude(own, { version: 4, callerVersion: 4 })
        yield* store.seedCompany({ id: acme.id, name: "Acme", creatorId: null, createdAt: now })
        assert.isNull((yield* accounts.findMember(acme.manager, colleague.id)).found?.creatorId)
      })
    )

    it.effect("finds nobody of another company, or of none, for whoever asks", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const [acme, globex] = [aCompany(), aCompany()]
        const [candidate, leaver] = [aCandidate(), aRecruiter(null)]
        yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex), candidate, leaver])
        const ids = [
          globex.recruiter.id,
          candidate.id,
          leaver.id,
          newId(),
          "",
          "no uuid",
          "\0",
          "'; drop table account"
        ]
        for (const id of ids) {
          assert.deepStrictEqual(yield* accounts.findMember(acme.manager, id), {
            caller: callerOf(acme.manager),
            found: null
          })
          // Who belongs to no company sees nobody who belongs to none either.
          assert.isNull((yield* accounts.findMember(leaver, id)).found)
        }
        assert.isNull((yield* accounts.findMember(leaver, leaver.id)).found)
      })
    )

    it.effect("lists the members of the caller's company, newest first, ties by id descending, and counts them", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const [acme, globex] = [aCompany(), aCompany()]
        const members = Array.from({ length: 9 }, (_, index) => ({
          ...aRecruiter(acme.id),
          createdAt: now - (index % 3) * day,
          username: index === 4 ? "ada" : null,
          contactNumber: index === 4 ? "+4722334455" : null
        }))
        yield* store.seed([...members, ...everybodyOf(globex), aCandidate(), aRecruiter(null)])
        const [caller = globex.manager] = members
        const expected = members
          .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
          .map((member) => ({ version: 0, value: factsOf(member) }))
        const page = (request: PageRequest<MemberCursor>) =>
          Effect.map(accounts.members(caller, request), ({ page }) => page)
        const all = yield* accounts.members(caller, { number: 1, limit: 20 })
        assert.deepStrictEqual(all, { caller: callerOf(caller), page: { rows: expected, more: false, total: 9 } })
        assert.deepStrictEqual(yield* page({ number: 2, limit: 4 }), {
          rows: expected.slice(4, 8),
          more: true,
          total: 9
        })
        assert.deepStrictEqual(yield* page({ number: 9, limit: 4 }), { rows: [], more: false, total: 9 })
        let after: MemberCursor | null = null
        for (let from = 0; from < 9; from += 4) {
          const { rows, more }: Page<Versioned<AccountFacts>> = yield* page({ after, limit: 4 })
          assert.deepStrictEqual([rows, more], [expected.slice(from, from + 4), from + 4 < 9])
          const last: AccountFacts | undefined = rows.at(-1)?.value
          after = { createdAt: last?.createdAt ?? 0, id: last?.id ?? "" }
        }
        const { page: none } = yield* accounts.members({ ...caller, companyId: null }, { number: 1, limit: 20 })
        assert.strictEqual(none.total, 9)
      })
    )

    it.effect("lists nobody to who belongs to no company", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const leaver = aRecruiter(null)
        yield* store.seed([leaver, aRecruiter(null), aCandidate()])
        assert.deepStrictEqual(yield* accounts.members(leaver, { number: 1, limit: 20 }), {
          caller: callerOf(leaver),
          page: { rows: [], more: false, total: 0 }
        })
      })
    )

    it.effect("finds the caller's company as it is, and null where there is none", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const { id, manager, recruiter } = aCompany()
        const leaver = aManager(null)
        yield* store.seed([manager, recruiter, leaver])
        const company = { id, name: "Bäcker 🥐 'quoted' \"twice\" \\ %s $1", creatorId: manager.id, createdAt: now - 1 }
        yield* store.seedCompany(company)
        for (const caller of [manager, recruiter]) {
          assert.deepStrictEqual(yield* accounts.findCompany(caller), {
            caller: callerOf(caller),
            company: { version: 0, value: company }
          })
        }
        assert.deepStrictEqual(yield* accounts.findCompany(leaver), { caller: callerOf(leaver), company: null })
      })
    )

    it.effect("does none of this for a caller whose account says something else", () =>
      Effect.gen(function* () {
        const accounts = yield* Accounts
        const { recruiter } = aCompany()
        const other = aCompany()
        yield* store.seed([recruiter, ...everybodyOf(other)])
        for (const [what, caller] of contradictions(recruiter, other.id)) {
          for (const ask of [
            accounts.findMember(caller, recruiter.id),
            accounts.members(caller, { number: 1, limit: 1 }),
            accounts.findCompany(caller)
          ]) {
            const failure = yield* Effect.flip<unknown, CallerStale | StoreUnavailable, never>(ask)
            assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
          }
        }
      })
    )
  })
