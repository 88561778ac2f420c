import { drizzle } from "drizzle-orm/node-postgres"
import { migrate as applyMigrations } from "drizzle-orm/node-postgres/migrator"
import type { Pool } from "pg"

/** Where the migrations that drizzle-kit wrote are. */
const folder = decodeURIComponent(new URL("../../migrations", import.meta.url).pathname)

/**
 * Brings the tables of a PostgreSQL up to date; again, it changes nothing. For Node: it reads files, and a worker never
 * migrates. Two at once wait for each other. Rejects when the database does not answer or refuses a statement; what was
 * begun is then undone.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { migrate } from "@treff/adapters/migrations"
 * import { Pool } from "pg"
 *
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * await migrate(pool)
 * await migrate(pool)
 * const { rows } = await pool.query("select count(*)::int as offers from offer")
 * strictEqual(rows[0].offers, 0)
 * await pool.end()
 * ```
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
