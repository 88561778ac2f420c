import { describeFailure } from "@treff/adapters/cloudflare"
import { eventMessage, fromEventMessage, toEventMessage } from "@treff/adapters/wire"
import { Deliveries, type PublishedEvent, StoreUnavailable } from "@treff/domain/events"
import { allReactions, handleEvents } from "@treff/domain/reactions"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Env } from "./env.ts"
import { Continuation, type JobName, runJob } from "./jobs.ts"
import { invoke } from "./layer.ts"

/** A message that is an event. */
interface Heard {
  readonly message: Message
  readonly event: PublishedEvent
}

/**
 * Handles a batch of messages: its events together, which costs one commit, and each job that is to go on once. What the
 * events make known is sent by mail at once.
 */
export const handleMessages = async (batch: MessageBatch, env: Env): Promise<void> => {
  const heard: Array<Heard> = []
  const jobs = new Map<JobName, Array<Message>>()
  for (const message of batch.messages) {
    const event = eventMessage.safeParse(message.body)
    const rest = Continuation.safeParse(message.body)
    if (event.success) heard.push({ message, event: fromEventMessage(event.data) })
    else if (rest.success) jobs.set(rest.data.continue, [...(jobs.get(rest.data.continue) ?? []), message])
    else tryLater(message, env, event.error)
  }
  const mails = heard.length > 0 && (await invoke(env, handleTogether(heard, env)))
  if (mails && !jobs.has("sendMails")) jobs.set("sendMails", [])
  for (const [job, messages] of jobs) await goOn(job, messages, env)
}

/**
 * All at once, and where that fails each on its own: one that fails is tried again later, and takes none of the others with
 * it. Where the store is out of reach none of them is asked about again at their first try; at a later one they are, since
 * what looks like an outage may be one of them. Answers whether there are mails to be sent.
 */
const handleTogether = Effect.fnUntraced(function* (heard: ReadonlyArray<Heard>, env: Env) {
  const together = yield* Effect.exit(handle(heard, env))
  if (Exit.isSuccess(together)) return together.value
  const failure = Cause.squash(together.cause)
  if (failure instanceof StoreUnavailable && heard.every(({ message }) => message.attempts === 1)) {
    yield* noteFailure(heard, together.cause)
    for (const { message } of heard) tryLater(message, env, failure)
    return false
  }
  const apart = yield* Effect.forEach(
    heard,
    (one) =>
      handle([one], env).pipe(
        Effect.tapCause((cause) => noteFailure([one], cause)),
        Effect.catchCause((cause) => Effect.sync(() => tryLater(one.message, env, Cause.squash(cause))))
      ),
    { concurrency }
  )
  return apart.includes(true)
})

/** The store is asked for so many events at once: as many connections as a worker may have open. */
export const concurrency = 6

/** Does what follows from events, and acknowledges their messages. */
const handle = Effect.fnUntraced(function* (heard: ReadonlyArray<Heard>, env: Env) {
  const { unfinished, progress, mails } = yield* handleEvents(
    heard.map(({ event }) => event),
    allReactions
  )
  const left = new Map(unfinished.map((event) => [event.id, event]))
  if (progress && left.size > 0) {
    // They go on by a message each; were it lost, the relay would send them again.
    const rest = [...left.values()].map((event) => ({ body: toEventMessage(event), contentType: "json" as const }))
    yield* Effect.promise(() => env.EVENTS.sendBatch(rest))
  }
  for (const { message, event } of heard) {
    if (left.has(event.id) && !progress) message.retry({ delaySeconds: delayAfter(message, env) })
    else message.ack()
  }
  return mails
})

/** Goes on with a job that was left for another invocation. */
const goOn = async (job: JobName, messages: ReadonlyArray<Message>, env: Env): Promise<void> => {
  try {
    await runJob(job, env)
    for (const message of messages) message.ack()
  } catch (failure) {
    if (messages.length === 0) console.warn({ job, ...describeFailure(failure) })
    for (const message of messages) tryLater(message, env, failure)
  }
}

/** Leaves a message that failed to the queue, which brings it again after a while, and in the end to the dead letters. */
export const tryLater = (message: Message, env: Env, failure: unknown): void => {
  console.warn({ message: message.id, attempts: message.attempts, ...describeFailure(failure) })
  message.retry({ delaySeconds: delayAfter(message, env) })
}

/** For whoever looks at the dead letter later; when the store is what fails, there is nowhere to note it. */
const noteFailure = (heard: ReadonlyArray<Heard>, cause: Cause.Cause<unknown>) =>
  Effect.flatMap(Deliveries, (deliveries) =>
    deliveries.noteFailure(
      heard.map(({ event }) => event.id),
      reasonOf(cause)
    )
  ).pipe(Effect.catchCause(() => Effect.void))

/** What PostgreSQL, or whoever failed, said of it; drizzle wraps it in the whole statement. */
const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return String(root).slice(0, 1_000)
}

/** The first retry comes after so many seconds, each later one after five times as long; Cloudflare waits 12 hours at most. */
const delayAfter = ({ attempts }: Message, { RETRY_SECONDS }: Env): number =>
  Math.min(Number(RETRY_SECONDS) * 5 ** (attempts - 1), 43_200)
