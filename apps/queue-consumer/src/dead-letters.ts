import { eventMessage } from "@treff/adapters/wire"
import { Deliveries, Identifiers } from "@treff/domain/events"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as z from "zod"
import { concurrency, handled, type Message, retryLater } from "./handle-messages.ts"
import { JobMessage } from "./jobs.ts"
import { invoke, type Wiring } from "./layer.ts"

/**
 * Keeps each message that was given up, with its last error, so that it can be replayed. Answers the outcome of each message,
 * in their order.
 */
export const buryMessages = (wiring: Wiring, messages: ReadonlyArray<Message>) =>
  invoke(
    wiring,
    Effect.forEach(
      messages,
      (message) =>
        Effect.matchCause(bury(message), {
          onSuccess: () => handled,
          onFailure: (cause) => retryLater(wiring, message, Cause.squash(cause))
        }),
      { concurrency }
    )
  )

const bury = Effect.fnUntraced(function* (message: Message) {
  const { body } = message
  // The job that it asks for is begun anew at its next turn, so there is nothing to keep.
  if (JobMessage.safeParse(body).success) return
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
 * The id of a message's letter: the time of the message and bits of its id, in the form of a UUIDv7. It is equal at each try,
 * so that a letter is kept once though the answer of its keeping was lost. Undefined for an id that is not hexadecimal, as
 * Cloudflare's are.
 */
const letterId = ({ id, sentAt }: Message): string | undefined => {
  const bits = id.replaceAll("-", "")
  if (!/^[0-9a-f]{32}$/i.test(bits)) return undefined
  const time = sentAt.toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(0, 3)}-8${bits.slice(3, 6)}-${bits.slice(-12)}`
}
