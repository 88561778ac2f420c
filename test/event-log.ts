import type { OfferStatus } from "@treff/domain/offer"
import type { Pool } from "pg"
import { assert } from "vitest"
import { until } from "./until.ts"

/** An event as PostgreSQL holds it. */
export interface LoggedEvent {
  readonly id: string
  readonly subject_id: string
  readonly sequence: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own data, and the tests say which
  readonly data: any
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly occurred_at: Date
}

/** What happened to one offer, in its order. */
export const eventsOf = async (pool: Pool, offerId: string): Promise<ReadonlyArray<LoggedEvent>> => {
  const { rows } = await pool.query("select * from event where subject_id = $1 order by sequence", [offerId])
  return rows
}

export const typesOf = async (pool: Pool, offerId: string): Promise<ReadonlyArray<string>> =>
  (await eventsOf(pool, offerId)).map(({ type }) => type)

export const countOf = async (
  pool: Pool,
  table: "offer" | "event" | "delivery" | "receipt" | "dead_letter"
): Promise<number> => (await pool.query(`select count(*)::int as count from ${table}`)).rows[0].count

/**
 * That the store contradicts itself nowhere, whatever was going on, or broke off, before: the events of each offer are
 * numbered without a gap, they explain its row, and each of them waits to be handled, is handled, or is given up.
 */
export const assertWhole = async (pool: Pool): Promise<void> => {
  const { rows: offers } = await pool.query<OfferRow>("select * from offer")
  const { rows: events } = await pool.query<LoggedEvent>("select * from event order by subject_id, sequence")
  const logs = Map.groupBy(events, ({ subject_id }) => subject_id)
  for (const row of offers) {
    const log = logs.get(row.id) ?? []
    assert.deepStrictEqual(
      { version: row.version, status: row.status, term: row.term, owner: row.owner_id, ...datesOf(row) },
      { version: log.length, ...explained(log) },
      `the log of ${row.id} does not explain its row`
    )
    logs.delete(row.id)
  }
  for (const [id, log] of logs) assert.isNull(explained(log), `the offer ${id} is gone, and its log does not say why`)
  const { rows: astray } = await pool.query(`
    select e.type, d.event_id is not null as waits, r.event_id is not null as handled, l.id is not null as given_up
    from event e left join delivery d on d.event_id = e.id left join receipt r on r.event_id = e.id left join dead_letter l on l.event_id = e.id
    where (d.event_id is not null)::int + (r.event_id is not null)::int + (l.id is not null)::int <> 1`)
  assert.deepStrictEqual(
    astray,
    [],
    "events that neither wait, nor are handled, nor given up, or more than one of these"
  )
  const { rows: strangers } = await pool.query(
    "select event_id from (select event_id from delivery union all select event_id from receipt) t where event_id not in (select id from event)"
  )
  assert.deepStrictEqual(strangers, [], "what is delivered has happened")
}

/** That the consumer has handled every event, each once: nothing was lost. Waits for what is on its way. */
export const assertAllHandled = async (pool: Pool): Promise<void> => {
  await until("all events handled", async () => (await countOf(pool, "delivery")) === 0)
  await assertWhole(pool)
  assert.strictEqual(await countOf(pool, "receipt"), await countOf(pool, "event"))
}

interface OfferRow {
  readonly id: string
  readonly version: number
  readonly status: OfferStatus
  readonly term: number
  readonly owner_id: string
  readonly job_starts_at: Date
  readonly expires_at: Date
}

/** The dates are the only content that events carry. */
const datesOf = ({ job_starts_at, expires_at }: OfferRow) => ({
  jobStartsAt: job_starts_at.getTime(),
  expiresAt: expires_at.getTime()
})

/** From which statuses each event may come: the table of the specification once more, by hand. */
const from: Readonly<Record<string, ReadonlyArray<string>>> = {
  "offer.updated": ["active", "disabled", "expired"],
  "offer.enabled": ["disabled", "archived", "expired"],
  "offer.disabled": ["active"],
  "offer.archived": ["active", "disabled", "expired"],
  "offer.expired": ["active", "disabled"],
  "offer.transferred": ["active", "disabled", "archived", "expired"],
  "offer.deleted": ["active", "disabled", "archived", "expired"]
}

/** The state that the events of one offer tell of, null when it is deleted. Fails on a story that can't have happened. */
export const explained = (log: ReadonlyArray<Pick<LoggedEvent, "sequence" | "type" | "data">>) => {
  assert.deepStrictEqual(
    log.map(({ sequence }) => sequence),
    log.map((_, index) => index + 1),
    "the sequence has gaps"
  )
  const [created, ...rest] = log
  assert.strictEqual(created?.type, "offer.created")
  let { ownerId: owner, term, jobStartsAt, expiresAt } = created?.data ?? {}
  let status = "active"
  for (const { type, data } of rest) {
    assert.include(from[type] ?? [], status, `${type} in ${status}`)
    const reopened = type === "offer.enabled" && status !== "disabled"
    if (type === "offer.transferred") {
      assert.strictEqual(data.fromOwnerId, owner)
      owner = data.toOwnerId
    } else if (type === "offer.updated") ({ jobStartsAt, expiresAt } = data)
    else {
      if (reopened) term++
      assert.strictEqual(data.term, term, `${type} is of another term`)
      status = { "offer.enabled": "active", "offer.deleted": "gone" }[type] ?? type.replace("offer.", "")
    }
  }
  return status === "gone" ? null : { status, term, owner, jobStartsAt, expiresAt }
}
