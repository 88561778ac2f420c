import { assert, describe, it } from "@effect/vitest"
import { hour, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { expireDueOffers, offerStatuses } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story } from "../../story.ts"

describe("sweeping", () => {
  it.effect("writes what time has done: active and disabled offers expire, archived ones do not", () =>
    story(function* (world) {
      const past = { jobStartsAt: now - hour, expiresAt: now + day }
      const offers = offerStatuses.map((status) => world.offer({ status, ...past }))
      world.offer()
      assert.deepStrictEqual(yield* expireDueOffers("jobStartsAt", 20), { expired: 2, finished: true })
      assert.deepStrictEqual(
        offers.map((offer) => world.now(offer)?.value.status),
        ["expired", "expired", "archived", "expired"]
      )
      for (const offer of offers.slice(0, 2)) {
        const [event, ...more] = world.events(offer)
        assert.deepStrictEqual(more, [])
        assert.deepInclude(event, {
          sequence: 2,
          type: "offer.expired",
          data: { term: 1, reason: "job_started" },
          actor: { kind: "system", id: null },
          companyId: world.acme.id,
          occurredAt: now - hour
        })
        assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
        assert.deepInclude(world.now(offer), { version: 2 })
      }
    })
  )

  it.effect("looks at the date that is named", () =>
    story(function* (world) {
      world.offer({ jobStartsAt: now + day, expiresAt: now })
      assert.deepStrictEqual(yield* expireDueOffers("jobStartsAt", 20), { expired: 0, finished: true })
      assert.deepStrictEqual(yield* expireDueOffers("expiresAt", 20), { expired: 1, finished: true })
    })
  )

  it.effect("an offer that is due for both dates gets one event, with the date that came first", () =>
    story(function* (world) {
      const offer = world.offer({ jobStartsAt: now - hour, expiresAt: now - 2 * hour })
      yield* expireDueOffers("jobStartsAt", 20)
      yield* expireDueOffers("expiresAt", 20)
      assert.deepStrictEqual(
        world.events(offer).map(({ data, occurredAt }): unknown => ({ data, occurredAt })),
        [{ data: { term: 1, reason: "expired_date" }, occurredAt: now - 2 * hour }]
      )
    })
  )

  it.effect("expires at the instant, not a millisecond before, and once", () =>
    story(function* (world) {
      const offer = world.offer()
      yield* TestClock.setTime(offer.jobStartsAt - 1)
      assert.strictEqual((yield* expireDueOffers("jobStartsAt", 20)).expired, 0)
      yield* TestClock.setTime(offer.jobStartsAt)
      assert.strictEqual((yield* expireDueOffers("jobStartsAt", 20)).expired, 1)
      assert.strictEqual((yield* expireDueOffers("jobStartsAt", 20)).expired, 0)
    })
  )

  it.effect("takes a thousand at a time, and says whether it got through", () =>
    story(function* (world) {
      for (let count = 0; count < 2_500; count++) world.offer({ jobStartsAt: now })
      assert.deepStrictEqual(yield* expireDueOffers("jobStartsAt", 2), { expired: 2_000, finished: false })
      assert.deepStrictEqual(yield* expireDueOffers("jobStartsAt", 2), { expired: 500, finished: true })
      assert.strictEqual(new Set([...world.state.events.values()].map(({ id }) => id)).size, 5_000)
    })
  )

  it.effect("by two at once lets each expire once", () =>
    story(function* (world) {
      const offers = Array.from({ length: 100 }, () => world.offer({ jobStartsAt: now }))
      const both = yield* Effect.all([expireDueOffers("jobStartsAt", 2), expireDueOffers("jobStartsAt", 2)], {
        concurrency: 2
      })
      assert.strictEqual(both[0].expired + both[1].expired, 100)
      for (const offer of offers) assert.strictEqual(world.events(offer).length, 1)
    })
  )
})
