import type { ClockService } from "@treff/adapters/clock"
import type { MessageQueue } from "@treff/adapters/queue"

/** What wrangler.toml and the secrets give the worker. */
export interface Env {
  /** Secret: PostgreSQL, as Neon gives it out. */
  readonly DATABASE_URL: string
  /** Public keys that tokens may be signed with: a JSON array of one or two JWKs. */
  readonly JWT_PUBLIC_KEYS: string
  readonly JWT_ISSUER: string
  readonly JWT_AUDIENCE: string
  /** The accepted algorithms, separated by commas. */
  readonly JWT_ALGORITHMS: string
  /** The origins that may call from a browser, separated by commas. */
  readonly CORS_ORIGINS: string
  readonly EVENTS: MessageQueue
  /** Only in the sandbox: where Neon's driver finds the local PostgreSQL. */
  readonly NEON_FETCH_ENDPOINT?: string
  /** Only in the sandbox: how far its time is from the real one. */
  readonly CLOCK?: ClockService
  /** Only in the sandbox: says in each answer how many round trips it took. */
  readonly SERVER_TIMING?: string
}
