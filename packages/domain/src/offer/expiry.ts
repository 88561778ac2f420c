import * as Effect from "effect/Effect"
import type { Decision } from "../decider.ts"
import { type Actor, recordEvents, system } from "../event/index.ts"
import { type Change, Journal, type Versioned } from "../ports/index.ts"
import type { Instant } from "../time/index.ts"
import { settleOffer } from "./decide-offer.ts"
import type { Offer, OfferEvent, OfferState } from "./offer.ts"

/** What a decision on an offer makes the journal write. */
export const changeOf = (
  { version: prior, value }: Versioned<Offer>,
  decision: Decision<OfferState, OfferEvent>,
  actor: Actor,
  at: Instant
) =>
  Effect.map(
    recordEvents(decision, {
      subject: { type: "offer", id: value.id },
      companyId: value.companyId,
      prior,
      actor,
      at
    }),
    (events): Change => ({ kind: "offer", prior, state: decision.state, events })
  )

/** What time alone has done to an offer by `at`; no events if nothing. */
export const expiryOf = (offer: Versioned<Offer>, at: Instant) =>
  changeOf(offer, settleOffer(offer.value, at), system, at)

/**
 * Writes that an offer has expired, where a command finds it so that is none of the offer's own. Somebody else may have
 * been quicker. Fails with `StoreUnavailable`. Source: `offers.md`, "Time counts at once".
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, writeExpiry } from "@treff/domain/offer"
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
