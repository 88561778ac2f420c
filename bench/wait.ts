import { setTimeout as sleep } from "node:timers/promises"
import type { Stage } from "./stage.ts"

/** Waits until a query says true, and answers how many milliseconds that took since `begun`. */
export const until = async (
  { pool }: Stage,
  begun: number,
  query: string,
  parameters: ReadonlyArray<unknown> = [],
  timeout = 120_000
): Promise<number> => {
  for (;;) {
    const { rows } = await pool.query<{ readonly so: boolean }>(`select (${query}) as so`, [...parameters])
    const elapsed = performance.now() - begun
    if (rows[0]?.so === true) return elapsed
    if (elapsed > timeout) throw new Error(`After ${timeout} ms it was still not so: ${query}`)
    await sleep(50)
  }
}

/** Throws unless a query says true: a bench of what has not happened would look splendid. */
export const demand = async ({ pool }: Pick<Stage, "pool">, query: string, parameters: ReadonlyArray<unknown> = []) => {
  const { rows } = await pool.query<{ readonly so: boolean }>(`select (${query}) as so`, [...parameters])
  if (rows[0]?.so !== true) throw new Error(`It is not so: ${query}`)
}
