import { loadavg } from "node:os"
import * as pg from "pg"
import { startDatabase } from "../apps/local/src/database.ts"
import { measureBundles } from "./bundles.ts"
import { describeMachine } from "./machine.ts"
import { measureMillion } from "./million.ts"
import { writeReport } from "./report.ts"
import { compare } from "./throughput.ts"

const [busy = 0] = loadavg()
const begun = performance.now()
const server = await startDatabase()
try {
  const pool = new pg.Pool({ connectionString: server.url, max: 1 })
  const machine = await describeMachine(pool)
  await pool.end()
  const step = async <A>(what: string, work: () => Promise<A>): Promise<A> => {
    console.log(`${what} …`)
    return work()
  }
  const bundles = await step("Bundles and start-up", measureBundles)
  const throughput = await step("Treff beside the barest handler", () => compare(server))
  const million = await step("A million offers, the sweep, and its events", () => measureMillion(server))
  const seconds = (performance.now() - begun) / 1_000
  await writeReport({ machine, busy, seconds, throughput, million, bundles })
  console.log(`Done in ${seconds.toFixed(0)} s: bench/README.md, bench/plans.md`)
} finally {
  await server.stop()
}
