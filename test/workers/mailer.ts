import type { Bindings } from "../../apps/local/src/platform.ts"
import { startResendServer } from "../resend-server.ts"

const apiKey = "re_secret"

/** Whoever the consumer sends its mails by, and what binds it to them. */
export const startMailer = async () => {
  const server = await startResendServer({ apiKey, domain: "treff.example" })
  const bindings: Bindings = {
    RESEND_API_KEY: { type: "text", value: apiKey },
    RESEND_URL: { type: "text", value: server.url }
  }
  return Object.assign(server, {
    bindings,
    /** The keys of the mails that were taken, which are the ids of their notifications. */
    keys: () => server.mails.map(({ headers }) => String(headers["idempotency-key"])),
    /** Every mail that was taken, as its recipient and template. */
    taken: () => server.mails.map(({ mail }) => `${mail.to[0]} ${mail.tags[0]?.value}`).toSorted()
  })
}

export type Mailer = Awaited<ReturnType<typeof startMailer>>

/** What a mailer answers that takes none, not this one, or not now. */
export const answers = {
  down: { statusCode: 500, name: "internal_server_error", message: "An unexpected error occurred." },
  refused: { statusCode: 422, name: "validation_error", message: "Nobody lives there." },
  deferred: { statusCode: 409, name: "concurrent_idempotent_requests", message: "It is under way." }
} as const
