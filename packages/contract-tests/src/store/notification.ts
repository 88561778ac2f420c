import type { NewNotification } from "@treff/domain/events"
import type { Notification } from "@treff/domain/notifications"

/** The id of a notification's mail, which is that of the delivery. */
export const mailIdOf = ({ deliveries }: NewNotification): string =>
  deliveries.find(({ channel }) => channel === "mail")?.id ?? "it has no mail"

/** What a store shows of a notification that was written at `at` and of which nothing has become since. */
export const writtenAt = (at: number, { deliveries, ...notification }: NewNotification): Notification => ({
  ...notification,
  createdAt: at,
  readAt: null,
  deliveries: deliveries.map(({ channel }) =>
    channel === "mail"
      ? { channel, status: "queued", error: null, sentAt: null }
      : { channel, status: "sent", error: null, sentAt: at }
  )
})
