import type { Deliveries, EventLog, Journal } from "@treff/domain/events"
import type { Account, AccountFacts, Accounts, Company, SignIns } from "@treff/domain/identity"
import type { Invitations } from "@treff/domain/invitations"
import type { Versioned } from "@treff/domain/kernel"
import type { Notifications } from "@treff/domain/notifications"
import type { OfferSends, OfferSentState, Offers } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

/** Every port that a store serves. See docs/writing-an-adapter.md. */
export type StorePorts =
  | Accounts
  | Deliveries
  | EventLog
  | Invitations
  | Journal
  | Notifications
  | OfferSends
  | Offers
  | SignIns

/** What a store stores: the kinds of lifecycles, and what is written beside them. See docs/writing-an-adapter.md. */
export type StoredKind =
  | "account"
  | "company"
  | "invitation"
  | "notification"
  | "notificationDelivery"
  | "offer"
  | "offerSent"
  | "signIn"

/**
 * What is stored of one account, offer and so on: just the fields that it has in the domain, by their names, and the version of
 * what has a lifecycle; instants are in milliseconds. A `notificationDelivery` has the `notificationId` of its notification
 * beside its own fields, and a `signIn` has what `SignIns` writes, with `tokenHash`, `sealedToken` and `usedAt`. See
 * docs/writing-an-adapter.md.
 */
export type StoredRow = Readonly<Record<string, unknown>> & { readonly id: string }

/** An account as a suite writes it, with as much of what else is known of it as the test needs. */
export type SeededAccount = Account & Partial<AccountFacts>

/**
 * A store under test: its ports, and what the ports offer no way to do, which is to write accounts, to see everything and
 * to forget everything. See docs/writing-an-adapter.md.
 */
export interface TestStore {
  /** What the tests' report calls it. */
  readonly name: string
  /** It is built several times: all of them share what `seed`, `rowsOf` and `clear` work on. */
  readonly layer: Layer.Layer<StorePorts>
  /**
   * Writes accounts over what there was. `factsOf` of the fixtures adds what is not given of an account. A company that is
   * missing is made, with the name "A company", no creator and the fixtures' `now` as its `createdAt`.
   */
  readonly seed: (accounts: ReadonlyArray<SeededAccount>) => Effect.Effect<void>
  /** Writes a company as it is, as one that had no event so far; over what there was. */
  readonly seedCompany: (company: Company) => Effect.Effect<void>
  /** All that is stored of a kind, in the order of ids; with sealed tokens, and with what was withdrawn. */
  readonly rowsOf: (kind: StoredKind) => Effect.Effect<ReadonlyArray<StoredRow>>
  /** Forgets everything. */
  readonly clear: () => Promise<void>
}

/** All sends of an offer as they are stored, also those that were withdrawn. See docs/flows/offer-sends.md. */
export const sendsOf = (
  store: TestStore,
  offer: { readonly id: string }
): Effect.Effect<ReadonlyArray<Versioned<OfferSentState>>> =>
  Effect.map(store.rowsOf("offerSent"), (rows) =>
    rows.flatMap(({ version, ...value }) =>
      value.offerId === offer.id ? [{ version, value } as unknown as Versioned<OfferSentState>] : []
    )
  )
