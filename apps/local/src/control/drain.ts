import { setTimeout as sleep } from "node:timers/promises"
import type { Pool } from "pg"
import type { SandboxClock } from "../clock.ts"
import { Problem } from "./problem.ts"

/** How long it may take until everything is handled or given up; five tries with their delays take a fifth of it. */
const patience = 60_000

/** How long a message may stay away before its event is sent again: the queue keeps messages in memory and may lose them. */
const resendAfter = 10_000

/**
 * Answers when no event waits for its consumer any more: each is handled, or given up and in the dead letters. What the
 * relay would send later is sent now; an event that is on its way already comes twice, which does no harm.
 */
export const drain = async (pool: Pool, clock: SandboxClock, relay: () => Promise<void>) => {
  const begun = performance.now()
  for (let relayed = -resendAfter; ; ) {
    const waiting = await countOf(pool, "delivery")
    if (waiting === 0) break
    const passed = performance.now() - begun
    if (passed > patience) {
      const { rows } = await pool.query<{ last_error: string }>(
        "select last_error from delivery where last_error is not null limit 1"
      )
      const why = rows[0] === undefined ? "none of them has failed" : `one of them failed with: ${rows[0].last_error}`
      throw new Problem("not-drained", `After ${patience / 1_000} s ${waiting} events are not handled; ${why}`)
    }
    if (passed - relayed >= resendAfter) {
      relayed = passed
      await pool.query("update delivery set due_at = $1 where due_at > $1", [new Date(clock.now())])
      await relay()
    }
    await sleep(20)
  }
  return { published: await countOf(pool, "receipt"), deadLetters: await countOf(pool, "dead_letter") }
}

const countOf = async (pool: Pool, table: "delivery" | "receipt" | "dead_letter"): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`)
  return rows[0]?.count ?? 0
}
