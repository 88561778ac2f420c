import { encodeFields, schemaOfFields, toWireInstant } from "@treff/adapters/wire"
import { channels, type TemplateDeclaration } from "@treff/domain/events"
import { deliveryStatuses, type Notification } from "@treff/domain/notifications"
import { allTemplates } from "@treff/domain/reactions"
import * as z from "zod"
import { id, wireInstant } from "../../http/output.ts"

/** The templates of which an account may be notified: what goes to an address by mail is in nobody's list. */
const templates = new Map<string, TemplateDeclaration>(
  Object.entries(allTemplates).filter(([, { toAddress }]) => toAddress !== true)
)

const WireDelivery = z
  .strictObject({
    channel: z.enum(channels),
    status: z
      .enum(deliveryStatuses)
      .meta({ description: "only a mail is ever queued, has failed, or is skipped since it was no longer true" }),
    error: z.string().nullable().meta({ description: "why the mail was not sent, or not yet" }),
    sentAt: wireInstant.nullable()
  })
  .meta({ id: "Delivery", description: "What became of a notification by one channel." })

const schemas = [...templates].map(([template, { about, data }]) =>
  z
    .strictObject({
      id,
      eventId: id.meta({ description: "the event that it is about" }),
      recipient: id.meta({ description: "the account that is notified" }),
      template: z.literal(template),
      data: schemaOfFields(data),
      createdAt: wireInstant,
      readAt: wireInstant.nullable(),
      deliveries: z
        .array(WireDelivery)
        .meta({ description: "one for each channel: the inbox, and where it matters a mail" })
    })
    .meta({ id: schemaName(template), description: about })
)

function schemaName(template: string) {
  return `${template.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())}Notification`
}

/** A notification as the wire has it, whichever its template. That there is one is what zod wants to be said. */
export const WireNotification = z.discriminatedUnion("template", schemas as [(typeof schemas)[0], ...typeof schemas])
type WireNotification = z.infer<typeof WireNotification>

/** Field by field: what else a notification holds is not for its reader. */
export const wireNotification = (notification: Notification): WireNotification => {
  const { template } = notification
  const declaration = templates.get(template)
  if (declaration === undefined) throw new Error(`A notification of the template ${template} was read by an account`)
  return {
    id: notification.id,
    eventId: notification.eventId,
    recipient: notification.recipientId,
    template,
    data: encodeFields(declaration.data, { ...notification.data }),
    createdAt: toWireInstant(notification.createdAt),
    readAt: notification.readAt === null ? null : toWireInstant(notification.readAt),
    deliveries: notification.deliveries.map(({ channel, status, error, sentAt }) => ({
      channel,
      status,
      error,
      sentAt: sentAt === null ? null : toWireInstant(sentAt)
    }))
  }
}
