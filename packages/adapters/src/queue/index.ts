import { EventQueue, Journal, QueueUnavailable, type RecordedEvent } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type EventMessage, toEventMessage } from "../wire/index.ts"

/** As much of a Cloudflare queue as is used: what a producer binding offers. */
export interface MessageQueue {
  readonly sendBatch: (messages: Iterable<QueuedMessage>) => Promise<unknown>
}

/** A message to be sent; the queue delivers it after `delaySeconds`, or at once. */
export interface QueuedMessage {
  readonly body: unknown
  readonly contentType: "json"
  readonly delaySeconds?: number
}

/**
 * The message that has the consumer send the mails that are due, now instead of at its next sweep. It says of none of
 * them what it is, nor to whom. See docs/flows/identity.md.
 */
export const mailsAreDue = { continue: "sendMails" } as const

/** Cloudflare takes 100 messages and 256 KB at once; some of it is for its own envelope. */
const batchLimit = { messages: 100, bytes: 240_000 }

/**
 * Events over a Cloudflare queue, each whole, in the names of the wire, in batches of at most 100 messages and 240 KB.
 * `publish` fails with `QueueUnavailable`; batches before the one that was refused are then sent. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerCloudflareQueue } from "@treff/adapters/queue"
 * import { EventQueue } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const sent: Array<{ readonly body: unknown }> = []
 * const binding = layerCloudflareQueue({ sendBatch: async (messages) => sent.push(...messages) })
 * await Effect.runPromise(Effect.provide(EventQueue.use((queue) => queue.publish([])), binding))
 * strictEqual(sent.length, 0)
 * ```
 */
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
 * A journal that publishes what it has committed, in the background: `keepAlive` is the platform's `waitUntil`. What
 * the queue refuses, or a crash leaves behind, is still due, and the relay sends it. It fails only as the journal under
 * it does. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, layerMemoryQueue, memoryState } from "@treff/adapters/memory"
 * import { layerPublishing } from "@treff/adapters/queue"
 * import { archiveOffer } from "@treff/domain/offers"
 * import { ada, cast, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const queue = layerMemoryQueue((events) => strictEqual(events[0]?.type, "offer.archived"))
 * const background: Array<Promise<unknown>> = []
 * const publishing = layerPublishing((work) => background.push(work))
 * const ports = Layer.provideMerge(publishing, Layer.merge(layerMemory(memoryState(cast)), queue))
 * await Effect.runPromise(Effect.provide(archiveOffer({ caller: ada, id: offer.id }), [ports, layerUuid]))
 * strictEqual((await Promise.all(background)).length, 1)
 * ```
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
        Effect.sync(() => {
          if (events.length === 0) return
          keepAlive(
            Effect.runPromise(
              Effect.catch(queue.publish(events), () =>
                Effect.logWarning("not published now, the relay will", events.length)
              )
            )
          )
        })
      return Journal.of({
        commit: (changes, options) =>
          Effect.tap(journal.commit(changes, options), () => publish(changes.flatMap(({ events }) => events))),
        commitEach: (changes, options) => Effect.tap(journal.commitEach(changes, options), publish)
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
