import type { ClockService } from "@treff/adapters/clock"
import type { MessageQueue } from "@treff/adapters/queue"

/** What wrangler.toml and the secrets give the worker. */
export interface Env {
  /** Secret: PostgreSQL, as Neon gives it out. */
  readonly DATABASE_URL: string
  /** The delay before a message's second try, in seconds; it grows from try to try. */
  readonly RETRY_SECONDS: string
  readonly EVENTS: MessageQueue
  /** Whom mails are from, at a domain that is verified at Resend: `Treff <no-reply@treff.example>`. */
  readonly MAIL_FROM: string
  /** Secret: what mails are sent with. Until it is set they wait. */
  readonly RESEND_API_KEY?: string
  /** Where people find the pages that mails link to, without a slash at its end. */
  readonly PUBLIC_URL: string
  /** Secret: what opens the tokens of links, separated by commas; those of the API. Until it is set such mails wait. */
  readonly SEALING_KEYS?: string
  /** Only in the sandbox: where Neon's driver finds the local PostgreSQL. */
  readonly NEON_FETCH_ENDPOINT?: string
  /** Only in the sandbox: where mails are posted. */
  readonly RESEND_URL?: string
  /** Only in the sandbox: how far its time is from the real one. */
  readonly CLOCK?: ClockService
}
