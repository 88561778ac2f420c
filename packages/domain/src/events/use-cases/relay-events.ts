import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Deliveries } from "../ports/deliveries.ts"
import { EventQueue } from "../ports/event-queue.ts"

/** As many as one message batch of the queue holds. */
const batchSize = 100

/** How many batches one call relays at the most; what remains is still due. */
const maxBatches = 100

/**
 * Sends every event that is due to the queue, a hundred at a time, and answers how many. A batch that the queue refuses
 * is due again later; nothing is lost, and an event may be sent more than once. Fails with `StoreUnavailable` or
 * `QueueUnavailable`. See docs/events.md.
 */
export const relayEvents = Effect.fn("relayEvents")(function* () {
  const deliveries = yield* Deliveries
  const queue = yield* EventQueue
  const at = yield* Clock.currentTimeMillis
  let relayed = 0
  for (let done = 0; done < maxBatches; done++) {
    const events = yield* deliveries.claim(at, batchSize)
    if (events.length > 0) yield* queue.publish(events)
    relayed += events.length
    if (events.length < batchSize) break
  }
  return relayed
})
