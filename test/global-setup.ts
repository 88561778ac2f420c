import { spawnSync } from "node:child_process"
import * as pg from "pg"
import type { TestProject } from "vitest/node"
import { startDatabase } from "../apps/local/src/database.ts"
import { type Bundles, bundleWorkers } from "../apps/local/src/platform.ts"
// By its path: a global setup is loaded without the conditions that the tests have.
import { migrate } from "../packages/adapters/src/migrations/index.ts"

declare module "vitest" {
  interface ProvidedContext {
    /** The server of all tests. It holds a migrated database `template`, of which each file takes a copy. */
    readonly databaseUrl: string
    /**
     * Both workers, bundled once for all stages: minified, as wrangler.toml deploys them, since workerd parses their scripts at
     * each of its hundred starts, and without what is in Swagger UI, which test/edge/http.test.ts alone asks for and brings.
     */
    readonly bundles: Bundles
  }
}

/** One PostgreSQL for the whole run. */
export const setup = async ({ provide }: TestProject) => {
  const database = await startDatabase({ url: process.env.TEST_DATABASE_URL })
  const server = new pg.Client({ connectionString: database.url })
  await server.connect()
  await server.query("drop database if exists template_of_tests")
  await server.query("create database template_of_tests")
  await server.end()
  const template = new pg.Pool({ connectionString: withName(database.url, "template_of_tests") })
  await migrate(template)
  await template.end()
  provide("databaseUrl", database.url)
  const bundles = await bundleWorkers({ minify: true })
  const texts = Object.fromEntries(Object.keys(bundles.texts).map((name) => [name, ""]))
  provide("bundles", { ...bundles, texts })
  const stopWatching = endWorkerdOnSignals()
  return () => {
    stopWatching()
    return database.stop()
  }
}

/** No signal reaches the threads that started workerd: they would leave it behind when the process is asked to end. */
const endWorkerdOnSignals = () => {
  const signals = ["SIGINT", "SIGTERM"] as const
  const end = (signal: NodeJS.Signals) => {
    // Its children by that name. Windows has no such program, nor such signals.
    spawnSync("pkill", ["-KILL", "-P", String(process.pid), "workerd"])
    // Whoever else listens ends the process; without a listener the signal does.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  for (const signal of signals) process.once(signal, end)
  return () => {
    for (const signal of signals) process.off(signal, end)
  }
}

const withName = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).href
