import type { Change } from "@treff/domain/events"
import { accountLifecycle, companyLifecycle } from "@treff/domain/identity"
import { invitationLifecycle } from "@treff/domain/invitations"
import type { State, Versioned } from "@treff/domain/kernel"
import { offerLifecycle, offerSentLifecycle } from "@treff/domain/offers"
import type { MemoryState } from "./state.ts"

/** How the subjects of one lifecycle are kept: all that the journal needs to know of them. */
export interface Kind {
  readonly kind: string
  /** Whether what else a commit holds is not written without it. */
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

/** Every lifecycle that this store keeps. A new one adds a line. */
export const kindsOf = (state: MemoryState): ReadonlyArray<Kind> => [
  kind(companyLifecycle, state.companies, { isRequired: true, ...flat }),
  kind(offerLifecycle, state.offers, asValue),
  kind(offerSentLifecycle, state.offerSends, asValue),
  kind(invitationLifecycle, state.invitations, asValue),
  kind(accountLifecycle, state.accounts, { isRequired: true, ...flat })
]

/** As much of a lifecycle as a store needs. */
interface Stored {
  readonly kind: string
  readonly uniqueKeys?: (state: never) => ReadonlyArray<ReadonlyArray<string | number>>
}

/** How a state lies in a row, and how it is read from one. */
interface Layout {
  readonly isRequired?: boolean
  readonly toRow: (version: number, state: State) => object
  readonly fromRow: (row: never) => object
}

/** A state with its version. */
const asValue: Layout = {
  toRow: (version, value) => ({ version, value }),
  fromRow: ({ value }: Versioned<object>) => value
}

/** A state with its version beside its other fields, and without its status, which follows from them. */
const flat: Layout = {
  toRow: (version, { status: _, ...facts }) => ({ ...facts, version }),
  fromRow: (row: object) => row
}

/** A change is of the kind that it says, and a map holds rows of its lifecycle: the types of both are erased here. */
const kind = (
  { kind: name, uniqueKeys }: Stored,
  rows: Map<string, { readonly version: number }>,
  { isRequired = false, toRow, fromRow }: Layout
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
