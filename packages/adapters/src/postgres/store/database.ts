import { StoreUnavailable } from "@treff/domain/events"
import type { SQL } from "drizzle-orm"
import { DrizzleQueryError } from "drizzle-orm"
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core"
import * as Effect from "effect/Effect"

/** A drizzle database over any PostgreSQL driver: Neon's over HTTP at the edge, `pg` on Node. */
export type PostgresDatabase = PgDatabase<PgQueryResultHKT>

/** The database, and the one way to ask it anything. */
export interface Database {
  readonly db: PostgresDatabase
  /** One round trip. An outage fails as `StoreUnavailable`; any other error is a bug, and a defect. */
  readonly ask: <A>(operation: string, query: () => PromiseLike<A>) => Effect.Effect<A, StoreUnavailable>
  /**
   * One round trip with two statements in one transaction: `lock`, then `statement`, which counts rows and therefore has
   * to see what the lock's previous holder wrote. A single statement would not: its snapshot is older than its own locks.
   */
  readonly askBehind: <A>(
    operation: string,
    lock: SQL,
    statement: SQL,
    read: (answer: Promise<unknown>) => Promise<A>
  ) => Effect.Effect<A, StoreUnavailable>
}

/** How the database is asked. */
export interface PostgresOptions {
  /** Called before each round trip: how a test, or the sandbox, counts them. */
  readonly onRoundTrip?: (() => void) | undefined
  /** How long one round trip may take before the store counts as unavailable, in milliseconds. */
  readonly timeout?: number | undefined
}

export const makeDatabase = (db: PostgresDatabase, { onRoundTrip, timeout = 10_000 }: PostgresOptions): Database => {
  const ask: Database["ask"] = (operation, query) =>
    Effect.suspend(() => {
      onRoundTrip?.()
      return Effect.tryPromise({ try: async () => await query(), catch: (cause) => cause })
    }).pipe(
      Effect.timeout(timeout),
      Effect.catch((cause) =>
        isOutage(cause) ? Effect.fail(new StoreUnavailable({ operation, cause })) : Effect.die(cause)
      )
    )
  return {
    db,
    ask,
    askBehind: (operation, lock, statement, read) => ask(operation, () => read(transact(db, lock, statement)))
  }
}

/** Two statements in one transaction; answers the second's rows. Over HTTP it is one batch, on a connection a session's. */
const transact = async (db: PostgresDatabase, lock: SQL, statement: SQL): Promise<unknown> => {
  if (batches(db)) return (await db.batch([db.execute(lock), db.execute(statement)]))[1]
  return db.transaction(
    async (session) => {
      await session.execute(lock)
      return session.execute(statement)
    },
    { isolationLevel: "read committed" }
  )
}

const batches = (db: PostgresDatabase): db is PostgresDatabase & Batching => "batch" in db

interface Batching {
  readonly batch: (statements: ReadonlyArray<unknown>) => Promise<ReadonlyArray<unknown>>
}

/** The rows of a raw statement, whichever driver answered it. */
export const rowsOf = <A>(result: unknown): ReadonlyArray<A> => (result as { readonly rows: ReadonlyArray<A> }).rows

/** The SQLSTATE of an error that PostgreSQL itself answered; undefined when it did not answer. */
export const sqlState = (error: unknown): string | undefined => {
  const code = (causeOf(error) as { readonly code?: unknown } | undefined)?.code
  return typeof code === "string" && /^(?!E)[0-9A-Z]{5}$/.test(code) ? code : undefined // EPIPE is no SQLSTATE
}

/**
 * No answer at all, or one that says that the server is going, coming, full or busy: connection exceptions (08),
 * rollbacks for concurrency (40), insufficient resources (53), operator intervention (57), system errors (58).
 */
const isOutage = (error: unknown): boolean => {
  const state = sqlState(error)
  return state === undefined ? !isBug(causeOf(error)) : /^(08|40|53|57|58)/.test(state)
}

/** Errors of our own making, before anything was sent. */
const isBug = (cause: unknown): boolean => cause instanceof TypeError || cause instanceof RangeError

const causeOf = (error: unknown): unknown => (error instanceof DrizzleQueryError ? error.cause : error)

/** An id that is no UUID is that of nothing: null, which equals no row. */
export const uuidOrNull = (id: string): string | null => (uuid.test(id) ? id : null)

/** Those of the ids that are UUIDs, as PostgreSQL reads an array: so the planner knows how many they are. */
export const uuidArray = (ids: ReadonlyArray<string>): string => `{${ids.flatMap((id) => uuidOrNull(id) ?? []).join()}}`

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
