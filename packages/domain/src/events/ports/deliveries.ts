import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../../kernel/time.ts"
import type { NewNotification } from "../model/notification.ts"
import type { RecordedEvent } from "../model/recorded-event.ts"
import type { StoreUnavailable } from "./store.ts"

/** A message that was given up: the event it carried (null when it was none), the message itself, and why. */
export interface DeadLetter {
  readonly id: string
  readonly eventId: string | null
  readonly message: unknown
  readonly error: string
  readonly failedAt: Instant
}

/** An event that was handled, and the notifications that follow from it. */
export interface HandledEvent {
  readonly eventId: string
  readonly notifications: ReadonlyArray<NewNotification>
}

/**
 * What is still to be delivered. The journal adds an event in its commit; it stays until it is handled or given up.
 * Every method may fail with `StoreUnavailable`. See docs/events.md.
 */
export class Deliveries extends Context.Service<
  Deliveries,
  {
    /** Takes up to `limit` events that are due, longest due first. Each is leased, for longer from try to try. */
    readonly claim: (at: Instant, limit: number) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreUnavailable>

    /**
     * Marks events as handled, each with a receipt, and writes their notifications, all or nothing. Answers the ids of
     * those that were not handled before; of the others, and of what is no event, no notification is written.
     */
    readonly markHandled: (
      handled: ReadonlyArray<HandledEvent>,
      at: Instant
    ) => Effect.Effect<ReadonlySet<string>, StoreUnavailable>

    /** Notes why events could not be handled this time. */
    readonly noteFailure: (eventIds: ReadonlyArray<string>, error: string) => Effect.Effect<void, StoreUnavailable>

    /**
     * Gives a message up: it is due no more, and kept with the last error noted (otherwise with `error`), unless its event
     * was handled after all. Repeating is harmless.
     */
    readonly bury: (letter: DeadLetter) => Effect.Effect<void, StoreUnavailable>

    /** Dead letters, oldest first, after the given id. */
    readonly buried: (after: string | null, limit: number) => Effect.Effect<ReadonlyArray<DeadLetter>, StoreUnavailable>

    /** Forgets these dead letters and makes their events due again, but for those handled meanwhile; answers which. */
    readonly replay: (ids: ReadonlyArray<string>, at: Instant) => Effect.Effect<ReadonlyArray<string>, StoreUnavailable>
  }
>()("@treff/domain/Deliveries") {}
