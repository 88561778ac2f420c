import { drizzle } from "drizzle-orm/node-postgres"
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator"
import type { Pool } from "pg"

/** Where the migrations that drizzle-kit wrote are. */
const folder = decodeURIComponent(new URL("../../migrations", import.meta.url).pathname)

/**
 * Brings the tables of a PostgreSQL up to date; again, it changes nothing. For Node: it reads files, and a worker never
 * migrates. Two at once wait for each other.
 */
export const migrate = async (pool: Pool): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query("select pg_advisory_lock(hashtext('treff.migrations'))")
    await applyMigrations(drizzle(client), { migrationsFolder: folder })
  } finally {
    // The lock goes with the session.
    client.release(true)
  }
}
