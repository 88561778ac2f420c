import { channels } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import { type Notification, type NotificationCursor, Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { claimDue, growing } from "../store/due.ts"
import { forgetSealedToken } from "../store/notifications.ts"
import type { MemoryState, StoredNotification } from "../store/state.ts"
import { confirm } from "./accounts.ts"
import { newestFirstBy, pageOf } from "./paging.ts"

export const makeNotifications = (state: MemoryState) => {
  const { notifications, outgoingMails } = state
  /** What is the caller's to see: no matter of a company that they have left. */
  const ownOf = (caller: Caller) =>
    [...notifications.values()].filter(
      ({ recipientId, companyId }) =>
        recipientId === caller.id && (companyId === null || companyId === caller.companyId)
    )

  const markRead = (notification: StoredNotification, at: Instant): StoredNotification => {
    const read = { ...notification, readAt: notification.readAt ?? at }
    notifications.set(notification.id, read)
    return read
  }

  return Notifications.of({
    list: Effect.fnUntraced(function* (claimed, { unread, channel, page }) {
      const caller = yield* confirm(state, claimed)
      const rows = ownOf(caller)
        .filter(
          ({ readAt, deliveries }) =>
            (unread === null || (readAt === null) === unread) &&
            (channel === null || deliveries.some((delivery) => delivery.channel === channel))
        )
        .map(toNotification)
        .sort(newestFirst)
      return { caller, page: pageOf(rows, page, (row, cursor) => newestFirst(row, cursor) > 0) }
    }),

    markRead: Effect.fnUntraced(function* (claimed, id, at) {
      const caller = yield* confirm(state, claimed)
      const found = ownOf(caller).find((notification) => notification.id === id.toLowerCase())
      return { caller, notification: found === undefined ? null : toNotification(markRead(found, at)) }
    }),

    markAllRead: Effect.fnUntraced(function* (claimed, at) {
      const caller = yield* confirm(state, claimed)
      for (const notification of ownOf(caller)) markRead(notification, at)
    }),

    claimMails: (at, limit) =>
      Effect.sync(() =>
        claimDue(outgoingMails, at, limit, () => leased).flatMap((id) => {
          const notification = notifications.get(outgoingMails.get(id)?.notificationId ?? "")
          if (notification === undefined) return []
          const { recipientId, companyId, template, data, createdAt } = notification
          const recipient = state.accounts.get(recipientId)
          return [
            {
              id,
              recipientId,
              companyId,
              template,
              data,
              createdAt,
              isMember: companyId !== null && recipient?.companyId === companyId,
              email: recipient?.email ?? null,
              locale: recipient?.locale ?? null
            }
          ]
        })
      ),

    recordMailOutcomes: (outcomes, at) =>
      Effect.sync(() => {
        for (const { id, status, error } of outcomes) {
          const outgoing = outgoingMails.get(id)
          const notification = notifications.get(outgoing?.notificationId ?? "")
          // Another may have been quicker, where the lease ran out: what is final stays so.
          if (notification === undefined || outgoing === undefined) continue
          if (status === "untried") {
            outgoingMails.set(id, { ...outgoing, dueAt: at + 10_000, attempts: outgoing.attempts - 1 })
            continue
          }
          const sentAt = status === "sent" ? at : null
          notifications.set(notification.id, {
            ...notification,
            deliveries: notification.deliveries.map((delivery) =>
              delivery.id === id ? { ...delivery, status, error, sentAt } : delivery
            )
          })
          if (status === "queued") {
            outgoingMails.set(id, { ...outgoing, dueAt: at + growing(outgoing.attempts - 1) })
          } else {
            outgoingMails.delete(id)
            forgetSealedToken(state, notification)
          }
        }
      })
  })
}

/** As much of a notification as the port returns: the ids of its deliveries are only for whoever sends them. */
const toNotification = ({ deliveries, ...notification }: StoredNotification): Notification => ({
  ...notification,
  deliveries: channels.flatMap((channel) =>
    deliveries.flatMap(({ id: _, ...delivery }) => (delivery.channel === channel ? [delivery] : []))
  )
})

/** How long a mail that is being sent is nobody else's, in milliseconds. */
const leased = 5 * 60_000

const newestFirst = newestFirstBy<NotificationCursor>(({ createdAt }) => createdAt)
