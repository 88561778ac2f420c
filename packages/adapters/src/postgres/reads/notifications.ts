import { channels } from "@treff/domain/events"
import { countedAtMost } from "@treff/domain/kernel"
import { type Delivery, type DueMail, type Notification, Notifications } from "@treff/domain/notifications"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, uuidOrNull } from "../store/database.ts"
import { forgottenTokenTables } from "../store/notifications.ts"
import { instantOf, instantOrNull, iso, type JsonOf, storable } from "../tables/row-mapping.ts"
import { account, notification, notificationDelivery, outgoingMail } from "../tables/schema.ts"
import { askingFor, type CallerRow, callerJson } from "./caller.ts"
import { pageOf, window } from "./page.ts"

export const makeNotifications = (database: Database) => {
  const { db, ask } = database
  const askFor = askingFor(database)

  return Notifications.of({
    list: Effect.fn("Notifications.list")(function* (claimed, { unread, channel, page: request }) {
      const { first: skipped, rows: wanted } = window(request)
      const cursor = "after" in request ? request.after : null
      const own = sql`n.recipient_id = (select id from caller)
        and (n.company_id is null or n.company_id = (select company_id from caller))
        ${unread === null ? sql`` : unread ? sql`and n.read_at is null` : sql`and n.read_at is not null`}
        ${
          channel === null
            ? sql``
            : sql`and exists (
                select 1 from ${notificationDelivery} d where d.notification_id = n.id and d.channel = ${channel}
              )`
        }`
      const below =
        cursor === null
          ? sql``
          : sql`and (n.created_at, n.id) < (${iso(cursor.createdAt)}::timestamptz, ${uuidOrNull(cursor.id)}::uuid)`
      const newestFirst = sql.raw("order by n.created_at desc, n.id desc")
      const { first, rows } = yield* askFor<
        CallerRow & { readonly total: number; readonly notification: NotificationJson | null }
      >(
        "Notifications.list",
        claimed,
        sql`,
          total as (
            select count(*)::int as total from (
              select 1 from ${notification} n where ${own} ${newestFirst} limit ${countedAtMost + 1}
            ) counted
          ),
          page as (
            select n.* from ${notification} n where ${own} ${below} ${newestFirst} offset ${skipped} limit ${wanted}
          )
          select ${callerJson}, total.total, ${notificationJson("page")} as notification
          from caller cross join total left join page on true
          order by page.created_at desc, page.id desc`
      )
      const { caller, total } = first
      const found = rows.flatMap((row) => (row.notification === null ? [] : [toNotification(row.notification)]))
      return { caller, page: pageOf(request, found, total) }
    }),

    markRead: Effect.fn("Notifications.markRead")(function* (claimed, id, at) {
      const { first } = yield* askFor<CallerRow & { readonly notification: NotificationJson | null }>(
        "Notifications.markRead",
        claimed,
        sql`,
          asked as materialized (
            select n.* from ${notification} n, caller
            where n.id = ${uuidOrNull(id)}::uuid and ${isOwn}
          ),
          unread as materialized (
            select n.id from ${notification} n, asked where n.id = asked.id and n.read_at is null ${inOrder}
          ),
          marked as (
            update ${notification} n set read_at = ${iso(at)}::timestamptz from unread where n.id = unread.id
          )
          select ${callerJson}, ${notificationJson("asked")} as notification from caller left join asked on true`
      )
      const { caller, notification: found } = first
      // As it was before this statement: unread then is read now, by it or by one that came first.
      const before = found === null ? null : toNotification(found)
      return { caller, notification: before === null ? null : { ...before, readAt: before.readAt ?? at } }
    }),

    markAllRead: Effect.fn("Notifications.markAllRead")(function* (claimed, at) {
      yield* askFor<CallerRow>(
        "Notifications.markAllRead",
        claimed,
        sql`,
          unread as materialized (
            select n.id from ${notification} n, caller where ${isOwn} and n.read_at is null ${inOrder}
          ),
          marked as (
            update ${notification} n set read_at = ${iso(at)}::timestamptz from unread where n.id = unread.id
          )
          select ${callerJson} from caller`
      )
    }),

    claimMails: Effect.fn("Notifications.claimMails")(function* (at, limit) {
      const now = sql`${iso(at)}::timestamptz`
      const result = yield* ask("Notifications.claimMails", () =>
        db.execute(sql`
          with due as materialized (
            select delivery_id from ${outgoingMail} where due_at <= ${now} order by due_at limit ${limit}
            for update skip locked
          ),
          mine as (
            update ${outgoingMail} m
            set attempts = attempts + 1, due_at = ${now} + interval '5 min'
            from due where m.delivery_id = due.delivery_id
            returning m.delivery_id
          )
          select json_build_object('id', d.id, 'recipientId', n.recipient_id, 'createdAt', n.created_at,
            'template', n.template, 'data', n.data, 'companyId', n.company_id,
            'isMember', coalesce(a.company_id = n.company_id, false), 'email', a.email, 'locale', a.locale) as mail
          from mine
          join ${notificationDelivery} d on d.id = mine.delivery_id
          join ${notification} n on n.id = d.notification_id
          left join ${account} a on a.id = n.recipient_id`)
      )
      return rowsOf<{ readonly mail: JsonOf<DueMail, "createdAt"> }>(result).map(({ mail }) => ({
        ...mail,
        createdAt: instantOf(mail.createdAt)
      }))
    }),

    recordMailOutcomes: Effect.fn("Notifications.recordMailOutcomes")(function* (outcomes, at) {
      const storables = outcomes.map(({ error, ...outcome }) => ({
        ...outcome,
        error: error === null ? null : storable(error)
      }))
      // Another may have been quicker, where a lease ran out: what is final stays so. In the order of ids, so that two
      // who have the same mails never wait for each other.
      yield* ask("Notifications.recordMailOutcomes", () =>
        db.execute(sql`
          with outcome as materialized (
            select o.* from (
              -- Limited to their number, by which the planner knows how few they are.
              select * from jsonb_to_recordset(${JSON.stringify(storables)}::jsonb) as o(id uuid, status text, error text)
              limit ${sql.raw(String(storables.length))}
            ) o
            join ${outgoingMail} m on m.delivery_id = o.id order by o.id for update of m
          ),
          done as (
            delete from ${outgoingMail}
            where delivery_id in (select id from outcome where status not in ('queued', 'untried'))
          ),
          put_off as (
            update ${outgoingMail} m
            set attempts = attempts - case outcome.status when 'untried' then 1 else 0 end,
              due_at = ${iso(at)}::timestamptz + case outcome.status
                when 'untried' then interval '10 s'
                else interval '1 min' * least(60, power(5, least(attempts - 1, 3)))
              end
            from outcome where m.delivery_id = outcome.id and outcome.status in ('queued', 'untried')
          ),
          final as materialized (
            select n.recipient_id, n.template, n.data from outcome
            join ${notificationDelivery} d on d.id = outcome.id
            join ${notification} n on n.id = d.notification_id
            where outcome.status not in ('queued', 'untried')
          ),
          ${forgottenTokenTables(sql`final`)}
          update ${notificationDelivery} d
          set status = outcome.status, error = outcome.error,
            sent_at = case outcome.status when 'sent' then ${iso(at)}::timestamptz end
          from outcome where d.id = outcome.id and outcome.status <> 'untried'`)
      )
    })
  })
}

/** What is the caller's to see: no matter of a company that they have left. */
const isOwn = sql.raw("n.recipient_id = caller.id and (n.company_id is null or n.company_id = caller.company_id)")

/** Whoever writes notifications locks them in this order, so that nobody waits for one who waits for them. */
const inOrder = sql.raw("order by n.id for update of n")

/** A row of notifications with its deliveries, in the order of the channels; null where there is no row. */
const notificationJson = (row: "page" | "asked") =>
  sql.raw(`case when ${row}.id is not null then json_build_object('id', ${row}.id, 'eventId', ${row}.event_id,
    'recipientId', ${row}.recipient_id, 'companyId', ${row}.company_id, 'template', ${row}.template, 'data', ${row}.data,
    'createdAt', ${row}.created_at, 'readAt', ${row}.read_at, 'deliveries', (
      select coalesce(json_agg(json_build_object('channel', d.channel, 'status', d.status, 'error', d.error,
        'sentAt', d.sent_at) order by array_position(array[${channels.map((channel) => `'${channel}'`).join()}], d.channel)), '[]')
      from notification_delivery d where d.notification_id = ${row}.id
    )) end`)

interface NotificationJson extends JsonOf<Omit<Notification, "deliveries">, "createdAt" | "readAt"> {
  readonly deliveries: ReadonlyArray<JsonOf<Delivery, "sentAt">>
}

const toNotification = (notification: NotificationJson): Notification => ({
  ...notification,
  createdAt: instantOf(notification.createdAt),
  readAt: instantOrNull(notification.readAt),
  deliveries: notification.deliveries.map((delivery) => ({ ...delivery, sentAt: instantOrNull(delivery.sentAt) }))
})
