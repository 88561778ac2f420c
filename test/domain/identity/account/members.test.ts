import { assert, describe, it } from "@effect/vitest"
import { aManager, aRecruiter, everybodyOf, factsOf, newId, now } from "@treff/contract-tests/fixtures"
import { StaleVersion, StoreUnavailable } from "@treff/domain/events"
import {
  type Account,
  type Caller,
  changeSubRole,
  listMembers,
  type MemberChange,
  removeMember
} from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { listOffers } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { failing, hurried, overtaken, type Ports, story } from "../../story.ts"

const firstPage = { number: 1, limit: 20 }
const idsOf = (rows: ReadonlyArray<{ readonly value: { readonly id: string } }>) => rows.map(({ value }) => value.id)
const makeAdmin = (change: MemberChange) => changeSubRole(change, "recruiter_admin")

describe("the list of members", () => {
  it.effect("shows everybody of the company, newest first, to its hiring managers and admins", () =>
    story(function* (world) {
      const { acme, globex, candidate, state } = world
      for (const [index, account] of everybodyOf(acme).entries()) {
        state.accounts.set(account.id, { ...account, createdAt: now - ((index * 3) % 4) * day })
      }
      const { manager, admin, recruiter, colleague } = acme
      for (const caller of [manager, admin]) {
        const { rows, total, more } = yield* listMembers(caller, firstPage)
        assert.deepStrictEqual(
          idsOf(rows),
          [manager, colleague, recruiter, admin].map(({ id }) => id)
        )
        assert.deepStrictEqual([total, more], [4, false])
        assert.deepStrictEqual<unknown>(rows[0], { version: 0, value: factsOf(manager) })
      }
      for (const caller of [recruiter, candidate]) {
        assert.strictEqual((yield* Effect.flip(listMembers(caller, firstPage)))._tag, "RoleNotAllowed")
      }
      assert.strictEqual((yield* listMembers(globex.admin, firstPage)).total, 4)
      const stale = { ...recruiter, subRole: "recruiter_admin" } as const
      assert.strictEqual((yield* Effect.flip(listMembers(stale, firstPage)))._tag, "CallerStale")
      for (const alone of [aManager(null), { ...aRecruiter(null), subRole: "recruiter_admin" as const }]) {
        assert.strictEqual((yield* Effect.flip(listMembers(world.account(alone), firstPage)))._tag, "NoCompany")
      }
    })
  )

  it.effect("goes on by pages and by cursors", () =>
    story(function* (world) {
      const { acme } = world
      const all = (yield* listMembers(acme.manager, firstPage)).rows
      const two = yield* listMembers(acme.manager, { number: 2, limit: 3 })
      assert.deepStrictEqual(two.rows, all.slice(3))
      const [first] = all
      assert.isDefined(first)
      const after = { createdAt: first?.value.createdAt ?? 0, id: first?.value.id ?? "" }
      const rest = yield* listMembers(acme.manager, { after, limit: 2 })
      assert.deepStrictEqual([rest.rows, rest.more], [all.slice(1, 3), true])
    })
  )
})

interface Deed {
  readonly by: (
    change: MemberChange
  ) => Effect.Effect<
    unknown,
    Effect.Error<ReturnType<typeof makeAdmin>> | Effect.Error<ReturnType<typeof removeMember>>,
    Ports
  >
  readonly type: string
}
const deeds: Readonly<Record<string, Deed>> = {
  "removing a member": { by: removeMember, type: "account.left" },
  "changing a sub-role": { by: makeAdmin, type: "account.subRoleChanged" }
}

describe.each(Object.entries(deeds))("%s", (_, { by, type }) => {
  const tag = (caller: Caller, { id }: Pick<Account, "id">) =>
    Effect.map(Effect.flip(by({ caller, id })), ({ _tag }) => _tag)

  it.effect("is for the company's hiring managers", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual(yield* tag(caller, acme.colleague), "RoleNotAllowed")
      }
      assert.strictEqual(yield* tag(globex.manager, acme.colleague), "MemberNotFound")
      assert.strictEqual(yield* tag(aManager(acme.id), acme.colleague), "CallerStale")
      assert.strictEqual(yield* tag(world.account(aManager(null)), acme.colleague), "NoCompany")
      assert.deepStrictEqual(world.published(), [])
      yield* by({ caller: acme.manager, id: acme.colleague.id })
      yield* by({ caller: world.account(aManager(acme.id)), id: acme.recruiter.id })
    })
  )

  it.effect("is signed by who did it, belongs to their company, and is to be delivered", () =>
    story(function* (world) {
      const { acme } = world
      yield* by({ caller: acme.manager, id: acme.colleague.id })
      const [event, ...more] = world.events(acme.colleague)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type,
        sequence: 1,
        actor: { kind: "hiring_manager", id: acme.manager.id },
        companyId: acme.id,
        occurredAt: now
      })
      assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
      assert.strictEqual(world.accountNow(acme.colleague)?.version, 1)
    })
  )

  it.effect("of nobody, of who is in no company, or of a candidate: not found", () =>
    story(function* (world) {
      const others = [{ id: newId() }, { id: "no uuid" }, { id: "" }, world.account(aRecruiter(null)), world.candidate]
      for (const other of others) assert.strictEqual(yield* tag(world.acme.manager, other), "MemberNotFound")
    })
  )

  it.effect("on the expected version, or one of them, and on no other", () =>
    story(function* (world) {
      const { acme } = world
      const caller = acme.manager
      for (const expectedVersions of [[1], [7], []]) {
        const failure = yield* Effect.flip(by({ caller, id: acme.colleague.id, expectedVersions }))
        assert.strictEqual(failure._tag, "VersionMismatch")
      }
      yield* by({ caller, id: acme.colleague.id, expectedVersions: [7, 0] })
      assert.strictEqual(world.events(acme.colleague).length, 1)
    })
  )

  it.effect("does not happen beside the removal of who asks for it", () =>
    story(function* (world) {
      const { acme } = world
      const other = world.account(aManager(acme.id))
      const { layer } = overtaken(1, () => removeMember({ caller: acme.manager, id: other.id }), world)
      const late = Effect.provide(tag(other, acme.colleague), layer)
      assert.strictEqual(yield* hurried(late), "CallerStale")
      assert.deepStrictEqual(world.events(acme.colleague), [])
    })
  )

  it.effect("gives up where it is overtaken again and again, and fails as an outage does", () =>
    story(function* (world) {
      const { manager, colleague } = world.acme
      const stale = failing(world, new StaleVersion({ subjectId: colleague.id }))
      assert.strictEqual(yield* hurried(Effect.provide(tag(manager, colleague), stale)), "StaleVersion")
      const gone = failing(world, new StoreUnavailable({ operation: "Journal.commit", cause: "gone" }))
      assert.strictEqual(yield* Effect.provide(tag(manager, colleague), gone), "StoreUnavailable")
    })
  )
})

describe("removing a member", () => {
  it.effect("takes them out of the company, as what they are; their token is stale at once", () =>
    story(function* (world) {
      const { acme } = world
      for (const member of [acme.recruiter, acme.admin, world.account(aManager(acme.id))]) {
        yield* removeMember({ caller: acme.manager, id: member.id })
        assert.deepStrictEqual<unknown>(world.accountNow(member), {
          ...factsOf(member),
          createdAt: 0,
          companyId: null,
          version: 1
        })
        assert.deepStrictEqual<unknown>(world.events(member)[0]?.data, { role: member.role })
        const query = { status: null, page: firstPage }
        assert.strictEqual((yield* Effect.flip(listOffers(member, query)))._tag, "CallerStale")
      }
      assert.strictEqual((yield* listMembers(acme.manager, firstPage)).total, 2)
    })
  )

  it.effect("is never of oneself, nor of who made the company", () =>
    story(function* (world) {
      const { acme } = world
      const other = world.account(aManager(acme.id))
      const refused = (caller: Caller, id: string) => Effect.flip(removeMember({ caller, id }))
      // The manager made it, and is one of two.
      assert.deepStrictEqual<unknown>(yield* refused(acme.manager, acme.manager.id), { _tag: "MemberIsYou" })
      assert.deepStrictEqual<unknown>(yield* refused(other, other.id), { _tag: "MemberIsYou" })
      assert.deepStrictEqual<unknown>(yield* refused(other, acme.manager.id), { _tag: "MemberIsCreator" })
      yield* removeMember({ caller: acme.manager, id: other.id })
    })
  )

  it.effect("leaves a company a hiring manager, even where two remove each other", () =>
    story(function* (world) {
      const { acme, state } = world
      state.companies.set(acme.id, { id: acme.id, version: 0, name: "Acme", creatorId: null, createdAt: 0 })
      const other = world.account(aManager(acme.id))
      const { layer } = overtaken(1, () => removeMember({ caller: other, id: acme.manager.id }), world)
      const late = Effect.provide(removeMember({ caller: acme.manager, id: other.id }), layer)
      assert.strictEqual((yield* Effect.flip(hurried(late)))._tag, "CallerStale")
      assert.strictEqual(world.accountNow(other)?.companyId, acme.id)
    })
  )

  it.effect("who is gone already: not found", () =>
    story(function* (world) {
      const { acme } = world
      const change = { caller: acme.manager, id: acme.colleague.id }
      const { layer } = overtaken(1, () => removeMember(change), world)
      const late = Effect.flip(hurried(Effect.provide(removeMember(change), layer)))
      assert.deepStrictEqual<unknown>(yield* late, { _tag: "MemberNotFound" })
      assert.strictEqual(world.events(acme.colleague).length, 1)
    })
  )
})

describe("changing a sub-role", () => {
  it.effect("answers the account as it is then; the same once more changes nothing", () =>
    story(function* (world) {
      const { manager, recruiter } = world.acme
      const admin = { ...factsOf(recruiter), createdAt: 0, subRole: "recruiter_admin" }
      for (let times = 0; times < 2; times++) {
        const { version, value } = yield* makeAdmin({ caller: manager, id: recruiter.id })
        assert.deepStrictEqual<unknown>({ version, value }, { version: 1, value: { ...admin, status: "member" } })
      }
      assert.deepStrictEqual<unknown>(world.accountNow(recruiter), { ...admin, version: 1 })
      assert.deepStrictEqual<unknown>(
        world.events(recruiter).map(({ data }) => data),
        [{ subRole: "recruiter_admin" }]
      )
      // The token says what is so no longer.
      const query = { status: null, page: firstPage }
      assert.strictEqual((yield* Effect.flip(listOffers(recruiter, query)))._tag, "CallerStale")
      yield* changeSubRole({ caller: manager, id: recruiter.id }, "recruiter_user")
      assert.deepInclude(world.accountNow(recruiter), { subRole: "recruiter_user", version: 2 })
    })
  )

  it.effect("is of recruiters only", () =>
    story(function* (world) {
      const { acme } = world
      const other = world.account(aManager(acme.id))
      for (const { id } of [other, acme.manager]) {
        const failure = yield* Effect.flip(makeAdmin({ caller: acme.manager, id }))
        assert.deepStrictEqual<unknown>(failure, { _tag: "NotARecruiter" })
      }
    })
  )

  it.effect("beside another change of it comes second", () =>
    story(function* (world) {
      const change = { caller: world.acme.manager, id: world.acme.recruiter.id }
      const toAdmin = overtaken(1, () => makeAdmin(change), world)
      assert.strictEqual((yield* hurried(Effect.provide(makeAdmin(change), toAdmin.layer))).version, 1)
      const back = overtaken(1, () => changeSubRole(change, "recruiter_user"), world)
      // Made a user meanwhile, which leaves nothing to do.
      assert.strictEqual(
        (yield* hurried(Effect.provide(changeSubRole(change, "recruiter_user"), back.layer))).version,
        2
      )
      assert.strictEqual(world.events(world.acme.recruiter).length, 2)
    })
  )
})
