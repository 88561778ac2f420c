import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Deliveries } from "../ports/deliveries.ts"
import { EventQueue } from "../ports/event-queue.ts"

/** As many as one message batch of the queue holds. */
const lot = 100

/** How many lots one call relays at the most; what remains is still due. */
const lots = 100

/**
 * Sends every event that is due to the queue, a hundred at a time, and answers how many. A lot that the queue refuses
 * is due again later; nothing is lost, and an event may be sent more than once. Fails with `StoreUnavailable` or
 * `QueueUnavailable`. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, layerMemoryQueue, memoryState } from "@treff/adapters/memory"
 * import { relayEvents, system } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const fact = { type: "offer.archived", data: { term: 1 }, actor: system, companyId: "acme", occurredAt: 0 } as const
 * const state = memoryState()
 * state.events.set("e1", { ...fact, id: "e1", subject, sequence: 1 })
 * state.deliveries.set("e1", { dueAt: 0, attempts: 0, lastError: null })
 * const queue = layerMemoryQueue((events) => strictEqual(events[0]?.type, "offer.archived"))
 * strictEqual(await Effect.runPromise(Effect.provide(relayEvents(), [layerMemory(state), queue])), 1)
 * ```
 */
export const relayEvents = Effect.fn("relayEvents")(function* () {
  const deliveries = yield* Deliveries
  const queue = yield* EventQueue
  const at = yield* Clock.currentTimeMillis
  let relayed = 0
  for (let done = 0; done < lots; done++) {
    const events = yield* deliveries.claim(at, lot)
    if (events.length > 0) yield* queue.publish(events)
    relayed += events.length
    if (events.length < lot) break
  }
  return relayed
})
