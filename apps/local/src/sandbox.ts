import { randomBytes } from "node:crypto"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { migrate } from "@treff/adapters/migrations"
import { layerSmtp } from "@treff/adapters/smtp"
import type { Instant } from "@treff/domain/kernel"
import { Mailer } from "@treff/domain/notifications"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import { makeClock } from "./clock.ts"
import { type ControlParts, makeControl } from "./control/control.ts"
import { startCron } from "./cron.ts"
import { type Database, removeDatabase, startDatabase } from "./database.ts"
import { keyFiles, loadKeys } from "./keys.ts"
import { lockFolder } from "./lock.ts"
import { makeMailEndpoint } from "./mail-endpoint.ts"
import { makeMailbox } from "./mailbox.ts"
import { marker, noteOffset, readMarker } from "./marker.ts"
import { startNeonEndpoint } from "./neon-endpoint.ts"
import type { MailBindings, PlatformOptions } from "./platform.ts"
import { assertPortFree, freePort } from "./port.ts"
import { isEmpty, seed } from "./seed.ts"
import { Sentence } from "./sentence.ts"
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
  readonly platform?: Pick<PlatformOptions, "bindings" | "onLog" | "retrySeconds" | "workers">
}

export type MailOptions = { readonly from: string } & (
  | { readonly smtpUrl: Redacted.Redacted }
  | { readonly resendApiKey: Redacted.Redacted }
)

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
  // Imported here because it takes a second, in which the database starts.
  const preparing = import("./platform.ts").then(async ({ bundleWorkers, startPlatform }) => {
    const bundles = await bundleWorkers()
    return (options: PlatformOptions) => startPlatform({ ...options, bundles })
  })
  preparing.catch(() => {}) // it is awaited below, unless something else fails before
  const keys = await loadKeys(folder)
  const database = await startDatabase({ folder: databaseFolder, url: databaseUrl })
  started.push(database.stop)
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

  const contents = await prepareDatabase(pool, database, { fresh, publicUrl })
  const clockOffset = contents === "foreign" ? 0 : ((await readMarker(pool)) ?? 0)
  const clock = makeClock(clockOffset, async (offset) => {
    if ((await readMarker(pool)) !== undefined) await noteOffset(pool, offset)
    await platform.setClockOffset(offset)
  })
  const mail = await startMail(pool, clock.now, options.mail)
  started.push(mail.stop)
  const startPlatform = await preparing
  const platform = await startPlatform({
    // Five tries within 8 s instead of 26 minutes: nobody here has so much time.
    retrySeconds: 0.05,
    ...options.platform,
    databaseUrl: database.url,
    neonEndpointUrl: endpoint.url,
    publicKeys: keys.publicKeys,
    privateKey: JSON.stringify(keys.privateKey),
    sealingKeys: keys.sealingKeys,
    publicUrl,
    mail: mail.bindings,
    clockOffset,
    apiPort
  })
  started.push(platform.stop)

  const reset = async (): Promise<boolean> => {
    if ((await readMarker(pool)) === undefined) return false
    await clock.setOffset(0)
    await seed(pool, clock.now(), publicUrl)
    return true
  }
  const signer = { key: Redacted.make(keys.privateKey), ...platform.tokens }
  const parts: ControlParts = { pool, db: drizzle(pool), clock, signer, reset, runJob: platform.runJob }
  const control = await serve(options.controlPort ?? 0, makeControl(parts).fetch)
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

/**
 * Brings the tables up to date, and decides what to do about the rows. Demo data come into tables that are all empty, and
 * the database is then marked as the sandbox's. Where there are rows without the marker they are somebody's: nothing is put
 * among them, and nothing of it is ever thrown away.
 */
const prepareDatabase = async (
  pool: pg.Pool,
  { kind }: Database,
  { fresh, publicUrl }: { readonly fresh: boolean; readonly publicUrl: string }
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
  await makeMailbox(pool)
  if (!fresh && marked !== undefined) return "found"
  if (!fresh && !(await isEmpty(pool))) return "foreign"
  await seed(pool, Date.now(), publicUrl)
  return "seeded"
}

/** Whom the consumer gives mails to: our own endpoint, that keeps them in the mailbox, unless they really go to Resend. */
const startMail = async (pool: pg.Pool, now: () => Instant, options: MailOptions | undefined) => {
  if (options !== undefined && "resendApiKey" in options) {
    const bindings: MailBindings = { apiKey: options.resendApiKey, from: options.from }
    return { kind: "resend", bindings, stop: async () => {} } as const
  }
  const mailer = ManagedRuntime.make(
    options === undefined
      ? Layer.succeed(Mailer, Mailer.of({ send: () => Effect.void }))
      : layerSmtp({ url: options.smtpUrl, from: options.from })
  )
  const apiKey = Redacted.make(randomBytes(24).toString("base64url"))
  const endpoint = await serve(0, makeMailEndpoint({ pool, now, apiKey, mailer }).fetch)
  return {
    kind: options === undefined ? "mailbox" : "smtp",
    bindings: { apiKey, url: `${endpoint.url}/emails` } satisfies MailBindings,
    stop: async () => {
      await endpoint.stop()
      await mailer.dispose()
    }
  } as const
}
