import type { Offer } from "@treff/domain/offer"
import { type Change, Journal, StaleVersion } from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import * as Effect from "effect/Effect"
import type { MemoryState } from "./state.ts"

export const makeJournal = (state: MemoryState) => {
  const isCurrent = ({ prior, state: { id } }: Change) =>
    prior === 0 ? !state.subjects.has(id) : state.offers.get(id)?.version === prior

  const write = ({ prior, state: { status, ...facts }, events }: Change, at: Instant) => {
    state.subjects.add(facts.id)
    if (status === "gone" || status === "none") state.offers.delete(facts.id)
    else state.offers.set(facts.id, { version: prior + events.length, value: { ...facts, status } satisfies Offer })
    for (const event of events) {
      state.events.set(event.id, event)
      state.deliveries.set(event.id, { dueAt: at + firstSweepAfter, attempts: 0, lastError: null })
    }
  }

  return Journal.of({
    commit: (changes, { at, reliesOn = [] }) =>
      Effect.suspend(() => {
        const stale = changes.find((change) => !isCurrent(change))
        const moved = reliesOn.find(({ accountId, version }) => state.accounts.get(accountId)?.version !== version)
        if (stale !== undefined || moved !== undefined) {
          return Effect.fail(new StaleVersion({ subjectId: stale?.state.id ?? moved?.accountId ?? "" }))
        }
        for (const change of changes) write(change, at)
        return Effect.void
      }),

    commitFree: (changes, { at }) =>
      Effect.sync(() => {
        const free = changes.filter(isCurrent)
        for (const change of free) write(change, at)
        return free.flatMap(({ events }) => events)
      })
  })
}

/** Whoever commits publishes at once, so the relay first looks a minute later. */
const firstSweepAfter = 60_000
