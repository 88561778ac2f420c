import type { DeadLetter, RecordedEvent } from "@treff/domain/events"
import {
  type Account,
  type AccountFacts,
  accountLifecycle,
  type Company,
  companyLifecycle,
  type SignInRequest
} from "@treff/domain/identity"
import { type Invitation, invitationLifecycle } from "@treff/domain/invitations"
import type { Instant, Versioned } from "@treff/domain/kernel"
import type { Delivery, Notification } from "@treff/domain/notifications"
import {
  type Offer,
  type OfferSent,
  type OfferSentFacts,
  type OfferSentStatus,
  offerLifecycle,
  offerSentLifecycle
} from "@treff/domain/offers"
import { asValue, flat, type Kind, kind } from "./kind.ts"

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

interface StoredCompany extends Company {
  readonly version: number
}

/** An account with as much of it as was given. */
export interface StoredAccount extends Account, Partial<Omit<AccountFacts, keyof Account>> {}

/** A one-time link that was asked for, and when it was used. */
interface StoredSignIn extends Omit<SignInRequest, "secret"> {
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
interface EventDelivery extends Due {
  readonly lastError: string | null
}

/** A mail that is still to be sent. */
interface OutgoingMail extends Due {
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

/** Every lifecycle that this store keeps. A new one adds a line. */
export const kindsOf = (state: MemoryState): ReadonlyArray<Kind> => [
  kind(companyLifecycle, state.companies, flat),
  kind(offerLifecycle, state.offers, asValue),
  kind(offerSentLifecycle, state.offerSends, asValue),
  kind(invitationLifecycle, state.invitations, asValue),
  kind(accountLifecycle, state.accounts, flat)
]

/** What was there before it had any events, by its id. */
const withoutEvents = <A extends { readonly id: string }>(values: ReadonlyArray<A> = []): Map<string, Versioned<A>> =>
  new Map(values.map((value) => [value.id, { version: 0, value }]))
