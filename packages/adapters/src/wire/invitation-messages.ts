import type { HeardEvent } from "@treff/domain/events"
import * as z from "zod"
import { fromWireInstant, toWireInstant } from "./instant.ts"
import { id, instant, messageSchema, type TypeAndData } from "./message-schema.ts"

const inviting = { inviterId: id.meta({ description: "who invited" }) }
const sending = z.strictObject({
  ...inviting,
  resends: z.int().min(0).meta({ description: "how often it was sent again: which of its links this concerns" }),
  expiresAt: instant.meta({ description: "at this instant the link has lapsed" })
})

export const invitationMessages = [
  messageSchema("invitation", "invitation.created", "Somebody was invited to be a recruiter of the company.", sending),
  messageSchema("invitation", "invitation.resent", "An invitation was sent again; the link before is dead.", sending),
  messageSchema(
    "invitation",
    "invitation.accepted",
    "An invitation was accepted.",
    z.strictObject({ ...inviting, accountId: id.meta({ description: "whose account is in the company now" }) })
  ),
  messageSchema("invitation", "invitation.declined", "An invitation was declined.", z.strictObject(inviting)),
  messageSchema("invitation", "invitation.revoked", "An invitation was taken back.", z.strictObject(inviting)),
  messageSchema("invitation", "invitation.expired", "An invitation has lapsed unanswered.", z.strictObject(inviting))
] as const

export type InvitationEventMessage = z.infer<(typeof invitationMessages)[number]>

export type InvitationHeard = Extract<HeardEvent, { readonly type: `invitation.${string}` }>

/** What happened to an invitation, in the names of the wire. */
export const toInvitationWire = (event: InvitationHeard): TypeAndData<InvitationEventMessage> => {
  switch (event.type) {
    case "invitation.created":
    case "invitation.resent": {
      const { inviterId, resends, expiresAt } = event.data
      return { type: event.type, data: { inviterId, resends, expiresAt: toWireInstant(expiresAt) } }
    }
    case "invitation.accepted": {
      const { inviterId, accountId } = event.data
      return { type: event.type, data: { inviterId, accountId } }
    }
    case "invitation.declined":
    case "invitation.revoked":
    case "invitation.expired":
      return { type: event.type, data: { inviterId: event.data.inviterId } }
  }
}

/** The same in the names of the domain. */
export const fromInvitationWire = (message: InvitationEventMessage): TypeAndData<InvitationHeard> => {
  switch (message.type) {
    case "invitation.created":
    case "invitation.resent":
      return { type: message.type, data: { ...message.data, expiresAt: fromWireInstant(message.data.expiresAt) } }
    case "invitation.accepted":
      return { type: message.type, data: message.data }
    case "invitation.declined":
    case "invitation.revoked":
    case "invitation.expired":
      return { type: message.type, data: message.data }
  }
}
