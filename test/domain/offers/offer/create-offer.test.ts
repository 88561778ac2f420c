import { assert, describe, it } from "@effect/vitest"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMemory } from "@treff/adapters/memory"
import { content, now } from "@treff/contract-tests/fixtures"
import { Journal, StoreUnavailable } from "@treff/domain/events"
import { createOffer } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { story } from "../../story.ts"

describe("creating an offer", () => {
  it.effect("makes it active, owned by the caller in the caller's company", () =>
    story(function* ({ acme, state }) {
      for (const caller of [acme.recruiter, acme.admin, acme.manager]) {
        const { version, value } = yield* createOffer(caller, content())
        assert.strictEqual(version, 1)
        assert.deepStrictEqual(value, {
          ...content(),
          id: value.id,
          companyId: acme.id,
          ownerId: caller.id,
          quizId: null,
          term: 1,
          createdAt: now,
          updatedAt: now,
          status: "active"
        })
        assert.deepStrictEqual(state.offers.get(value.id), { version, value })
      }
    })
  )

  it.effect("is recorded by one event that is to be delivered", () =>
    story(function* ({ acme, state }) {
      const { value } = yield* createOffer(acme.recruiter, content())
      const [event, ...more] = [...state.events.values()]
      assert.deepStrictEqual(more, [])
      assert.deepInclude(event, {
        subject: { type: "offer", id: value.id },
        sequence: 1,
        type: "offer.created",
        actor: { kind: "recruiter", id: acme.recruiter.id },
        companyId: acme.id,
        occurredAt: now
      })
      assert.deepStrictEqual([...state.deliveries.keys()], [event?.id])
    })
  )

  it.effect("takes the company of now when the token names none", () =>
    story(function* ({ acme }) {
      const { value } = yield* createOffer({ ...acme.manager, companyId: null }, content())
      assert.strictEqual(value.companyId, acme.id)
    })
  )

  it.effect("is not for candidates, even with content that is wrong", () =>
    story(function* ({ candidate, state }) {
      const failure = yield* Effect.flip(createOffer(candidate, content({ title: "" })))
      assert.strictEqual(failure._tag, "RoleNotAllowed")
      assert.strictEqual(state.offers.size, 0)
    })
  )

  it.effect("needs an account that agrees, and a company", () =>
    story(function* (world) {
      world.leaves(world.acme.recruiter)
      assert.strictEqual((yield* Effect.flip(createOffer(world.acme.recruiter, content())))._tag, "CallerStale")
      const withNoCompany = { ...world.acme.recruiter, companyId: null }
      assert.strictEqual((yield* Effect.flip(createOffer(withNoCompany, content())))._tag, "NoCompany")
      assert.strictEqual(world.state.offers.size, 0)
    })
  )

  it.effect("is refused with everything that is wrong with the content", () =>
    story(function* ({ acme, state }) {
      const failure = yield* Effect.flip(createOffer(acme.recruiter, content({ salary: "", expiresAt: now })))
      assert.deepStrictEqual(failure._tag === "InvalidOffer" && failure.issues.map(({ field }) => field as string), [
        "salary",
        "jobStartsAt",
        "expiresAt"
      ])
      assert.strictEqual(state.offers.size, 0)
    })
  )

  it.effect("says when the store does not answer", () =>
    story(function* ({ acme, state }) {
      const gone = new StoreUnavailable({ operation: "Journal.commit", cause: "gone" })
      const journal = Layer.mock(Journal, { commit: () => Effect.fail(gone) })
      const layer = Layer.mergeAll(layerMemory(state), layerUuid, journal)
      assert.strictEqual(yield* Effect.flip(Effect.provide(createOffer(acme.recruiter, content()), layer)), gone)
    })
  )
})
