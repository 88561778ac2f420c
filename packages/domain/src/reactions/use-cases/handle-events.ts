import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { HeardEvent } from "../../events/model/recorded-event.ts"
import { Deliveries } from "../../events/ports/deliveries.ts"
import { reactToInvitations } from "../../invitations/use-cases/invitation-reactions.ts"
import { reactToTransfers } from "../../offers/use-cases/offer/offer-reactions.ts"
import {
  isEnd,
  isLeavingCandidate,
  reactToEnds,
  reactToLeavingCandidates,
  reactToSends
} from "../../offers/use-cases/offer-sent/offer-sent-reactions.ts"

/** How many lots of a thousand sends one call deletes at the most: an invocation may not live for ever. */
const lotsAtOnce = 20

/** What became of a lot of events. */
export interface HandledEvents {
  /** The ids of those that were handled now, for the first time. */
  readonly handled: ReadonlySet<string>
  /** Those with more to do than one call may: they are to be handled again, and go on where they were. */
  readonly unfinished: ReadonlyArray<HeardEvent>
  /** Whether some of what the unfinished ask for was done; if not, others hold it, and to come back at once is no use. */
  readonly progress: boolean
  /** Whether there are mails to be sent because of them. */
  readonly mails: boolean
}

/**
 * Does what follows from events that came out of the queue, up to a hundred at once: each has its effect once, however
 * often and in whatever order it is delivered. What they make known is written together with the mark that they were
 * handled. Fails with `StoreUnavailable`; then none of them is handled. Source: `http.md`, the event log;
 * `offer-sends.md` and `offers.md`, reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { system } from "@treff/domain/events"
 * import { handleEvents } from "@treff/domain/reactions"
 * import * as Effect from "effect/Effect"
 *
 * const subject = { type: "offer", id: "o1" } as const
 * const event = { id: "e1", subject, sequence: 1, type: "offer.disabled", data: { term: 1 }, actor: system } as const
 * const state = memoryState()
 * state.deliveries.set("e1", { dueAt: 0, attempts: 1, lastError: null })
 * const handle = Effect.map(handleEvents([{ ...event, occurredAt: 0 }]), ({ handled }) => [...handled])
 * const twice = Effect.provide(Effect.all([handle, handle]), [layerMemory(state), layerUuid])
 * deepStrictEqual(await Effect.runPromise(twice), [["e1"], []])
 * ```
 */
export const handleEvents = Effect.fn("handleEvents")(function* (events: ReadonlyArray<HeardEvent>) {
  const deliveries = yield* Deliveries
  const ends = events.filter(isEnd)
  const leaving = events.filter(isLeavingCandidate)
  const ended = ends.length === 0 ? nothingToDo : yield* reactToEnds(ends, lotsAtOnce)
  const left = leaving.length === 0 ? nothingToDo : yield* reactToLeavingCandidates(leaving, lotsAtOnce)
  const tells = [
    ...(yield* reactToSends(events)),
    ...(yield* reactToTransfers(events)),
    ...(yield* reactToInvitations(events))
  ]
  const unfinished = [...(ended.finished ? [] : ends), ...(left.finished ? [] : leaving)]
  const done = events.filter((event) => !unfinished.some(({ id }) => id === event.id))
  const handled = yield* deliveries.handled(
    done.map(({ id }) => ({ eventId: id, tells: tells.filter(({ eventId }) => eventId === id) })),
    yield* Clock.currentTimeMillis
  )
  const mails = ended.withdrawn > 0 || tells.some(({ channel, eventId }) => channel === "mail" && handled.has(eventId))
  return { handled, unfinished, progress: ended.withdrawn + left.withdrawn > 0, mails } satisfies HandledEvents
})

const nothingToDo = { withdrawn: 0, finished: true }
