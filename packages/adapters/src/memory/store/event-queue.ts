import { EventQueue, type RecordedEvent } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * A queue that hands each batch of events to a function, in this process. It never fails; what the function throws is a
 * defect. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemoryQueue } from "@treff/adapters/memory"
 * import { EventQueue } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * let batches = 0
 * const publish = EventQueue.use((queue) => queue.publish([]))
 * await Effect.runPromise(Effect.provide(publish, layerMemoryQueue(() => batches++)))
 * strictEqual(batches, 1)
 * ```
 */
export const layerMemoryQueue = (consume: (events: ReadonlyArray<RecordedEvent>) => void): Layer.Layer<EventQueue> =>
  Layer.succeed(EventQueue, EventQueue.of({ publish: (events) => Effect.sync(() => consume(events)) }))
