import { Deliveries } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import { claimDue, growing } from "./due.ts"
import { writeNotifications } from "./notifications.ts"
import type { MemoryState } from "./state.ts"

export const makeDeliveries = (state: MemoryState) => {
  const { deliveries, events, receipts, deadLetters } = state
  return Deliveries.of({
    claim: (at, limit) =>
      Effect.sync(() => claimDue(deliveries, at, limit, growing).flatMap((eventId) => events.get(eventId) ?? [])),

    markHandled: (handled, at) =>
      Effect.sync(() => {
        const first = handled.filter(({ eventId }) => {
          if (!deliveries.delete(eventId) || receipts.has(eventId)) return false
          receipts.set(eventId, at)
          return true
        })
        writeNotifications(
          state,
          first.flatMap(({ notifications }) => notifications),
          at
        )
        return new Set(first.map(({ eventId }) => eventId))
      }),

    noteFailure: (eventIds, error) =>
      Effect.sync(() => {
        for (const eventId of eventIds) {
          const delivery = deliveries.get(eventId)
          if (delivery !== undefined) deliveries.set(eventId, { ...delivery, lastError: error })
        }
      }),

    bury: (letter) =>
      Effect.sync(() => {
        const { eventId } = letter
        const error = (eventId === null ? null : deliveries.get(eventId)?.lastError) ?? letter.error
        if (eventId !== null) {
          deliveries.delete(eventId)
          if (receipts.has(eventId)) return
          if ([...deadLetters.values()].some((other) => other.eventId === eventId)) return
        }
        if (!deadLetters.has(letter.id)) deadLetters.set(letter.id, { ...letter, error })
      }),

    buried: (after, limit) =>
      Effect.sync(() =>
        [...deadLetters.values()]
          .filter(({ id }) => after === null || id > after)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit)
      ),

    replay: (ids, at) =>
      Effect.sync(() =>
        ids.flatMap((id) => {
          const eventId = deadLetters.get(id)?.eventId ?? null
          if (eventId === null || !events.has(eventId)) return []
          deadLetters.delete(id)
          if (deliveries.has(eventId) || receipts.has(eventId)) return []
          deliveries.set(eventId, { dueAt: at, attempts: 0, lastError: null })
          return [eventId]
        })
      )
  })
}
