import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Channel, NewNotification, NotificationContent } from "../model/notification.ts"
import type { PublishedEvent } from "../model/recorded-event.ts"
import { Identifiers } from "../ports/identifiers.ts"

/** Who is notified, and where; `companyId` is the company whose matter it is, null for candidates. */
export interface Recipients {
  readonly recipients: ReadonlyArray<string>
  readonly channels: ReadonlyArray<Channel>
  readonly companyId: string | null
}

/**
 * The notifications that are to be written because of an event: one for each person, to be delivered by these channels, and
 * none for what people did themselves. It cannot fail. See docs/flows/notifications.md.
 */
export const notify = Effect.fnUntraced(function* (
  event: Pick<PublishedEvent, "id" | "actor">,
  content: NotificationContent,
  { recipients, channels, companyId }: Recipients
) {
  const identifiers = yield* Identifiers
  const at = yield* Clock.currentTimeMillis
  const notifications: Array<NewNotification> = []
  for (const recipientId of new Set(recipients)) {
    if (recipientId === event.actor.id) continue
    const id = yield* identifiers.next(at)
    const deliveries = yield* Effect.forEach(channels, (channel) =>
      Effect.map(identifiers.next(at), (deliveryId) => ({ id: deliveryId, channel }))
    )
    notifications.push({ ...content, id, eventId: event.id, recipientId, companyId, deliveries })
  }
  return notifications
})
