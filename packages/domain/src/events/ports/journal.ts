import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../../kernel/time.ts"
import type { Change, Precondition, Quota } from "../model/change.ts"
import type { NewNotification } from "../model/notification.ts"
import type { RecordedEvent } from "../model/recorded-event.ts"
import type { StaleVersion, StoreUnavailable } from "./store.ts"

/** What a commit is written under: the instant, and what must hold when it is. */
export interface CommitOptions {
  readonly at: Instant
  readonly preconditions?: ReadonlyArray<Precondition>
  readonly quotas?: ReadonlyArray<Quota>
}

/**
 * The only writer. A change of state, its events and the note that they are to be delivered are written together or not
 * at all. Both methods may fail with `StoreUnavailable`. See docs/events.md.
 */
export class Journal extends Context.Service<
  Journal,
  {
    /**
     * Writes all changes, or fails and writes none: `StaleVersion` when a change or a precondition is out of date, or a
     * quota would be exceeded.
     */
    readonly commit: (
      changes: ReadonlyArray<Change>,
      options: CommitOptions
    ) => Effect.Effect<void, StaleVersion | StoreUnavailable>

    /**
     * Writes each change that nobody else is writing or has overtaken, with the notifications of its events, and answers
     * the events that were written: for a sweep, which comes back for the rest, and for a bulk, which says what became of
     * each. It writes nothing where a precondition is out of date, where a change of a required lifecycle is, or where a
     * quota would be exceeded.
     */
    readonly commitEach: (
      changes: ReadonlyArray<Change>,
      options: CommitOptions & { readonly notifications?: ReadonlyArray<NewNotification> }
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreUnavailable>
  }
>()("@treff/domain/Journal") {}
