import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CallerStale, StoreUnavailable } from "../../events/ports/store.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import type { Invitation } from "../../invitations/model/invitation.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { Instant } from "../../kernel/time.ts"
import type { OfferOutline } from "../../offers/model/offer/offer.ts"
import type { OfferSentState } from "../../offers/model/offer-sent/offer-sent.ts"
import type { Channel, Notification, Telling } from "../model/notification.ts"

/** Where a list of notifications goes on: below this row, newest first, ties by id descending. Source: `http.md`. */
export interface NotificationCursor {
  readonly createdAt: Instant
  readonly id: string
}

/**
 * A mail that is to be sent now: to whom (null: there is no such account), in which language, and what it is about as that
 * is by now, null where there is no such thing (any more). `isMember`: the recipient is of the company whose matter it is.
 * `sealedToken`: what its link carries, as long as that is still the present one.
 */
export type DueMail = Telling & {
  readonly id: string
  readonly recipientId: string
  readonly createdAt: Instant
  readonly email: string | null
  readonly locale: string | null
  readonly companyId: string | null
  readonly isMember: boolean
  readonly sent: Pick<OfferSentState, "term" | "status"> | null
  readonly offer: OfferOutline | null
  readonly invitation: Pick<Invitation, "status" | "resends" | "expiresAt"> | null
  readonly signIn: { readonly expiresAt: Instant; readonly usedAt: Instant | null } | null
  readonly sealedToken: string | null
}

/**
 * What became of a mail: `queued` again, with the reason, when it could not be sent for now; `untried` when it was not
 * its turn. Source: `http.md`, notifications.
 */
export interface MailOutcome {
  readonly id: string
  readonly status: "sent" | "failed" | "queued" | "untried"
  readonly error: string | null
}

/**
 * Reads what people were told, and keeps account of its mails; it is written where its event is, or is handled. The
 * methods that take a caller confirm the account in the same round trip (see `Accounts.confirm`), see the caller's own
 * only, and may fail with `CallerStale`; every method may fail with `StoreUnavailable`. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { Notifications } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const due = Notifications.use((notifications) => notifications.claimMails(0, 100))
 * deepStrictEqual(await Effect.runPromise(Effect.provide(due, layerMemory(memoryState()))), [])
 * ```
 */
export class Notifications extends Context.Service<
  Notifications,
  {
    /**
     * What the caller was told, as a candidate or in the company of now, newest first; `unread` and `channel` keep those
     * that are so, null keeps all.
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
     * Marks one as read at `at`, and with it what the caller was told of the same event by the other channel; what was
     * read before stays as it is. Null when the caller has no such notification.
     */
    readonly markRead: (
      caller: Caller,
      id: string,
      at: Instant
    ) => Effect.Effect<
      { readonly caller: Caller; readonly notification: Notification | null },
      CallerStale | StoreUnavailable
    >

    /** Marks everything that the caller was told as read at `at`; what was read before stays as it is. */
    readonly markAllRead: (caller: Caller, at: Instant) => Effect.Effect<void, CallerStale | StoreUnavailable>

    /** Takes up to `limit` mails that are due, longest due first. Each is leased for five minutes. */
    readonly claimMails: (at: Instant, limit: number) => Effect.Effect<ReadonlyArray<DueMail>, StoreUnavailable>

    /**
     * Writes what became of mails: those that were sent, or failed for good, are due no more, and their sealed tokens are
     * forgotten; one that could not be sent
     * for now is due again after 1, 5, 25 and then every 60 minutes; one that was not tried in ten seconds, as if it had
     * not been claimed. What is settled stays so: another may have been quicker, where a lease ran out.
     */
    readonly settleMails: (outcomes: ReadonlyArray<MailOutcome>, at: Instant) => Effect.Effect<void, StoreUnavailable>
  }
>()("@treff/domain/Notifications") {}
