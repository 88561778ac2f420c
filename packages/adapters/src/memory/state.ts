import type { Account, Caller, Company, Person } from "@treff/domain/account"
import type { RecordedEvent } from "@treff/domain/event"
import type { Notification } from "@treff/domain/notification"
import type { Offer, OfferOutline } from "@treff/domain/offer"
import type { OfferSent, OfferSentFacts, OfferSentStatus } from "@treff/domain/offer-sent"
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
  readonly offerSends: Map<string, Versioned<StoredOfferSent>>
  /** The ids of all that ever was: none of them is used again. */
  readonly subjects: Set<string>
  readonly events: Map<string, RecordedEvent>
  readonly deliveries: Map<string, Delivery>
  readonly receipts: Map<string, Instant>
  readonly deadLetters: Map<string, DeadLetter>
  readonly notifications: Map<string, Notification>
  /** The mails that are still to be sent, by their notifications. */
  readonly outgoingMails: Map<string, Due>
}

/** A send that is kept: one that its candidate has withdrawn, too, so that it is not made again. */
export interface StoredOfferSent extends OfferSentFacts {
  readonly status: OfferSentStatus | "withdrawn"
}

export interface Due {
  readonly dueAt: Instant
  readonly attempts: number
}

export interface Delivery extends Due {
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
  offerSends: new Map(),
  subjects: new Set(),
  events: new Map(),
  deliveries: new Map(),
  receipts: new Map(),
  deadLetters: new Map(),
  notifications: new Map(),
  outgoingMails: new Map()
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

/** What somebody was sent of a term of an offer, withdrawn or not: there is one at the most. */
export const sendOf = (
  { offerSends }: MemoryState,
  { offerId, candidateId, term }: Pick<OfferSentFacts, "offerId" | "candidateId" | "term">
): Versioned<StoredOfferSent> | undefined =>
  [...offerSends.values()].find(
    ({ value }) => value.offerId === offerId && value.candidateId === candidateId && value.term === term
  )

/** Whether there is such a send for anybody but the journal. */
export const isSeen = (sent: StoredOfferSent): sent is OfferSent => sent.status !== "withdrawn"

export const personOf = ({ id, firstName, lastName }: Account): Person => ({ id, firstName, lastName })

/** What the ports tell of an offer, and no more: a program that runs on this store finds the same in PostgreSQL. */
export const outlineOf = (offer: Offer): OfferOutline => ({
  id: offer.id,
  companyId: offer.companyId,
  ownerId: offer.ownerId,
  title: offer.title,
  term: offer.term,
  status: offer.status,
  jobStartsAt: offer.jobStartsAt,
  expiresAt: offer.expiresAt
})

/** 1, 5, 25 and then every 60 minutes: how long until the next try, by how many there were before. */
export const growing = (attempts: number): number => 60_000 * Math.min(60, 5 ** Math.min(attempts, 3))

/** Takes what is due, longest due first, and leases it for as long as `lease` says; answers the ids. */
export const claimDue = <A extends Due>(
  rows: Map<string, A>,
  at: Instant,
  limit: number,
  lease: (attempts: number) => number
): ReadonlyArray<string> =>
  [...rows]
    .filter(([, { dueAt }]) => dueAt <= at)
    .sort(([, a], [, b]) => a.dueAt - b.dueAt)
    .slice(0, limit)
    .map(([id, row]) => {
      const { attempts } = row
      rows.set(id, { ...row, attempts: attempts + 1, dueAt: at + lease(attempts) })
      return id
    })

/** Newest first, ties by id descending: an order for sorting, positive where `a` comes after `b`. */
export const newestBy =
  <A extends { readonly id: string }>(instantOf: (row: A) => Instant) =>
  (a: A, b: A): number =>
    instantOf(b) - instantOf(a) || (a.id < b.id ? 1 : -1)

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
