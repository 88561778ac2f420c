import { describeFailure } from "@treff/adapters/cloudflare"
import { buryMessages } from "./dead-letters.ts"
import type { Env } from "./env.ts"
import { runCron } from "./jobs.ts"
import { handleMessages } from "./messages.ts"

/** The queue that wrangler.toml names as the other one's `dead_letter_queue`. */
const deadLetters = "treff-dead-letters"

export default {
  queue: (batch, env) => logged(batch.queue === deadLetters ? buryMessages(batch, env) : handleMessages(batch, env)),
  scheduled: ({ cron, scheduledTime }, env) => logged(runCron(cron, scheduledTime, env))
} satisfies ExportedHandler<Env>

/** The platform records what is thrown, message and all; so what is thrown says nothing, and the log what may be said. */
const logged = (work: Promise<void>): Promise<void> =>
  work.catch((error) => {
    console.error(describeFailure(error))
    throw new Error("failed: the log says at what")
  })
