import * as Effect from "effect/Effect"
import type { NewNotification } from "../../events/model/notification.ts"
import { isEventOf, type PublishedEvent } from "../../events/model/recorded-event.ts"
import { notify } from "../../events/use-cases/notify.ts"
import { personOf } from "../../identity/model/account/person.ts"
import { type InvitationEvent, invitationEvents } from "../model/invitation-events.ts"
import type { InvitationNotification } from "../model/invitation-templates.ts"
import { type InvitationCircumstances, Invitations } from "../ports/invitations.ts"

const isNotified = isEventOf(invitationEvents, ["created", "resent", "accepted", "declined"])

/**
 * The notifications that follow from the events of invitations, among those given: the mail to the invited, and what the
 * inviter is notified of the answer. One round trip. Fails with `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const notifyOfInvitations = Effect.fn("notifyOfInvitations")(function* (events: ReadonlyArray<PublishedEvent>) {
  const relevant = events.filter(isNotified)
  const notifications: Array<NewNotification> = []
  if (relevant.length === 0) return notifications
  const circumstances = yield* (yield* Invitations).circumstances(relevant.map(({ subject }) => subject.id))
  for (const [index, event] of relevant.entries()) {
    const found = circumstances[index]
    if (found !== undefined) notifications.push(...(yield* notificationsOf(event, found)))
  }
  return notifications
})

type NotifiedEvent = Extract<
  PublishedEvent<InvitationEvent>,
  { readonly type: `invitation.${"created" | "resent" | "accepted" | "declined"}` }
>

const notificationsOf = (
  event: NotifiedEvent,
  { invitation, companyName, inviter, account }: InvitationCircumstances
): Effect.Effect<ReadonlyArray<NewNotification>, never, Effect.Services<ReturnType<typeof notify>>> => {
  if (invitation === null || inviter === null) return Effect.succeed([])
  const { id: invitationId, companyId, email, personalMessage } = invitation
  const notifyInviter = (content: InvitationNotification) =>
    notify(event, content, {
      recipients: inviter.companyId === companyId ? [inviter.id] : [],
      channels: ["inbox", "mail"],
      companyId
    })
  switch (event.type) {
    case "invitation.created":
    case "invitation.resent": {
      // Also where it is closed by now, or another token was sent: whoever sends the mail looks, and says that it was not sent.
      const { resends, expiresAt } = event.data
      const facts = { invitationId, resends, expiresAt, personalMessage, companyName: companyName ?? "" }
      const data = { ...facts, inviter: personOf(inviter) }
      const content: InvitationNotification = { template: "invitation", data }
      // There is no account yet that could be notified, nor an inbox: there is the address of the invitation.
      return notify(event, content, { recipients: [invitationId], channels: ["mail"], companyId: null })
    }
    case "invitation.accepted":
      return account === null
        ? Effect.succeed([])
        : notifyInviter({ template: "invitation-accepted", data: { invitationId, email, member: account } })
    case "invitation.declined":
      return notifyInviter({ template: "invitation-declined", data: { invitationId, email } })
  }
}
