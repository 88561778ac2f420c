import type { Env } from "./env.ts"
import { runJob } from "./jobs.ts"
import { buryMessages, handleMessages } from "./messages.ts"

/** The queue that wrangler.toml names as the other one's `dead_letter_queue`. */
const deadLetters = "treff-dead-letters"

export default {
  queue: (batch, env) => (batch.queue === deadLetters ? buryMessages(batch, env) : handleMessages(batch, env)),
  scheduled: ({ cron, scheduledTime }, env) => runJob(cron, scheduledTime, env)
} satisfies ExportedHandler<Env>
