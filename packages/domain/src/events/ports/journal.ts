import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { AccountState } from "../../identity/model/account/account.ts"
import type { CompanyState } from "../../identity/model/company/company.ts"
import type { InvitationState } from "../../invitations/model/invitation.ts"
import type { Instant } from "../../kernel/time.ts"
import type { NewNotification } from "../../notifications/model/notification.ts"
import type { OfferState } from "../../offers/model/offer/offer.ts"
import type { OfferSentState } from "../../offers/model/offer-sent/offer-sent.ts"
import type { RecordedEvent } from "../model/recorded-event.ts"
import type { StaleVersion, StoreUnavailable } from "./store.ts"

/**
 * A state together with its version: the sequence of its last event, 0 for what was there before it had any. Source:
 * `http.md`, the event log.
 */
export interface Versioned<A> {
  readonly version: number
  readonly value: A
}

/**
 * The move of one subject: from `prior` to `state` (`gone`: it is deleted) by its events. One that begins with its
 * `created` event did not exist before. Source: `http.md`, the event log.
 */
export type Change = {
  readonly prior: number
  readonly events: ReadonlyArray<RecordedEvent>
} & (
  | { readonly kind: "account"; readonly state: AccountState }
  | { readonly kind: "company"; readonly state: CompanyState }
  | { readonly kind: "invitation"; readonly state: InvitationState }
  | { readonly kind: "offer"; readonly state: OfferState }
  | { readonly kind: "offerSent"; readonly state: OfferSentState }
)

/** What a decision relied on: it must still be as it was read. Source: `offers.md`, transfer; `offer-sends.md`, states. */
export interface Reliance {
  readonly kind: "account" | "offer"
  readonly id: string
  readonly version: number
}

/**
 * That no more than `limit` invitations of a company are open at `at`, or were sent by somebody after `since`: counted
 * under a lock, with those that the commit writes. Source: `recruiter-invitations.md`, limits.
 */
export type Quota =
  | { readonly kind: "open"; readonly companyId: string; readonly limit: number; readonly at: Instant }
  | {
      readonly kind: "sent"
      readonly companyId: string
      readonly inviterId: string
      readonly limit: number
      readonly since: Instant
    }

/**
 * The only writer. A change of state, its events and the note that they are to be delivered are written together or not
 * at all. Both methods may fail with `StoreUnavailable`. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer } from "@treff/domain/offers"
 * import { Journal } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const change = { kind: "offer", prior: 3, state: { ...noOffer, id: "o1" }, events: [] } as const
 * const commit = Journal.use((journal) => journal.commit([change], { at: 0 }))
 * const failure = await Effect.runPromise(Effect.provide(Effect.flip(commit), layerMemory(memoryState())))
 * strictEqual(failure._tag, "StaleVersion")
 * ```
 */
export class Journal extends Context.Service<
  Journal,
  {
    /**
     * Writes all changes, or fails and writes none: `StaleVersion` when one of them, or a reliance, is out of date, or a
     * quota would be exceeded.
     */
    readonly commit: (
      changes: ReadonlyArray<Change>,
      options: {
        readonly at: Instant
        readonly reliesOn?: ReadonlyArray<Reliance>
        readonly quotas?: ReadonlyArray<Quota>
      }
    ) => Effect.Effect<void, StaleVersion | StoreUnavailable>

    /**
     * Writes those changes that nobody else holds or has overtaken, with what is told of their events; skips the others,
     * all of them where a company, an account or a reliance is out of date, or a quota would be exceeded; and answers the
     * events that were written: for a sweep, which comes back for the rest, and for a bulk, which says what became of each.
     */
    readonly commitFree: (
      changes: ReadonlyArray<Change>,
      options: {
        readonly at: Instant
        readonly reliesOn?: ReadonlyArray<Reliance>
        readonly quotas?: ReadonlyArray<Quota>
        readonly tells?: ReadonlyArray<NewNotification>
      }
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreUnavailable>
  }
>()("@treff/domain/Journal") {}
