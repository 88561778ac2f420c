import { describeFailure } from "@treff/adapters/invocation"
import { mailsAreDue } from "@treff/adapters/queue"
import type { Context } from "hono"
import type { RequestEnv } from "./request.ts"

/** Has the mails that are due sent at once, in the background; where the queue refuses, the consumer's sweep finds them. */
export const sendMailsSoon = (c: Context<RequestEnv>): void => {
  const { queue, keepAlive } = c.var.invocation
  const nudge = queue.sendBatch([{ body: mailsAreDue, contentType: "json" }])
  keepAlive(nudge.catch((error) => console.warn({ job: mailsAreDue.continue, ...describeFailure(error) })))
}
