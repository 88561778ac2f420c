import { type ClockService, currentInstant } from "@treff/adapters/clock"
import { ConfigurationInvalid, readConsumerConfiguration } from "@treff/adapters/configuration"
import { describeFailure } from "@treff/adapters/invocation"
import { neonDatabase } from "@treff/adapters/neon"
import type { MessageQueue } from "@treff/adapters/queue"
import { layerResend } from "@treff/adapters/resend"
import { Mailer, MailerUnavailable } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { buryMessages } from "./dead-letters.ts"
import { handleMessages } from "./handle-messages.ts"
import { runDueJobs } from "./jobs.ts"
import type { Wiring } from "./layer.ts"

// The consumer on Cloudflare. Nothing else in this app knows the platform.

/** The bindings of wrangler.toml; `@treff/adapters/configuration` reads the settings and secrets that are among them. */
interface Env {
  readonly EVENTS: MessageQueue
  readonly JOBS: MessageQueue
  /** Only in the sandbox: where Neon's driver finds the local PostgreSQL. */
  readonly NEON_FETCH_ENDPOINT?: string
  /** Only in the sandbox: where mails are posted. */
  readonly RESEND_URL?: string
  /** Only in the sandbox: how far its time is from the real one. */
  readonly CLOCK?: ClockService
}

/** The queue that wrangler.toml names as the other one's `dead_letter_queue`. */
const deadLetters = "treff-dead-letters"

export default {
  queue: (batch, env) =>
    logged(async () => {
      const work = batch.queue === deadLetters ? buryMessages : handleMessages
      const messages = batch.messages.map(({ id, body, attempts, timestamp }) => ({
        id,
        body,
        attempts,
        sentAt: timestamp.getTime()
      }))
      const outcomes = await Effect.runPromise(work(wiringOf(env), messages))
      for (const [index, message] of batch.messages.entries()) {
        const outcome = outcomes[index]
        if (outcome?._tag === "Retry") message.retry({ delaySeconds: outcome.afterSeconds })
        else message.ack()
      }
    }),
  scheduled: ({ scheduledTime }, env) =>
    logged(async () => {
      const failed = await Effect.runPromise(runDueJobs(wiringOf(env), scheduledTime))
      if (failed.size > 0) throw new Error(`These jobs failed: ${[...failed].join(", ")}`)
    })
} satisfies ExportedHandler<Env>

/** The platform records what is thrown, message and all; so what is thrown says nothing, and the log what may be said. */
const logged = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    console.error({
      ...describeFailure(error),
      ...(error instanceof ConfigurationInvalid && { reason: error.message })
    })
    throw new Error("failed: the log says at what")
  }
}

/** Made once, when the first event of an isolate comes, unless the configuration can't be right. */
const wiringOf = (env: Env): Wiring => {
  const wiring = wirings.get(env) ?? makeWiring(env)
  wirings.set(env, wiring)
  return wiring
}
const wirings = new WeakMap<Env, Wiring>()

const makeWiring = (env: Env): Wiring => {
  const { databaseUrl, resendApiKey, mailFrom, ...settings } = readConsumerConfiguration(env)
  return {
    database: neonDatabase(databaseUrl, env.NEON_FETCH_ENDPOINT),
    queue: env.EVENTS,
    jobQueue: env.JOBS,
    mailer:
      resendApiKey === undefined
        ? mailsWait
        : layerResend({
            apiKey: resendApiKey,
            from: mailFrom,
            ...(env.RESEND_URL === undefined ? {} : { url: env.RESEND_URL })
          }),
    currentInstant: () => currentInstant(env.CLOCK),
    settings
  }
}

/** No notification is lost for want of a setting. */
const mailsWait = Layer.succeed(
  Mailer,
  Mailer.of({ send: () => Effect.fail(new MailerUnavailable({ reason: "RESEND_API_KEY is not set" })) })
)
