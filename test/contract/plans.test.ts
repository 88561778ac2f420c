import { assert, describe, it } from "@effect/vitest"
import { layerPostgres } from "@treff/adapters/postgres"
import {
  aCandidate,
  aCompany,
  aManager,
  aNotification,
  anInvitation,
  anOffer,
  aRecruiter,
  aSend,
  enrolled,
  everybodyOf,
  factsOf,
  invited,
  newId,
  now,
  type partiesOf,
  sentOut,
  takenBack,
  written
} from "@treff/contract-tests/fixtures"
import { Deliveries, EventLog, Journal } from "@treff/domain/events"
import { type Account, Accounts, type MemberCursor, SignIns } from "@treff/domain/identity"
import { type InvitationQuota, Invitations, invitationOrders, invitationStatuses } from "@treff/domain/invitations"
import { day, type PageRequest } from "@treff/domain/kernel"
import { Notifications } from "@treff/domain/notifications"
import { OfferSends, Offers, offerSentStatuses, offerStatuses } from "@treff/domain/offers"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll } from "vitest"
import { pgStore } from "./stores.ts"

/** With a million (`PLANS_OFFERS=1000000`, a minute) the plans are the same, and so is what they read. */
const size = Number(process.env.PLANS_OFFERS ?? 100_000)

const store = await pgStore()
const { pool } = store.database

/** Every statement that the adapter sends, with its parameters. */
const sent: Array<{ readonly query: string; readonly params: ReadonlyArray<unknown> }> = []
const db = drizzle(pool, { logger: { logQuery: (query, params) => void sent.push({ query, params }) } })
const layer = layerPostgres(db)

/** The one has almost all offers, the other a hundred; a thousand are due, most of them not yet swept. */
const big = aCompany()
const small = aCompany()
const companies = { "a company of almost everything": big, "a company of a hundred offers": small }

/** A few hundred offers of theirs were sent to these, as many times as there are offers of the others. */
const busy = aCompany()
const quiet = aCompany()
const candidates = Array.from({ length: 2_000 }, () => aCandidate())
const [cleo] = candidates as [(typeof candidates)[number]]

/** The one has sent a third of all invitations and has two thousand members, the other sent a hundred. */
const inviters = { "a company that invites": big, "a company that hardly invites": small }
const invitations = Math.floor(size * 0.3)
const members = Array.from({ length: 2_000 }, () => aRecruiter(big.id))
const outside = aManager(null)

const fill = async () => {
  await Effect.runPromise(
    store.seed([...[big, small, busy, quiet].flatMap(everybodyOf), ...candidates, ...members, outside])
  )
  // Without its indexes for as long as it is filled, which takes a fifth of the time.
  const { rows } = await pool.query(
    "select indexname, indexdef from pg_indexes where tablename = any($1) and indexname not like '%_pkey'",
    [["offer", "event", "offer_sent", "notification", "notification_delivery", "invitation", "sign_in"]]
  )
  await pool.query(`drop index ${rows.map(({ indexname }) => indexname).join(", ")}`)
  const many = `select
      ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as id,
      case when i <= $1::int - 100 then $2::uuid else $3::uuid end as company_id,
      case when i <= $1::int - 100 then case when (i / 7) % 10 = 0 then $4::uuid else $5::uuid end else $6::uuid end as owner_id,
      (array['active', 'active', 'disabled', 'archived', 'expired'])[1 + (i / 3) % 5] as status,
      $7::timestamptz - i * interval '1 second' as created_at,
      case when i % ($1::int / 1000) = 0 then $7::timestamptz - interval '1 hour' else $7::timestamptz + interval '1 day' end as ends_at
    from generate_series(1, $1::int) i`
  const params = [
    size,
    big.id,
    small.id,
    big.recruiter.id,
    big.colleague.id,
    small.recruiter.id,
    new Date(now).toISOString()
  ]
  await pool.query(
    `insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary, job_starts_at,
       expires_at, quiz_required, status, term, created_at, updated_at)
     select id, 1, company_id, owner_id, 'Baker', 'Bakes', 'permanent', '1', ends_at, ends_at + interval '1 day', false,
       status, 1, created_at, created_at
     from (${many}) m`,
    params
  )
  await pool.query(
    `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
     select id, 'offer', id, 1, 'offer.created', '{}', '{}', company_id, created_at from (${many}) m`,
    params
  )
  await pool.query(
    `insert into delivery (event_id, due_at, attempts)
     select id, occurred_at + interval '1 day', 0 from event`
  )
  await pool.query(
    `insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary, job_starts_at,
       expires_at, quiz_required, status, term, created_at, updated_at)
     select ('01900000-0000-7000-a000-' || lpad(to_hex(i), 12, '0'))::uuid, 1, case when i < 300 then $1 else $2 end::uuid,
       case when i < 50 then $3 when i < 300 then $4 else $5 end::uuid, 'Baker', 'Bakes', 'permanent', '1', $6::timestamptz + interval '1 day',
       $6::timestamptz + interval '1 day', false, case i % 10 when 0 then 'disabled' when 1 then 'archived' else 'active' end, 1, $6, $6
     from generate_series(0, 319) i`,
    [busy.id, quiet.id, busy.recruiter.id, busy.colleague.id, quiet.recruiter.id, new Date(now).toISOString()]
  )
  // In the order in which they were sent, as they would lie there.
  await pool.query(
    `insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, status, sent_at, viewed_at,
       responded_at, updated_at)
     select ('01900000-0000-7000-9000-' || lpad(to_hex($1::int - i), 12, '0'))::uuid, 1, o.company_id, o.id, 1,
       ($3::uuid[])[1 + (i / 320 + i % 320 * 7) % $4::int], o.owner_id, o.title,
       (array['sent', 'sent', 'sent', 'viewed', 'viewed', 'responded', 'withdrawn'])[1 + (i / 320) % 7],
       $2::timestamptz - i * interval '1 second', $2, $2::timestamptz - i * interval '1 millisecond', $2
     from generate_series(0, $1::int - 1) i
     join offer o on o.id = ('01900000-0000-7000-a000-' || lpad(to_hex(i % 320), 12, '0'))::uuid
     order by i desc`,
    [size, new Date(now).toISOString(), candidates.map(({ id }) => id), candidates.length]
  )
  await pool.query(
    `insert into account (id, version, role, email, first_name, last_name, created_at)
     select gen_random_uuid(), 1, 'candidate', i || '@example.com', 'Kim', 'Hansen', now() from generate_series(1, 20000) i`
  )
  await pool.query(
    `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
     select id, 'offerSent', id, 1, 'offerSent.created', '{}', '{}', company_id, sent_at from offer_sent`
  )
  await pool.query(
    `insert into notification (id, event_id, recipient_id, template, data, created_at, read_at)
     select id, id, candidate_id, 'offer-sent', json_build_object('offerSentId', id, 'offerId', offer_id), sent_at,
       case when status <> 'sent' then sent_at end
     from offer_sent
     union all
     select gen_random_uuid(), gen_random_uuid(), $1, 'offer-sent-viewed', '{}', $2::timestamptz - i * interval '1 minute',
       case when i > 12000 then $2::timestamptz end
     from generate_series(1, $3::int) i`,
    [busy.recruiter.id, new Date(now).toISOString(), manyNotifications]
  )
  await pool.query(
    `insert into notification_delivery (id, notification_id, channel, status, sent_at)
     select gen_random_uuid(), id, 'inbox', 'sent', created_at from notification
     union all
     select gen_random_uuid(), s.id, 'mail', 'queued', null from offer_sent s where s.status <> 'sent'
     union all
     select gen_random_uuid(), id, 'mail', 'sent', created_at from notification
     where recipient_id = $1 and extract(minute from created_at)::int % 10 = 0`,
    [busy.recruiter.id]
  )
  await pool.query(
    `insert into outgoing_mail (delivery_id, due_at, attempts)
     select d.id, n.created_at, 0 from notification_delivery d join notification n on n.id = d.notification_id
     where d.channel = 'mail' and d.status = 'queued'`
  )
  await fillInvitations()
  for (const { indexdef } of rows) await pool.query(indexdef)
  // No page counts as seen by all while a commit near it is still to be flushed, and the server of the tests puts that off.
  const client = await pool.connect()
  await client.query("set synchronous_commit = on")
  await client.query("checkpoint")
  await client.query("vacuum analyze")
  client.release()
}

/** Five hundred are open, or have been since an hour without anybody having written so; the others are over. */
const fillInvitations = async () => {
  await pool.query(
    `insert into invitation (id, version, company_id, inviter_id, email, token_hash, resends, status, created_at, expires_at, updated_at)
     select ('01900000-0000-7000-b000-' || lpad(to_hex(i), 12, '0'))::uuid, 1, company.id, company.manager, 'Somebody.' || i || '@b.example',
       'hash of ' || i, 0,
       case when i % ($1::int / 500) = 0 then 'pending' else (array['accepted', 'expired', 'revoked', 'declined'])[1 + i % 4] end, at,
       case when i % ($1::int / 100) = 0 then $6::timestamptz - interval '1 hour' else $6::timestamptz + interval '2 days' end, at
     from generate_series(1, $1::int) i
     cross join lateral (
       select case when i > $1::int - 100 then $3::uuid when i % 3 = 0 then $2::uuid else $7::uuid end as id,
         case when i > $1::int - 100 then $5::uuid when i % 3 = 0 then $4::uuid else $8::uuid end as manager, $6::timestamptz - i * interval '10 minutes' as at
     ) company`,
    [
      invitations,
      ...[big.id, small.id, big.manager.id, small.manager.id, new Date(now).toISOString()],
      ...[busy.id, busy.manager.id]
    ]
  )
  await pool.query(
    `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
     select id, 'invitation', id, 1, 'invitation.created', '{}', json_build_object('kind', 'hiring_manager', 'id', inviter_id),
       company_id, created_at from invitation`
  )
  await pool.query(
    `insert into notification (id, event_id, recipient_id, template, data, created_at)
     select id, id, id, 'invitation', json_build_object('invitationId', id, 'resends', 0), created_at from invitation`
  )
  await pool.query(
    `insert into notification_delivery (id, notification_id, channel, status, sent_at)
     select gen_random_uuid(), id, 'mail', 'sent', created_at from invitation`
  )
  await pool.query(
    `insert into sign_in (id, email, token_hash, created_at, expires_at, used_at)
     select ('01900000-0000-7000-c000-' || lpad(to_hex(i), 12, '0'))::uuid, i % 9000 || '@example.com', 'hash of ' || i, at, at + interval '15 min',
       case when i % 2 = 0 then at end
     from generate_series(1, $1::int) i cross join lateral (select $2::timestamptz - i * interval '1 second' as at) made`,
    [invitations, new Date(now).toISOString()]
  )
  await pool.query(
    `insert into notification (id, event_id, recipient_id, template, data, created_at)
     select id, id, id, 'sign-in', json_build_object('signInId', id), created_at from sign_in`
  )
  await pool.query(
    `insert into notification_delivery (id, notification_id, channel, status)
     select id, id, 'mail', 'queued' from sign_in`
  )
  await pool.query(
    `insert into outgoing_mail (delivery_id, due_at, attempts)
     select id, created_at, 0 from sign_in order by id limit 1000`
  )
}

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Index Name"?: string
  readonly "Shared Hit Blocks"?: number
  readonly "Shared Read Blocks"?: number
  readonly Plans?: ReadonlyArray<Plan>
}
const nodesOf = (plan: Plan): ReadonlyArray<Plan> => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

/** What the planner does with each statement that this work sends; one that writes is only planned. */
const plansOf = Effect.fnUntraced(function* (work: Effect.Effect<unknown, unknown>) {
  sent.length = 0
  yield* Effect.ignore(work)
  const statements = sent.filter(({ query }) => !/^(begin|commit|rollback)\b/.test(query))
  assert.isNotEmpty(statements)
  return yield* Effect.forEach(statements, ({ query, params }) => {
    const writes = /\b(update|insert|delete)\b/.test(query)
    const options = writes ? "" : "analyze, timing off, buffers,"
    return Effect.map(
      Effect.promise(() => pool.query(`explain (${options} format json) ${query}`, [...params])),
      ({ rows }) =>
        nodesOf((rows[0] as { readonly "QUERY PLAN": readonly [{ readonly Plan: Plan }] })["QUERY PLAN"][0].Plan)
    )
  })
})

/** In blocks of 8 KB: counting ten thousand by index alone, and fetching five hundred rows, stays far below. */
const mostBlocks = 1_000

/** How many notifications one recruiter has: more than are counted. */
const manyNotifications = 15_000

/** Of sends, counting ten thousand fetches each of them, and looks at its offer once; or at those of 250 own offers. */
const mostBlocksOfSends = 4_000

/** Not accounts: of a hundred people out of twenty thousand all may be read. */
const bigTables = [
  "offer",
  "offer_sent",
  "event",
  "delivery",
  "notification",
  "notification_delivery",
  "outgoing_mail",
  "invitation",
  "sign_in"
]

/** Fails where a big table would be read from end to end, or where much more is read than is answered. */
const usesIndexes = Effect.fnUntraced(function* (
  what: string,
  work: Effect.Effect<unknown, unknown>,
  most = mostBlocks,
  tables: ReadonlyArray<string> = bigTables
) {
  for (const nodes of yield* plansOf(work)) {
    const readFromEndToEnd = nodes.filter(
      (node) => node["Node Type"] === "Seq Scan" && tables.includes(node["Relation Name"] ?? "")
    )
    assert.deepStrictEqual(readFromEndToEnd, [], what)
    const { "Shared Hit Blocks": hit = 0, "Shared Read Blocks": read = 0 } = nodes[0] ?? {}
    assert.isAtMost(hit + read, most, what)
  }
})
beforeAll(fill, 300_000)
afterAll(store.stop)

describe.each(Object.entries(companies))("%s", (_, { admin, manager, recruiter, colleague }) => {
  const callers: Record<string, Account> = { admin, manager, recruiter, colleague }

  it.effect("lists by index: each filter, each scope, the first pages and by cursor", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const pages: Record<string, PageRequest<{ readonly createdAt: number; readonly id: string }>> = {
        "page 1": { number: 1, limit: 20 },
        "page 5 of 100": { number: 5, limit: 100 },
        "the beginning": { after: null, limit: 20 },
        "a cursor": { after: { createdAt: now - 5_000_000, id: newId() }, limit: 20 }
      }
      for (const [who, caller] of Object.entries(callers)) {
        for (const [where, page] of Object.entries(pages)) {
          for (const status of [null, ...offerStatuses]) {
            const what = `${who}, ${where}, ${status ?? "all"}`
            yield* usesIndexes(what, offers.list(caller, { status, at: now, page }))
          }
        }
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("finds by index: an offer, a new owner, a history", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const log = yield* EventLog
      const id = "01900000-0000-7000-8000-000000000007"
      yield* usesIndexes("find", offers.find(admin, id))
      yield* usesIndexes("findWithRespondents", offers.findWithRespondents(admin, id))
      yield* usesIndexes("withPeople", offers.withPeople([id], [recruiter.id, colleague.id]))
      yield* usesIndexes("findForTransfer", offers.findForTransfer(admin, id, colleague.id))
      yield* usesIndexes("history", offers.history(admin, id, { number: 1, limit: 20 }))
      yield* usesIndexes("history after", offers.history(admin, id, { after: 5, limit: 20 }))
      yield* usesIndexes("typesAfter", log.typesAfter({ type: "offer", id }, 3))
    }).pipe(Effect.provide(layer))
  )
})

describe("the background", () => {
  it.effect("sweeps and relays by index", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const deliveries = yield* Deliveries
      for (const date of ["jobStartsAt", "expiresAt"] as const) {
        for (const at of [now - day, now, now + 3 * day]) yield* usesIndexes(`due ${date}`, offers.due(date, at, 1_000))
      }
      for (const at of [0, now, now + 2 * day]) yield* usesIndexes("claim", deliveries.claim(at, 100))
      const id = newId()
      const notifications = [aNotification(id, cleo.id, ["inbox", "mail"])]
      yield* usesIndexes("markHandled", deliveries.markHandled([{ eventId: id, notifications }], now))
      yield* usesIndexes("noteFailure", deliveries.noteFailure([id], "it broke"))
      yield* usesIndexes("bury", deliveries.bury({ id, eventId: id, message: 1, error: "", failedAt: now }))
      yield* usesIndexes("replay", deliveries.replay([id], now))
    }).pipe(Effect.provide(layer))
  )

  it.effect("commits by index: one change, and a thousand", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const count of [1, 1_000]) {
        const changes = Array.from({ length: count }, () => written(anOffer(), 1))
        const preconditions = [{ kind: "account", id: big.admin.id, version: 0 } as const]
        yield* usesIndexes(`commit ${count}`, journal.commit(changes, { at: now, preconditions }))
        yield* usesIndexes(`commitEach ${count}`, journal.commitEach(changes, { at: now }))
      }
    }).pipe(Effect.provide(layer))
  )
})

const senders = { "a busy company": busy, "a quiet company": quiet, "a candidate": null }
describe.each(Object.entries(senders))("the sends of %s", (_, company) => {
  const callers: Record<string, Account> =
    company === null ? { cleo } : { admin: company.admin, recruiter: company.recruiter, colleague: company.colleague }

  it.effect("are listed by index: each filter, each scope, the first pages and by cursor", () =>
    Effect.gen(function* () {
      const sends = yield* OfferSends
      const { offerId, candidateId } = yield* someSend(company?.id)
      const pages: Record<string, PageRequest<{ readonly sentAt: number; readonly id: string }>> = {
        "page 1": { number: 1, limit: 20 },
        "page 5 of 100": { number: 5, limit: 100 },
        "a cursor": { after: { sentAt: now - 50_000_000, id: newId() }, limit: 20 }
      }
      const filters: Record<string, { readonly offerId?: string; readonly candidateId?: string }> = {
        all: {},
        "of an offer": { offerId },
        "to a candidate": { candidateId },
        "of an offer to a candidate": { offerId, candidateId }
      }
      const any = { offerId: null, candidateId: null, at: now }
      for (const [who, caller] of Object.entries(callers)) {
        for (const [where, page] of Object.entries(pages)) {
          for (const status of [null, ...offerSentStatuses]) {
            for (const [which, filter] of Object.entries(filters)) {
              const what = `${who}, ${which}, ${where}, ${status ?? "any status"}`
              yield* usesIndexes(what, sends.list(caller, { ...any, ...filter, status, page }), mostBlocksOfSends)
            }
            const what = `${who}, listOfOffer, ${where}, ${status ?? "any status"}`
            yield* usesIndexes(what, sends.listOfOffer(caller, offerId, { at: now, status, page }))
          }
        }
        const received = sends.listReceivedOffers(caller, { at: now, page: { number: 1, limit: 20 } })
        yield* usesIndexes(`${who}, listReceivedOffers`, received)
        const after = { createdAt: now - 50_000, id: newId() }
        const goesOn = sends.listReceivedOffers(caller, { at: now, page: { after, limit: 20 } })
        yield* usesIndexes(`${who}, listReceivedOffers by cursor`, goesOn)
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("are found by index, and what sending needs", () =>
    Effect.gen(function* () {
      const sends = yield* OfferSends
      const { id, offerId } = yield* someSend(company?.id)
      const fifty = candidates.slice(0, 50).map(({ id }) => id)
      for (const [who, caller] of Object.entries(callers)) {
        yield* usesIndexes(`${who}, find`, sends.find(caller, id))
        yield* usesIndexes(`${who}, findReceived`, sends.findReceived(caller, offerId))
        yield* usesIndexes(`${who}, findForSending one`, sends.findForSending(caller, offerId, fifty.slice(0, 1)))
        yield* usesIndexes(`${who}, findForSending fifty`, sends.findForSending(caller, offerId, fifty))
      }
    }).pipe(Effect.provide(layer))
  )
})

const someSend = (companyId: string | undefined) =>
  Effect.map(
    Effect.promise(() =>
      pool.query(
        `select id, offer_id as "offerId", candidate_id as "candidateId", term, sender_id as "senderId" from offer_sent
         where company_id = coalesce($1, company_id) and candidate_id = coalesce($2, candidate_id) limit 1`,
        [companyId ?? null, companyId === undefined ? cleo.id : null]
      )
    ),
    ({ rows }) => rows[0] as { readonly id: string } & ReturnType<typeof partiesOf>
  )

describe("the background of sends", () => {
  it.effect("cascades, and knows the circumstances, by index: one, and a hundred", () =>
    Effect.gen(function* () {
      const sends = yield* OfferSends
      const { rows } = yield* Effect.promise(() =>
        pool.query(`select id, offer_id as "offerId", candidate_id as "candidateId", term, sender_id as "senderId"
          from offer_sent where status <> 'withdrawn' order by id limit 100`)
      )
      const { rows: ends } = yield* Effect.promise(() =>
        pool.query(`select id as "offerId", term from offer where status = 'archived' and company_id = $1`, [busy.id])
      )
      for (const some of [ends.slice(0, 1), ends]) {
        assert.isNotEmpty(yield* sends.ended(some, 1_000))
        // Each of a thousand is looked up by its place.
        yield* usesIndexes(`ended ${some.length}`, sends.ended(some, 1_000), 5_000)
      }
      for (const some of [rows.slice(0, 1), rows]) {
        yield* usesIndexes(`circumstances ${some.length}`, sends.circumstances(some), mostBlocksOfSends)
        const references = some.map(({ id, offerId }) => ({ offerSentId: id, offerId }))
        yield* usesIndexes(`states ${some.length}`, sends.states(references))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("commits by index: one send, fifty beside their offer, a cascade of a thousand", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const offer = anOffer()
      const notifying = { at: now, notifications: [aNotification(newId(), cleo.id, ["inbox", "mail"])] }
      const preconditions = [{ kind: "offer", id: offer.id, version: 1 } as const]
      const accounts = candidates.slice(0, 50).map(({ id }) => ({ kind: "account", id, version: 1 }) as const)
      const fifty = accounts.map(({ id }) => sentOut(aSend(offer, id)))
      const cascade = Array.from({ length: 1_000 }, () => takenBack(aSend(offer), 1, "offer_archived"))
      const one = fifty.slice(0, 1)
      yield* usesIndexes(
        "send",
        journal.commit(one, { at: now, preconditions: [...preconditions, ...accounts.slice(0, 1)] })
      )
      yield* usesIndexes("bulk", journal.commitEach(fifty, { at: now, preconditions: [...preconditions, ...accounts] }))
      yield* usesIndexes("change", journal.commit([takenBack(aSend(offer))], { at: now, preconditions }))
      yield* usesIndexes("cascade", journal.commitEach(cascade, notifying))
    }).pipe(Effect.provide(layer))
  )
})

describe("notifications", () => {
  it.effect("are listed and marked by index", () =>
    Effect.gen(function* () {
      const notifications = yield* Notifications
      const pages = [
        { number: 1, limit: 20 },
        { after: { createdAt: now - 50_000_000, id: newId() }, limit: 20 }
      ]
      for (const page of pages) {
        for (const unread of [null, true, false]) {
          for (const channel of [null, "inbox", "mail"] as const) {
            const query = { unread, channel, page }
            yield* usesIndexes(`list ${unread}, ${channel}`, notifications.list(cleo, query))
            // Of thousands each is fetched to be counted; by channel each is looked up at its deliveries, too.
            const most = channel === null ? mostBlocksOfSends : 4 * manyNotifications
            yield* usesIndexes(`list of many ${unread}, ${channel}`, notifications.list(busy.recruiter, query), most)
          }
        }
      }
      yield* usesIndexes("markRead", notifications.markRead(cleo, "01900000-0000-7000-9000-000000000007", now))
      yield* usesIndexes("markAllRead", notifications.markAllRead(cleo, now))
    }).pipe(Effect.provide(layer))
  )

  it.effect("have their mails claimed and recorded by index", () =>
    Effect.gen(function* () {
      const notifications = yield* Notifications
      yield* usesIndexes("claimMails", notifications.claimMails(now, 100))
      const { rows } = yield* Effect.promise(() =>
        pool.query("select delivery_id as id from outgoing_mail order by delivery_id limit 100")
      )
      for (const ids of [rows, Array.from({ length: 100 }, () => ({ id: newId() }))]) {
        const outcomes = ids.map(({ id }) => ({ id, status: "sent", error: null }) as const)
        yield* usesIndexes("recordMailOutcomes", notifications.recordMailOutcomes(outcomes, now))
      }
    }).pipe(Effect.provide(layer))
  )
})

/** One person, or one company's people, are looked up by index, too. */
const allTables = [...bigTables, "account"]

describe.each(Object.entries(inviters))("the invitations of %s", (_, { manager }) => {
  const times = { at: now, since: now - day }

  it.effect("are listed by index: each order, up and down, each filter, the first pages", () =>
    Effect.gen(function* () {
      const { list } = yield* Invitations
      const pages = [
        { number: 0, size: 20 },
        { number: 4, size: 100 }
      ]
      for (const status of [null, ...invitationStatuses]) {
        for (const order of invitationOrders) {
          for (const descending of [true, false]) {
            for (const page of pages) {
              const query = { status, order, descending, at: now, ...page }
              // All are counted, by index alone; in the order of their statuses, a page of each of six parts is fetched.
              const most = 2 * mostBlocks + invitations / 50
              yield* usesIndexes(
                `${status} ${order} ${descending} ${page.number}`,
                list(manager, query),
                most,
                allTables
              )
            }
          }
        }
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("are found by index, and what inviting needs: of one address, and of a hundred", () =>
    Effect.gen(function* () {
      const { find, findForInviting } = yield* Invitations
      const some = Array.from({ length: 100 }, (_, index) => `somebody.${index * 97}@b.example`)
      for (const [who, caller] of Object.entries({ manager, outside })) {
        const one = findForInviting(caller, some.slice(0, 1), times)
        yield* usesIndexes(`${who}, findForInviting one`, one, mostBlocks, allTables)
        yield* usesIndexes(`${who}, findForInviting a hundred`, findForInviting(caller, some, times), mostBlocksOfSends)
      }
      const { rows } = yield* Effect.promise(() =>
        pool.query("select id from invitation where company_id = $1 order by id limit 1", [manager.companyId])
      )
      yield* usesIndexes("find", find(manager, rows[0]?.id, times), mostBlocks, allTables)
    }).pipe(Effect.provide(layer))
  )

  it.effect("are written by index: one within the limits, a hundred in bulk, an acceptance, a change", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const company = { id: manager.companyId ?? "", manager }
      const quotas = [
        { kind: "open-invitations", companyId: company.id, limit: 0, at: now },
        { kind: "sent-invitations", companyId: company.id, inviterId: manager.id, limit: 0, since: now - day }
      ] satisfies ReadonlyArray<InvitationQuota>
      const preconditions = [{ kind: "account", id: manager.id, version: 0 } as const]
      const hundred = Array.from({ length: 100 }, () => invited(anInvitation(company)))
      const one = hundred.slice(0, 1)
      const accepted = anInvitation(company, { status: "accepted" })
      const entering = [invited(accepted, 1), enrolled(factsOf(aRecruiter(company.id)))]
      yield* usesIndexes("invite", journal.commit(one, { at: now, preconditions, quotas }), mostBlocks, allTables)
      yield* usesIndexes("bulk", journal.commitEach(hundred, { at: now, preconditions, quotas }), mostBlocks, allTables)
      yield* usesIndexes("accept", journal.commit(entering, { at: now }), mostBlocks, allTables)
      yield* usesIndexes("revoke", journal.commit([invited(accepted, 7)], { at: now }), mostBlocks, allTables)
      const swept = Array.from({ length: 1_000 }, () => invited(anInvitation(company, { status: "expired" }), 1))
      yield* usesIndexes("sweep", journal.commitEach(swept, { at: now }), mostBlocks, allTables)
    }).pipe(Effect.provide(layer))
  )
})

describe("the background of invitations", () => {
  it.effect(
    "finds by index whose a token is, what is due, the circumstances, and what a mail says: of one, and of a hundred",
    () =>
      Effect.gen(function* () {
        const { findByToken, due, circumstances, mailed } = yield* Invitations
        yield* usesIndexes("findByToken", findByToken("hash of 77", "ada"), mostBlocks, allTables)
        yield* usesIndexes("findByToken, none", findByToken("none", null), mostBlocks, allTables)
        for (const at of [now - day, now, now + 3 * day]) yield* usesIndexes("due", due(at, 1_000), mostBlocksOfSends)
        const { rows } = yield* Effect.promise(() => pool.query("select id from invitation order by id limit 100"))
        const ids = rows.map(({ id }) => id)
        yield* usesIndexes("circumstances of one", circumstances(ids.slice(0, 1)), mostBlocks, allTables)
        yield* usesIndexes("circumstances of a hundred", circumstances(ids), mostBlocks)
        yield* usesIndexes("mailed of one", mailed(ids.slice(0, 1)), mostBlocks, allTables)
        yield* usesIndexes("mailed of a hundred", mailed(ids), mostBlocks, allTables)
      }).pipe(Effect.provide(layer))
  )

  it.effect("signs in by index, knows what a mail says, and forgets", () =>
    Effect.gen(function* () {
      const signIns = yield* SignIns
      const id = newId()
      const request = { id, email: "7@example.com", secret: { hash: id, sealed: id }, createdAt: now, expiresAt: now }
      const limit = { atMost: 0, since: now - day }
      yield* usesIndexes(
        "request",
        signIns.request(request, aNotification(id, id, ["mail"]), limit),
        mostBlocks,
        allTables
      )
      yield* usesIndexes("take", signIns.take("no such hash", now), mostBlocks, allTables)
      const { rows } = yield* Effect.promise(() => pool.query("select id from sign_in order by id limit 100"))
      const ids = rows.map(({ id }) => id)
      yield* usesIndexes("mailed of one", signIns.mailed(ids.slice(0, 1)), mostBlocks, allTables)
      yield* usesIndexes("mailed of a hundred", signIns.mailed(ids), mostBlocks)
      for (const old of [0, 200]) {
        yield* usesIndexes(`forget ${old}`, signIns.forget(now - (invitations - old) * 1_000, 1_000))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("finds by index what candidates have not answered: of one, and of fifty", () =>
    Effect.gen(function* () {
      const { unanswered } = yield* OfferSends
      for (const count of [1, 50]) {
        const ids = candidates.slice(0, count).map(({ id }) => id)
        yield* usesIndexes(`unanswered ${count}`, unanswered(ids, 1_000), mostBlocksOfSends)
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("the members of a company of two thousand", () => {
  it.effect("are found and listed by index", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const { manager } = big
      const pages: ReadonlyArray<PageRequest<MemberCursor>> = [
        { number: 1, limit: 20 },
        { number: 5, limit: 100 },
        { after: { createdAt: now, id: newId() }, limit: 20 }
      ]
      for (const page of pages) {
        yield* usesIndexes(JSON.stringify(page), accounts.members(manager, page), mostBlocksOfSends, allTables)
      }
      yield* usesIndexes("few", accounts.members(small.manager, { number: 1, limit: 20 }), mostBlocks, allTables)
      const [member] = members
      yield* usesIndexes("findMember", accounts.findMember(manager, member?.id ?? ""), mostBlocks, allTables)
      yield* usesIndexes("findByEmail", accounts.findByEmail("7@EXAMPLE.com"), mostBlocks, allTables)
      yield* usesIndexes("findCompany", accounts.findCompany(manager), mostBlocks, allTables)
    }).pipe(Effect.provide(layer))
  )
})

describe("a caller", () => {
  it.effect("is confirmed by the primary key", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const [nodes = []] = yield* plansOf(accounts.confirm(big.admin))
      assert.sameMembers(
        nodes.flatMap((node) => node["Index Name"] ?? []),
        ["account_pkey"]
      )
    }).pipe(Effect.provide(layer))
  )
})
