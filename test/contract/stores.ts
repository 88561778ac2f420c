import { neon, neonConfig } from "@neondatabase/serverless"
import { layerPostgres, type PostgresDatabase, type PostgresOptions, type Store } from "@treff/adapters/postgres"
import { postgresStore } from "@treff/contract-tests/postgres"
import type { TestStore } from "@treff/contract-tests/store"
import { drizzle as drizzleNeon } from "drizzle-orm/neon-http"
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres"
import type * as Layer from "effect/Layer"
import { type NeonEndpoint, startNeonEndpoint } from "../../apps/local/src/neon-endpoint.ts"
import { freshDatabase, type TestDatabase } from "../database.ts"

/** A store in PostgreSQL under test, and the database that was made for it. */
export interface PostgresStore extends TestStore {
  readonly database: TestDatabase
  readonly with: (options: PostgresOptions) => Layer.Layer<Store>
  readonly stop: () => Promise<void>
}

/** PostgreSQL as those have it who run on Node. */
export const pgStore = async (): Promise<PostgresStore> => {
  const database = await freshDatabase()
  return over("PostgreSQL by pg", database, drizzlePg(database.pool), database.stop)
}

/** PostgreSQL as the edge has it: over HTTP, by Neon's driver. */
export const neonStore = async (): Promise<PostgresStore & { readonly endpoint: NeonEndpoint }> => {
  const database = await freshDatabase()
  const endpoint = await startNeonEndpoint(database.pool)
  neonConfig.fetchEndpoint = () => endpoint.url
  const db = drizzleNeon(neon(database.url))
  const stop = async () => {
    await endpoint.stop()
    await database.stop()
  }
  return { ...over("PostgreSQL by Neon's driver", database, db, stop), endpoint }
}

const over = (
  name: string,
  database: TestDatabase,
  db: PostgresDatabase,
  stop: () => Promise<void>
): PostgresStore => ({
  ...postgresStore({ name, pool: database.pool, db }),
  database,
  with: (options) => layerPostgres(db, options),
  stop
})
