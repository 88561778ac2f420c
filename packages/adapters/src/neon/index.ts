import { neon, neonConfig } from "@neondatabase/serverless"
import { drizzle } from "drizzle-orm/neon-http"
import * as Redacted from "effect/Redacted"
import type { PostgresDatabase } from "../postgres/index.ts"

/**
 * A database over Neon's HTTP driver, for the edge: it holds no connection, so one serves every request of an isolate.
 * `endpoint` leads elsewhere than to Neon: to the sandbox's own PostgreSQL.
 */
export const neonDatabase = (url: Redacted.Redacted, endpoint?: string | undefined): PostgresDatabase => {
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint
  return drizzle(neon(Redacted.value(url)))
}
