import {
  beginsSubject,
  type Change,
  type CommitOptions,
  Journal,
  type Precondition,
  type Quota,
  type RecordedEvent,
  StaleVersion
} from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { isInvitationQuotaExceeded } from "../reads/invitation-tallies.ts"
import type { Kind } from "./kind.ts"
import { writeNotifications } from "./notifications.ts"
import type { MemoryState } from "./state.ts"
import { kindsOf } from "./state.ts"

export const makeJournal = (state: MemoryState) => {
  const kinds = new Map(kindsOf(state).map((kind) => [kind.kind, kind]))
  const kindOf = (name: string): Kind => {
    const kind = kinds.get(name)
    if (kind === undefined) throw new Error(`This store keeps no lifecycle of the kind ${name}`)
    return kind
  }

  const isCurrent = (change: Change) => {
    const { id } = change.state
    const version = kindOf(change.kind).versionOf(id)
    return beginsSubject(change) ? version === undefined && !state.subjects.has(id) : version === change.expectedVersion
  }

  /** Those of the changes that can be written side by side: nobody has overtaken them, or has what is to be theirs alone. */
  const writableOf = (changes: ReadonlyArray<Change>): ReadonlyArray<Change> => {
    const current = changes.filter(isCurrent)
    const moved = new Set(current.map(({ state: { id } }) => id))
    const names = [...new Set(current.map(({ kind }) => kind))]
    const taken = new Set(names.flatMap((name) => kindOf(name).keysBut(moved)))
    return current.filter((change) => {
      const { keysAt, keysOf } = kindOf(change.kind)
      const own = keysAt(change.state.id)
      const keys = keysOf(change)
      const isFree = keys.every((key) => own.includes(key) || !taken.has(key))
      if (isFree) for (const key of keys) taken.add(key)
      return isFree
    })
  }

  const hasMoved = ({ kind, id, version }: Precondition) => kindOf(kind).versionOf(id) !== version

  const isExceeded = (changes: ReadonlyArray<Change>) => (quota: Quota) =>
    isInvitationQuotaExceeded(state, quota, changes)

  const write = (change: Change, at: Instant): ReadonlyArray<RecordedEvent> => {
    state.subjects.add(change.state.id)
    kindOf(change.kind).write(change)
    for (const event of change.events) {
      state.events.set(event.id, event)
      state.deliveries.set(event.id, { dueAt: at + firstSweepAfter, attempts: 0, lastError: null })
    }
    return change.events
  }

  return Journal.of({
    commit: (changes, { at, preconditions = [], quotas = [] }: CommitOptions) =>
      Effect.suspend(() => {
        const writable = writableOf(changes)
        const stale =
          changes.find((change) => !writable.includes(change))?.state.id ??
          preconditions.find(hasMoved)?.id ??
          quotas.find(isExceeded(changes))?.companyId
        if (stale !== undefined) return Effect.fail(new StaleVersion({ subjectId: stale }))
        for (const change of changes) write(change, at)
        return Effect.void
      }),

    commitEach: (changes, { at, preconditions = [], quotas = [], notifications = [] }) =>
      Effect.sync(() => {
        const writable = writableOf(changes)
        const hasAllRequired = changes.every((change) => !kindOf(change.kind).isRequired || writable.includes(change))
        if (!hasAllRequired || preconditions.some(hasMoved) || quotas.some(isExceeded(writable))) return []
        const written = writable.flatMap((change) => write(change, at))
        const ids = new Set(written.map(({ id }) => id))
        writeNotifications(
          state,
          notifications.filter(({ eventId }) => ids.has(eventId)),
          at
        )
        return written
      })
  })
}

/** Whoever commits publishes at once, so the relay first looks a minute later. */
const firstSweepAfter = 60_000
