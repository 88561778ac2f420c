import { beginningInstant } from "@treff/adapters/clock"
import { layerInvocation, type Ports } from "@treff/adapters/cloudflare"
import { isPublicUrl, layerMailTemplates } from "@treff/adapters/mail-templates"
import { neonDatabase } from "@treff/adapters/neon"
import { layerResend } from "@treff/adapters/resend"
import { layerSecrets, sealingKeysOf } from "@treff/adapters/secrets"
import { Secrets } from "@treff/domain/identity"
import { Mailer, MailerUnavailable, type MailTemplates } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Env } from "./env.ts"

/** What the consumer's work may ask for. */
export type ConsumerPorts = Ports | Mailer | MailTemplates | Secrets

/** Runs one invocation, all of it at the instant at which it begins; what it commits is published before it ends. */
export const invoke = async <A, E>(env: Env, program: Effect.Effect<A, E, ConsumerPorts>): Promise<A> => {
  const publishing: Array<Promise<unknown>> = []
  const ports = layerInvocation({
    at: await beginningInstant(env.CLOCK),
    database: databaseOf(env),
    queue: env.EVENTS,
    keepAlive: (work) => publishing.push(work)
  })
  const mailing = Layer.mergeAll(layerMailTemplates(env.PUBLIC_URL), secretsOf(env), mailerOf(env))
  try {
    return await Effect.runPromise(Effect.provide(program, Layer.merge(ports, mailing)))
  } finally {
    await Promise.all(publishing)
  }
}

/** It holds no connection, so one serves every invocation of an isolate. */
const databaseOf = (env: Env) => {
  const database = databases.get(env) ?? neonDatabase(Redacted.make(env.DATABASE_URL), env.NEON_FETCH_ENDPOINT)
  databases.set(env, database)
  return database
}
const databases = new WeakMap<Env, ReturnType<typeof neonDatabase>>()

/** Without a key mails wait: nothing that somebody is to be told is lost for want of a setting. */
const mailerOf = ({ RESEND_API_KEY, RESEND_URL, MAIL_FROM }: Env): Layer.Layer<Mailer> =>
  RESEND_API_KEY === undefined
    ? Layer.succeed(
        Mailer,
        Mailer.of({ send: () => Effect.fail(new MailerUnavailable({ reason: "RESEND_API_KEY is not set" })) })
      )
    : layerResend({
        apiKey: Redacted.make(RESEND_API_KEY),
        from: MAIL_FROM,
        ...(RESEND_URL === undefined ? {} : { url: RESEND_URL })
      })

/** Without a key no link is opened, and without an address it leads nowhere: such a mail waits, and all the others go. */
const secretsOf = ({ SEALING_KEYS = "", PUBLIC_URL = "" }: Env): Layer.Layer<Secrets> => {
  const keys = sealingKeysOf(SEALING_KEYS)
  const missing = keys.length === 0 ? "SEALING_KEYS is not set" : "PUBLIC_URL is no address"
  if (keys.length > 0 && isPublicUrl(PUBLIC_URL)) return layerSecrets(keys)
  return Layer.succeed(
    Secrets,
    Secrets.of({
      issue: Effect.die(missing),
      hash: () => Effect.die(missing),
      open: () => Effect.as(Effect.logWarning("a mail waits", missing), null)
    })
  )
}
