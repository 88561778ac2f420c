import * as Effect from "effect/Effect"
import { Journal, type Versioned } from "../../../events/ports/journal.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { system } from "../../../events/use-cases/record-events.ts"
import type { Instant } from "../../../kernel/time.ts"
import { settleOffer } from "../../model/offer/decide-offer.ts"
import type { Offer } from "../../model/offer/offer.ts"

/** What time alone has done to an offer by `at`; no events if nothing. */
export const expiryOf = ({ version: prior, value }: Versioned<Offer>, at: Instant) =>
  recordChange("offer", settleOffer(value, at), { prior, actor: system, at })

/**
 * Writes that an offer has expired, where a command finds it so that is none of the offer's own. Somebody else may have
 * been quicker. Fails with `StoreUnavailable`. Source: `offers.md`, "Time counts at once".
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, writeExpiry } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * const offer = { version: 1, value: { ...noOffer, id: "o1", expiresAt: 1_000, status: "active" } } as const
 * state.offers.set("o1", offer)
 * await Effect.runPromise(Effect.provide(writeExpiry(offer, 1_000), [layerMemory(state), layerUuid]))
 * deepStrictEqual([...state.events.values()].map(({ type }) => type), ["offer.expired"])
 * ```
 */
export const writeExpiry = Effect.fnUntraced(function* (offer: Versioned<Offer>, at: Instant) {
  const change = yield* expiryOf(offer, at)
  if (change.events.length === 0) return
  yield* Effect.catchTag((yield* Journal).commit([change], { at }), "StaleVersion", () => Effect.void)
})
