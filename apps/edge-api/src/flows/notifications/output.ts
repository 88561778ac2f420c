import { toWireInstant } from "@treff/adapters/wire"
import type { Notification, Template } from "@treff/domain/notifications"
import * as z from "zod"
import { id, WirePerson, wireInstant } from "../../http/output.ts"

// Notifications, as the API names them. See docs/flows/notifications.md.

export const channels = ["inbox", "mail"] as const

const offer = { offerId: id, title: z.string().meta({ description: "the offer's", example: "Baker, nights" }) }
const send = { offerSentId: id, ...offer }
const invitation = { invitationId: id, email: z.string().meta({ example: "kim.hansen@example.org" }) }
const sendOfCandidate = { ...send, candidate: WirePerson }

const schemaOf = <T extends Template, D extends z.ZodRawShape>(template: T, description: string, data: D) =>
  z
    .strictObject({
      id,
      eventId: id.meta({ description: "of which event it tells" }),
      recipient: id.meta({ description: "the account that is told" }),
      channel: z.enum(channels),
      template: z.literal(template),
      data: z.strictObject(data),
      status: z.enum(["queued", "sent", "failed"]).meta({ description: "only a mail is ever queued, or has failed" }),
      error: z.string().nullable().meta({ description: "why the mail was not sent, or not yet" }),
      createdAt: wireInstant,
      sentAt: wireInstant.nullable(),
      readAt: wireInstant.nullable()
    })
    .meta({ id: schemaName(template), description })

const schemaName = (template: string) =>
  `${template.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())}Notification`

export const WireNotification = z.discriminatedUnion("template", [
  schemaOf("offer-sent", "To the candidate: a company has sent them an offer.", {
    ...send,
    companyName: z.string(),
    message: z.string().nullable()
  }),
  schemaOf("offer-sent-viewed", "To the company's side: the candidate has seen the offer.", sendOfCandidate),
  schemaOf("offer-sent-responded", "To the company's side: the candidate has answered.", sendOfCandidate),
  schemaOf("offer-sent-withdrawn", "To the company's side: the candidate is not available.", sendOfCandidate),
  schemaOf("offer-ended", "To the candidate: an offer that was sent to them is gone.", {
    ...send,
    reason: z.enum(["offer_deleted", "offer_archived", "offer_expired"])
  }),
  schemaOf("offer-handed-over", "To the former owner of an offer, who has another one now.", {
    ...offer,
    newOwner: WirePerson
  }),
  schemaOf("offer-taken-over", "To the new owner of an offer, who had another one before.", {
    ...offer,
    formerOwner: WirePerson
  }),
  schemaOf("invitation-accepted", "To who invited: a recruiter has come into the company.", {
    ...invitation,
    member: WirePerson
  }),
  schemaOf("invitation-declined", "To who invited: somebody does not come.", invitation)
])

/**
 * Writes field by field, since not all of a notification is for its reader. A mail to an address without an account is
 * nobody's to read here.
 */
export const wireNotification = (notification: Notification) => {
  if (notification.template === "invitation" || notification.template === "sign-in") {
    throw new Error(`A notification of the template ${notification.template} was read by an account`)
  }
  return {
    id: notification.id,
    eventId: notification.eventId,
    recipient: notification.recipientId,
    channel: notification.channel,
    template: notification.template,
    data: notification.data,
    status: notification.status,
    error: notification.error,
    createdAt: toWireInstant(notification.createdAt),
    sentAt: notification.sentAt === null ? null : toWireInstant(notification.sentAt),
    readAt: notification.readAt === null ? null : toWireInstant(notification.readAt)
  } as z.infer<typeof WireNotification> // template and data belong together
}
