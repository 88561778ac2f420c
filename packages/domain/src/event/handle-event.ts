import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Deliveries } from "../ports/index.ts"

/**
 * Handles an event that came out of the queue, once, however often it is delivered: the first time it is marked as
 * delivered and true is answered, afterwards nothing happens and the answer is false.
 */
export const handleEvent = Effect.fn("handleEvent")(function* (event: { readonly id: string }) {
  const deliveries = yield* Deliveries
  return yield* deliveries.handled(event.id, yield* Clock.currentTimeMillis)
})
