import type { OfferStatus } from "@treff/domain/offers"
import type { Pool } from "pg"
import { assert } from "vitest"
import { until } from "./until.ts"

/** An event as it is in PostgreSQL. */
export interface LoggedEvent {
  readonly id: string
  readonly subject_type: "offer" | "offerSent"
  readonly subject_id: string
  readonly sequence: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own data, and the tests say which
  readonly data: any
  readonly actor: { readonly kind: string; readonly id: string | null }
  readonly occurred_at: Date
}

/** What happened to one offer, or to one send, in its order. */
export const eventsOf = async (pool: Pool, subjectId: string): Promise<ReadonlyArray<LoggedEvent>> => {
  const { rows } = await pool.query("select * from event where subject_id = $1 order by sequence", [subjectId])
  return rows
}

export const typesOf = async (pool: Pool, subjectId: string): Promise<ReadonlyArray<string>> =>
  (await eventsOf(pool, subjectId)).map(({ type }) => type)

export const countOf = async (
  pool: Pool,
  table:
    | "offer"
    | "offer_sent"
    | "event"
    | "delivery"
    | "receipt"
    | "dead_letter"
    | "notification"
    | "notification_delivery"
    | "outgoing_mail"
): Promise<number> => (await pool.query(`select count(*)::int as count from ${table}`)).rows[0].count

/**
 * That the store contradicts itself nowhere, whatever was going on, or broke off, before: the events of each offer and of
 * each send are numbered without a gap, they explain its row, and each of them waits to be handled, is handled, or is
 * given up; and whoever is notified is notified of what has happened, by a mail that is on its way, or of which it is known
 * what became.
 */
export const assertWhole = async (pool: Pool): Promise<void> => {
  const { rows: offers } = await pool.query<OfferRow>("select * from offer")
  const { rows: events } = await pool.query<LoggedEvent>("select * from event order by subject_id, sequence")
  const logsOf = (type: LoggedEvent["subject_type"]) =>
    Map.groupBy(
      events.filter(({ subject_type }) => subject_type === type),
      ({ subject_id }) => subject_id
    )
  const logs = logsOf("offer")
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
  const { rows: sends } = await pool.query<SendRow>("select * from offer_sent")
  const logsOfSends = logsOf("offerSent")
  for (const row of sends) {
    const log = logsOfSends.get(row.id) ?? []
    assert.deepStrictEqual(
      { version: row.version, ...factsOf(row) },
      { version: log.length, ...explainedSend(log) },
      `the log of the send ${row.id} does not explain its row`
    )
    logsOfSends.delete(row.id)
  }
  for (const [id, log] of logsOfSends) {
    // One that its candidate has withdrawn goes with its offer's term, without an event.
    const gone = ["gone", "withdrawn"].includes(explainedSend(log).status)
    assert.isTrue(gone, `the send ${id} is gone, and its log does not say why`)
  }
  const { rows: unaccounted } = await pool.query(`
    select e.type, d.event_id is not null as waits, r.event_id is not null as handled, l.id is not null as given_up
    from event e left join delivery d on d.event_id = e.id left join receipt r on r.event_id = e.id left join dead_letter l on l.event_id = e.id
    where (d.event_id is not null)::int + (r.event_id is not null)::int + (l.id is not null)::int <> 1`)
  assert.deepStrictEqual(
    unaccounted,
    [],
    "events that neither wait, nor are handled, nor given up, or more than one of these"
  )
  const { rows: strangers } = await pool.query(
    "select event_id from (select event_id from delivery union all select event_id from receipt) t where event_id not in (select id from event)"
  )
  assert.deepStrictEqual(strangers, [], "what is delivered has happened")
  const { rows: unfounded } = await pool.query(`
    select n.id from notification n left join event e on e.id = n.event_id
    where e.id is null or n.recipient_id::text = e.actor->>'id'
      or not exists (select 1 from notification_delivery d where d.notification_id = n.id)`)
  assert.deepStrictEqual(unfounded, [], "notifications of what has not happened, of an own deed, or by no channel")
  const { rows: contradictory } = await pool.query(`
    select d.id, d.channel, d.status, d.error from notification_delivery d
    left join notification n on n.id = d.notification_id left join outgoing_mail m on m.delivery_id = d.id
    where n.id is null or (m.delivery_id is not null) <> (d.status = 'queued') or (d.status = 'sent') <> (d.sent_at is not null)
      or (d.status in ('failed', 'skipped') and d.error is null) or (d.channel = 'inbox' and d.status <> 'sent')`)
  assert.deepStrictEqual(
    contradictory,
    [],
    "deliveries of no notification, or that contradict what is still to be sent"
  )
  const { rows: nowhere } = await pool.query(
    "select delivery_id from outgoing_mail where delivery_id not in (select id from notification_delivery)"
  )
  assert.deepStrictEqual(nowhere, [], "mails of no delivery")
}

/**
 * That the consumer has handled every event, each once: nothing was lost, no send has outlived the term of its offer, and
 * each candidate was notified of that once, by each channel. Waits for what is on its way.
 */
export const assertAllHandled = async (pool: Pool): Promise<void> => {
  await until("all events handled", async () => (await countOf(pool, "delivery")) === 0)
  await assertWhole(pool)
  assert.strictEqual(await countOf(pool, "receipt"), await countOf(pool, "event"))
  const { rows: survivors } = await pool.query(`
    select s.id, s.term, o.term as term_of_offer, o.status from offer_sent s left join offer o on o.id = s.offer_id
    where o.id is null or o.term <> s.term or o.status not in ('active', 'disabled')`)
  assert.deepStrictEqual(survivors, [], "sends that have outlived the term of their offer")
  const { rows: amiss } = await pool.query(`
    select e.subject_id, e.data->>'reason' as reason, count(distinct n.id)::int as notifications, array_agg(d.channel) as channels
    from event e
    left join notification n on n.event_id = e.id and n.recipient_id = (e.data->>'candidateId')::uuid
    left join notification_delivery d on d.notification_id = n.id
    where e.type = 'offerSent.deleted' and e.data->>'reason' like 'offer\\_%'
    group by e.id, e.subject_id, reason
    having count(distinct n.id) <> 1 or count(d.id) <> 2 or count(distinct d.channel) <> 2`)
  assert.deepStrictEqual(amiss, [], "candidates who were not notified once, by each channel, that an offer is gone")
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

/** The state that the events of one offer lead to, null when it is deleted. Fails on a story that can't have happened. */
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

interface SendRow {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly offer_id: string
  readonly term: number
  readonly candidate_id: string
  readonly sender_id: string
  readonly message: string | null
  readonly sent_at: Date
  readonly viewed_at: Date | null
  readonly responded_at: Date | null
}

/** What events say of a send; its message is for its candidate only, and forgotten with a withdrawal. */
const factsOf = (row: SendRow) => {
  if (row.status === "withdrawn") assert.isNull(row.message)
  return {
    status: row.status,
    parties: { offerId: row.offer_id, term: row.term, candidateId: row.candidate_id, senderId: row.sender_id },
    times: [row.sent_at, row.viewed_at, row.responded_at].flatMap((time) => time?.getTime() ?? [])
  }
}

/** From which statuses each event of a send may come, and where it leads: the table of the specification, by hand. */
const stepsOfSend: Readonly<Record<string, { readonly from: ReadonlyArray<string>; readonly to: string }>> = {
  "offerSent.created": { from: ["none"], to: "sent" },
  "offerSent.viewed": { from: ["sent"], to: "viewed" },
  "offerSent.responded": { from: ["viewed"], to: "responded" }
}

/** The state that the events of one send lead to. Fails on a story that can't have happened. */
export const explainedSend = (
  log: ReadonlyArray<Pick<LoggedEvent, "sequence" | "type" | "data" | "occurred_at">>
): ReturnType<typeof factsOf> => {
  assert.deepStrictEqual(
    log.map(({ sequence }) => sequence),
    log.map((_, index) => index + 1),
    "the sequence has gaps"
  )
  const { reason: _, ...parties } = log[0]?.data ?? {}
  const times: Array<number> = []
  let status = "none"
  for (const { type, data, occurred_at } of log) {
    const { reason, ...same } = data
    assert.deepStrictEqual(same, parties, `${type} is of another send`)
    if (type === "offerSent.deleted") {
      const from = reason === "candidate" ? ["sent", "viewed"] : ["sent", "viewed", "responded"]
      assert.include(from, status, `${type} (${reason}) in ${status}`)
      status = reason === "candidate" ? "withdrawn" : "gone"
    } else {
      const step = stepsOfSend[type]
      assert.include(step?.from ?? [], status, `${type} in ${status}`)
      status = step?.to ?? status
      times.push(occurred_at.getTime())
    }
  }
  assert.deepStrictEqual(
    times,
    times.toSorted((a, b) => a - b),
    "its steps are out of order"
  )
  return { status, parties, times }
}
