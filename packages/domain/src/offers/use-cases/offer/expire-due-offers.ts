import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal } from "../../../events/ports/journal.ts"
import { Offers } from "../../ports/offers.ts"
import { expiryOf } from "./offer-expiry.ts"

/** How many offers are read, decided and committed at once. */
const lot = 1_000

/**
 * Writes `expired` for every offer whose given date has come: the commands `checkDateExpiredOffers` (`expiresAt`) and
 * `checkDateStartDateJobOffers` (`jobStartsAt`). Answers how many, and whether none is left after `lots` lots of 1,000.
 * Those that somebody else holds just now are left. Safe to run twice and by several at once: each offer expires once.
 * Fails with `StoreUnavailable`. Source: `003`, cron; `offers.md`, cron.
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
  lots: number
) {
  const offers = yield* Offers
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  let expired = 0
  for (let done = 0; done < lots; done++) {
    const due = yield* offers.due(date, at, lot)
    const changes = yield* Effect.forEach(due, (offer) => expiryOf(offer, at))
    const written = changes.length === 0 ? 0 : (yield* journal.commitFree(changes, { at })).length
    expired += written
    // What somebody else holds just now is skipped: the last lot was the last one only if nothing of it was.
    if (due.length < lot) return { expired, finished: written === due.length }
  }
  return { expired, finished: false }
})
