import { describeFailure } from "@treff/adapters/cloudflare"
import { eventMessage, fromEventMessage, toEventMessage } from "@treff/adapters/wire"
import { Deliveries, Identifiers } from "@treff/domain/ports"
import { handleEvents } from "@treff/domain/reaction"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as z from "zod"
import type { Env } from "./env.ts"
import { jobs, runJob } from "./jobs.ts"
import { type ConsumerPorts, invoke } from "./layer.ts"

/**
 * Handles a batch of messages: its events together, which costs one commit; what they make known is sent by mail at once.
 */
export const handleMessages = async (batch: MessageBatch, env: Env): Promise<void> => {
  const { events = [], others = [] } = Object.groupBy(batch.messages, ({ body }) =>
    eventMessage.safeParse(body).success ? "events" : "others"
  )
  const mails = await invoke(env, handleTogether(events, env))
  await eachOf(others, env, ({ body }) => goOn(body, env))
  if (mails) await runJob("sendMails", env)
}

/** Keeps each message that was given up, with its last error, so that it can be replayed. */
export const buryMessages = (batch: MessageBatch, env: Env): Promise<void> => eachOf(batch.messages, env, bury)

/**
 * All at once, and where that fails each on its own: one that fails is tried again later, and takes none of the others with
 * it. Answers whether there are mails to be sent.
 */
const handleTogether = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>, env: Env) {
  if (messages.length === 0) return false
  const together = yield* Effect.exit(handle(messages, env))
  if (Exit.isSuccess(together)) {
    for (const message of messages) message.ack()
    return together.value
  }
  const apart = yield* Effect.forEach(
    messages,
    (message) =>
      settle(
        message,
        env,
        Effect.tapCause(handle([message], env), (cause) => noteFailure(message, cause))
      ),
    { concurrency }
  )
  return apart.includes(true)
})

/** The store is asked for so many messages at once: as many connections as a worker may have open. */
const concurrency = 6

const eachOf = (
  messages: ReadonlyArray<Message>,
  env: Env,
  work: (message: Message) => Effect.Effect<unknown, unknown, ConsumerPorts>
) =>
  invoke(
    env,
    Effect.forEach(messages, (message) => settle(message, env, work(message)), { concurrency, discard: true })
  )

/** Acknowledges a message when its work is done; what fails is tried again later. Answers what the work did, or null. */
const settle = <A>(message: Message, env: Env, work: Effect.Effect<A, unknown, ConsumerPorts>) =>
  Effect.matchCause(work, {
    onSuccess: (value) => {
      message.ack()
      return value
    },
    onFailure: (cause) => {
      console.warn({ message: message.id, attempts: message.attempts, ...describeFailure(Cause.squash(cause)) })
      message.retry({ delaySeconds: delayAfter(message.attempts, Number(env.RETRY_SECONDS)) })
      return null
    }
  })

const handle = Effect.fnUntraced(function* (messages: ReadonlyArray<Message>, env: Env) {
  const events = messages.map(({ body }) => fromEventMessage(eventMessage.parse(body)))
  const { unfinished, mails } = yield* handleEvents(events)
  if (unfinished.length > 0) {
    // They go on by a message each; were it lost, the relay would send them again.
    const rest = unfinished.map((event) => ({ body: toEventMessage(event), contentType: "json" as const }))
    yield* Effect.promise(() => env.EVENTS.sendBatch(rest))
  }
  return mails
})

/** What a job that could not end in one invocation sends for the next. */
const Continuation = z.strictObject({ continue: z.literal(Object.keys(jobs) as Array<keyof typeof jobs>) })

/** A message that is no event: what a job left for another invocation, or nothing of ours. */
const goOn = Effect.fnUntraced(function* (body: unknown, env: Env) {
  const rest = Continuation.safeParse(body)
  if (!rest.success) return yield* Effect.fail(rest.error)
  yield* Effect.promise(() => runJob(rest.data.continue, env))
})

/** For whoever looks at the dead letter later; when the store is what fails, there is nowhere to note it. */
const noteFailure = ({ body }: Message, cause: Cause.Cause<unknown>) =>
  Effect.flatMap(Deliveries, (deliveries) => deliveries.failed(eventMessage.parse(body).id, reasonOf(cause))).pipe(
    Effect.catchCause(() => Effect.void)
  )

const bury = Effect.fnUntraced(function* (message: Message) {
  const { body } = message
  // What it asked to go on with is begun anew at its next hour, so there is nothing to keep.
  if (Continuation.safeParse(body).success) return
  const failedAt = yield* Clock.currentTimeMillis
  const id = letterId(message) ?? (yield* (yield* Identifiers).next(failedAt))
  const event = eventMessage.safeParse(body)
  const identified = z.object({ id: z.uuid() }).safeParse(body)
  yield* (yield* Deliveries).bury({
    id,
    eventId: identified.success ? identified.data.id : null,
    message: body,
    error: event.success ? "nothing was noted" : `not an event: ${z.prettifyError(event.error)}`,
    failedAt
  })
})

/**
 * The same at each try, so that a letter is kept once though the answer of its keeping was lost: the time of the message
 * and bits of its id, as UUIDv7 has them. Undefined for an id that is not hexadecimal, as Cloudflare's are.
 */
const letterId = ({ id, timestamp }: Message): string | undefined => {
  const bits = id.replaceAll("-", "")
  if (!/^[0-9a-f]{32}$/i.test(bits)) return undefined
  const time = timestamp.getTime().toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(0, 3)}-8${bits.slice(3, 6)}-${bits.slice(-12)}`
}

/** What PostgreSQL, or whoever failed, said of it; drizzle wraps it in the whole statement. */
const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return String(root).slice(0, 1_000)
}

/** The first retry comes after `base` seconds, each later one after five times as long; Cloudflare waits 12 hours at most. */
const delayAfter = (attempts: number, base: number): number => Math.min(base * 5 ** (attempts - 1), 43_200)
