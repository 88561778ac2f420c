import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Deliveries } from "../ports/index.ts"

/**
 * Handles an event that came out of the queue, once, however often it is delivered: the first time it is marked as
 * delivered and true is answered, afterwards nothing happens and the answer is false. Fails with `StoreUnavailable`.
 * Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { handleEvent } from "@treff/domain/event"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * state.deliveries.set("e1", { dueAt: 0, attempts: 1, lastError: null })
 * const twice = Effect.all([handleEvent({ id: "e1" }), handleEvent({ id: "e1" })])
 * deepStrictEqual(await Effect.runPromise(Effect.provide(twice, layerMemory(state))), [true, false])
 * ```
 */
export const handleEvent = Effect.fn("handleEvent")(function* (event: { readonly id: string }) {
  const deliveries = yield* Deliveries
  return yield* deliveries.handled(event.id, yield* Clock.currentTimeMillis)
})
