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
  /** Secret: what our own tokens are signed with, a JWK with `kid` and `alg`; its public part is among JWT_PUBLIC_KEYS. */
  readonly JWT_PRIVATE_KEY: string
  /** For how many seconds a token of ours is valid. */
  readonly JWT_LIFETIME_SECONDS: string
  /**
   * OpenID Connect issuers whose ID tokens are accepted too: a JSON array of
   * `{ issuer, audience, jwksUri, emailClaim?, algorithms? }`.
   */
  readonly OIDC_ISSUERS: string
  /** Secret: what the tokens of mails are sealed with, 32 bytes in base64url each, by commas; the first seals, any opens. */
  readonly SEALING_KEYS: string
  /** Where people reach the pages, without a slash at its end: mails link there. */
  readonly PUBLIC_URL: string
  /** For how many hours an invitation is open. */
  readonly INVITATION_LIFETIME_HOURS: string
  /** How many invitations of one company may be open at once. */
  readonly INVITATIONS_OPEN_PER_COMPANY: string
  /** How many invitations one person may send within 24 hours, those that are sent again among them. */
  readonly INVITATIONS_SENT_PER_DAY: string
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
