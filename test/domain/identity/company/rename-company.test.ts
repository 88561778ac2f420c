import { assert, describe, it } from "@effect/vitest"
import { aManager, now } from "@treff/contract-tests/fixtures"
import { StoreUnavailable } from "@treff/domain/events"
import { type Caller, companyNameLimit, renameCompany } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import { failing, hurried, overtaken, story } from "../../story.ts"

const rename = (caller: Caller, name: string, expectedVersions?: ReadonlyArray<number>) =>
  renameCompany({ caller, name, expectedVersions })
const tag = (...asked: Parameters<typeof rename>) => Effect.map(Effect.flip(rename(...asked)), ({ _tag }) => _tag)

describe("renaming a company", () => {
  it.effect("answers it as it is then, by any of its hiring managers; the same once more changes nothing", () =>
    story(function* (world) {
      const { acme, globex, state } = world
      const named = { id: acme.id, name: "Acme Bakery", creatorId: acme.manager.id, createdAt: 0 }
      for (const caller of [acme.manager, world.account(aManager(acme.id))]) {
        const { version, value } = yield* rename(caller, "Acme Bakery")
        assert.deepStrictEqual<unknown>({ version, value }, { version: 1, value: { ...named, status: "open" } })
      }
      assert.deepStrictEqual(state.companies.get(acme.id), { ...named, version: 1 })
      assert.strictEqual(state.companies.get(globex.id)?.name, "A company")
      const [event, ...more] = world.events(acme)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type: "company.renamed",
        sequence: 1,
        data: {},
        actor: { kind: "hiring_manager", id: acme.manager.id },
        companyId: acme.id,
        occurredAt: now
      })
    })
  )

  it.effect("is for hiring managers who have one", () =>
    story(function* (world) {
      const { acme, candidate } = world
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual(yield* tag(caller, "Acme"), "RoleNotAllowed")
      }
      assert.strictEqual(yield* tag(aManager(acme.id), "Acme"), "CallerStale")
      assert.strictEqual(yield* tag(world.account(aManager(null)), "Acme"), "NoCompany")
      assert.strictEqual(yield* tag(world.account(aManager(null)), ""), "NoCompany")
      assert.deepStrictEqual(world.published(), [])
    })
  )

  it.effect("takes a name of 1 to 200 characters in one line", () =>
    story(function* (world) {
      const { manager } = world.acme
      const tooLong = "🥐".repeat(companyNameLimit + 1)
      for (const name of [
        "",
        " ",
        "Acme ",
        tooLong,
        "Ac\0me",
        "Ac\nme",
        "Ac\u2029me",
        "Acme\u202e",
        "\u2066Acme",
        "Acme\ud83e"
      ]) {
        assert.strictEqual(yield* tag(manager, name), "InvalidCompanyName", JSON.stringify(name))
      }
      assert.deepStrictEqual(world.published(), [])
      for (const name of ["A", "🥐".repeat(companyNameLimit), "Bäckerei & Söhne <Acme>"]) {
        assert.strictEqual((yield* rename(manager, name)).value.name, name)
      }
    })
  )

  it.effect("on the expected version, or one of them, and on no other", () =>
    story(function* (world) {
      const { manager } = world.acme
      for (const expected of [[1], []]) assert.strictEqual(yield* tag(manager, "Acme", expected), "VersionMismatch")
      assert.strictEqual((yield* rename(manager, "Acme", [4, 0])).version, 1)
    })
  )

  it.effect("that is overtaken comes second; on a named version it fails at once; an outage is one", () =>
    story(function* (world) {
      const { manager } = world.acme
      const { layer } = overtaken(1, () => rename(manager, "First"), world)
      assert.strictEqual((yield* hurried(Effect.provide(rename(manager, "Second"), layer))).version, 2)
      const named = overtaken(1, () => rename(manager, "Third"), world)
      assert.strictEqual(yield* Effect.provide(tag(manager, "Fourth", [2]), named.layer), "VersionMismatch")
      assert.strictEqual(named.tried.commits, 1)
      const gone = failing(world, new StoreUnavailable({ operation: "Journal.commit", cause: "gone" }))
      assert.strictEqual(yield* Effect.provide(tag(manager, "Fifth"), gone), "StoreUnavailable")
    })
  )
})
