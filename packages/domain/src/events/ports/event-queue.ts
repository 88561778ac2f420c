import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { RecordedEvent } from "../model/recorded-event.ts"
import type { QueueUnavailable } from "./store.ts"

/**
 * Carries events to their consumer: at least once, in any order. `publish` may fail with `QueueUnavailable`, after some
 * of the events were sent. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { EventQueue, QueueUnavailable } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const queue = EventQueue.of({ publish: () => Effect.fail(new QueueUnavailable({ cause: "full" })) })
 * const publish = Effect.flip(EventQueue.use((events) => events.publish([])))
 * const failure = await Effect.runPromise(Effect.provideService(publish, EventQueue, queue))
 * strictEqual(failure._tag, "QueueUnavailable")
 * ```
 */
export class EventQueue extends Context.Service<
  EventQueue,
  { readonly publish: (events: ReadonlyArray<RecordedEvent>) => Effect.Effect<void, QueueUnavailable> }
>()("@treff/domain/EventQueue") {}
