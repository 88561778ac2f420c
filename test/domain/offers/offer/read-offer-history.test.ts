import { assert, describe, it } from "@effect/vitest"
import { newId } from "@treff/contract-tests/fixtures"
import { archiveOffer, deleteOffer, readOfferHistory, transferOffer } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { story } from "../../story.ts"

const all = { number: 1, limit: 20 }

describe("the history of an offer", () => {
  it.effect("is its events, oldest first, page by page or after a sequence", () =>
    story(function* ({ acme, offer }) {
      const { id } = offer()
      yield* transferOffer({ caller: acme.admin, id }, acme.colleague.id)
      yield* archiveOffer({ caller: acme.manager, id })
      const types = (page: typeof all | { readonly after: number | null; readonly limit: number }) =>
        Effect.map(readOfferHistory(acme.admin, id, page), ({ rows, more, total }) => ({
          types: rows.map(({ type }) => type as string),
          more,
          total
        }))
      const three = ["offer.created", "offer.transferred", "offer.archived"]
      assert.deepStrictEqual(yield* types(all), { types: three, more: false, total: 3 })
      assert.deepStrictEqual(yield* types({ number: 2, limit: 2 }), { types: three.slice(2), more: false, total: 3 })
      assert.deepStrictEqual(yield* types({ after: null, limit: 1 }), {
        types: three.slice(0, 1),
        more: true,
        total: 3
      })
      assert.deepStrictEqual(yield* types({ after: 1, limit: 5 }), { types: three.slice(1), more: false, total: 3 })
      assert.deepStrictEqual(yield* types({ number: 9, limit: 5 }), { types: [], more: false, total: 3 })
    })
  )

  it.effect("is read by admins and hiring managers, and by the recruiter_user who owns the offer", () =>
    story(function* ({ acme, offer }) {
      const { id } = offer()
      for (const caller of [acme.admin, acme.manager, acme.recruiter]) {
        assert.strictEqual((yield* readOfferHistory(caller, id, all)).total, 1)
      }
      assert.strictEqual((yield* Effect.flip(readOfferHistory(acme.colleague, id, all)))._tag, "NotOwner")
    })
  )

  it.effect("goes over to the new owner with the offer", () =>
    story(function* ({ acme, offer }) {
      const { id } = offer()
      yield* transferOffer({ caller: acme.admin, id }, acme.colleague.id)
      assert.strictEqual((yield* readOfferHistory(acme.colleague, id, all)).total, 2)
      assert.strictEqual((yield* Effect.flip(readOfferHistory(acme.recruiter, id, all)))._tag, "NotOwner")
    })
  )

  it.effect("outlives the offer, for admins and hiring managers only", () =>
    story(function* ({ acme, offer }) {
      const { id } = offer()
      yield* deleteOffer({ caller: acme.admin, id })
      for (const caller of [acme.admin, acme.manager]) {
        const { rows } = yield* readOfferHistory(caller, id, all)
        assert.deepStrictEqual(
          rows.map(({ type }) => type as string),
          ["offer.created", "offer.deleted"]
        )
      }
      for (const caller of [acme.recruiter, acme.colleague]) {
        assert.strictEqual((yield* Effect.flip(readOfferHistory(caller, id, all)))._tag, "OfferNotFound")
      }
    })
  )

  it.effect("does not exist for another company, deleted or not", () =>
    story(function* ({ acme, globex, offer }) {
      const { id } = offer()
      const asStranger = Effect.flip(readOfferHistory(globex.admin, id, all))
      assert.strictEqual((yield* asStranger)._tag, "OfferNotFound")
      yield* deleteOffer({ caller: acme.admin, id })
      assert.strictEqual((yield* asStranger)._tag, "OfferNotFound")
      for (const unknown of [newId(), "no uuid"]) {
        assert.strictEqual((yield* Effect.flip(readOfferHistory(acme.admin, unknown, all)))._tag, "OfferNotFound")
      }
    })
  )

  it.effect("is not for candidates, for whoever has left, nor for whoever has no company", () =>
    story(function* (world) {
      const { id } = world.offer()
      const failure = (caller: typeof world.candidate) => Effect.flip(readOfferHistory(caller, id, all))
      assert.strictEqual((yield* failure(world.candidate))._tag, "RoleNotAllowed")
      world.leaves(world.acme.admin)
      assert.strictEqual((yield* failure(world.acme.admin))._tag, "CallerStale")
      assert.strictEqual((yield* failure({ ...world.acme.admin, companyId: null }))._tag, "NoCompany")
    })
  )
})
