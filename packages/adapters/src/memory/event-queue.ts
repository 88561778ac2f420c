import type { RecordedEvent } from "@treff/domain/event"
import { EventQueue } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** A queue that hands each lot of events to a function, in this process. */
export const layerMemoryQueue = (consume: (events: ReadonlyArray<RecordedEvent>) => void): Layer.Layer<EventQueue> =>
  Layer.succeed(EventQueue, EventQueue.of({ publish: (events) => Effect.sync(() => consume(events)) }))
