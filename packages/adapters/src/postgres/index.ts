import { Deliveries, EventLog, Journal, type StoreUnavailable } from "@treff/domain/events"
import { Accounts, SignIns } from "@treff/domain/identity"
import { Invitations } from "@treff/domain/invitations"
import { Notifications } from "@treff/domain/notifications"
import { OfferSends, Offers } from "@treff/domain/offers"
import { sql } from "drizzle-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeAccounts } from "./reads/accounts.ts"
import { makeInvitations } from "./reads/invitations.ts"
import { makeNotifications } from "./reads/notifications.ts"
import { makeOfferSends } from "./reads/offer-sends.ts"
import { makeOffers } from "./reads/offers.ts"
import { makeDatabase, type PostgresDatabase, type PostgresOptions } from "./store/database.ts"
import { makeDeliveries } from "./store/deliveries.ts"
import { makeEventLog } from "./store/event-log.ts"
import { makeJournal } from "./store/journal.ts"
import { makeSignIns } from "./store/sign-ins.ts"

export type { PostgresDatabase, PostgresOptions } from "./store/database.ts"
/** The tables, one constant each: drizzle's tables, for what the ports don't offer. See docs/flows/offers.md. */
export * as schema from "./tables/schema.ts"

/** Every port that the store serves. See docs/http.md. */
export type Store =
  | Accounts
  | Deliveries
  | EventLog
  | Invitations
  | Journal
  | Notifications
  | OfferSends
  | Offers
  | SignIns

/**
 * The store in PostgreSQL, over whichever drizzle database is given: Neon's HTTP driver at the edge, `pg` on Node. It
 * only constructs; the first round trip is made by the first method that is called. `npm run migrate` makes the tables.
 * Its methods fail with `StoreUnavailable`, `CallerStale` and `StaleVersion`, as the ports say. See docs/http.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerPostgres } from "@treff/adapters/postgres"
 * import { Offers } from "@treff/domain/offers"
 * import { drizzle } from "drizzle-orm/node-postgres"
 * import * as Effect from "effect/Effect"
 * import { Pool } from "pg"
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * const due = Offers.use((offers) => offers.due("expiresAt", Date.now(), 10))
 * deepStrictEqual(await Effect.runPromise(Effect.provide(due, layerPostgres(drizzle(pool)))), [])
 * await pool.end()
 * ```
 */
export const layerPostgres = (db: PostgresDatabase, options: PostgresOptions = {}): Layer.Layer<Store> => {
  const database = makeDatabase(db, options)
  return Layer.succeedContext(
    Context.empty().pipe(
      Context.add(Accounts, makeAccounts(database)),
      Context.add(Deliveries, makeDeliveries(database)),
      Context.add(EventLog, makeEventLog(database)),
      Context.add(Invitations, makeInvitations(database)),
      Context.add(Journal, makeJournal(database)),
      Context.add(Notifications, makeNotifications(database)),
      Context.add(OfferSends, makeOfferSends(database)),
      Context.add(Offers, makeOffers(database)),
      Context.add(SignIns, makeSignIns(database))
    )
  )
}

/**
 * Asks the store for an answer: one round trip. Fails with `StoreUnavailable`. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { ping } from "@treff/adapters/postgres"
 * import { drizzle } from "drizzle-orm/node-postgres"
 * import * as Effect from "effect/Effect"
 * import { Pool } from "pg"
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * const exit = await Effect.runPromiseExit(ping(drizzle(pool)))
 * strictEqual(exit._tag, "Success")
 * await pool.end()
 * ```
 */
export const ping = (db: PostgresDatabase, options: PostgresOptions = {}): Effect.Effect<void, StoreUnavailable> =>
  Effect.asVoid(makeDatabase(db, options).ask("ping", () => db.execute(sql`select 1`)))
