import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { RecordedEvent } from "../model/recorded-event.ts"

/** The queue did not take the messages; they are due again by themselves. */
export class QueueUnavailable extends Data.TaggedError("QueueUnavailable")<{ readonly cause: unknown }> {}

/**
 * Carries events to their consumer: at least once, in any order. `publish` may fail with `QueueUnavailable`, after some
 * of the events were sent. See docs/events.md.
 */
export class EventQueue extends Context.Service<
  EventQueue,
  { readonly publish: (events: ReadonlyArray<RecordedEvent>) => Effect.Effect<void, QueueUnavailable> }
>()("@treff/domain/EventQueue") {}
