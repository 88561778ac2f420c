import type * as Effect from "effect/Effect"
import type { Instant } from "../../kernel/time.ts"
import type { DeclaredTemplates, NewNotification, NotificationContent } from "../model/notification.ts"
import type { PublishedEvent } from "../model/recorded-event.ts"
import type { StoreUnavailable } from "../ports/store.ts"

/** What became of a cascade: how many rows were written, and whether that was all. */
export interface CascadeOutcome {
  readonly written: number
  readonly finished: boolean
}

/** What an event sets going that may take more than one invocation, such as the end of an offer for all its sends. */
export interface Cascade<R> {
  readonly follows: (event: PublishedEvent) => boolean
  /** Whether people are notified of what it writes. */
  readonly notifies: boolean
  /** Goes on with what follows from these events, up to `maxBatches` batches. Safe to run twice and by several at once. */
  readonly run: (
    events: ReadonlyArray<PublishedEvent>,
    maxBatches: number
  ) => Effect.Effect<CascadeOutcome, StoreUnavailable, R>
}

/** A mail that is about to be sent. */
export interface PendingMail extends NotificationContent {
  readonly recipientId: string
}

/**
 * Where a mail goes whose recipient is no account, but an invitation, say, and the sealed token that its link carries, if it
 * has one. `email` is null where there is no address any more.
 */
export interface MailAddress {
  readonly email: string | null
  readonly locale: string | null
  readonly sealedToken: string | null
}

/** That what a mail says is still true; with an address where it is not the recipient account's. */
export interface StillTrue {
  readonly address: MailAddress | null
}

/**
 * What one context does because of events, and what it knows of the mails that it has caused. Reactions are idempotent and
 * do not depend on the order of events. See docs/events.md.
 */
export interface Reactions<R> {
  readonly cascades: ReadonlyArray<Cascade<R>>

  /** The notifications that follow from these events; all that is needed for them is read at once. */
  readonly notifications: (
    events: ReadonlyArray<PublishedEvent>
  ) => Effect.Effect<ReadonlyArray<NewNotification>, StoreUnavailable, R>

  /** The templates of this context. */
  readonly templates: DeclaredTemplates

  /** For each of these mails of the context, in the given order: whether what it says is still true; null if not. */
  readonly stillTrue: (
    mails: ReadonlyArray<PendingMail>,
    at: Instant
  ) => Effect.Effect<ReadonlyArray<StillTrue | null>, StoreUnavailable, R>
}

/** That a mail is still true, and goes to the address of its recipient. */
export const toRecipient: StillTrue = { address: null }
