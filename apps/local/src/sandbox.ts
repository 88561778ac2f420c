import { rm } from "node:fs/promises"
import { join } from "node:path"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import { makeClock } from "./clock.ts"
import { launchDatabase, removeDatabase } from "./database.ts"
import { keyFiles, loadKeys } from "./keys.ts"
import { lockFolder } from "./lock.ts"
import type { MailOptions } from "./mail.ts"
import { noteOffset, readMarker } from "./marker.ts"
import { startNeonEndpoint } from "./neon-endpoint.ts"
import type { PlatformOptions } from "./platform.ts"
import { assertPortFree, freePort } from "./port.ts"
import { serve } from "./serve.ts"
import { leaveTrace } from "./trace.ts"

export interface SandboxOptions {
  /** Where its state lies: the database, unless another is given, and the keys. */
  readonly folder: string
  /** Left out: free ones. */
  readonly apiPort?: number
  readonly controlPort?: number
  /** Where people find the pages that mails link to, without a slash at its end. Left out: at the API. */
  readonly publicUrl?: string | undefined
  /** A given PostgreSQL (`DATABASE_URL`) instead of its own. */
  readonly databaseUrl?: string | undefined
  /** Begins anew. */
  readonly fresh?: boolean
  /** Who really sends mails, and whom they are from. Left out: nobody, they come into the mailbox alone. */
  readonly mail?: MailOptions | undefined
  readonly platform?: Pick<PlatformOptions, "batchSeconds" | "bindings" | "onLog" | "retrySeconds" | "workers">
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/** Starts the whole system on this machine. What whoever starts it can put right rejects with a `CommandError`. */
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
  /** What starts while something else does is stopped as well, whatever fails meanwhile. */
  const inBackground = <A extends { readonly stop: () => Promise<unknown> }>(starting: Promise<A>): Promise<A> => {
    const stopping = starting.then(
      ({ stop }) => stop,
      () => async () => {}
    )
    started.push(async () => (await stopping)())
    return starting
  }
  // First of all, and released last: the keys and the trace are its too when the database is a given one.
  const lock = await lockFolder(folder)
  started.push(lock.release)
  if (options.apiPort !== undefined) await assertPortFree(options.apiPort, "PORT")
  if (options.controlPort !== undefined) await assertPortFree(options.controlPort, "CONTROL_PORT")

  const databaseFolder = join(folder, "postgres")
  if (fresh && databaseUrl === undefined) {
    await removeDatabase(databaseFolder)
    for (const file of Object.values(keyFiles(folder))) await rm(file, { force: true })
  }
  // Before anything listens there: the demo mails link to it.
  const apiPort = options.apiPort ?? (await freePort())
  const publicUrl = options.publicUrl ?? `http://127.0.0.1:${apiPort}`
  // Loading what starts workerd takes longest of all: PostgreSQL's programs start meanwhile, each in a process of its own.
  const launching = inBackground(launchDatabase({ folder: databaseFolder, url: databaseUrl }))
  const keys = await loadKeys(folder)
  const { bundleWorkers, loadMiniflare, startPlatform } = await import("./platform.ts")
  const bundling = bundleWorkers({ minify: true })
  bundling.catch(() => {}) // it is awaited below, unless something else fails before
  loadMiniflare(options.mail !== undefined && "resendApiKey" in options.mail)
  const { startMail } = await import("./mail.ts")
  const database = await launching
  const pool = new pg.Pool({
    connectionString: database.url,
    max: database.connections,
    connectionTimeoutMillis: 10_000
  })
  // An idle connection that breaks is the pool's to replace; without a listener it would end the process.
  pool.on("error", () => {})
  started.push(() => pool.end())
  // By connections of its own, whose statements end in time. PGlite has but one, and a pooler in front of a given database
  // may refuse such a setting, which is then for its role to have.
  const endpoint = await startNeonEndpoint(database.kind === "embedded" ? database.url : pool)
  started.push(endpoint.stop)

  const clock = makeClock(0, async (offset) => {
    if ((await readMarker(pool)) !== undefined) await noteOffset(pool, offset)
    await (await startingPlatform).setClockOffset(offset)
  })
  const mail = await startMail(pool, clock.now, options.mail)
  started.push(mail.stop)
  const startingPlatform = inBackground(
    bundling.then((bundles) =>
      startPlatform({
        // Five tries within 8 s instead of 26 minutes: nobody here has so much time.
        retrySeconds: 0.05,
        ...options.platform,
        bundles,
        databaseUrl: database.url,
        neonEndpointUrl: endpoint.url,
        publicKeys: keys.publicKeys,
        privateKey: JSON.stringify(keys.privateKey),
        sealingKeys: keys.sealingKeys,
        publicUrl,
        mail: mail.bindings,
        apiPort
      })
    )
  )

  const { prepareDatabase } = await import("./prepare-database.ts")
  const { seed } = await import("./seed.ts")
  await database.ready()
  const contents = await prepareDatabase(pool, database, { fresh, publicUrl })
  const { makeControl } = await import("./control/control.ts")
  const { startCron } = await import("./cron.ts")
  const platform = await startingPlatform
  const offset = contents === "foreign" ? 0 : ((await readMarker(pool)) ?? 0)
  if (offset > 0) await clock.setOffset(offset)

  const reset = async (): Promise<boolean> => {
    if ((await readMarker(pool)) === undefined) return false
    await clock.setOffset(0)
    await seed(pool, clock.now(), publicUrl)
    return true
  }
  const signer = { key: Redacted.make(keys.privateKey), ...platform.tokens }
  const calls = makeControl({ pool, clock, signer, reset, runJob: platform.runJob })
  const control = await serve(options.controlPort ?? 0, calls.fetch)
  started.push(control.stop)

  let stopping = false
  const cron = startCron(platform.crons, platform.runCron, (error) => {
    // A run that is cut off by the end was nobody's failure: the next sweep goes on with it.
    if (!stopping) console.error(`The jobs of this minute failed: ${error instanceof Error ? error.message : error}`)
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
    /** Where mails go: into the mailbox alone, by SMTP as well, or really to Resend and not into the mailbox. */
    mail: mail.kind,
    clock,
    platform,
    endpoint,
    pool,
    /** Stops everything, in the reverse order of its start. */
    stop
  }
}
