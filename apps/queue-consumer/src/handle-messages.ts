import { describeFailure } from "@treff/adapters/invocation"
import { eventMessage, fromEventMessage, toEventMessage } from "@treff/adapters/wire"
import { Deliveries, QueueUnavailable, StoreUnavailable } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import { allReactions, handleEvents } from "@treff/domain/reactions"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { JobMessage, type JobName, runJob } from "./jobs.ts"
import { invoke, type Wiring } from "./layer.ts"

/** A message, as a queue delivers it. */
export interface Message {
  readonly id: string
  readonly body: unknown
  /** How often it has been delivered, this time among them. */
  readonly attempts: number
  readonly sentAt: Instant
}

/** What the queue is to do with a message: forget it, or deliver it again after so many seconds. */
type Outcome = { readonly _tag: "Handled" } | { readonly _tag: "Retry"; readonly afterSeconds: number }

export const handled: Outcome = { _tag: "Handled" }

/** A message that is an event. */
interface PublishedEvent {
  readonly message: Message
  readonly event: ReturnType<typeof fromEventMessage>
}

type Outcomes = ReadonlyMap<Message, Outcome>

/**
 * Handles a batch of messages: its events together, which costs one commit, and each job that is asked for once. The mails
 * that the events make due are sent at once. Answers the outcome of each message, in their order.
 */
export const handleMessages = Effect.fnUntraced(function* (wiring: Wiring, messages: ReadonlyArray<Message>) {
  const published: Array<PublishedEvent> = []
  const jobs = new Map<JobName, Array<Message>>()
  const outcomes = new Map<Message, Outcome>()
  for (const message of messages) {
    const event = eventMessage.safeParse(message.body)
    const asked = JobMessage.safeParse(message.body)
    if (event.success) published.push({ message, event: fromEventMessage(event.data) })
    else if (asked.success) jobs.set(asked.data.continue, [...(jobs.get(asked.data.continue) ?? []), message])
    else outcomes.set(message, retryLater(wiring, message, event.error))
  }
  if (published.length > 0) {
    const together = yield* invoke(wiring, handleTogether(wiring, published))
    for (const [message, outcome] of together.outcomes) outcomes.set(message, outcome)
    if (together.mails && !jobs.has("sendMails")) jobs.set("sendMails", [])
  }
  for (const [name, asking] of jobs) {
    for (const [message, outcome] of yield* runAskedJob(wiring, name, asking)) outcomes.set(message, outcome)
  }
  return messages.map((message) => outcomes.get(message) ?? handled)
})

/**
 * All at once, and where that fails each on its own: one that fails is tried again later, and takes none of the others with
 * it. When the store is unavailable, none of them is asked about again at their first try; at a later try they are, since
 * one of them may cause what looks like an outage.
 */
const handleTogether = Effect.fnUntraced(function* (wiring: Wiring, published: ReadonlyArray<PublishedEvent>) {
  const together = yield* Effect.exit(handle(wiring, published))
  if (Exit.isSuccess(together)) return together.value
  const failure = Cause.squash(together.cause)
  if (failure instanceof StoreUnavailable && published.every(({ message }) => message.attempts === 1)) {
    yield* noteFailure(published, together.cause)
    return { mails: false, outcomes: retryAllLater(wiring, messagesOf(published), failure) }
  }
  const apart = yield* Effect.forEach(
    published,
    (one) =>
      handle(wiring, [one]).pipe(
        Effect.tapCause((cause) => noteFailure([one], cause)),
        Effect.catchCause((cause) =>
          Effect.sync(() => ({ mails: false, outcomes: retryAllLater(wiring, [one.message], Cause.squash(cause)) }))
        )
      ),
    { concurrency }
  )
  return {
    mails: apart.some(({ mails }) => mails),
    outcomes: new Map(apart.flatMap(({ outcomes }) => [...outcomes]))
  }
})

/** The store is asked for so many events at once: as many connections as a worker may have open. */
export const concurrency = 6

/** Does what follows from events. Answers what becomes of their messages, and whether there are mails to be sent. */
const handle = Effect.fnUntraced(function* (wiring: Wiring, published: ReadonlyArray<PublishedEvent>) {
  const { unfinished, progress, mails } = yield* handleEvents(
    published.map(({ event }) => event),
    allReactions
  )
  const rest = new Map(unfinished.map((event) => [event.id, event]))
  if (progress && rest.size > 0) {
    // They go on by a message each; were it lost, the relay would send them again.
    const bodies = [...rest.values()].map((event) => ({ body: toEventMessage(event), contentType: "json" as const }))
    yield* Effect.tryPromise({
      try: () => wiring.queue.sendBatch(bodies),
      catch: (cause) => new QueueUnavailable({ cause })
    })
  }
  const outcomes: Outcomes = new Map(
    published.map(({ message, event }) => [
      message,
      rest.has(event.id) && !progress ? { _tag: "Retry", afterSeconds: delayAfter(wiring, message) } : handled
    ])
  )
  return { mails, outcomes }
})

/**
 * Runs a job that messages ask for, which come again when it fails. No message asks for the mails of events just handled:
 * `asking` is empty then, and the next sweep sends what is left.
 */
const runAskedJob = (wiring: Wiring, name: JobName, asking: ReadonlyArray<Message>): Effect.Effect<Outcomes> =>
  Effect.matchCause(runJob(wiring, name), {
    onSuccess: () => new Map(asking.map((message) => [message, handled])),
    onFailure: (cause) => {
      const failure = Cause.squash(cause)
      console.error({ job: name, ...describeFailure(failure) })
      return retryAllLater(wiring, asking, failure)
    }
  })

const retryAllLater = (wiring: Wiring, messages: ReadonlyArray<Message>, failure: unknown): Outcomes =>
  new Map(messages.map((message) => [message, retryLater(wiring, message, failure)]))

/** Leaves a message that failed to the queue, which delivers it again after a while, and in the end gives it up. */
export const retryLater = (wiring: Wiring, message: Message, failure: unknown): Outcome => {
  console.warn({ message: message.id, attempts: message.attempts, ...describeFailure(failure) })
  return { _tag: "Retry", afterSeconds: delayAfter(wiring, message) }
}

/** For whoever looks at the dead letter later; when the store is what fails, there is nowhere to note it. */
const noteFailure = (published: ReadonlyArray<PublishedEvent>, cause: Cause.Cause<unknown>) =>
  Effect.flatMap(Deliveries, (deliveries) =>
    deliveries.noteFailure(
      published.map(({ event }) => event.id),
      reasonOf(cause)
    )
  ).pipe(Effect.catchCause(() => Effect.void))

/** What PostgreSQL, or whoever failed, said of it; drizzle wraps it in the whole statement. */
const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return String(root).slice(0, 1_000)
}

const messagesOf = (published: ReadonlyArray<PublishedEvent>) => published.map(({ message }) => message)

/** The first retry comes after the configured delay, each later one after five times as long, and within 12 hours. */
const delayAfter = ({ settings }: Wiring, { attempts }: Message): number =>
  Math.min(settings.retrySeconds * 5 ** (attempts - 1), 43_200)
