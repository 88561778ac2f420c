import type { Caller, Person } from "@treff/domain/identity"
import { countedAtMost, type Instant, type PageRequest } from "@treff/domain/kernel"
import {
  type Addressee,
  type FoundOfferSent,
  type ListedOfferSent,
  OfferSends,
  type OfferSentCursor,
  type OfferSentStatus,
  type SendState,
  type StatusChange,
  scopeOf
} from "@treff/domain/offers"
import { type SQL, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, uuidArray, uuidOrNull } from "../store/database.ts"
import { instantOf, iso, type JsonRow } from "../tables/row-mapping.ts"
import { offerRow, offerSentColumns, offerSentRow } from "../tables/rows.ts"
import { account, company, event, offer, offerSent } from "../tables/schema.ts"
import { askingFor, type CallerRow, callerJson } from "./caller.ts"
import { type OutlineJson, outlineJson, toOutline } from "./offer-outline.ts"
import { pageOf, window } from "./page.ts"

// A statement here calls a send `s`, its offer `o` and its candidate `c`.

export const makeOfferSends = (database: Database) => {
  const { db, ask } = database
  const askFor = askingFor(database)

  const page = Effect.fnUntraced(function* (operation: string, claimed: Caller, query: SendsQuery, also = sql``) {
    const { first, rows } = yield* askFor<ListRow>(operation, claimed, listOf(claimed, query, also))
    const listed = rows.flatMap(({ sent, candidate }) =>
      sent === null || candidate === null ? [] : [{ ...listedOf(sent), candidate }]
    )
    return { caller: first.caller, ownerId: first.owner_id ?? null, page: pageOf(query.page, listed, first.total) }
  })

  return OfferSends.of({
    find: Effect.fn("OfferSends.find")(function* (claimed, id) {
      const { first } = yield* askFor<CallerRow & { readonly found: FoundRow | null }>(
        "OfferSends.find",
        claimed,
        sql`select ${callerJson}, (
          select ${foundJson} from ${offerSent} s join ${account} c on c.id = s.candidate_id
          left join ${offer} o on o.id = s.offer_id
          where s.id = ${uuidOrNull(id)}::uuid and ${isThere}
            ${claimed.role === "candidate" ? sql`` : sql`and s.company_id = caller.company_id`}
        ) as found from caller`
      )
      return { caller: first.caller, found: first.found === null ? null : foundOf(first.found) }
    }),

    findReceived: Effect.fn("OfferSends.findReceived")(function* (claimed, offerId) {
      const { first } = yield* askFor<
        CallerRow & { readonly offer: JsonRow | null; readonly received: FoundRow | null }
      >(
        "OfferSends.findReceived",
        claimed,
        sql`select ${callerJson}, row_to_json(o) as offer, (
          select ${foundJson} from ${offerSent} s join ${account} c on c.id = s.candidate_id
          where s.offer_id = o.id and s.term = o.term and s.candidate_id = caller.id and ${isThere}
        ) as received
        from caller left join ${offer} o on o.id = ${uuidOrNull(offerId)}::uuid`
      )
      return {
        caller: first.caller,
        offer: first.offer === null ? null : offerRow.fromRow(first.offer),
        received: first.received === null ? null : foundOf(first.received)
      }
    }),

    findForSending: Effect.fn("OfferSends.findForSending")(function* (claimed, offerId, candidateIds) {
      const { first } = yield* askFor<
        CallerRow & {
          readonly offer: JsonRow | null
          readonly addressees: ReadonlyArray<Person & Pick<Addressee, "version" | "sent">>
        }
      >(
        "OfferSends.findForSending",
        claimed,
        sql`select ${callerJson}, row_to_json(o) as offer, (
          select coalesce(json_agg(json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name,
            'version', c.version, 'sent', s.status)), '[]')
          from ${account} c
          left join ${offerSent} s on s.offer_id = o.id and s.term = o.term and s.candidate_id = c.id
          where c.role = 'candidate' and c.id = any(${uuidArray(candidateIds)}::uuid[])
        ) as addressees
        from caller left join ${offer} o on o.id = ${uuidOrNull(offerId)}::uuid and o.company_id = caller.company_id`
      )
      return {
        caller: first.caller,
        offer: first.offer === null ? null : offerRow.fromRow(first.offer),
        addressees: first.addressees.map(({ version, sent, ...value }) => ({ version, sent, value }))
      }
    }),

    list: Effect.fn("OfferSends.list")((claimed, query) => page("OfferSends.list", claimed, query)),

    listOfOffer: Effect.fn("OfferSends.listOfOffer")((claimed, offerId, query) =>
      page(
        "OfferSends.listOfOffer",
        claimed,
        { ...query, offerId, candidateId: null },
        sql`, (select o.owner_id from ${offer} o where o.id = ${uuidOrNull(offerId)}::uuid and o.company_id = caller.company_id)
          as owner_id`
      )
    ),

    listReceivedOffers: Effect.fn("OfferSends.listReceivedOffers")(function* (claimed, { at, page: request }) {
      const { first: skipped, rows: wanted } = window(request)
      const cursor = "after" in request ? request.after : null
      const { rows, first } = yield* askFor<CallerRow & { readonly offer: JsonRow | null; readonly total: number }>(
        "OfferSends.listReceivedOffers",
        claimed,
        sql`,
          received as materialized (
            select o.id, o.created_at from ${offerSent} s
            join ${offer} o on o.id = s.offer_id and o.term = s.term and ${isOpen(at)}
            where s.candidate_id = ${callerId(claimed)} and ${isThere}
          ),
          total as (select least(count(*), ${countedAtMost + 1})::int as total from received),
          page as (
            select o.* from (
              select id from received ${
                cursor === null
                  ? sql``
                  : sql`where (created_at, id) < (${iso(cursor.createdAt)}::timestamptz, ${uuidOrNull(cursor.id)}::uuid)`
              }
              order by created_at desc, id desc offset ${skipped} limit ${wanted}
            ) listed join ${offer} o on o.id = listed.id
          )
          select ${callerJson}, total.total, row_to_json(page) as offer
          from caller cross join total left join page on true
          order by page.created_at desc, page.id desc`
      )
      const offers = rows.flatMap(({ offer }) => (offer === null ? [] : [offerRow.fromRow(offer).value]))
      return { caller: first.caller, page: pageOf(request, offers, first.total) }
    }),

    ended: Effect.fn("OfferSends.ended")(function* (ends, limit) {
      const keys = ends.map(({ offerId, term }) => ({ offer: uuidOrNull(offerId), term }))
      // The places first, by their index alone, and then what is in them: of an offer that is not known yet the planner
      // expects few sends, and would sort all of them for each batch.
      const result = yield* ask("OfferSends.ended", () =>
        db.execute(sql`
          select row_to_json(s) as sent, coalesce(o.title, s.title) as title
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(offer uuid, term int)
          left join ${offer} o on o.id = k.offer
          cross join lateral (
            select s.candidate_id, s.term from ${offerSent} s
            where s.offer_id = k.offer and s.term <= k.term
              and (o.id is null or o.term > s.term or o.status in ('archived', 'expired'))
            order by s.candidate_id, s.term limit ${limit}
          ) place
          cross join lateral (
            select * from ${offerSent} s
            where s.offer_id = k.offer and s.candidate_id = place.candidate_id and s.term = place.term limit 1
          ) s
          limit ${limit}`)
      )
      return rowsOf<{ readonly sent: JsonRow; readonly title: string }>(result).map(({ sent, title }) => ({
        ...offerSentRow.fromRow(sent),
        title
      }))
    }),

    unanswered: Effect.fn("OfferSends.unanswered")(function* (candidateIds, limit) {
      const result = yield* ask("OfferSends.unanswered", () =>
        db.execute(sql`
          select row_to_json(s) as sent from ${offerSent} s
          where s.candidate_id = any(${uuidArray(candidateIds)}::uuid[]) and status in ('sent', 'viewed')
          order by s.candidate_id, s.id limit ${limit}`)
      )
      return rowsOf<{ readonly sent: JsonRow }>(result).map(({ sent }) => offerSentRow.fromRow(sent))
    }),

    states: Effect.fn("OfferSends.states")(function* (references) {
      const keys = references.map(({ offerSentId, offerId }, position) => ({
        position,
        sent: offerSentId === null ? null : uuidOrNull(offerSentId),
        offer: uuidOrNull(offerId)
      }))
      const result = yield* ask("OfferSends.states", () =>
        db.execute(sql`
          select case when s.id is not null then json_build_object('term', s.term, 'status', s.status) end as sent,
            ${outlineJson} as offer
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(position int, sent uuid, offer uuid)
          left join ${offerSent} s on s.id = k.sent
          left join ${offer} o on o.id = k.offer
          order by k.position`)
      )
      return rowsOf<{ readonly sent: SendState["sent"]; readonly offer: OutlineJson | null }>(result).map(
        ({ sent, offer }) => ({ sent, offer: offer === null ? null : toOutline(offer) })
      )
    }),

    circumstances: Effect.fn("OfferSends.circumstances")(function* (sends) {
      const keys = sends.map(({ id, offerId, candidateId, senderId }, position) => ({
        position,
        id: uuidOrNull(id),
        offer: uuidOrNull(offerId),
        candidate: uuidOrNull(candidateId),
        sender: uuidOrNull(senderId)
      }))
      const result = yield* ask("OfferSends.circumstances", () =>
        db.execute(sql`
          select row_to_json(s) as sent, ${outlineJson} as offer, company.name as company_name, ${candidateJson} as candidate,
            owner.id is null as owner_has_left, sender.id is null as sender_has_left, admins.ids as admin_ids
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
            as k(position int, id uuid, offer uuid, candidate uuid, sender uuid)
          left join ${offerSent} s on s.id = k.id and ${isThere}
          left join ${offer} o on o.id = k.offer
          left join ${company} on company.id = o.company_id
          left join ${account} c on c.id = k.candidate
          left join ${account} owner on owner.id = o.owner_id and owner.company_id = o.company_id
          left join ${account} sender on sender.id = k.sender and sender.company_id = o.company_id
          left join lateral (
            select coalesce(json_agg(a.id), '[]') as ids from (
              select id from ${account} a where owner.id is null and a.company_id = o.company_id
                and (a.role = 'hiring_manager' or a.sub_role = 'recruiter_admin') order by id limit 100
            ) a
          ) admins on true
          order by k.position`)
      )
      return rowsOf<CircumstancesRow>(result).map((row) => ({
        sent: row.sent === null ? null : offerSentRow.fromRow(row.sent).value,
        offer: row.offer === null ? null : toOutline(row.offer),
        companyName: row.company_name,
        candidate: row.candidate,
        ownerHasLeft: row.owner_has_left,
        senderHasLeft: row.sender_has_left,
        adminIds: row.admin_ids
      }))
    })
  })
}

interface CircumstancesRow {
  readonly sent: JsonRow | null
  readonly offer: OutlineJson | null
  readonly company_name: string | null
  readonly candidate: Person | null
  readonly owner_has_left: boolean
  readonly sender_has_left: boolean
  readonly admin_ids: ReadonlyArray<string>
}

/** One that its candidate has withdrawn only keeps its place. */
const isThere = sql.raw("s.status <> 'withdrawn'")

/** `sendVisibility` in SQL. */
const isOpen = (at: Instant) => sql`o.status = 'active' and o.ends_at > ${iso(at)}::timestamptz`
const isOpenOrHidden = (at: Instant) => sql`o.status in ('active', 'disabled') and o.ends_at > ${iso(at)}::timestamptz`

const candidateJson = sql.raw(
  `case when c.id is not null then json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name) end`
)

/** A send with all that `FoundOfferSent` holds. */
const foundJson = sql`json_build_object('sent', row_to_json(s), 'offer', row_to_json(o),
  'candidate', json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'email', c.email),
  'history', (
    select coalesce(json_agg(json_build_object('type', e.type, 'at', e.occurred_at, 'by', e.actor->>'kind')
      order by e.sequence), '[]')
    from ${event} e where e.subject_id = s.id
  ))`

interface FoundRow {
  readonly sent: JsonRow
  readonly offer: JsonRow | null
  readonly candidate: FoundOfferSent["candidate"]
  readonly history: ReadonlyArray<{ readonly type: string; readonly at: string; readonly by: string }>
}

const foundOf = ({ sent, offer, candidate, history }: FoundRow): FoundOfferSent => ({
  ...offerSentRow.fromRow(sent),
  offer: offer === null ? null : offerRow.fromRow(offer),
  candidate,
  history: history.flatMap(({ type, at, by }): ReadonlyArray<StatusChange> => {
    const status = statusOf[type]
    return status === undefined
      ? []
      : [{ status, at: instantOf(at), by: by === "candidate" || by === "system" ? by : "recruiter" }]
  })
})

const statusOf: Readonly<Record<string, OfferSentStatus>> = {
  "offerSent.created": "sent",
  "offerSent.viewed": "viewed",
  "offerSent.responded": "responded"
}

interface SendsQuery {
  readonly status: OfferSentStatus | null
  readonly offerId: string | null
  readonly candidateId: string | null
  readonly at: Instant
  readonly page: PageRequest<OfferSentCursor>
}

interface ListRow extends CallerRow {
  readonly total: number
  readonly sent: (JsonRow & { readonly offer_title: string }) | null
  readonly candidate: Person | null
  readonly owner_id?: string | null
}

const listedOf = (row: JsonRow & { readonly offer_title: string }): Pick<ListedOfferSent, "value" | "title"> => ({
  value: offerSentRow.fromRow(row).value,
  title: row.offer_title
})

const sendColumns = sql.raw(
  Object.values(offerSentColumns)
    .map(({ name }) => `s."${name}"`)
    .join(", ")
)

/** The page, how many there are, and the caller; `also` is answered beside them. */
const listOf = (claimed: Caller, query: SendsQuery, also: SQL): SQL => {
  const { first, rows } = window(query.page)
  const cursor = "after" in query.page ? query.page.after : null
  const below =
    cursor === null
      ? sql``
      : sql`and (s.sent_at, s.id) < (${iso(cursor.sentAt)}::timestamptz, ${uuidOrNull(cursor.id)}::uuid)`
  const select =
    claimed.role !== "candidate" && query.candidateId === null && (query.offerId !== null || scopeOf(claimed) === "own")
      ? byOffer
      : byTime
  return sql`,
    total as (
      select count(*)::int as total from (
        ${select(claimed, query, { columns: sql`1`, below: sql``, first: 0, rows: countedAtMost + 1, ordered: false })}
      ) counted
    ),
    page as (
      select ${sendColumns}, listed.offer_title from (
        ${select(claimed, query, { columns: sql`s.id, o.title as offer_title`, below, first, rows, ordered: true })}
      ) listed join ${offerSent} s on s.id = listed.id
    )
    select ${callerJson}, total.total, row_to_json(page) as sent,
      (select ${candidateJson} from ${account} c where c.id = page.candidate_id) as candidate ${also}
    from caller cross join total left join page on true
    order by page.sent_at desc, page.id desc`
}

interface Selection {
  readonly columns: SQL
  readonly below: SQL
  readonly first: number
  readonly rows: number
  /** Whether it matters which rows come first; to count them it does not. */
  readonly ordered: boolean
}

// As the caller claims to be, which a row of `caller` confirms: of a value the planner knows how often it occurs.
const callerId = ({ id }: Caller): SQL => sql`${uuidOrNull(id)}::uuid`
const callerCompany = ({ companyId }: Caller): SQL =>
  companyId === null ? sql`(select company_id from caller)` : sql`${uuidOrNull(companyId)}::uuid`

/** `mayAccessSend` in SQL, for the company's side. */
const isWithinScope = (claimed: Caller): SQL =>
  scopeOf(claimed) === "own" ? sql`and o.owner_id = ${callerId(claimed)}` : sql``

const newestFirst = sql.raw("order by s.sent_at desc, s.id desc")

const filtersOf = ({ status }: SendsQuery): SQL =>
  status === null ? isThere : sql`${isThere} and s.status = ${status}`

/**
 * The sends of a whole company, or to a candidate: an index has them in order, and each is looked up at its offer. To
 * count them, too, they are read in that order: else the planner goes for all offers first.
 */
const byTime = (claimed: Caller, query: SendsQuery, { columns, below, first, rows }: Selection): SQL => {
  const candidate = claimed.role === "candidate"
  return sql`
    select ${columns} from ${offerSent} s
    join ${offer} o on o.id = s.offer_id and o.term = s.term
      and ${candidate ? isOpen(query.at) : isOpenOrHidden(query.at)} ${candidate ? sql`` : isWithinScope(claimed)}
    where ${candidate ? sql`s.candidate_id = ${callerId(claimed)}` : sql`s.company_id = ${callerCompany(claimed)}`}
      ${query.offerId === null ? sql`` : sql`and s.offer_id = ${uuidOrNull(query.offerId)}::uuid`}
      ${query.candidateId === null ? sql`` : sql`and s.candidate_id = ${uuidOrNull(query.candidateId)}::uuid`}
      and ${filtersOf(query)} ${below}
    ${newestFirst} offset ${first} limit ${rows}`
}

/**
 * The sends of one offer, or of all that the caller owns: the newest of each offer, and of those the newest, as far as by
 * index alone. The sends of a whole company may be a million, of which few are of own offers.
 */
const byOffer = (claimed: Caller, query: SendsQuery, { columns, below, first, rows, ordered }: Selection): SQL => {
  const order = ordered ? newestFirst : sql``
  return sql`
    select ${columns} from ${offer} o
    cross join lateral (
      select s.id, s.sent_at from ${offerSent} s
      where s.offer_id = ${query.offerId === null ? sql`o.id` : sql`${uuidOrNull(query.offerId)}::uuid`}
        and s.term = o.term and ${filtersOf(query)} ${below}
      ${order} limit ${first + rows}
    ) s
    where o.company_id = ${callerCompany(claimed)} and ${isOpenOrHidden(query.at)}
      ${isWithinScope(claimed)}
      ${query.offerId === null ? sql`` : sql`and o.id = ${uuidOrNull(query.offerId)}::uuid`}
    ${order} offset ${first} limit ${rows}`
}
