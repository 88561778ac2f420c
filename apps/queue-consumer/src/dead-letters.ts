import { eventMessage } from "@treff/adapters/wire"
import { Deliveries, Identifiers } from "@treff/domain/events"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as z from "zod"
import type { Env } from "./env.ts"
import { Continuation } from "./jobs.ts"
import { invoke } from "./layer.ts"
import { concurrency, tryLater } from "./messages.ts"

/** Keeps each message that was given up, with its last error, so that it can be replayed. */
export const buryMessages = (batch: MessageBatch, env: Env): Promise<void> =>
  invoke(
    env,
    Effect.forEach(
      batch.messages,
      (message) =>
        Effect.matchCause(bury(message), {
          onSuccess: () => message.ack(),
          onFailure: (cause) => tryLater(message, env, Cause.squash(cause))
        }),
      { concurrency, discard: true }
    )
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
