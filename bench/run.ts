import { loadavg } from "node:os"
import * as pg from "pg"
import { startDatabase } from "../apps/local/src/database.ts"
import { measureBundles } from "./bundles.ts"
import { measureEvents } from "./events.ts"
import { measureInvitations } from "./invitations.ts"
import { measureKnown } from "./known.ts"
import { describeMachine } from "./machine.ts"
import { measureMillion } from "./million.ts"
import { measureMillionInvitations } from "./million-invitations.ts"
import { measureMillionSends } from "./million-sends.ts"
import { measureQueues } from "./queues.ts"
import { figuresOf, writeReport } from "./report.ts"
import type { Section } from "./section.ts"
import { measureSends } from "./sends.ts"
import { measureThroughput } from "./throughput.ts"

const measurements = {
  throughput: measureThroughput,
  sends: measureSends,
  million: measureMillion,
  "million-sends": measureMillionSends,
  events: measureEvents,
  queues: measureQueues,
  invitations: measureInvitations,
  "million-invitations": measureMillionInvitations,
  known: measureKnown,
  bundles: measureBundles
}
const isMeasurement = (name: string): name is keyof typeof measurements => Object.hasOwn(measurements, name)

const [busy = 0] = loadavg()
const begun = performance.now()
const named = process.argv.slice(2)
const names = named.length === 0 ? Object.keys(measurements) : named
const unknown = names.filter((name) => !isMeasurement(name))
if (unknown.length > 0) throw new Error(`${unknown} is not among ${Object.keys(measurements).join(", ")}`)

const server = await startDatabase()
try {
  const pool = new pg.Pool({ connectionString: server.url, max: 1 })
  const machine = await describeMachine(pool)
  await pool.end()
  const sections: Array<Section> = []
  for (const name of names.filter(isMeasurement)) {
    console.log(`${name} …`)
    sections.push(...[await measurements[name](server)].flat())
  }
  const circumstances = { machine, busy, seconds: (performance.now() - begun) / 1_000 }
  // What was asked for by name is only looked at.
  if (named.length > 0) console.log(`\n${figuresOf(circumstances, sections)}`)
  else {
    await writeReport(circumstances, sections)
    console.log(`Done in ${circumstances.seconds.toFixed(0)} s: bench/README.md, bench/plans.md`)
  }
} finally {
  await server.stop()
}
