import { MailDeferred, Mailer, MailerUnavailable, MailRefused } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createTransport, type NodemailerError } from "nodemailer"
import { mailReason } from "../mail-reason.ts"

/** Where mails are handed in, and whom they are from. See docs/flows/notifications.md. */
export interface SmtpSettings {
  /**
   * `smtp://user:password@host:587`, or `smtps:` for TLS from the first byte. With a password, `smtp:` insists on
   * STARTTLS; `?requireTLS=false` is for a server of your own that hasn't any.
   */
  readonly url: Redacted.Redacted
  /** `Treff <no-reply@treff.example>`, or the address alone. */
  readonly from: string
  /** How long a mail may take, in milliseconds: by default 30 s. */
  readonly timeout?: number
}

/**
 * Mails over SMTP, by nodemailer, for those who host on Node or Deno. SMTP knows no idempotency: a repeat is sent
 * again, and has the same `Message-ID`, by which servers and readers may know it. Connections are opened by the first
 * mail, kept for the next, and closed with the layer's scope. `send` fails with `MailRefused` and `MailDeferred` on
 * what the server says of the recipient and the content (5xx, 4xx), with `MailerUnavailable` on all that any mail would
 * meet: no connection, no TLS, a wrong password, a sender who is not wanted, 421, no end in time. Building it is a
 * defect when `url` is none of an SMTP server's. See docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerSmtp } from "@treff/adapters/smtp"
 * import { Mailer } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const nowhere = layerSmtp({ url: Redacted.make("smtp://127.0.0.1:1"), from: "Treff <no-reply@treff.example>" })
 * const mail = { id: "n1", to: "bo@b.eu", subject: "Gone", text: "Gone", html: "Gone", template: "offer-ended" } as const
 * const send = Effect.flip(Mailer.use((mailer) => mailer.send(mail)))
 * strictEqual((await Effect.runPromise(Effect.provide(send, nowhere)))._tag, "MailerUnavailable")
 * ```
 */
export const layerSmtp = ({ url, from, timeout = 30_000 }: SmtpSettings): Layer.Layer<Mailer> =>
  Layer.effect(
    Mailer,
    Effect.gen(function* () {
      const transport = yield* Effect.acquireRelease(
        Effect.orDie(
          Effect.try({
            try: () => makeTransport(Redacted.value(url), timeout),
            // What was thrown holds the url, and so the password.
            catch: () => new TypeError("The url of the SMTP server is none.")
          })
        ),
        (transport) => Effect.sync(() => transport.close())
      )
      const domain = from.slice(from.lastIndexOf("@") + 1).replace(/>\s*$/, "")
      return Mailer.of({
        send: Effect.fn("Mailer.send")(function* ({ id, to, subject, text, html }) {
          if (!addressPattern.test(to)) return yield* new MailRefused({ reason: "The address is none." })
          yield* Effect.tryPromise({
            try: (signal) =>
              transport.sendMail({
                from,
                // As an object it is one address, whatever is in it.
                to: { name: "", address: to },
                subject,
                text,
                html,
                messageId: `<${id}@${domain}>`,
                // RFC 3834: nobody's absence is answered to us.
                headers: { "Auto-Submitted": "auto-generated" },
                xMailer: false,
                signal
              }),
            catch: (error) => failureOf(error as NodemailerError)
          }).pipe(
            Effect.timeoutOrElse({
              duration: timeout,
              orElse: () => Effect.fail(new MailerUnavailable({ reason: "The SMTP server did not answer in time." }))
            })
          )
        })
      })
    })
  )

/** One recipient, and nothing by which a server or nodemailer might read a second one, or another header. */
const addressPattern = /^[^\s\p{Cc}@<>,;:"()[\]\\]+@[^\s\p{Cc}@<>,;:"()\\]+$/u

const makeTransport = (url: string, timeout: number) => {
  const { protocol, username } = new URL(url)
  if (protocol !== "smtp:" && protocol !== "smtps:") throw new TypeError("neither smtp: nor smtps:")
  return createTransport({
    url,
    pool: true,
    // A repeat is the sweep's business: it waits longer in between, and remembers.
    maxRequeues: 0,
    requireTLS: protocol === "smtp:" && username !== "",
    // The timeout of a mail is over it all. These see to it that no connection outlives it for long.
    dnsTimeout: timeout,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout
  })
}

/** Replies about the session, whenever they come: a bad sequence, and authentication that is missing or too weak. */
const ofSession: ReadonlySet<number | undefined> = new Set([503, 530, 534, 535, 538])

const failureOf = ({ command, response, responseCode, message }: NodemailerError) => {
  const reason = mailReason(response ?? message)
  // Up to RCPT TO a server knows nothing of the mail: if it refuses the sender, it refuses every mail.
  const ofMail = command === "RCPT TO" || command === "DATA"
  if (!ofMail || responseCode === undefined || responseCode === 421 || ofSession.has(responseCode)) {
    return new MailerUnavailable({ reason })
  }
  return responseCode >= 500 ? new MailRefused({ reason }) : new MailDeferred({ reason })
}
