import type { Instant } from "@treff/domain/kernel"
import type { NewNotification } from "@treff/domain/notifications"
import { type SQL, sql } from "drizzle-orm"
import { iso } from "../tables/row-mapping.ts"
import { notification, outgoingMail } from "../tables/schema.ts"

/**
 * The tables, within a statement, that write what is told of the events which `written` holds (as `event_id`): each once
 * per event, recipient and channel. In one order, so that two of them never wait for each other.
 */
export const tellingTables = (tells: ReadonlyArray<NewNotification>, at: Instant, written: SQL): SQL => sql`
  told as (
    insert into ${notification} (id, event_id, recipient_id, company_id, channel, template, data, status, created_at, sent_at)
    select t.id, t."eventId", t."recipientId", t."companyId", t.channel, t.template, t.data,
      case t.channel when 'mail' then 'queued' else 'sent' end, at,
      case t.channel when 'mail' then null else at end
    from jsonb_to_recordset(${JSON.stringify(tells)}::jsonb)
      as t(id uuid, "eventId" uuid, "recipientId" uuid, "companyId" uuid, channel text, template text, data jsonb)
    cross join (select ${iso(at)}::timestamptz as at) now
    join ${written} w on w.event_id = t."eventId"
    order by t."eventId", t."recipientId", t.channel
    on conflict (event_id, recipient_id, channel) do nothing
    returning id, channel
  ),
  outgoing as (
    insert into ${outgoingMail} (notification_id, due_at, attempts)
    select id, ${iso(at)}::timestamptz, 0 from told where channel = 'mail'
  )`
