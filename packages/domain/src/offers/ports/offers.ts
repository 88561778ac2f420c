import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { RecordedEvent } from "../../events/model/recorded-event.ts"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { Account, Caller } from "../../identity/model/account/account.ts"
import type { Person } from "../../identity/model/account/person.ts"
import type { CallerStale } from "../../identity/ports/accounts.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Offer, OfferStatus } from "../model/offer/offer.ts"
import type { OfferEvent } from "../model/offer/offer-events.ts"

/** Where a list of offers goes on: below this row, newest first, ties by id descending. See docs/flows/offers.md. */
export interface OfferCursor {
  readonly createdAt: Instant
  readonly id: string
}

/**
 * An offer as it was last written, and whether its owner still belongs to its company. See docs/flows/offers.md.
 */
export interface FoundOffer extends Versioned<Offer> {
  readonly ownerHasLeft: boolean
}

/**
 * Reads offers. Each method that begins a request takes the caller, confirms the account in the same round trip (see
 * `Accounts.confirm`) and sees the caller's company only. These may fail with `CallerStale`, and every method with
 * `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, Offers } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * state.offers.set("o1", { version: 1, value: { ...noOffer, id: "o1", expiresAt: 1_000, status: "active" } })
 * const due = Offers.use((offers) => offers.due("expiresAt", 1_000, 10))
 * strictEqual((await Effect.runPromise(Effect.provide(due, layerMemory(state)))).length, 1)
 * ```
 */
export class Offers extends Context.Service<
  Offers,
  {
    /** One offer as it was last written: take it through `asOf` before use. Null when there is none in the caller's company. */
    readonly find: (
      caller: Caller,
      id: string
    ) => Effect.Effect<{ readonly caller: Caller; readonly found: FoundOffer | null }, CallerStale | StoreUnavailable>

    /** As `find`, together with the newest ten candidates who have responded to a send of its term. */
    readonly findWithRespondents: (
      caller: Caller,
      id: string
    ) => Effect.Effect<
      { readonly caller: Caller; readonly found: FoundOffer | null; readonly respondents: ReadonlyArray<Person> },
      CallerStale | StoreUnavailable
    >

    /** As `find`, together with the recruiter of the caller's company who is to own it; null when that is none. */
    readonly findForTransfer: (
      caller: Caller,
      id: string,
      newOwnerId: string
    ) => Effect.Effect<
      {
        readonly caller: Caller
        readonly found: FoundOffer | null
        readonly newOwner: Pick<Account, "id" | "version"> | null
      },
      CallerStale | StoreUnavailable
    >

    /**
     * The offers that the caller may read, newest first; `status` filters by what each is at `at`, swept or not.
     * Rows are as they were last written: take them through `asOf` before use.
     */
    readonly list: (
      caller: Caller,
      query: { readonly status: OfferStatus | null; readonly at: Instant; readonly page: PageRequest<OfferCursor> }
    ) => Effect.Effect<{ readonly caller: Caller; readonly page: Page<Offer> }, CallerStale | StoreUnavailable>

    /**
     * The events of one offer of the caller's company, oldest first, also once it is deleted. `ownerId` is the offer's
     * owner while it exists, otherwise null. The cursor is a sequence.
     */
    readonly history: (
      caller: Caller,
      id: string,
      page: PageRequest<number>
    ) => Effect.Effect<
      { readonly caller: Caller; readonly ownerId: string | null; readonly page: Page<RecordedEvent<OfferEvent>> },
      CallerStale | StoreUnavailable
    >

    /** Up to `limit` offers that have not expired although the given date of theirs has come. */
    readonly due: (
      date: "jobStartsAt" | "expiresAt",
      at: Instant,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Versioned<Offer>>, StoreUnavailable>

    /** Those of the offers that are there, whoever's, and those of the people, each with the company of now. */
    readonly withPeople: (
      offerIds: ReadonlyArray<string>,
      people: ReadonlyArray<string>
    ) => Effect.Effect<
      {
        readonly offers: ReadonlyArray<Offer>
        readonly people: ReadonlyArray<Person & { readonly companyId: string | null }>
      },
      StoreUnavailable
    >
  }
>()("@treff/domain/Offers") {}
