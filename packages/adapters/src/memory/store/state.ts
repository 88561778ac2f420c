import type { DeadLetter, RecordedEvent } from "@treff/domain/events"
import type { Account, AccountFacts, Company, SignInRequest } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import { countedAtMost, type Instant, type Page, type PageRequest, type Versioned } from "@treff/domain/kernel"
import type { Delivery, Notification } from "@treff/domain/notifications"
import type { Offer, OfferOutline, OfferSent, OfferSentFacts, OfferSentStatus } from "@treff/domain/offers"

/**
 * All that the memory store holds. It is changed in place, by functions that don't wait, so each of them is atomic:
 * they check everything first and write then.
 */
export interface MemoryState {
  readonly companies: Map<string, StoredCompany>
  readonly accounts: Map<string, StoredAccount>
  /** With what only who sends mails may see: the sealed tokens. */
  readonly invitations: Map<string, Versioned<Invitation>>
  readonly signIns: Map<string, StoredSignIn>
  readonly offers: Map<string, Versioned<Offer>>
  readonly offerSends: Map<string, Versioned<StoredOfferSent>>
  /** The ids of all that ever was: none of them is used again. */
  readonly subjects: Set<string>
  readonly events: Map<string, RecordedEvent>
  readonly deliveries: Map<string, EventDelivery>
  readonly receipts: Map<string, Instant>
  readonly deadLetters: Map<string, DeadLetter>
  readonly notifications: Map<string, StoredNotification>
  /** The mails that are still to be sent, by their deliveries. */
  readonly outgoingMails: Map<string, OutgoingMail>
}

export interface StoredCompany extends Company {
  readonly version: number
}

/** An account with as much of it as was given. */
export interface StoredAccount extends Account, Partial<Omit<AccountFacts, keyof Account>> {}

/** A one-time link that was asked for, and when it was used. */
export interface StoredSignIn extends Omit<SignInRequest, "secret"> {
  readonly tokenHash: string
  readonly sealedToken: string | null
  readonly usedAt: Instant | null
}

/** A send that is kept: one that its candidate has withdrawn, too, so that it is not made again. */
export interface StoredOfferSent extends OfferSentFacts {
  readonly status: OfferSentStatus | "withdrawn"
}

/** A notification, each of whose deliveries has an id: that of a mail. */
export interface StoredNotification extends Omit<Notification, "deliveries"> {
  readonly deliveries: ReadonlyArray<Delivery & { readonly id: string }>
}

export interface Due {
  readonly dueAt: Instant
  readonly attempts: number
}

/** An event that is still to be delivered. */
export interface EventDelivery extends Due {
  readonly lastError: string | null
}

/** A mail that is still to be sent. */
export interface OutgoingMail extends Due {
  readonly notificationId: string
}

/**
 * A state that holds what it is given, each without events: its version is 0 unless it says otherwise. A company without
 * `createdAt` was made at instant 0, and what an account is given without is as in `noAccount`. See docs/embedding.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { memoryState } from "@treff/adapters/memory"
 * import { acme, cast } from "@treff/domain/testing"
 *
 * const state = memoryState(cast)
 * strictEqual(state.companies.get(acme.id)?.name, "Acme")
 * strictEqual(memoryState().offers.size, 0)
 * ```
 */
export const memoryState = (
  seed: {
    readonly companies?: ReadonlyArray<Pick<Company, "id" | "name" | "creatorId"> & Partial<StoredCompany>>
    readonly accounts?: ReadonlyArray<StoredAccount>
    readonly offers?: ReadonlyArray<Offer>
    readonly offerSends?: ReadonlyArray<OfferSent>
    readonly invitations?: ReadonlyArray<Invitation>
  } = {}
): MemoryState => ({
  companies: new Map(seed.companies?.map((company) => [company.id, { version: 0, createdAt: 0, ...company }])),
  accounts: new Map(seed.accounts?.map((account) => [account.id, account])),
  invitations: withoutEvents(seed.invitations),
  signIns: new Map(),
  offers: withoutEvents(seed.offers),
  offerSends: withoutEvents(seed.offerSends),
  subjects: new Set(),
  events: new Map(),
  deliveries: new Map(),
  receipts: new Map(),
  deadLetters: new Map(),
  notifications: new Map(),
  outgoingMails: new Map()
})

/** What was there before it had any events, by its id. */
const withoutEvents = <A extends { readonly id: string }>(values: ReadonlyArray<A> = []): Map<string, Versioned<A>> =>
  new Map(values.map((value) => [value.id, { version: 0, value }]))

/** What somebody was sent of a term of an offer, withdrawn or not: there is one at the most. */
export const sendOf = (
  { offerSends }: MemoryState,
  { offerId, candidateId, term }: Pick<OfferSentFacts, "offerId" | "candidateId" | "term">
): Versioned<StoredOfferSent> | undefined =>
  [...offerSends.values()].find(
    ({ value }) => value.offerId === offerId && value.candidateId === candidateId && value.term === term
  )

/** Whether there is such a send for anybody but the journal. */
export const isVisible = (sent: StoredOfferSent): sent is OfferSent => sent.status !== "withdrawn"

/** An invitation as everybody sees it but who sends its mail. */
export const withoutToken = ({ version, value }: Versioned<Invitation>): Versioned<Invitation> => ({
  version,
  value: { ...value, sealedToken: null }
})

/** As much of an offer as the ports return: what a program finds on this store, it finds in PostgreSQL too. */
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
