import { neon, neonConfig } from "@neondatabase/serverless"
import { drizzle } from "drizzle-orm/neon-http"
import * as Redacted from "effect/Redacted"
import type { PostgresDatabase } from "../postgres/index.ts"
import { databaseUrlExample, isDatabaseUrl } from "./database-url.ts"

/**
 * A database over Neon's HTTP driver, for the edge: it keeps no connection open, so one serves every request of an isolate.
 * `endpoint` leads elsewhere than to Neon: to the sandbox's own PostgreSQL. It throws at once when `url` is not the address
 * of a database, and does not repeat it; an outage shows when the database is asked. See
 * docs/deploying.md.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert"
 * import { neonDatabase } from "@treff/adapters/neon"
 * import { ping } from "@treff/adapters/postgres"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const url = Redacted.make("postgresql://treff:secret@localhost/treff")
 * const nowhere = neonDatabase(url, "http://127.0.0.1:1/sql")
 * const outage = await Effect.runPromise(Effect.flip(ping(nowhere)))
 * strictEqual(outage._tag, "StoreUnavailable")
 *
 * throws(() => neonDatabase(Redacted.make("localhost")), /must be written like postgresql:/)
 * ```
 */
export const neonDatabase = (url: Redacted.Redacted, endpoint?: string | undefined): PostgresDatabase => {
  // The driver looks at the address only when it is asked, which is too late, and its message repeats it.
  if (!isDatabaseUrl(Redacted.value(url))) {
    throw new Error(`The address of the database must be written like ${databaseUrlExample}.`)
  }
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  return drizzle(neon(Redacted.value(url)))
}
