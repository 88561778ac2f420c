import { type Change, Journal, type Quota, type Reliance, StaleVersion, type Versioned } from "@treff/domain/events"
import type { Invitation } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import type { Offer } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { openIn, sentBy } from "../reads/invitation-tallies.ts"
import { writeTells } from "../reads/notifications.ts"
import type { MemoryState, StoredAccount, StoredCompany, StoredOfferSent } from "./state.ts"
import { begins, type Keyed, keysOf, mayClaim } from "./unique-keys.ts"

export const makeJournal = (state: MemoryState) => {
  const rowsOf = {
    account: state.accounts,
    company: state.companies,
    invitation: state.invitations,
    offer: state.offers,
    offerSent: state.offerSends
  } as const

  const isCurrent = (change: Change) => {
    const { id } = change.state
    const row = rowsOf[change.kind].get(id)
    return begins(change) ? row === undefined && !state.subjects.has(id) : row?.version === change.prior
  }

  const keysOfRow = (kind: Change["kind"], row: Row) =>
    keysOf({ kind, state: "value" in row ? row.value : row } as Keyed) // a row is of the kind whose it is

  /** The keys of the rows that none of the changes moves, of the kinds in which one is claimed. */
  const keysBeside = (changes: ReadonlyArray<Change>) => {
    const moved = new Set(changes.map(({ state: { id } }) => id))
    const kinds = new Set(changes.filter(mayClaim).map(({ kind }) => kind))
    const keys = [...kinds].flatMap((kind) =>
      [...rowsOf[kind]].flatMap(([id, row]: [string, Row]) => (moved.has(id) ? [] : keysOfRow(kind, row)))
    )
    return new Set(keys)
  }

  /** Those of the changes that can be written side by side: nobody has overtaken them, or has what is to be theirs alone. */
  const writableOf = (changes: ReadonlyArray<Change>): ReadonlyArray<Change> => {
    const current = changes.filter(isCurrent)
    const taken = keysBeside(current)
    return current.filter((change) => {
      const row = rowsOf[change.kind].get(change.state.id)
      const own = row === undefined ? [] : keysOfRow(change.kind, row)
      const keys = keysOf(change)
      const isFree = keys.every((key) => own.includes(key) || !taken.has(key))
      if (isFree) for (const key of keys) taken.add(key)
      return isFree
    })
  }

  const hasMoved = ({ kind, id, version }: Reliance) => rowsOf[kind].get(id)?.version !== version

  /** Whether there are more than may be, once the changes are written. */
  const isExceeded = (quota: Quota, changes: ReadonlyArray<Change>) => {
    if (quota.kind === "sent") {
      const events = [...state.events.values(), ...changes.flatMap((change) => change.events)]
      return sentBy(events, quota.inviterId, quota.since).length > quota.limit
    }
    const moved = changes.flatMap((change) => (change.kind === "invitation" ? [change.state] : []))
    const ids = new Set(moved.map(({ id }) => id))
    const others = [...state.invitations.values()].map(({ value }) => value).filter(({ id }) => !ids.has(id))
    return openIn([...others, ...moved], quota.companyId, quota.at).length > quota.limit
  }

  const write = (change: Change, at: Instant) => {
    const { prior, events } = change
    const version = prior + events.length
    state.subjects.add(change.state.id)
    switch (change.kind) {
      case "account": {
        const { status: _, ...facts } = change.state
        state.accounts.set(facts.id, { ...facts, version })
        break
      }
      case "company": {
        const { status: _, ...facts } = change.state
        state.companies.set(facts.id, { ...facts, version })
        break
      }
      case "invitation":
        put(state.invitations, version, change.state)
        break
      case "offer":
        put(state.offers, version, change.state)
        break
      case "offerSent":
        put(state.offerSends, version, change.state)
    }
    for (const event of events) {
      state.events.set(event.id, event)
      state.deliveries.set(event.id, { dueAt: at + firstSweepAfter, attempts: 0, lastError: null })
    }
    return events
  }

  return Journal.of({
    commit: (changes, { at, reliesOn = [], quotas = [] }) =>
      Effect.suspend(() => {
        const writable = writableOf(changes)
        const stale =
          changes.find((change) => !writable.includes(change))?.state.id ??
          reliesOn.find(hasMoved)?.id ??
          quotas.find((quota) => isExceeded(quota, changes))?.companyId
        if (stale !== undefined) return Effect.fail(new StaleVersion({ subjectId: stale }))
        for (const change of changes) write(change, at)
        return Effect.void
      }),

    commitFree: (changes, { at, reliesOn = [], quotas = [], tells = [] }) =>
      Effect.sync(() => {
        const writable = writableOf(changes)
        const isWhole = changes.every((change) => !isOfPeople(change) || writable.includes(change))
        if (!isWhole || reliesOn.some(hasMoved) || quotas.some((quota) => isExceeded(quota, writable))) return []
        const written = writable.flatMap((change) => write(change, at))
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

type Row = StoredAccount | StoredCompany | Versioned<Invitation | Offer | StoredOfferSent>

/** What these changes make hangs together with the rest of their commit. */
const isOfPeople = ({ kind }: Change) => kind === "account" || kind === "company"

/** Whoever commits publishes at once, so the relay first looks a minute later. */
const firstSweepAfter = 60_000

type State = { readonly id: string; readonly status: string }
type Kept<S extends State> = S & { readonly status: Exclude<S["status"], "none" | "gone"> }

const isKept = <S extends State>(state: S): state is Kept<S> => state.status !== "none" && state.status !== "gone"

const put = <S extends State>(rows: Map<string, Versioned<Kept<S>>>, version: number, value: S) => {
  if (isKept(value)) rows.set(value.id, { version, value })
  else rows.delete(value.id)
}
