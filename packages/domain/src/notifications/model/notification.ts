import type { Channel, NewNotification } from "../../events/model/notification.ts"
import type { Instant } from "../../kernel/time.ts"

/** What may have become of a notification by one channel. */
export const deliveryStatuses = ["queued", "sent", "failed", "skipped"] as const
/** One of {@link deliveryStatuses}. */
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/**
 * What became of a notification by one channel. In the inbox it is `sent` when it is written. A mail is `queued` until it
 * was sent, or `failed` for good, or `skipped` because what it says was no longer true before it went; `error` says why.
 */
export interface Delivery {
  readonly channel: Channel
  readonly status: DeliveryStatus
  readonly error: string | null
  readonly sentAt: Instant | null
}

/**
 * That somebody was notified of an event, and what became of it by each channel, in the order of `channels`. See
 * docs/flows/notifications.md.
 */
export interface Notification extends Omit<NewNotification, "deliveries"> {
  readonly createdAt: Instant
  readonly readAt: Instant | null
  readonly deliveries: ReadonlyArray<Delivery>
}
