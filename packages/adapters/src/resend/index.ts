import { MailDeferred, Mailer, MailerUnavailable, MailRefused } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as z from "zod"
import { mailReason } from "../mail-reason.ts"

/** Whose account mails are sent from, and whom they are from. See docs/flows/notifications.md. */
export interface ResendSettings {
  readonly apiKey: Redacted.Redacted
  /** `Treff <no-reply@treff.example>`, or the address alone; its domain is verified at Resend. */
  readonly from: string
  /** Where mails are posted: by default Resend's own address. */
  readonly url?: string
  /** How long a mail may take, in milliseconds: by default 30 s. */
  readonly timeout?: number
}

/**
 * Mails by Resend's HTTP API, from a worker or Node. The mail's id is its idempotency key, by which Resend sends it
 * once however often it is asked within 24 hours. `send` fails with `MailRefused` when the recipient or the content is
 * refused, with `MailDeferred` while the same mail is under way, and with `MailerUnavailable` on all that any mail
 * would meet: no answer in time, a wrong key, a sender who is not verified, a rate limit, a quota. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerResend } from "@treff/adapters/resend"
 * import { Mailer } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const settings = { apiKey: Redacted.make("re_secret"), from: "Treff <no-reply@treff.example>" }
 * const nowhere = layerResend({ ...settings, url: "http://127.0.0.1:1/emails" })
 * const mail = { id: "n1", to: "bo@b.eu", subject: "Gone", text: "Gone", html: "Gone", template: "offer-ended" } as const
 * const send = Effect.flip(Mailer.use((mailer) => mailer.send(mail)))
 * strictEqual((await Effect.runPromise(Effect.provide(send, nowhere)))._tag, "MailerUnavailable")
 * ```
 */
export const layerResend = ({
  apiKey,
  from,
  url = "https://api.resend.com/emails",
  timeout = 30_000
}: ResendSettings): Layer.Layer<Mailer> =>
  Layer.succeed(
    Mailer,
    Mailer.of({
      send: Effect.fn("Mailer.send")(function* ({ id, to, subject, text, html, template }) {
        const post = Effect.tryPromise({
          try: async (signal): Promise<Answer> => {
            const response = await fetch(url, {
              method: "POST",
              headers: {
                authorization: `Bearer ${Redacted.value(apiKey)}`,
                "content-type": "application/json",
                "idempotency-key": id,
                // Resend answers 403 without one, and a worker has none of its own.
                "user-agent": "treff"
              },
              body: JSON.stringify({
                from,
                to: [to],
                subject,
                text,
                html,
                tags: [{ name: "template", value: template }]
              }),
              signal
            })
            const body = await response.json().catch(() => null)
            return {
              status: response.status,
              body,
              retryAfter: Number(response.headers.get("retry-after") ?? Number.NaN)
            }
          },
          // What was thrown is not repeated: for a key that no header can hold, it holds the key.
          catch: () => new MailerUnavailable({ reason: "Resend did not answer." })
        }).pipe(
          Effect.timeoutOrElse({
            duration: timeout,
            orElse: () => Effect.fail(new MailerUnavailable({ reason: "Resend did not answer in time." }))
          })
        )
        let answer = yield* post
        // Resend accepts a limited number of mails per second and says when to try again: waiting is quicker than a later attempt.
        for (let waits = 0; answer.status === 429 && answer.retryAfter <= longestWait && waits < mostWaits; waits++) {
          yield* Effect.sleep(answer.retryAfter * 1_000)
          answer = yield* post
        }
        const failure = failureOf(answer)
        if (failure !== null) return yield* failure
      })
    })
  )

/** How long, in seconds, and how often a mail waits for its turn before it is left for later. */
const longestWait = 5
const mostWaits = 5

interface Answer {
  readonly status: number
  readonly body: unknown
  /** In seconds; not a number where it was not said. */
  readonly retryAfter: number
}

const Accepted = z.object({ id: z.string() })
const Refused = z.object({ name: z.string(), message: z.string() })

type Meaning = "sent" | "refused" | "deferred" | "unavailable"

/**
 * What Resend's errors mean, by name: for some of them the status has changed, or says too little. `validation_error` is
 * of this mail as 400 and 422, and of the sender's domain as 403: there the status decides.
 */
const meanings: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ["invalid_attachment", "refused"],
  ["invalid_idempotency_key", "refused"],
  ["missing_required_field", "refused"],
  ["security_error", "refused"],
  // Resend keeps the keys of mails that it took. Under this one it took another wording of this mail: it was sent, we
  // didn't learn of it, and since then a name, a title or the language has changed. Sending both would notify twice.
  ["invalid_idempotent_request", "sent"],
  ["concurrent_idempotent_requests", "deferred"],
  ["missing_api_key", "unavailable"],
  ["restricted_api_key", "unavailable"],
  ["invalid_api_key", "unavailable"],
  ["suspended_api_key", "unavailable"],
  ["invalid_from_address", "unavailable"],
  ["invalid_access", "unavailable"],
  ["invalid_parameter", "unavailable"],
  ["invalid_region", "unavailable"],
  ["not_found", "unavailable"],
  ["method_not_allowed", "unavailable"],
  ["rate_limit_exceeded", "unavailable"],
  ["daily_quota_exceeded", "unavailable"],
  ["monthly_quota_exceeded", "unavailable"],
  ["application_error", "unavailable"],
  ["internal_server_error", "unavailable"]
])

/** For an error whose name is not known or can't be read. */
const meaningOfStatus = (status: number): Meaning => {
  if (status === 400 || status === 413 || status === 422) return "refused"
  return status === 409 ? "deferred" : "unavailable"
}

const failureOf = ({ status, body }: Answer) => {
  if (status >= 200 && status < 300) {
    // Somebody else's page, were it taken for an answer of Resend's, would lose every mail.
    return Accepted.safeParse(body).success ? null : new MailerUnavailable({ reason: "The answer is not Resend's." })
  }
  const { data } = Refused.safeParse(body)
  const reason = mailReason(data === undefined ? `HTTP ${status}` : `${data.name}: ${data.message}`)
  const meaning = meanings.get(data?.name ?? "") ?? meaningOfStatus(status)
  switch (meaning) {
    case "sent":
      return null
    case "refused":
      // What is wrong with the sender is wrong with every mail.
      return /[`'"]from[`'"]/.test(reason) ? new MailerUnavailable({ reason }) : new MailRefused({ reason })
    case "deferred":
      return new MailDeferred({ reason })
    case "unavailable":
      return new MailerUnavailable({ reason })
  }
}
