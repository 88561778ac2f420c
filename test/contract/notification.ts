import type { Channel, NewNotification, NotificationContent, Precondition } from "@treff/domain/events"
import type { Versioned } from "@treff/domain/kernel"
import type { Notification } from "@treff/domain/notifications"
import { newId } from "../given.ts"

/** A notification of an event: in the inbox and of a candidate, unless it is said otherwise. */
export const aNotification = (
  eventId: string,
  recipientId: string,
  channels: ReadonlyArray<Channel> = ["inbox"],
  content: NotificationContent = {
    template: "offer-ended",
    data: { offerSentId: newId(), offerId: newId(), title: "Baker", reason: "offer_archived" }
  },
  companyId: string | null = null
): NewNotification => {
  const deliveries = channels.map((channel) => ({ id: newId(), channel }))
  return { ...content, id: newId(), eventId, recipientId, companyId, deliveries }
}

/** The id of its mail, which is that of the delivery. */
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

/** That something is still as it was read. */
export const asItWas = (kind: string, { version, value }: Versioned<{ readonly id: string }>): Precondition => ({
  kind,
  id: value.id,
  version
})
