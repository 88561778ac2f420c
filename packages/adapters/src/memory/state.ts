import type { Account, Caller, Company } from "@treff/domain/account"
import type { RecordedEvent } from "@treff/domain/event"
import type { Offer } from "@treff/domain/offer"
import {
  CallerStale,
  countedAtMost,
  type DeadLetter,
  type Page,
  type PageRequest,
  type Versioned
} from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import * as Effect from "effect/Effect"

/**
 * All that the memory store holds. It is changed in place, by functions that don't wait, so each of them is atomic:
 * they check everything first and write then.
 */
export interface MemoryState {
  readonly companies: Map<string, Company>
  readonly accounts: Map<string, Account>
  readonly offers: Map<string, Versioned<Offer>>
  /** The ids of all that ever was: none of them is used again. */
  readonly subjects: Set<string>
  readonly events: Map<string, RecordedEvent>
  readonly deliveries: Map<string, Delivery>
  readonly receipts: Map<string, Instant>
  readonly deadLetters: Map<string, DeadLetter>
}

export interface Delivery {
  readonly dueAt: Instant
  readonly attempts: number
  readonly lastError: string | null
}

/**
 * An empty state, but for the companies and accounts given. Source: `http.md`, and the page of each flow.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { memoryState } from "@treff/adapters/memory"
 *
 * const state = memoryState({ companies: [{ id: "acme", name: "Acme", creatorId: null }] })
 * strictEqual(state.companies.get("acme")?.name, "Acme")
 * strictEqual(state.offers.size, 0)
 * ```
 */
export const memoryState = (
  seed: { readonly companies?: ReadonlyArray<Company>; readonly accounts?: ReadonlyArray<Account> } = {}
): MemoryState => ({
  companies: new Map(seed.companies?.map((company) => [company.id, company])),
  accounts: new Map(seed.accounts?.map((account) => [account.id, account])),
  offers: new Map(),
  subjects: new Set(),
  events: new Map(),
  deliveries: new Map(),
  receipts: new Map(),
  deadLetters: new Map()
})

/** The caller as the account says it now. */
export const confirm = ({ accounts }: MemoryState, claimed: Caller): Effect.Effect<Caller, CallerStale> => {
  const account = accounts.get(claimed.id)
  return account !== undefined &&
    account.role === claimed.role &&
    account.subRole === claimed.subRole &&
    (claimed.companyId === null || account.companyId === claimed.companyId)
    ? Effect.succeed({ id: account.id, role: account.role, subRole: account.subRole, companyId: account.companyId })
    : Effect.fail(new CallerStale({ accountId: claimed.id }))
}

/** The part of a sorted list that is asked for; `follows` says whether a row comes after the cursor. */
export const pageOf = <A, Cursor>(
  all: ReadonlyArray<A>,
  request: PageRequest<Cursor>,
  follows: (row: A, cursor: Cursor) => boolean
): Page<A> => {
  const cursor = "after" in request ? request.after : null
  const candidates = cursor === null ? all : all.filter((row) => follows(row, cursor))
  const first = "number" in request ? (request.number - 1) * request.limit : 0
  return {
    rows: candidates.slice(first, first + request.limit),
    more: candidates.length > first + request.limit,
    total: Math.min(all.length, countedAtMost + 1)
  }
}
