import { schemaOfFields, toWireInstant } from "@treff/adapters/wire"
import { channels, type DeclaredTemplates } from "@treff/domain/events"
import { invitationTemplates } from "@treff/domain/invitations"
import { deliveryStatuses, type Notification } from "@treff/domain/notifications"
import { offerTemplates } from "@treff/domain/offers"
import * as z from "zod"
import { id, wireInstant } from "../../http/output.ts"

/** What goes to an address alone, by mail, is nobody's to read here: its recipient is no account. */
const { invitation: _, ...ofInvitations } = invitationTemplates

/** The templates of which an account may be notified. */
const templates: DeclaredTemplates = { ...offerTemplates, ...ofInvitations }

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

const schemas = Object.entries(templates).map(([template, { about, data }]) =>
  z
    .strictObject({
      id,
      eventId: id.meta({ description: "of which event it tells" }),
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

/** A notification as the wire has it, whichever its template. */
interface WireNotification {
  id: string
  eventId: string
  recipient: string
  template: string
  data: Record<string, unknown>
  createdAt: string
  readAt: string | null
  deliveries: Array<z.infer<typeof WireDelivery>>
}

export const WireNotification = z.discriminatedUnion(
  "template",
  schemas as never
) as unknown as z.ZodType<WireNotification>

/** Field by field: what else a notification holds is not for its reader. */
export const wireNotification = (notification: Notification): WireNotification => {
  const { template } = notification
  if (!Object.hasOwn(templates, template)) {
    throw new Error(`A notification of the template ${template} was read by an account`)
  }
  return {
    id: notification.id,
    eventId: notification.eventId,
    recipient: notification.recipientId,
    template,
    data: { ...notification.data },
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
