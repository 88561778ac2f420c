import { describeFailure, type Ports } from "@treff/adapters/cloudflare"
import { eventMessage } from "@treff/adapters/wire"
import { handleEvent } from "@treff/domain/event"
import { Deliveries, Identifiers } from "@treff/domain/ports"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as z from "zod"
import type { Env } from "./env.ts"
import { runJob } from "./jobs.ts"
import { invoke } from "./layer.ts"

/** Handles each message on its own: one that fails is tried again later, and takes none of the others with it. */
export const handleMessages = (batch: MessageBatch, env: Env): Promise<void> =>
  eachOf(batch, env, ({ body }) => handle(body, env))

/** Keeps each message that was given up, with its last error, so that it can be replayed. */
export const buryMessages = (batch: MessageBatch, env: Env): Promise<void> => eachOf(batch, env, bury)

/** The store is asked for so many messages at once: as many connections as a worker may have open. */
const concurrency = 6

const eachOf = (batch: MessageBatch, env: Env, work: (message: Message) => Effect.Effect<unknown, unknown, Ports>) =>
  invoke(
    env,
    Effect.forEach(
      batch.messages,
      (message) =>
        Effect.matchCause(work(message), {
          onSuccess: () => message.ack(),
          onFailure: (cause) => {
            console.warn({ message: message.id, attempts: message.attempts, ...describeFailure(Cause.squash(cause)) })
            message.retry({ delaySeconds: delayAfter(message.attempts, Number(env.RETRY_SECONDS)) })
          }
        }),
      { concurrency, discard: true }
    )
  )

/** What a job that could not end in one invocation sends for the next. */
const Continuation = z.strictObject({ continue: z.string() })

const handle = Effect.fnUntraced(function* (body: unknown, env: Env) {
  const rest = Continuation.safeParse(body)
  if (rest.success) return yield* Effect.promise(() => runJob(rest.data.continue, 0, env))
  const event = eventMessage.safeParse(body)
  if (!event.success) return yield* Effect.fail(event.error)
  return yield* Effect.tapCause(handleEvent(event.data), (cause) => noteFailure(event.data.id, cause))
})

/** For whoever looks at the dead letter later; when the store is what fails, there is nowhere to note it. */
const noteFailure = (eventId: string, cause: Cause.Cause<unknown>) =>
  Effect.flatMap(Deliveries, (deliveries) => deliveries.failed(eventId, reasonOf(cause))).pipe(
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
