import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import type { Person } from "../../identity/model/account/person.ts"
import type { CallerStale } from "../../identity/ports/accounts.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Offer, OfferOutline } from "../model/offer/offer.ts"
import type { OfferSent, OfferSentState, OfferSentStatus } from "../model/offer-sent/offer-sent.ts"
import type { SendParties } from "../model/offer-sent/offer-sent-events.ts"
import type { ListedOfferSent } from "../model/offer-sent/offer-sent-views.ts"
import type { OfferCursor } from "./offers.ts"

/**
 * Where a list of sends goes on: below this row, newest first, ties by id descending. See docs/flows/offer-sends.md.
 */
export interface OfferSentCursor {
  readonly sentAt: Instant
  readonly id: string
}

/** One step of a send, and on whose side it was taken. See docs/flows/offer-sends.md. */
export interface StatusChange {
  readonly status: OfferSentStatus
  readonly at: Instant
  readonly by: "recruiter" | "candidate" | "system"
}

/**
 * A send as it was last written, with its offer (null once that is deleted), its candidate and its steps so far, oldest
 * first. See docs/flows/offer-sends.md.
 */
export interface FoundOfferSent extends Versioned<OfferSent> {
  readonly offer: Versioned<Offer> | null
  readonly candidate: Person & { readonly email: string }
  readonly history: ReadonlyArray<StatusChange>
}

/**
 * A candidate to whom an offer is to be sent, and the version of the account. `sent` is the status of the send that they
 * have of this term of the offer, null when there is none.
 */
export interface Addressee extends Versioned<Person> {
  readonly sent: OfferSentStatus | "withdrawn" | null
}

/**
 * What notifying people of a send needs to know: the send, its offer and its company's name, each null once it is gone;
 * the candidate; who of the offer's owner and the sender has left the company; and, where the owner has, who are its
 * admins, a hundred at the most. See docs/flows/offer-sends.md.
 */
export interface SendCircumstances {
  readonly sent: OfferSent | null
  readonly offer: OfferOutline | null
  readonly companyName: string | null
  readonly candidate: Person | null
  readonly ownerHasLeft: boolean
  readonly senderHasLeft: boolean
  readonly adminIds: ReadonlyArray<string>
}

/** What a send and its offer have come to, each null where there is no such thing (any more). */
export interface SendState {
  readonly sent: Pick<OfferSentState, "term" | "status"> | null
  readonly offer: OfferOutline | null
}

/**
 * Reads sends. Each method that begins a request takes the caller, confirms the account in the same round trip (see
 * `Accounts.confirm`) and sees what is of the caller's company only, or, for a candidate, of every company. A send that
 * its candidate has withdrawn is none. These may fail with `CallerStale`, and every method with `StoreUnavailable`. See
 * docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { OfferSends } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const ended = OfferSends.use((sends) => sends.ended([{ offerId: "o1", term: 1 }], 1_000))
 * deepStrictEqual(await Effect.runPromise(Effect.provide(ended, layerMemory(memoryState()))), [])
 * ```
 */
export class OfferSends extends Context.Service<
  OfferSends,
  {
    /** One send, whatever became of its offer: whether it may be seen is for the domain to say. */
    readonly find: (
      caller: Caller,
      id: string
    ) => Effect.Effect<
      { readonly caller: Caller; readonly found: FoundOfferSent | null },
      CallerStale | StoreUnavailable
    >

    /** An offer of any company, and the caller's send of its term. */
    readonly findReceived: (
      caller: Caller,
      offerId: string
    ) => Effect.Effect<
      { readonly caller: Caller; readonly offer: Versioned<Offer> | null; readonly received: FoundOfferSent | null },
      CallerStale | StoreUnavailable
    >

    /** What sending needs: the offer, and of the given ids those of candidates. */
    readonly findForSending: (
      caller: Caller,
      offerId: string,
      candidateIds: ReadonlyArray<string>
    ) => Effect.Effect<
      {
        readonly caller: Caller
        readonly offer: Versioned<Offer> | null
        readonly addressees: ReadonlyArray<Addressee>
      },
      CallerStale | StoreUnavailable
    >

    /**
     * The sends that the caller may read, newest first: of the term that their offer is in at `at`, while that is active
     * or, on the company's side, disabled.
     */
    readonly list: (
      caller: Caller,
      query: {
        readonly status: OfferSentStatus | null
        readonly offerId: string | null
        readonly candidateId: string | null
        readonly at: Instant
        readonly page: PageRequest<OfferSentCursor>
      }
    ) => Effect.Effect<
      { readonly caller: Caller; readonly page: Page<ListedOfferSent> },
      CallerStale | StoreUnavailable
    >

    /** The sends of one offer, and the offer's owner: null when there is no such offer in the caller's company. */
    readonly listOfOffer: (
      caller: Caller,
      offerId: string,
      query: {
        readonly status: OfferSentStatus | null
        readonly at: Instant
        readonly page: PageRequest<OfferSentCursor>
      }
    ) => Effect.Effect<
      { readonly caller: Caller; readonly ownerId: string | null; readonly page: Page<ListedOfferSent> },
      CallerStale | StoreUnavailable
    >

    /** The offers that were sent to the caller and are active at `at`, newest first. */
    readonly listReceivedOffers: (
      caller: Caller,
      query: { readonly at: Instant; readonly page: PageRequest<OfferCursor> }
    ) => Effect.Effect<{ readonly caller: Caller; readonly page: Page<Offer> }, CallerStale | StoreUnavailable>

    /**
     * Up to `limit` sends of the given offers' terms up to the one that is said to have ended, as far as the store says so,
     * too: those that were withdrawn among them, each with its offer's title of now, or of when it was sent where the offer is deleted. Each offer is named once.
     */
    readonly ended: (
      ends: ReadonlyArray<{ readonly offerId: string; readonly term: number }>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Versioned<OfferSentState> & { readonly title: string }>, StoreUnavailable>

    /** Up to `limit` sends of these candidates that they have not answered, whatever became of their offers. */
    readonly unanswered: (
      candidateIds: ReadonlyArray<string>,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Versioned<OfferSent>>, StoreUnavailable>

    /** What each of these sends and offers has come to, in the given order, sends that were withdrawn among them. */
    readonly states: (
      references: ReadonlyArray<{ readonly offerSentId: string | null; readonly offerId: string }>
    ) => Effect.Effect<ReadonlyArray<SendState>, StoreUnavailable>

    /** The circumstances of each of the sends, in the given order. */
    readonly circumstances: (
      sends: ReadonlyArray<{ readonly id: string } & SendParties>
    ) => Effect.Effect<ReadonlyArray<SendCircumstances>, StoreUnavailable>
  }
>()("@treff/domain/OfferSends") {}
