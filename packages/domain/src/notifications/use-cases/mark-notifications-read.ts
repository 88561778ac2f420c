import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../identity/model/account/account.ts"
import { refuse } from "../../kernel/refuse.ts"
import { Notifications } from "../ports/notifications.ts"

/** The caller has no such notification. See docs/flows/notifications.md. */
export interface NotificationNotFound {
  readonly _tag: "NotificationNotFound"
}

/**
 * Marks a notification of the caller's as read; again, it stays read when it was. Answers it as it is then. Fails with
 * `CallerStale`, `NotificationNotFound` or `StoreUnavailable`. See docs/flows/notifications.md.
 */
export const markNotificationRead = Effect.fn("markNotificationRead")(function* (claimed: Caller, id: string) {
  const { notification } = yield* (yield* Notifications).markRead(claimed, id, yield* Clock.currentTimeMillis)
  if (notification === null) return yield* refuse<NotificationNotFound>({ _tag: "NotificationNotFound" })
  return notification
})

/**
 * Marks everything that the caller was notified of as read. Fails with `CallerStale` or `StoreUnavailable`. See
 * docs/flows/notifications.md.
 */
export const markAllNotificationsRead = Effect.fn("markAllNotificationsRead")(function* (claimed: Caller) {
  yield* (yield* Notifications).markAllRead(claimed, yield* Clock.currentTimeMillis)
})
