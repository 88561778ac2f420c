import { rm } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { getRequestListener } from "@hono/node-server"
import { migrate } from "@treff/adapters/migrations"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import { makeClock } from "./clock.ts"
import { type ControlParts, makeControl } from "./control/control.ts"
import { startCron } from "./cron.ts"
import { type Database, removeDatabase, startDatabase } from "./database.ts"
import { loadKeys } from "./keys.ts"
import { lockFolder } from "./lock.ts"
import { marker, noteOffset, readMarker } from "./marker.ts"
import { startNeonEndpoint } from "./neon-endpoint.ts"
import type { PlatformOptions } from "./platform.ts"
import { assertPortFree } from "./port.ts"
import { isEmpty, seed } from "./seed.ts"
import { Sentence } from "./sentence.ts"
import { leaveTrace } from "./trace.ts"

export interface SandboxOptions {
  /** Where its state lies: the database, unless another is given, and the key. */
  readonly folder: string
  /** Left out: free ones. */
  readonly apiPort?: number
  readonly controlPort?: number
  /** A given PostgreSQL (`DATABASE_URL`) instead of its own. */
  readonly databaseUrl?: string | undefined
  /** Begins anew. */
  readonly fresh?: boolean
  readonly platform?: Pick<PlatformOptions, "bindings" | "onLog" | "retrySeconds" | "workers">
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/** Starts the whole system on this machine; what can't be helped is said in a `Sentence`. */
export const startSandbox = async (options: SandboxOptions) => {
  const started: Array<() => Promise<unknown>> = []
  const stop = async () => {
    for (const stopOne of started.splice(0).reverse()) await stopOne()
  }
  try {
    return await start(options, started, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** What is started is noted in `started` with its end, and ends in the reverse order: what others rest on, last. */
const start = async (options: SandboxOptions, started: Array<() => Promise<unknown>>, stop: () => Promise<void>) => {
  const { folder, fresh = false, databaseUrl } = options
  // First of all, and released last: the key and the trace are its too when the database is a given one.
  const lock = await lockFolder(folder)
  started.push(lock.release)
  if (options.apiPort !== undefined) await assertPortFree(options.apiPort, "PORT")
  if (options.controlPort !== undefined) await assertPortFree(options.controlPort, "CONTROL_PORT")

  const databaseFolder = join(folder, "postgres")
  const keyFile = join(folder, "key.json")
  if (fresh && databaseUrl === undefined) {
    await removeDatabase(databaseFolder)
    await rm(keyFile, { force: true })
  }
  // Imported here because it takes a second, in which the database starts.
  const preparing = import("./platform.ts").then(async ({ bundleWorkers, startPlatform }) => {
    const bundles = await bundleWorkers()
    return (options: PlatformOptions) => startPlatform({ ...options, bundles })
  })
  preparing.catch(() => {}) // it is awaited below, unless something else fails before
  const keys = await loadKeys(keyFile)
  const database = await startDatabase({ folder: databaseFolder, url: databaseUrl })
  started.push(database.stop)
  const pool = new pg.Pool({
    connectionString: database.url,
    max: database.connections,
    connectionTimeoutMillis: 10_000
  })
  // An idle connection that breaks is the pool's to replace; unheard, it would end the process.
  pool.on("error", () => {})
  started.push(() => pool.end())
  // By connections of its own, whose statements end in time. PGlite has but one, and a pooler in front of a given database
  // may refuse such a setting, which is then for its role to have.
  const endpoint = await startNeonEndpoint(database.kind === "embedded" ? database.url : pool)
  started.push(endpoint.stop)

  const contents = await prepareDatabase(pool, database, fresh)
  const clockOffset = contents === "foreign" ? 0 : ((await readMarker(pool)) ?? 0)
  const startPlatform = await preparing
  const platform = await startPlatform({
    // Five tries within 8 s instead of 26 minutes: nobody here has so much time.
    retrySeconds: 0.05,
    ...options.platform,
    databaseUrl: database.url,
    neonEndpointUrl: endpoint.url,
    publicKeys: keys.publicKeys,
    clockOffset,
    ...(options.apiPort === undefined ? {} : { apiPort: options.apiPort })
  })
  started.push(platform.stop)

  const clock = makeClock(clockOffset, async (offset) => {
    if ((await readMarker(pool)) !== undefined) await noteOffset(pool, offset)
    await platform.setClockOffset(offset)
  })
  const reset = async (): Promise<boolean> => {
    if ((await readMarker(pool)) === undefined) return false
    await clock.setOffset(0)
    await seed(pool, clock.now())
    return true
  }
  const signer = { key: Redacted.make(keys.privateKey), ...platform.tokens }
  const control = await serve(options.controlPort ?? 0, {
    ...{ pool, db: drizzle(pool), clock, signer, reset, runCron: platform.runCron }
  })
  started.push(control.stop)

  let stopping = false
  const cron = startCron(platform.crons, platform.runCron, (line, error) => {
    // A run that is cut off by the end was nobody's failure: the next sweep goes on with it.
    if (!stopping) console.error(`The cron job on "${line}" failed: ${error instanceof Error ? error.message : error}`)
  })
  started.push(async () => {
    stopping = true
    cron.stop()
  })
  const trace = await leaveTrace(folder, database.url)
  started.push(trace.remove)
  started.push(lock.leaving)

  return {
    apiUrl: platform.apiUrl,
    controlUrl: control.url,
    /** Its kind, and what was found in it: demo data of now or of before, or what others have written. */
    database: { kind: database.kind, url: database.url, contents },
    clock,
    platform,
    endpoint,
    pool,
    /** Stops everything, in the reverse order of its start. */
    stop
  }
}

/**
 * Brings the tables up to date, and decides what to do about the rows. Demo data come into tables that are all empty, and
 * the database is then marked as the sandbox's. Where there are rows without the marker they are somebody's: nothing is put
 * among them, and nothing of it is ever thrown away.
 */
const prepareDatabase = async (
  pool: pg.Pool,
  { kind }: Database,
  fresh: boolean
): Promise<"seeded" | "found" | "foreign"> => {
  const marked = await readMarker(pool).catch((error: Error) => {
    throw kind === "given" ? new Sentence(`The database at DATABASE_URL can't be reached: ${error.message}.`) : error
  })
  if (fresh && kind === "given" && marked === undefined) {
    throw new Sentence(
      `--fresh would empty the database at DATABASE_URL, which the sandbox did not fill (it has no table ${marker}); nothing was changed.`
    )
  }
  await migrate(pool).catch((error: Error & { readonly cause?: Error }) => {
    const reason = (error.cause ?? error).message
    throw new Sentence(
      kind === "given"
        ? `The tables can't be made in the database at DATABASE_URL: ${reason}. Give Treff a database of its own.`
        : `The sandbox's database does not fit this version of Treff: ${reason}. Begin anew with npm start -- --fresh.`
    )
  })
  if (!fresh && marked !== undefined) return "found"
  if (!fresh && !(await isEmpty(pool))) return "foreign"
  await seed(pool, Date.now())
  return "seeded"
}

const serve = async (port: number, parts: ControlParts) => {
  const server: Server = createServer(getRequestListener(makeControl(parts).fetch))
  await new Promise<void>((listening, failed) => {
    server.once("error", failed)
    server.listen(port, "127.0.0.1", listening)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    }
  }
}
