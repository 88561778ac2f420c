import type { RecordedEvent } from "@treff/domain/event"
import { EventQueue, Journal, QueueUnavailable } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type EventMessage, toEventMessage } from "../wire/index.ts"

/** As much of a Cloudflare queue as is used: what a producer binding offers. */
export interface MessageQueue {
  readonly sendBatch: (messages: Iterable<{ readonly body: unknown; readonly contentType: "json" }>) => Promise<unknown>
}

/** Cloudflare takes 100 messages and 256 KB at once; some of it is for its own envelope. */
const batchLimit = { messages: 100, bytes: 240_000 }

/** Events over a Cloudflare queue, each whole, in the names of the wire. */
export const layerCloudflareQueue = (queue: MessageQueue): Layer.Layer<EventQueue> =>
  Layer.succeed(
    EventQueue,
    EventQueue.of({
      publish: Effect.fn("EventQueue.publish")((events) =>
        Effect.forEach(
          batchesOf(events.map(toEventMessage)),
          (batch) =>
            Effect.tryPromise({
              try: () => queue.sendBatch(batch.map((body) => ({ body, contentType: "json" }))),
              catch: (cause) => new QueueUnavailable({ cause })
            }),
          { discard: true }
        )
      )
    })
  )

/**
 * A journal that publishes what it has committed, in the background: `keepAlive` is the platform's `waitUntil`. What the
 * queue refuses, or a crash leaves behind, is still due, and the relay sends it.
 */
export const layerPublishing = (
  keepAlive: (work: Promise<unknown>) => void
): Layer.Layer<Journal, never, Journal | EventQueue> =>
  Layer.effect(
    Journal,
    Effect.gen(function* () {
      const journal = yield* Journal
      const queue = yield* EventQueue
      const publish = (events: ReadonlyArray<RecordedEvent>) =>
        Effect.sync(() =>
          keepAlive(
            Effect.runPromise(
              Effect.catch(queue.publish(events), () =>
                Effect.logWarning("not published now, the relay will", events.length)
              )
            )
          )
        )
      return Journal.of({
        commit: (changes, options) =>
          Effect.tap(journal.commit(changes, options), () => publish(changes.flatMap(({ events }) => events))),
        commitFree: (changes, options) => Effect.tap(journal.commitFree(changes, options), publish)
      })
    })
  )

const batchesOf = (messages: ReadonlyArray<EventMessage>): ReadonlyArray<ReadonlyArray<EventMessage>> => {
  const batches: Array<Array<EventMessage>> = []
  let room = 0
  for (const message of messages) {
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length
    const open = batches.at(-1)
    if (open !== undefined && open.length < batchLimit.messages && bytes <= room) open.push(message)
    else {
      batches.push([message])
      room = batchLimit.bytes
    }
    room -= bytes
  }
  return batches
}
