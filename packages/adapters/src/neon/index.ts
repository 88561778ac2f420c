import { neon, neonConfig } from "@neondatabase/serverless"
import { drizzle } from "drizzle-orm/neon-http"
import * as Redacted from "effect/Redacted"
import type { PostgresDatabase } from "../postgres/index.ts"

/**
 * A database over Neon's HTTP driver, for the edge: it holds no connection, so one serves every request of an isolate.
 * `endpoint` leads elsewhere than to Neon: to the sandbox's own PostgreSQL. It throws when `url` is none of a
 * database's; an outage shows when the database is asked. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { neonDatabase } from "@treff/adapters/neon"
 * import { ping } from "@treff/adapters/postgres"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const url = Redacted.make("postgresql://treff:secret@localhost/treff")
 * const nowhere = neonDatabase(url, "http://127.0.0.1:1/sql")
 * const outage = await Effect.runPromise(Effect.flip(ping(nowhere)))
 * strictEqual(outage._tag, "StoreUnavailable")
 * ```
 */
export const neonDatabase = (url: Redacted.Redacted, endpoint?: string | undefined): PostgresDatabase => {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  return drizzle(neon(Redacted.value(url)))
}
