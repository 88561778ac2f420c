import type { Person } from "@treff/domain/identity"
import {
  type InvitationOrder,
  type InvitationStatus,
  Invitations,
  type InvitationTallies,
  type Invitee,
  type MailDelivery,
  type MailedInvitation,
  type Tally,
  type TallyTimes
} from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import { type SQL, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, uuidArray, uuidOrNull } from "../store/database.ts"
import { instantOf, iso, type JsonOf, type JsonRow } from "../tables/row-mapping.ts"
import { accountRow, invitationJson, invitationRow, readableInvitationColumns } from "../tables/rows.ts"
import { account, company, event, invitation, notification, notificationDelivery } from "../tables/schema.ts"
import { askingFor, type CallerRow, callerJson } from "./caller.ts"

export const makeInvitations = (database: Database) => {
  const { db, ask } = database
  const askFor = askingFor(database)

  return Invitations.of({
    findForInviting: Effect.fn("Invitations.findForInviting")(function* (claimed, emails, times) {
      const { first } = yield* askFor<
        CallerRow & {
          readonly inviter: JsonRow
          readonly invitees: ReadonlyArray<InviteeRow>
          readonly tallies: TalliesRow
        }
      >(
        "Invitations.findForInviting",
        claimed,
        sql`
          select ${callerJson}, row_to_json(inviter) as inviter,
            (
              select coalesce(json_agg(${inviteeJson(sql`caller.company_id`, sql`address.email`)}), '[]')
              from jsonb_array_elements_text(${JSON.stringify(emails.map((email) => email.toLowerCase()))}::jsonb)
                as address(email)
            ) as invitees,
            ${talliesJson(times)} as tallies
          from caller join ${account} inviter on inviter.id = caller.id`
      )
      const { caller, inviter, invitees, tallies } = first
      return {
        caller,
        inviter: accountRow.fromRow(inviter),
        companyId: caller.companyId,
        invitees: invitees.map(toInvitee),
        tallies: toTallies(tallies, times)
      }
    }),

    find: Effect.fn("Invitations.find")(function* (claimed, id, times) {
      const { first } = yield* askFor<
        CallerRow & {
          readonly invitation: JsonRow | null
          readonly creatorId: string | null
          readonly invitee: InviteeRow
          readonly tallies: TalliesRow
        }
      >(
        "Invitations.find",
        claimed,
        sql`
          select ${callerJson}, case when i.id is not null then ${invitationJson("i")} end as invitation,
            c.creator_id as "creatorId",
            ${inviteeJson(sql`i.company_id`, sql`lower(i.email)`)} as invitee,
            ${talliesJson(times)} as tallies
          from caller
          left join ${invitation} i on i.id = ${uuidOrNull(id)}::uuid and i.company_id = caller.company_id
          left join ${company} c on c.id = caller.company_id`
      )
      const { caller, invitation: found, creatorId, invitee, tallies } = first
      return {
        caller,
        found:
          found === null
            ? null
            : {
                ...invitationRow.fromRow(found),
                creatorId,
                invitee: toInvitee(invitee),
                tallies: toTallies(tallies, times)
              }
      }
    }),

    findByToken: Effect.fn("Invitations.findByToken")(function* (tokenHash, username) {
      const result = yield* ask("Invitations.findByToken", () =>
        db.execute(sql`
          select ${invitationJson("i")} as invitation, c.name as "companyName",
            json_build_object('id', inviter.id, 'firstName', inviter.first_name, 'lastName', inviter.last_name,
              'email', inviter.email) as inviter,
            (select row_to_json(a) from ${account} a where lower(a.email) = lower(i.email)) as account,
            exists (select 1 from ${account} a where lower(a.username) = lower(${username}::text)) as "usernameTaken"
          from ${invitation} i
          join ${company} c on c.id = i.company_id
          join ${account} inviter on inviter.id = i.inviter_id
          where i.token_hash = ${tokenHash}`)
      )
      const [row] = rowsOf<{
        readonly invitation: JsonRow
        readonly companyName: string
        readonly inviter: Person & { readonly email: string }
        readonly account: JsonRow | null
        readonly usernameTaken: boolean
      }>(result)
      if (row === undefined) return null
      const { invitation: found, account: holder, ...known } = row
      return {
        ...known,
        ...invitationRow.fromRow(found),
        account: holder === null ? null : accountRow.fromRow(holder)
      }
    }),

    list: Effect.fn("Invitations.list")(function* (claimed, { status, order, descending, at, number, size }) {
      const arms = armsOf(status, order, at)
      const direction = sql.raw(descending ? "desc" : "asc")
      const last = (number + 1) * size
      // A token that names the company lets the planner know how many rows that has; the caller's table confirms it.
      const companyId =
        claimed.companyId === null ? sql`(select company_id from caller)` : sql`${uuidOrNull(claimed.companyId)}::uuid`
      const ofCompany = sql`i.company_id = ${companyId}`
      const { first, rows } = yield* askFor<
        CallerRow & {
          readonly total: number
          readonly invitation: JsonRow | null
          readonly inviter: Person
          readonly delivery: MailDelivery | null
        }
      >(
        "Invitations.list",
        claimed,
        sql`,
          total as (select (${sql.join(
            arms.map(({ where }) => sql`(select count(*) from ${invitation} i where ${ofCompany} and ${where})`),
            sql` + `
          )})::int as total),
          -- First which ones they are, by the indexes alone: what is skipped is not fetched.
          places as (
            select * from (${sql.join(
              arms.map(({ name, where }) => {
                const [key, by] =
                  order === "status" ? [sql`${name}::text`, sql``] : [keys[order], sql`${keys[order]} ${direction}, `]
                return sql`(
                  select i.id, ${key} as key from ${invitation} i where ${ofCompany} and ${where}
                  order by ${by} i.id ${direction} limit ${last}
                )`
              }),
              sql` union all `
            )}) arms
            order by key ${collation(order)} ${direction}, id ${direction} offset ${number * size} limit ${size}
          ),
          page as (select ${readableInvitationColumns("i")}, places.key from places join ${invitation} i using (id))
          select ${callerJson}, total.total, row_to_json(page) as invitation,
            json_build_object('id', inviter.id, 'firstName', inviter.first_name, 'lastName', inviter.last_name) as inviter,
            -- Who looks after an invitation sees that its mail did not go, and why.
            case when d.id is not null then json_build_object(
              'status', case d.status when 'skipped' then 'failed' else d.status end, 'error', d.error) end as delivery
          from caller cross join total
          left join page on true
          left join ${account} inviter on inviter.id = page.inviter_id
          left join ${notification} n on n.recipient_id = page.id and (n.data->>'resends')::int = page.resends
          left join ${notificationDelivery} d on d.notification_id = n.id and d.channel = 'mail'
          order by page.key ${collation(order)} ${direction}, page.id ${direction}`
      )
      return {
        caller: first.caller,
        total: first.total,
        rows: rows.flatMap(({ invitation: found, inviter, delivery }) =>
          found === null
            ? []
            : [
                {
                  value: invitationRow.fromRow(found).value,
                  inviter,
                  delivery: delivery ?? { status: "queued" as const, error: null }
                }
              ]
        )
      }
    }),

    due: Effect.fn("Invitations.due")(function* (at, limit) {
      const result = yield* ask("Invitations.due", () =>
        db.execute(sql`
          select ${invitationJson("i")} as invitation from ${invitation} i
          where status = 'pending' and i.expires_at <= ${iso(at)}::timestamptz
          order by i.expires_at, i.id limit ${limit}`)
      )
      return rowsOf<{ readonly invitation: JsonRow }>(result).map((row) => invitationRow.fromRow(row.invitation))
    }),

    circumstances: Effect.fn("Invitations.circumstances")(function* (ids) {
      const result = yield* ask("Invitations.circumstances", () =>
        db.execute(sql`
          select i.id, ${invitationJson("i")} as invitation, c.name as "companyName",
            case when inviter.id is not null then json_build_object('id', inviter.id,
              'firstName', inviter.first_name, 'lastName', inviter.last_name, 'companyId', inviter.company_id) end as inviter,
            (
              select json_build_object('id', a.id, 'firstName', a.first_name, 'lastName', a.last_name)
              from ${account} a where lower(a.email) = lower(i.email)
            ) as account
          from ${invitation} i
          left join ${company} c on c.id = i.company_id
          left join ${account} inviter on inviter.id = i.inviter_id
          where i.id = any(${uuidArray(ids)}::uuid[])`)
      )
      const found = new Map(
        rowsOf<{
          readonly id: string
          readonly invitation: JsonRow
          readonly companyName: string | null
          readonly inviter: (Person & { readonly companyId: string | null }) | null
          readonly account: Person | null
        }>(result).map(({ id, ...row }) => [id, { ...row, invitation: invitationRow.fromRow(row.invitation).value }])
      )
      return ids.map((id) => found.get(id) ?? { invitation: null, companyName: null, inviter: null, account: null })
    }),

    mailed: Effect.fn("Invitations.mailed")(function* (ids) {
      const result = yield* ask("Invitations.mailed", () =>
        db.execute(sql`
          select i.id, json_build_object('status', i.status, 'resends', i.resends, 'expiresAt', i.expires_at,
            'email', i.email, 'locale', i.locale, 'sealedToken', i.sealed_token) as mailed
          from ${invitation} i where i.id = any(${uuidArray(ids)}::uuid[])`)
      )
      const found = new Map(
        rowsOf<{ readonly id: string; readonly mailed: JsonOf<MailedInvitation, "expiresAt"> }>(result).map(
          ({ id, mailed }) => [id, { ...mailed, expiresAt: instantOf(mailed.expiresAt) }]
        )
      )
      return ids.map((id) => found.get(id) ?? null)
    })
  })
}

interface InviteeRow {
  readonly email: string
  readonly isMember: boolean
  readonly pending: JsonRow | null
  readonly declinedAt: string | null
}

/** What is known of an address within a company. */
const inviteeJson = (companyId: SQL, email: SQL): SQL => sql`json_build_object(
  'email', ${email},
  'isMember', exists (select 1 from ${account} a where lower(a.email) = ${email} and a.company_id = ${companyId}),
  'pending', (
    select ${invitationJson("p")} from ${invitation} p
    where p.company_id = ${companyId} and lower(p.email) = ${email} and status = 'pending'
  ),
  'declinedAt', (
    select max(d.updated_at) from ${invitation} d
    where d.company_id = ${companyId} and lower(d.email) collate "C" = ${email} and d.status = 'declined'
  ))`

const toInvitee = ({ email, isMember, pending, declinedAt }: InviteeRow): Invitee => ({
  email,
  isMember,
  pending: pending === null ? null : invitationRow.fromRow(pending),
  declinedAt: declinedAt === null ? null : instantOf(declinedAt)
})

interface TalliesRow {
  readonly open: { readonly count: number; readonly first: string | null }
  readonly sent: { readonly count: number; readonly first: string | null }
}

/** How many invitations of the caller's company are open, and how many the caller sent, each with the first of them. */
const talliesJson = ({ at, since }: TallyTimes): SQL => sql`json_build_object(
  'open', (
    select json_build_object('count', count(*), 'first', min(o.expires_at)) from ${invitation} o
    where o.company_id = caller.company_id and status = 'pending' and o.expires_at > ${iso(at)}::timestamptz
  ),
  'sent', (
    select json_build_object('count', count(*), 'first', min(e.occurred_at)) from ${event} e
    where actor->>'id' = caller.id::text and type in ('invitation.created', 'invitation.resent')
      and e.occurred_at > ${iso(since)}::timestamptz
  ))`

const toTallies = ({ open, sent }: TalliesRow, { at, since }: TallyTimes): InvitationTallies => ({
  open: tally(open, 0),
  sent: tally(sent, at - since)
})

const tally = ({ count, first }: TalliesRow["open"], countsFor: number): Tally => ({
  count,
  until: first === null ? null : instantOf(first) + countsFor
})

/** What a list is ordered by; of the status, each of the parts that are put together has one of its own. */
const keys: Readonly<Record<Exclude<InvitationOrder, "status">, SQL>> = {
  createdAt: sql.raw("i.created_at"),
  expiresAt: sql.raw("i.expires_at"),
  email: sql.raw(`lower(i.email) collate "C"`)
}

/** Texts are ordered by code point. */
const collation = (order: InvitationOrder): SQL => sql.raw(order === "email" || order === "status" ? `collate "C"` : "")

/**
 * The parts that a list is put together of, each of which an index serves: those that are so as they were written, and those
 * that time alone has made so. `invitationLifecycle.asOf` says the same.
 */
const armsOf = (status: InvitationStatus | null, order: InvitationOrder, at: Instant) => {
  const now = sql`${iso(at)}::timestamptz`
  const written = (name: InvitationStatus) => ({ name, where: sql`i.status = ${sql.raw(`'${name}'`)}` })
  const parts = [
    written("accepted"),
    written("declined"),
    written("expired"),
    { name: "expired", where: sql`status = 'pending' and i.expires_at <= ${now}` },
    { name: "pending", where: sql`status = 'pending' and i.expires_at > ${now}` },
    written("revoked")
  ]
  if (status === null && order !== "status") return [{ name: "any", where: sql`true` }]
  return status === null ? parts : parts.filter(({ name }) => name === status)
}
