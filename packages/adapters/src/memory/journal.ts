import { type Change, Journal, type Reliance, StaleVersion, type Versioned } from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import * as Effect from "effect/Effect"
import { writeTells } from "./notifications.ts"
import { type MemoryState, sendOf } from "./state.ts"

export const makeJournal = (state: MemoryState) => {
  const rowsOf = { account: state.accounts, offer: state.offers, offerSent: state.offerSends } as const

  const isCurrent = (change: Change) =>
    change.prior === 0
      ? !state.subjects.has(change.state.id) &&
        (change.kind !== "offerSent" || sendOf(state, change.state) === undefined)
      : rowsOf[change.kind].get(change.state.id)?.version === change.prior

  const hasMoved = ({ kind, id, version }: Reliance) => rowsOf[kind].get(id)?.version !== version

  const write = (change: Change, at: Instant) => {
    const { prior, events } = change
    const version = prior + events.length
    state.subjects.add(change.state.id)
    if (change.kind === "offer") put(state.offers, version, change.state)
    else put(state.offerSends, version, change.state)
    for (const event of events) {
      state.events.set(event.id, event)
      state.deliveries.set(event.id, { dueAt: at + firstSweepAfter, attempts: 0, lastError: null })
    }
    return events
  }

  return Journal.of({
    commit: (changes, { at, reliesOn = [] }) =>
      Effect.suspend(() => {
        const stale = changes.find((change) => !isCurrent(change))?.state ?? reliesOn.find(hasMoved)
        if (stale !== undefined) return Effect.fail(new StaleVersion({ subjectId: stale.id }))
        for (const change of changes) write(change, at)
        return Effect.void
      }),

    commitFree: (changes, { at, reliesOn = [], tells = [] }) =>
      Effect.sync(() => {
        if (reliesOn.some(hasMoved)) return []
        const written = changes.flatMap((change) => (isCurrent(change) ? write(change, at) : []))
        const ids = new Set(written.map(({ id }) => id))
        writeTells(
          state,
          tells.filter(({ eventId }) => ids.has(eventId)),
          at
        )
        return written
      })
  })
}

/** Whoever commits publishes at once, so the relay first looks a minute later. */
const firstSweepAfter = 60_000

type State = { readonly id: string; readonly status: string }
type Kept<S extends State> = S & { readonly status: Exclude<S["status"], "none" | "gone"> }

const isKept = <S extends State>(state: S): state is Kept<S> => state.status !== "none" && state.status !== "gone"

const put = <S extends State>(rows: Map<string, Versioned<Kept<S>>>, version: number, value: S) => {
  if (isKept(value)) rows.set(value.id, { version, value })
  else rows.delete(value.id)
}
