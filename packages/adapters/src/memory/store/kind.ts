import type { Change } from "@treff/domain/events"
import type { State, Versioned } from "@treff/domain/kernel"

/** How the subjects of one lifecycle are kept: all that the journal needs to know of them. */
export interface Kind {
  readonly kind: string
  readonly isRequired: boolean
  readonly versionOf: (id: string) => number | undefined
  /** What the change's subject alone may have afterwards. */
  readonly keysOf: (change: Change) => ReadonlyArray<string>
  /** What the subject alone has now. */
  readonly keysAt: (id: string) => ReadonlyArray<string>
  /** What all the other subjects have now. */
  readonly keysBut: (ids: ReadonlySet<string>) => ReadonlyArray<string>
  readonly write: (change: Change) => void
}

/** As much of a lifecycle as a store needs. */
interface Stored {
  readonly kind: string
  readonly isRequired?: boolean
  readonly uniqueKeys?: (state: never) => ReadonlyArray<ReadonlyArray<string | number>>
}

/** How a state lies in a row, and how it is read from one. */
interface Layout {
  readonly toRow: (version: number, state: State) => object
  readonly fromRow: (row: never) => object
}

/** A state with its version. */
export const asValue: Layout = {
  toRow: (version, value) => ({ version, value }),
  fromRow: ({ value }: Versioned<object>) => value
}

/** A state with its version beside its other fields, and without its status, which follows from them. */
export const flat: Layout = {
  toRow: (version, { status: _, ...facts }) => ({ ...facts, version }),
  fromRow: (row: object) => row
}

/**
 * Makes the kind of a lifecycle of the map in which its rows are. The journal knows of no kind what its states are, so their
 * types are erased here: the casts restore that a change has a state of its own kind, and that the map's rows are of it.
 */
export const kind = (
  { kind: name, isRequired = false, uniqueKeys }: Stored,
  rows: Map<string, { readonly version: number }>,
  { toRow, fromRow }: Layout
): Kind => {
  const keys = (state: object) => uniqueKeys?.(state as never).map((key) => JSON.stringify(key)) ?? []
  const keysAt = (id: string) => {
    const row = rows.get(id)
    return row === undefined ? [] : keys(fromRow(row as never))
  }
  return {
    kind: name,
    isRequired,
    versionOf: (id) => rows.get(id)?.version,
    keysOf: ({ state }) => keys(state),
    keysAt,
    keysBut: (ids) => [...rows.keys()].flatMap((id) => (ids.has(id) ? [] : keysAt(id))),
    write: ({ state, expectedVersion, events }) => {
      if (state.status === "gone") rows.delete(state.id)
      else rows.set(state.id, toRow(expectedVersion + events.length, state) as { readonly version: number })
    }
  }
}
