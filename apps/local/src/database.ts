import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { launchEmbeddedPostgres, removeEmbeddedPostgres } from "./embedded-postgres.ts"
import { startPglite } from "./pglite.ts"

export interface Database {
  readonly url: string
  readonly kind: "external" | "embedded" | "pglite"
  /** How many connections at once do some good: PGlite is one session, whatever is opened on it. */
  readonly connections: number
  /** A given database is left alone; ours stops with nothing lost, unless it was a temporary one: that is gone then. */
  readonly stop: () => Promise<void>
}

interface DatabaseOptions {
  /** Where the data stays. Left out: in a temporary folder, which goes with `stop`. */
  readonly folder?: string
  /** A given database (`DATABASE_URL`), used instead of our own. */
  readonly url?: string | undefined
  /** Whether a commit survives a power cut. By default only where the data stays. */
  readonly fsync?: boolean
  /** Left out: a free one. */
  readonly port?: number
  /** Where PostgreSQL lies. Left out: in the npm package for this platform. */
  readonly programs?: string
}

export interface LaunchedDatabase extends Database {
  /** Waits until it answers. */
  readonly ready: () => Promise<void>
}

/** The PostgreSQL of the sandbox and of the tests: the given one, or else an embedded one, or else, where that can't run, PGlite. */
export const startDatabase = async (options: DatabaseOptions = {}): Promise<Database> => {
  const { ready, ...database } = await launchDatabase(options)
  await ready()
  return database
}

/** As soon as its process runs: it is known by then where it will answer. */
export const launchDatabase = async (options: DatabaseOptions = {}): Promise<LaunchedDatabase> => {
  const nothing = async () => {}
  if (options.url) return { url: options.url, kind: "external", connections: 20, ready: nothing, stop: nothing }
  const temporary = options.folder === undefined
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "treff-database-")))
  const { port, programs, fsync = !temporary } = options
  const settings = { folder, fsync, port, temporary, programs }
  const embedded = await launchEmbeddedPostgres(settings)
  if (typeof embedded === "string") {
    console.error(`PostgreSQL can't run here (${embedded}): PGlite does its part, one connection at a time.`)
  }
  const started =
    typeof embedded === "string"
      ? { ...(await startPglite(settings)), ready: nothing, kind: "pglite" as const, connections: 1 }
      : { ...embedded, kind: "embedded" as const, connections: 20 }
  return {
    ...started,
    stop: async () => {
      await started.stop()
      if (temporary) await removeDatabase(folder)
    }
  }
}

/** Forgets all the data that `startDatabase` keeps in this folder. It must be stopped. */
export const removeDatabase = async (folder: string): Promise<void> => {
  await removeEmbeddedPostgres(folder)
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}
