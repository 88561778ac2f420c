import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Channel, NotificationContent } from "../../events/model/notification.ts"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import type { CallerStale } from "../../identity/ports/accounts.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Notification } from "../model/notification.ts"

/** Where a list of notifications goes on: below this row, newest first, ties by id descending. */
export interface NotificationCursor {
  readonly createdAt: Instant
  readonly id: string
}

/**
 * A mail that is to be sent now, `id` being that of its delivery: to the address of the recipient's account, null where
 * there is no such account, in its language. `isMember`: the recipient is of the company whose matter it is.
 */
export interface DueMail extends NotificationContent {
  readonly id: string
  readonly recipientId: string
  readonly createdAt: Instant
  readonly companyId: string | null
  readonly isMember: boolean
  readonly email: string | null
  readonly locale: string | null
}

/**
 * What became of a mail: `skipped` when what it says is no longer true, `queued` again when it could not be sent for now,
 * each with the reason; `untried` when it was not its turn.
 */
export interface MailOutcome {
  readonly id: string
  readonly status: "sent" | "failed" | "skipped" | "queued" | "untried"
  readonly error: string | null
}

/**
 * Reads what people were notified of, and keeps account of its mails; it is written where its event is, or is handled. The
 * methods that take a caller confirm the account in the same round trip (see `Accounts.confirm`), see the caller's own
 * only, and may fail with `CallerStale`; every method may fail with `StoreUnavailable`. See docs/flows/notifications.md.
 */
export class Notifications extends Context.Service<
  Notifications,
  {
    /**
     * What the caller was notified of, as a candidate or in the company of now, newest first. `unread` keeps those that are
     * so, `channel` those that have a delivery by it; null keeps all.
     */
    readonly list: (
      caller: Caller,
      query: {
        readonly unread: boolean | null
        readonly channel: Channel | null
        readonly page: PageRequest<NotificationCursor>
      }
    ) => Effect.Effect<{ readonly caller: Caller; readonly page: Page<Notification> }, CallerStale | StoreUnavailable>

    /**
     * Marks one as read at `at`; one that was read before stays as it is. Null when the caller has no such notification.
     */
    readonly markRead: (
      caller: Caller,
      id: string,
      at: Instant
    ) => Effect.Effect<
      { readonly caller: Caller; readonly notification: Notification | null },
      CallerStale | StoreUnavailable
    >

    /** Marks everything that the caller was notified of as read at `at`; what was read before stays as it is. */
    readonly markAllRead: (caller: Caller, at: Instant) => Effect.Effect<void, CallerStale | StoreUnavailable>

    /** Takes up to `limit` mails that are due, longest due first. Each is leased for five minutes. */
    readonly claimMails: (at: Instant, limit: number) => Effect.Effect<ReadonlyArray<DueMail>, StoreUnavailable>

    /**
     * Writes what became of mails: those that were sent, skipped, or failed for good are due no more, and the sealed tokens
     * of their links are forgotten; one that could not be sent for now is due again after 1, 5, 25 and then every 60
     * minutes; one that was not tried in ten seconds, as if it had not been claimed. What is final stays so: another may
     * have been quicker, where a lease ran out.
     */
    readonly recordMailOutcomes: (
      outcomes: ReadonlyArray<MailOutcome>,
      at: Instant
    ) => Effect.Effect<void, StoreUnavailable>
  }
>()("@treff/domain/Notifications") {}
