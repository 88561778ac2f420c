import { setTimeout as sleep } from "node:timers/promises"
import { type Stage, tidy } from "./stage.ts"

export interface Delivery {
  readonly events: number
  /** From the first commit of a sweep, which publishes at once, to the last receipt, in milliseconds. */
  readonly fromCommit: number
  /** From the relay's start, with every event due and none on its way, to the last receipt, in milliseconds. */
  readonly fromRelay: number
}

/** No more than this for either way, in milliseconds. */
const patience = 90_000

/** Both ways of an event to its consumer, with so many offers due. */
export const deliver = async (stage: Stage, events: number): Promise<Delivery> => {
  const platform = await stage.startPlatform()
  try {
    const fromCommit = await untilReceived(stage, events, () => platform.runCron("0 * * * *", new Date()))
    await stage.pool.query("truncate receipt, delivery")
    await stage.pool.query("insert into delivery (event_id, due_at, attempts) select id, now(), 0 from event")
    await tidy(stage.pool)
    // Relaying goes on for the rest of its minute: from its 50th second it is one pass, of ten thousand at the most.
    const lastPass = new Date(Date.UTC(2026, 0, 1, 0, 0, 50))
    const fromRelay = await untilReceived(stage, events, async () => {
      for (let relayed = 0; relayed < events; relayed += 10_000) await platform.runCron("* * * * *", lastPass)
    })
    return { events, fromCommit, fromRelay }
  } finally {
    await platform.stop()
  }
}

const untilReceived = async ({ pool }: Stage, events: number, work: () => Promise<void>): Promise<number> => {
  const begun = performance.now()
  await work()
  for (;;) {
    const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from receipt")
    const passed = performance.now() - begun
    if (rows[0]?.count === events) return passed
    if (passed > patience) throw new Error(`After ${patience} ms ${rows[0]?.count} of ${events} events were received`)
    await sleep(50)
  }
}
