import { randomBytes } from "node:crypto"
import { layerSmtp } from "@treff/adapters/smtp"
import type { Instant } from "@treff/domain/kernel"
import { Mailer } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type { Pool } from "pg"
import { makeMailEndpoint } from "./mail-endpoint.ts"
import type { MailBindings } from "./platform.ts"
import { serve } from "./serve.ts"

export type MailOptions = { readonly from: string } & (
  | { readonly smtpUrl: Redacted.Redacted }
  | { readonly resendApiKey: Redacted.Redacted }
)

/** Whom the consumer gives mails to: our own endpoint, that keeps them in the mailbox, unless they really go to Resend. */
export const startMail = async (pool: Pool, now: () => Instant, options: MailOptions | undefined) => {
  if (options !== undefined && "resendApiKey" in options) {
    const bindings: MailBindings = { apiKey: options.resendApiKey, from: options.from }
    return { kind: "resend", bindings, stop: async () => {} } as const
  }
  const mailer = ManagedRuntime.make(
    options === undefined
      ? Layer.succeed(Mailer, Mailer.of({ send: () => Effect.void }))
      : layerSmtp({ url: options.smtpUrl, from: options.from })
  )
  const apiKey = Redacted.make(randomBytes(24).toString("base64url"))
  const endpoint = await serve(0, makeMailEndpoint({ pool, now, apiKey, mailer }).fetch)
  return {
    kind: options === undefined ? "mailbox" : "smtp",
    bindings: { apiKey, url: `${endpoint.url}/emails` } satisfies MailBindings,
    stop: async () => {
      await endpoint.stop()
      await mailer.dispose()
    }
  } as const
}
