import { load } from "./load.ts"
import { executionTime, explain, type Plan, sentDuring } from "./plan.ts"
import { scale, table } from "./section.ts"
import type { Stage } from "./stage.ts"
import { quantile } from "./statistics.ts"

export const limit = 20
export const deepPage = 1_000

export interface Read {
  readonly what: string
  readonly path: string
  /** Whose token; left out: the admin's. */
  readonly token?: string
}

interface Timing {
  readonly what: string
  /** Of whole requests, one after the other, in milliseconds. */
  readonly p50: number
  readonly p90: number
  /** What PostgreSQL itself needed, in milliseconds. */
  readonly sql: number
}

/** What each read takes, asked for so many times, and its plan. */
export const timeReads = async (stage: Stage, apiUrl: string, samples: number, reads: ReadonlyArray<Read>) => {
  const timings: Array<Timing> = []
  const plans: Array<Plan> = []
  for (const { what, path, token = stage.token } of reads) {
    const calls = Array.from({ length: samples }, () => ({ method: "GET", path, expect: 200 }) as const)
    const [statement] = await sentDuring(stage, () => load(apiUrl, token, calls.slice(0, 5), 1))
    const { latencies } = await load(apiUrl, token, calls, 1)
    const plan = await explain(stage, what, statement)
    plans.push(plan)
    timings.push({ what, p50: quantile(latencies, 0.5), p90: quantile(latencies, 0.9), sql: executionTime(plan) })
  }
  return { timings, plans }
}

export const timingsTable = (timings: ReadonlyArray<Timing>): string =>
  table(
    ["", "p50 ms", "p90 ms", "PostgreSQL alone, ms"],
    timings.map(({ what, p50, p90, sql }) => [what, p50.toFixed(1), p90.toFixed(1), sql.toFixed(1)])
  )

/** The path that begins where a page does, the deep one if left out, but by cursor: goes there as a client would, by the links, in larger steps. */
export const pathAtDepth = async (
  apiUrl: string,
  token: string,
  path: string,
  page: number = deepPage
): Promise<string> => {
  const step = 90
  let address = `${apiUrl}${path}?limit=${step}&after=`
  for (let skipped = 0; skipped < (page - 1) * limit; skipped += step) {
    const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } })
    await response.arrayBuffer()
    const next = /<([^>]*)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1]
    if (next === undefined && scale < 1) break
    if (next === undefined) throw new Error(`${address} has no next page`)
    address = next
  }
  const url = new URL(address)
  url.searchParams.set("limit", String(limit))
  return url.pathname + url.search
}
