import { countedAtMost } from "@treff/domain/kernel"
import { type DueMail, type Notification, Notifications } from "@treff/domain/notifications"
import type { OfferOutline } from "@treff/domain/offers"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, uuidOrNull } from "../store/database.ts"
import { instantOf, iso, type JsonRow, storable } from "../tables/row-mapping.ts"
import { account, invitation, notification, offer, offerSent, outgoingMail, signIn } from "../tables/schema.ts"
import { askingFor, type CallerRow, callerJson } from "./caller.ts"
import { outlineJson, toOutline } from "./offer-outline.ts"
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
        ${channel === null ? sql`` : sql`and n.channel = ${channel}`}`
      const below =
        cursor === null
          ? sql``
          : sql`and (n.created_at, n.id) < (${iso(cursor.createdAt)}::timestamptz, ${uuidOrNull(cursor.id)}::uuid)`
      const newestFirst = sql.raw("order by n.created_at desc, n.id desc")
      const { first, rows } = yield* askFor<
        CallerRow & { readonly total: number; readonly notification: JsonRow | null }
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
          select ${callerJson}, total.total, row_to_json(page) as notification
          from caller cross join total left join page on true
          order by page.created_at desc, page.id desc`
      )
      const { caller, total } = first
      const found = rows.flatMap((row) => (row.notification === null ? [] : [toNotification(row.notification)]))
      return { caller, page: pageOf(request, found, total) }
    }),

    markRead: Effect.fn("Notifications.markRead")(function* (claimed, id, at) {
      const { first } = yield* askFor<CallerRow & { readonly notification: JsonRow | null }>(
        "Notifications.markRead",
        claimed,
        sql`,
          asked as materialized (
            select n.* from ${notification} n, caller
            where n.id = ${uuidOrNull(id)}::uuid and ${isOwn}
          ),
          unread as materialized (
            select n.id from ${notification} n, asked
            where n.event_id = asked.event_id and n.recipient_id = asked.recipient_id and n.read_at is null
            ${inOrder}
          ),
          marked as (
            update ${notification} n set read_at = ${iso(at)}::timestamptz from unread where n.id = unread.id
          )
          select ${callerJson}, row_to_json(asked) as notification from caller left join asked on true`
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
            select notification_id from ${outgoingMail} where due_at <= ${now} order by due_at limit ${limit}
            for update skip locked
          ),
          mine as (
            update ${outgoingMail} m
            set attempts = attempts + 1, due_at = ${now} + interval '5 min'
            from due where m.notification_id = due.notification_id
            returning m.notification_id
          )
          select json_build_object('id', n.id, 'recipientId', n.recipient_id, 'createdAt', n.created_at,
            'template', n.template, 'data', n.data,
            'email', case n.template when 'invitation' then i.email when 'sign-in' then signer.email else a.email end,
            'locale', case n.template when 'invitation' then i.locale when 'sign-in' then signer.locale else a.locale end,
            'companyId', n.company_id, 'isMember', coalesce(a.company_id = n.company_id, false),
            'sent', case when s.id is not null then json_build_object('term', s.term, 'status', s.status) end,
            'offer', ${outlineJson},
            'invitation', case when i.id is not null then
              json_build_object('status', i.status, 'resends', i.resends, 'expiresAt', i.expires_at) end,
            'signIn', case when l.id is not null then
              json_build_object('expiresAt', l.expires_at, 'usedAt', l.used_at) end,
            'sealedToken', case when i.resends = (n.data->>'resends')::int then i.sealed_token else l.sealed_token end)
            as mail
          from mine
          join ${notification} n on n.id = mine.notification_id
          left join ${account} a on a.id = n.recipient_id
          left join ${offerSent} s on s.id = (n.data->>'offerSentId')::uuid
          left join ${offer} o on o.id = (n.data->>'offerId')::uuid
          left join ${invitation} i on i.id = (n.data->>'invitationId')::uuid
          left join ${signIn} l on l.id = n.recipient_id
          left join ${account} signer on lower(signer.email) = lower(l.email)`)
      )
      return rowsOf<{ readonly mail: JsonRow }>(result).map(
        ({ mail }) =>
          ({
            ...mail,
            createdAt: instantOf(mail.createdAt),
            offer: mail.offer === null ? null : toOutline(mail.offer as OfferOutline),
            invitation: withInstants(mail.invitation, ["expiresAt"]),
            signIn: withInstants(mail.signIn, ["expiresAt", "usedAt"])
          }) as DueMail // as it was built above; template and data are of one telling
      )
    }),

    settleMails: Effect.fn("Notifications.settleMails")(function* (outcomes, at) {
      const storables = outcomes.map(({ error, ...outcome }) => ({
        ...outcome,
        error: error === null ? null : storable(error)
      }))
      // Another may have been quicker, where a lease ran out: what is settled stays so. In the order of ids, so that two
      // who have the same mails never wait for each other.
      yield* ask("Notifications.settleMails", () =>
        db.execute(sql`
          with outcome as materialized (
            select o.* from (
              -- Limited to their number, by which the planner knows how few they are.
              select * from jsonb_to_recordset(${JSON.stringify(storables)}::jsonb) as o(id uuid, status text, error text)
              limit ${sql.raw(String(storables.length))}
            ) o
            join ${outgoingMail} m on m.notification_id = o.id order by o.id for update of m
          ),
          done as (
            delete from ${outgoingMail} where notification_id in (select id from outcome where status in ('sent', 'failed'))
          ),
          put_off as (
            update ${outgoingMail} m
            set attempts = attempts - case outcome.status when 'untried' then 1 else 0 end,
              due_at = ${iso(at)}::timestamptz + case outcome.status
                when 'untried' then interval '10 s'
                else interval '1 min' * least(60, power(5, least(attempts - 1, 3)))
              end
            from outcome where m.notification_id = outcome.id and outcome.status in ('queued', 'untried')
          ),
          held as materialized (
            select n.id from ${notification} n join outcome on outcome.id = n.id where outcome.status <> 'untried' ${inOrder}
          ),
          carried as materialized (
            select n.recipient_id, (n.data->>'resends')::int as resends from ${notification} n join outcome using (id)
            where outcome.status in ('sent', 'failed') and n.template in ('invitation', 'sign-in')
          ),
          invited as materialized (
            select i.id from ${invitation} i join carried c on c.recipient_id = i.id and c.resends = i.resends
            order by i.id for update of i
          ),
          emptied as (
            update ${invitation} i set sealed_token = null from invited where i.id = invited.id and i.sealed_token is not null
          ),
          signed as (
            update ${signIn} l set sealed_token = null from carried c where l.id = c.recipient_id and l.sealed_token is not null
          )
          update ${notification} n
          set status = outcome.status, error = outcome.error,
            sent_at = case outcome.status when 'sent' then ${iso(at)}::timestamptz end
          from held join outcome using (id) where n.id = held.id`)
      )
    })
  })
}

/** What is the caller's to see: told to them, and no matter of a company that they have left. */
const isOwn = sql.raw("n.recipient_id = caller.id and (n.company_id is null or n.company_id = caller.company_id)")

/** Whoever writes notifications locks them in this order, so that nobody waits for one who waits for them. */
const inOrder = sql.raw("order by n.id for update of n")

/** Of a part of a mail, the named cells as instants. */
const withInstants = (part: unknown, names: ReadonlyArray<string>): unknown =>
  part === null
    ? null
    : Object.fromEntries(
        Object.entries(part as JsonRow).map(([name, cell]) => [
          name,
          names.includes(name) && cell !== null ? instantOf(cell) : cell
        ])
      )

const toNotification = (row: JsonRow): Notification =>
  ({
    id: row.id,
    eventId: row.event_id,
    recipientId: row.recipient_id,
    companyId: row.company_id,
    channel: row.channel,
    template: row.template,
    data: row.data,
    status: row.status,
    error: row.error,
    createdAt: instantOf(row.created_at),
    sentAt: row.sent_at === null ? null : instantOf(row.sent_at),
    readAt: row.read_at === null ? null : instantOf(row.read_at)
  }) as Notification // only a telling is written, so template and data are of one
