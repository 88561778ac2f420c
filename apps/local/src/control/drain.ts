import { setTimeout as sleep } from "node:timers/promises"
import type { Pool } from "pg"
import type { SandboxClock } from "../clock.ts"
import { Problem } from "./problem.ts"

/** How long it may take until all is handled, sent or given up; five tries with their delays take a fifth of it. */
const longestDrain = 60_000

/**
 * How long a message may stay away before its event is sent again: the queue keeps messages in memory and may lose them.
 * So long, too, nobody tries again to send a mail that could not be sent.
 */
const resendAfter = 10_000

/**
 * Answers when no event waits for its consumer any more, each being handled, or given up and in the dead letters, and each
 * mail is sent or given up. What the relay would send later is sent now; an event that is on its way already comes twice,
 * which does no harm, and by its id a mail is known to be the same one.
 */
export const drain = async (
  pool: Pool,
  clock: SandboxClock,
  relay: () => Promise<void>,
  giveUpAfter = longestDrain
) => {
  const begun = performance.now()
  for (let relayed = -resendAfter; ; ) {
    // In one look: the mails of an event appear as the event goes.
    const [waiting] = (await pool.query<Waiting>(whatWaits)).rows
    if (waiting === undefined || (waiting.events === 0 && waiting.mails === 0)) break
    const elapsed = performance.now() - begun
    if (elapsed > giveUpAfter) throw await notDrained(pool, waiting, elapsed)
    if (elapsed - relayed >= resendAfter) {
      relayed = elapsed
      const now = new Date(clock.now())
      await pool.query("update delivery set due_at = $1 where due_at > $1", [now])
      await pool.query("update outgoing_mail set due_at = $1 where due_at > $1", [now])
      await relay()
    }
    await sleep(20)
  }
  return { published: await countOf(pool, "receipt"), deadLetters: await countOf(pool, "dead_letter") }
}

interface Waiting {
  readonly events: number
  readonly mails: number
}

const whatWaits =
  "select (select count(*)::int from delivery) as events, (select count(*)::int from outgoing_mail) as mails"

/** Says how much is left, and why, as far as anything was noted. */
const notDrained = async (pool: Pool, { events, mails }: Waiting, elapsed: number): Promise<Problem> => {
  const { rows } = await pool.query<{ error: string }>(
    `select last_error as error from delivery where last_error is not null
     union all
     select error from notification_delivery d join outgoing_mail m on m.delivery_id = d.id where error is not null
     limit 1`
  )
  const why = rows[0] === undefined ? "none of them has failed" : `one of them failed with: ${rows[0].error}`
  const left = `${events} events are not handled and ${mails} mails not sent`
  return new Problem("not-drained", `After ${Math.round(elapsed / 1_000)} s ${left}; ${why}`)
}

const countOf = async (pool: Pool, table: "receipt" | "dead_letter"): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from ${table}`)
  return rows[0]?.count ?? 0
}
