import type { Database } from "../apps/local/src/database.ts"
import type { Statement } from "../apps/local/src/neon-endpoint.ts"
import { type Delivery, deliver } from "./delivery.ts"
import { load } from "./load.ts"
import { sink, sinkQueue } from "./sink.ts"
import { insertOffers, openStage, type Stage, tidy } from "./stage.ts"
import { quantile } from "./statistics.ts"

export const offers = 1_000_000
/** Every fiftieth. */
export const due = offers / 50
const limit = 20
const deepPage = 1_000
const samples = 40

export interface Timing {
  readonly what: string
  /** Of whole requests, one after the other, in milliseconds. */
  readonly p50: number
  readonly p90: number
  /** What PostgreSQL itself needed, in milliseconds. */
  readonly sql: number
}

export interface Plan {
  readonly what: string
  readonly lines: ReadonlyArray<string>
}

export interface Million {
  readonly insertSeconds: number
  readonly timings: ReadonlyArray<Timing>
  readonly sweep: { readonly milliseconds: number; readonly roundTrips: number }
  readonly delivery: Delivery
  readonly plans: ReadonlyArray<Plan>
}

/** A company with a million offers: what its lists cost, and the sweep of those that are due. */
export const measureMillion = async (server: Database): Promise<Million> => {
  const stage = await openStage(server, "million")
  const begun = performance.now()
  await insertOffers(stage, offers, {
    status:
      "case n % 10 when 6 then 'disabled' when 7 then 'archived' when 8 then 'archived' when 9 then 'expired' else 'active' end",
    endsIn: "case n % 50 when 0 then interval '-20 days' else interval '30 days' end"
  })
  const insertSeconds = (performance.now() - begun) / 1_000
  try {
    const reads = await measureReads(stage)
    const { sweep, plans } = await measureSweep(stage)
    return { insertSeconds, ...reads, sweep, plans: [...reads.plans, ...plans], delivery: await deliver(stage, due) }
  } finally {
    await stage.close()
  }
}

const measureReads = async (stage: Stage) => {
  const platform = await stage.startPlatform()
  try {
    const { rows } = await stage.pool.query<{ id: string }>("select id from offer order by created_at desc limit 1")
    const paths = {
      "list, page 1": `/offers?limit=${limit}`,
      "list, page 1,000": `/offers?limit=${limit}&page=${deepPage}`,
      "list, at the depth of page 1,000 by cursor": await pathAtDepth(platform.apiUrl, stage.token),
      ...Object.fromEntries(
        ["active", "disabled", "archived", "expired"].map((status) => [
          `list, ${status} only, page 1`,
          `/offers?limit=${limit}&status=${status}`
        ])
      ),
      "list, active only, page 1,000": `/offers?limit=${limit}&status=active&page=${deepPage}`,
      "list, expired only, page 1,000": `/offers?limit=${limit}&status=expired&page=${deepPage}`,
      read: `/offers/${rows[0]?.id}`
    }
    const timings: Array<Timing> = []
    const plans: Array<Plan> = []
    for (const [what, path] of Object.entries(paths)) {
      const calls = Array.from({ length: samples }, () => ({ method: "GET", path, expect: 200 }) as const)
      const [statement] = await sentDuring(stage, () => load(platform.apiUrl, stage.token, calls.slice(0, 5), 1))
      const { latencies } = await load(platform.apiUrl, stage.token, calls, 1)
      const plan = await explain(stage, what, statement)
      plans.push(plan)
      timings.push({ what, p50: quantile(latencies, 0.5), p90: quantile(latencies, 0.9), sql: executionTime(plan) })
    }
    return { timings, plans }
  } finally {
    await platform.stop()
  }
}

/** Goes there as a client would, by the links, in larger steps. */
const pathAtDepth = async (apiUrl: string, token: string): Promise<string> => {
  const step = 90
  let address = `${apiUrl}/offers?limit=${step}&after=`
  for (let skipped = 0; skipped < (deepPage - 1) * limit; skipped += step) {
    const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    const next = /<([^>]*)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1]
    if (next === undefined) throw new Error(`${address} has no next page`)
    address = next
  }
  const url = new URL(address)
  url.searchParams.set("limit", String(limit))
  return url.pathname + url.search
}

/** checkDateExpiredOffers, as the cron fires it: its 20 lots of a thousand, whose events go to a queue that drops them. */
const measureSweep = async (stage: Stage) => {
  const platform = await stage.startPlatform({
    bindings: { queueConsumer: { EVENTS: { type: "queue", name: sinkQueue } } },
    workers: [sink]
  })
  try {
    const before = stage.neon.requests
    let milliseconds = 0
    const sent = await sentDuring(stage, async () => {
      const begun = performance.now()
      await platform.runCron("0 * * * *", new Date())
      milliseconds = performance.now() - begun
    })
    const roundTrips = stage.neon.requests - before
    await expect(stage, "select count(*)::int as count from event", due)
    // Undone, so that the plans are of the same work.
    await makeDueAgain(stage)
    const plans = [
      await explain(stage, "sweep: what is due, a thousand", sent[0]),
      await explain(stage, "sweep: the commit of a thousand", sent[1])
    ]
    return { sweep: { milliseconds, roundTrips }, plans }
  } finally {
    await platform.stop()
  }
}

/** As if the sweep had not been: the same offers are due again, at the same versions. */
const makeDueAgain = async ({ pool }: Stage) => {
  await pool.query("update offer set status = 'active', version = 1 where version = 2")
  await pool.query("truncate event, delivery, receipt")
  await tidy(pool)
}

export const expect = async ({ pool }: Pick<Stage, "pool">, query: string, count: number) => {
  const { rows } = await pool.query<{ count: number }>(query)
  if (rows[0]?.count !== count) throw new Error(`${query} is ${rows[0]?.count}, not ${count}`)
}

const sentDuring = async (stage: Stage, work: () => Promise<unknown>): Promise<ReadonlyArray<Statement>> => {
  const sent: Array<Statement> = []
  stage.neon.onRequest = (statements) => {
    sent.push(...statements)
    return undefined
  }
  await work()
  stage.neon.onRequest = undefined
  return sent
}

/** Runs the statement for its plan and takes it back. */
const explain = async ({ pool }: Stage, what: string, statement: Statement | undefined): Promise<Plan> => {
  if (statement === undefined) throw new Error(`Nothing was asked for: ${what}`)
  const client = await pool.connect()
  try {
    await client.query("begin")
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers) ${statement.query}`, [
      ...(statement.params ?? [])
    ])
    await client.query("rollback")
    return { what, lines: rows.map((row) => row["QUERY PLAN"]) }
  } finally {
    client.release()
  }
}

const executionTime = ({ lines }: Plan): number =>
  Number(/^Execution Time: ([\d.]+) ms/.exec(lines.find((line) => line.startsWith("Execution")) ?? "")?.[1])
