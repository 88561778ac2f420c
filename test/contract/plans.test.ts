import { assert, describe, it } from "@effect/vitest"
import { layerPostgres } from "@treff/adapters/postgres"
import type { Account } from "@treff/domain/account"
import { offerStatuses } from "@treff/domain/offer"
import { Accounts, Deliveries, EventLog, Journal, Offers, type PageRequest } from "@treff/domain/ports"
import { day } from "@treff/domain/time"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import { afterAll, beforeAll } from "vitest"
import { aCompany, anOffer, everybodyOf, newId, now, written } from "../given.ts"
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

const fill = async () => {
  await Effect.runPromise(store.seed([...everybodyOf(big), ...everybodyOf(small)]))
  // Without its indexes for as long as it is filled, which takes a fifth of the time.
  const { rows } = await pool.query(
    "select indexdef from pg_indexes where tablename in ('offer', 'event') and indexname not like '%_pkey'"
  )
  await pool.query("drop index offer_company, offer_company_status, offer_owner, offer_owner_status, offer_job_due")
  await pool.query("drop index offer_expiry_due, offer_company_due, event_subject_sequence")
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
  for (const { indexdef } of rows) await pool.query(indexdef)
  // No page counts as seen by all while a commit near it is still to be flushed, and the server of the tests puts that off.
  const client = await pool.connect()
  await client.query("set synchronous_commit = on")
  await client.query("checkpoint")
  await client.query("vacuum analyze")
  client.release()
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
  const statements = sent.slice()
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

/** Fails where a big table would be read from end to end, or where much more is read than is answered. */
const usesIndexes = Effect.fnUntraced(function* (what: string, work: Effect.Effect<unknown, unknown>) {
  for (const nodes of yield* plansOf(work)) {
    // Accounts are few in these companies, and reading them all is right; their primary key has a test of its own.
    const whole = nodes.filter(
      (node) => node["Node Type"] === "Seq Scan" && ["offer", "event", "delivery"].includes(node["Relation Name"] ?? "")
    )
    assert.deepStrictEqual(whole, [], what)
    const { "Shared Hit Blocks": hit = 0, "Shared Read Blocks": read = 0 } = nodes[0] ?? {}
    assert.isAtMost(hit + read, mostBlocks, what)
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
      yield* usesIndexes("findForTransfer", offers.findForTransfer(admin, id, colleague.id))
      yield* usesIndexes("ofOffer", log.ofOffer(admin, id, { number: 1, limit: 20 }))
      yield* usesIndexes("ofOffer after", log.ofOffer(admin, id, { after: 5, limit: 20 }))
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
      yield* usesIndexes("handled", deliveries.handled(id, now))
      yield* usesIndexes("failed", deliveries.failed(id, "it broke"))
      yield* usesIndexes("bury", deliveries.bury({ id, eventId: id, message: 1, error: "", failedAt: now }))
      yield* usesIndexes("replay", deliveries.replay([id], now))
    }).pipe(Effect.provide(layer))
  )

  it.effect("commits by index: one change, and a thousand", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const count of [1, 1_000]) {
        const changes = Array.from({ length: count }, () => written(anOffer(), 1))
        const reliesOn = [{ accountId: big.admin.id, version: 1 }]
        yield* usesIndexes(`commit ${count}`, journal.commit(changes, { at: now, reliesOn }))
        yield* usesIndexes(`commitFree ${count}`, journal.commitFree(changes, { at: now }))
      }
    }).pipe(Effect.provide(layer))
  )

  it.effect("confirms a caller by the primary key, where accounts are many", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts
      yield* Effect.promise(() =>
        pool.query(
          `insert into account (id, version, role, email, first_name, last_name, created_at)
           select gen_random_uuid(), 1, 'candidate', i || '@example.com', 'Kim', 'Hansen', now() from generate_series(1, 5000) i`
        )
      )
      yield* Effect.promise(() => pool.query("analyze account"))
      const [nodes = []] = yield* plansOf(accounts.confirm(big.admin))
      assert.sameMembers(
        nodes.flatMap((node) => node["Index Name"] ?? []),
        ["account_pkey"]
      )
    }).pipe(Effect.provide(layer))
  )
})
