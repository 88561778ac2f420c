import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { PublishedEvent } from "../../events/model/recorded-event.ts"
import { Deliveries } from "../../events/ports/deliveries.ts"
import type { Reactions } from "../../events/use-cases/reactions.ts"

/** How many batches of a thousand rows one call goes through in each cascade: an invocation may not live for ever. */
const maxBatches = 20

/** What became of some events. */
export interface HandledEvents {
  /** The ids of those that were handled now, for the first time. */
  readonly handled: ReadonlySet<string>
  /** Those with more to do than one call may: they are to be handled again, and go on where they were. */
  readonly unfinished: ReadonlyArray<PublishedEvent>
  /** Whether some of what the unfinished ask for was done; if not, others are at it, and to come back at once is no use. */
  readonly progress: boolean
  /** Whether there are mails to be sent because of them. */
  readonly mails: boolean
}

/**
 * Does what follows from events that came out of the queue, up to a hundred at once: each has its effect once, however
 * often and in whatever order it is delivered. Their notifications are written together with the mark that they were
 * handled. `contexts` are the reactions of every context, such as `allReactions`. Fails with `StoreUnavailable`; then none
 * of them is handled. See docs/events.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/events"
 * import { allReactions, handleEvents } from "@treff/domain/reactions"
 * import { cast, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const fact = { type: "offer.disabled", data: { term: 1 }, actor: system, occurredAt: 0 }
 * const event = { ...fact, id: "e1", subject: { type: "offer", id: offer.id }, sequence: 1 }
 * const state = memoryState(cast)
 * state.deliveries.set(event.id, { dueAt: 0, attempts: 1, lastError: null })
 * const handle = Effect.provide(handleEvents([event], allReactions), [layerMemory(state), layerUuid])
 * strictEqual((await Effect.runPromise(handle)).handled.has(event.id), true)
 * ```
 */
export const handleEvents = Effect.fn("handleEvents")(function* <R>(
  events: ReadonlyArray<PublishedEvent>,
  contexts: ReadonlyArray<Reactions<R>>
) {
  const deliveries = yield* Deliveries
  const unfinished = new Set<PublishedEvent>()
  let progress = false
  let mails = false
  for (const cascade of contexts.flatMap(({ cascades }) => cascades)) {
    const following = events.filter(cascade.follows)
    if (following.length === 0) continue
    const { written, finished } = yield* cascade.run(following, maxBatches)
    if (!finished) for (const event of following) unfinished.add(event)
    progress ||= written > 0
    mails ||= written > 0 && cascade.notifies
  }
  const notifications = (yield* Effect.forEach(contexts, (context) => context.notifications(events))).flat()
  const handled = yield* deliveries.markHandled(
    events
      .filter((event) => !unfinished.has(event))
      .map(({ id }) => ({ eventId: id, notifications: notifications.filter(({ eventId }) => eventId === id) })),
    yield* Clock.currentTimeMillis
  )
  mails ||= notifications.some(
    ({ deliveries, eventId }) => handled.has(eventId) && deliveries.some(({ channel }) => channel === "mail")
  )
  return { handled, unfinished: [...unfinished], progress, mails } satisfies HandledEvents
})
