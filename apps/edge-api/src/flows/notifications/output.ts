import { toWireInstant } from "@treff/adapters/wire"
import type { Notification, Template } from "@treff/domain/notifications"
import * as z from "zod"
import { id, WirePerson, wireInstant } from "../../http/output.ts"

// What people are told, in the names of the wire.

export const channels = ["inbox", "mail"] as const

const offer = { offerId: id, title: z.string().meta({ description: "the offer's", example: "Baker, nights" }) }
const send = { offerSentId: id, ...offer }
const invitation = { invitationId: id, email: z.string().meta({ example: "kim.hansen@example.org" }) }
const sendOfCandidate = { ...send, candidate: WirePerson }

const notification = <T extends Template, D extends z.ZodRawShape>(template: T, description: string, data: D) =>
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
  notification("offer-sent", "To the candidate: a company has sent them an offer.", {
    ...send,
    companyName: z.string(),
    message: z.string().nullable()
  }),
  notification("offer-sent-viewed", "To the company's side: the candidate has seen the offer.", sendOfCandidate),
  notification("offer-sent-responded", "To the company's side: the candidate has answered.", sendOfCandidate),
  notification("offer-sent-withdrawn", "To the company's side: the candidate is not available.", sendOfCandidate),
  notification("offer-ended", "To the candidate: an offer that was sent to them is gone.", {
    ...send,
    reason: z.enum(["offer_deleted", "offer_archived", "offer_expired"])
  }),
  notification("offer-handed-over", "To the former owner of an offer, who has another one now.", {
    ...offer,
    newOwner: WirePerson
  }),
  notification("offer-taken-over", "To the new owner of an offer, who had another one before.", {
    ...offer,
    formerOwner: WirePerson
  }),
  notification("invitation-accepted", "To who invited: a recruiter has come into the company.", {
    ...invitation,
    member: WirePerson
  }),
  notification("invitation-declined", "To who invited: somebody does not come.", invitation)
])

/**
 * Field by field: what else a notification holds is not for its reader. What goes to an address alone, by mail, is nobody's
 * to read here: its recipient is no account.
 */
export const wireNotification = (told: Notification) => {
  if (told.template === "invitation" || told.template === "sign-in") {
    throw new Error(`A notification of the template ${told.template} was read by an account`)
  }
  return {
    id: told.id,
    eventId: told.eventId,
    recipient: told.recipientId,
    channel: told.channel,
    template: told.template,
    data: told.data,
    status: told.status,
    error: told.error,
    createdAt: toWireInstant(told.createdAt),
    sentAt: told.sentAt === null ? null : toWireInstant(told.sentAt),
    readAt: told.readAt === null ? null : toWireInstant(told.readAt)
  } as z.infer<typeof WireNotification> // template and data are of one telling
}
