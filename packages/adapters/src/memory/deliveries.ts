import { Deliveries } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import type { MemoryState } from "./state.ts"

export const makeDeliveries = ({ deliveries, events, receipts, deadLetters }: MemoryState) =>
  Deliveries.of({
    claim: (at, limit) =>
      Effect.sync(() =>
        [...deliveries]
          .filter(([, { dueAt }]) => dueAt <= at)
          .sort(([, a], [, b]) => a.dueAt - b.dueAt)
          .slice(0, limit)
          .flatMap(([id, delivery]) => {
            const { attempts } = delivery
            deliveries.set(id, {
              ...delivery,
              attempts: attempts + 1,
              dueAt: at + 60_000 * Math.min(60, 5 ** Math.min(attempts, 3))
            })
            return events.get(id) ?? []
          })
      ),

    handled: (eventId, at) =>
      Effect.sync(() => {
        if (!deliveries.delete(eventId) || receipts.has(eventId)) return false
        receipts.set(eventId, at)
        return true
      }),

    failed: (eventId, error) =>
      Effect.sync(() => {
        const delivery = deliveries.get(eventId)
        if (delivery !== undefined) deliveries.set(eventId, { ...delivery, lastError: error })
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
