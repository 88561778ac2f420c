import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal } from "../../../events/ports/journal.ts"
import { batchSize, inBatches } from "../../../events/use-cases/in-batches.ts"
import { recordExpiry } from "../../../events/use-cases/record-change.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { Offers } from "../../ports/offers.ts"

/**
 * Writes `expired` for every offer whose given date has come: the commands `checkDateExpiredOffers` (`expiresAt`) and
 * `checkDateStartDateJobOffers` (`jobStartsAt`). Answers how many, and whether none is left after `maxBatches` batches
 * of 1,000. Those that somebody else holds just now are left. Safe to run twice and by several at once: each offer
 * expires once. Fails with `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { expireDueOffers, noOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * state.offers.set("o1", { version: 1, value: { ...noOffer, id: "o1", expiresAt: 1_000, status: "active" } })
 * const sweep = Effect.provide(expireDueOffers("expiresAt", 20), [layerMemory(state), layerUuid])
 * deepStrictEqual(await Effect.runPromise(sweep), { expired: 1, finished: true })
 * ```
 */
export const expireDueOffers = Effect.fn("expireDueOffers")(function* (
  date: "jobStartsAt" | "expiresAt",
  maxBatches: number
) {
  const offers = yield* Offers
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const expire = Effect.gen(function* () {
    const due = yield* offers.due(date, at, batchSize)
    const changes = yield* Effect.forEach(due, (offer) => recordExpiry(offerLifecycle, offer, at))
    return { read: due.length, written: (yield* journal.commitEach(changes, { at })).length }
  })
  const { written, finished } = yield* inBatches(maxBatches, expire)
  return { expired: written, finished }
})
