import { Accounts, Deliveries, EventLog, Journal, Offers, type StoreUnavailable } from "@treff/domain/ports"
import { sql } from "drizzle-orm"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { makeAccounts } from "./accounts.ts"
import { makeDatabase, type PostgresDatabase, type PostgresOptions } from "./database.ts"
import { makeDeliveries } from "./deliveries.ts"
import { makeEventLog } from "./event-log.ts"
import { makeJournal } from "./journal.ts"
import { makeOffers } from "./offers.ts"

export type { PostgresDatabase, PostgresOptions } from "./database.ts"
export * as schema from "./schema.ts"

/** Every port that the store serves. */
export type Store = Accounts | Deliveries | EventLog | Journal | Offers

/**
 * The store in PostgreSQL, over whichever drizzle database is given: Neon's HTTP driver at the edge, `pg` on Node. It only
 * constructs; the first round trip is made by the first method that is called. `npm run migrate` makes the tables.
 */
export const layerPostgres = (db: PostgresDatabase, options: PostgresOptions = {}): Layer.Layer<Store> => {
  const database = makeDatabase(db, options)
  return Layer.succeedContext(
    Context.empty().pipe(
      Context.add(Accounts, makeAccounts(database)),
      Context.add(Deliveries, makeDeliveries(database)),
      Context.add(EventLog, makeEventLog(database)),
      Context.add(Journal, makeJournal(database)),
      Context.add(Offers, makeOffers(database))
    )
  )
}

/** Whether the store answers: one round trip. */
export const ping = (db: PostgresDatabase, options: PostgresOptions = {}): Effect.Effect<void, StoreUnavailable> =>
  Effect.asVoid(makeDatabase(db, options).ask("ping", () => db.execute(sql`select 1`)))
