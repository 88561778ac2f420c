import type { NewNotification } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import { type SQL, sql } from "drizzle-orm"
import { iso } from "../tables/row-mapping.ts"
import { invitation, notification, notificationDelivery, outgoingMail, signIn } from "../tables/schema.ts"

/**
 * The tables, within a statement, that write the notifications of the events which `written` holds (as `event_id`): each
 * once per event and recipient. In one order, so that two of them never wait for each other.
 */
export const notificationTables = (notifications: ReadonlyArray<NewNotification>, at: Instant, written: SQL): SQL => {
  const rows = notifications.map(({ deliveries: _, ...row }) => row)
  const deliveries = notifications.flatMap(({ id: notificationId, deliveries }) =>
    deliveries.map((delivery) => ({ ...delivery, notificationId }))
  )
  return sql`
  notified as (
    insert into ${notification} (id, event_id, recipient_id, company_id, template, data, created_at)
    select n.id, n."eventId", n."recipientId", n."companyId", n.template, n.data, ${iso(at)}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n(id uuid, "eventId" uuid, "recipientId" uuid, "companyId" uuid, template text, data jsonb)
    join ${written} w on w.event_id = n."eventId"
    order by n."eventId", n."recipientId"
    on conflict (event_id, recipient_id) do nothing
    returning id
  ),
  to_deliver as materialized (
    select d.id, d."notificationId" as notification_id, d.channel
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as d(id uuid, "notificationId" uuid, channel text)
    join notified on notified.id = d."notificationId"
  ),
  delivered as (
    insert into ${notificationDelivery} (id, notification_id, channel, status, sent_at)
    select d.id, d.notification_id, d.channel,
      case d.channel when 'inbox' then 'sent' else 'queued' end,
      case d.channel when 'inbox' then ${iso(at)}::timestamptz end
    from to_deliver d
  ),
  outgoing as (
    insert into ${outgoingMail} (delivery_id, due_at, attempts)
    select id, ${iso(at)}::timestamptz, 0 from to_deliver where channel = 'mail'
  )`
}

/**
 * The tables, within a statement, that forget the sealed tokens of links whose mails are final: `final` holds their
 * notifications, with recipient, template and data. Unless another token was sent since. In the order of ids.
 */
export const forgottenTokenTables = (final: SQL): SQL => sql`
  invited as materialized (
    select i.id from ${invitation} i join ${final} f on f.recipient_id = i.id
    where f.template = 'invitation' and (f.data->>'resends')::int = i.resends
    order by i.id for update of i
  ),
  emptied as (
    update ${invitation} i set sealed_token = null from invited where i.id = invited.id and i.sealed_token is not null
  ),
  signed as (
    update ${signIn} l set sealed_token = null from ${final} f
    where f.template = 'sign-in' and l.id = f.recipient_id and l.sealed_token is not null
  )`
