import type { NewNotification } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import type { MemoryState, StoredNotification } from "./state.ts"

/** Writes notifications, one for each event and recipient, and puts their mails among those that are to be sent. */
export const writeNotifications = (
  { notifications, outgoingMails }: MemoryState,
  written: ReadonlyArray<NewNotification>,
  at: Instant
): void => {
  if (written.length === 0) return
  const keyOf = ({ eventId, recipientId }: Pick<NewNotification, "eventId" | "recipientId">) =>
    JSON.stringify([eventId, recipientId])
  const eventIds = new Set(written.map(({ eventId }) => eventId))
  const known = new Set([...notifications.values()].filter(({ eventId }) => eventIds.has(eventId)).map(keyOf))
  for (const { deliveries, ...notification } of written) {
    if (known.has(keyOf(notification))) continue
    known.add(keyOf(notification))
    notifications.set(notification.id, {
      ...notification,
      createdAt: at,
      readAt: null,
      deliveries: deliveries.map(({ id, channel }) =>
        channel === "mail"
          ? { id, channel, status: "queued", error: null, sentAt: null }
          : { id, channel, status: "sent", error: null, sentAt: at }
      )
    })
    for (const { id, channel } of deliveries) {
      if (channel === "mail") outgoingMails.set(id, { notificationId: notification.id, dueAt: at, attempts: 0 })
    }
  }
}

/** Forgets the sealed token of a mail's link, unless another one was sent since. */
export const forgetSealedToken = (state: MemoryState, { template, recipientId, data }: StoredNotification): void => {
  if (template === "invitation") {
    const row = state.invitations.get(recipientId)
    if (row === undefined || !("resends" in data) || row.value.resends !== data.resends) return
    state.invitations.set(recipientId, { ...row, value: { ...row.value, sealedToken: null } })
  }
  if (template === "sign-in") {
    const signIn = state.signIns.get(recipientId)
    if (signIn !== undefined) state.signIns.set(recipientId, { ...signIn, sealedToken: null })
  }
}
