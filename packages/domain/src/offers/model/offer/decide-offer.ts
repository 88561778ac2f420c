import type * as Result from "effect/Result"
import { type Decision, decider } from "../../../kernel/decider.ts"
import type { Instant } from "../../../kernel/time.ts"
import { isDue, type Offer, type OfferCommand, type OfferEvent, type OfferRefusal, type OfferState } from "./offer.ts"
import { offerMachine } from "./offer-lifecycle.ts"

const lifecycle = decider(offerMachine)

/**
 * Decides a command on an offer as it is at the command's instant: time passes first, then the command is decided. The
 * result fails with `OfferNotActive`, `OfferDatesPassed`, `OfferNotDue` or `IllegalTransition`. Source: `003`;
 * `offers.md`, states.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { decideOffer, noOffer } from "@treff/domain/offers"
 * import * as Result from "effect/Result"
 *
 * const offer = { ...noOffer, jobStartsAt: 200, expiresAt: 300, status: "active" } as const
 * const { state } = Result.getOrThrow(decideOffer(offer, { type: "Archive", at: 100 }))
 * strictEqual(state.status, "archived")
 * ```
 */
export const decideOffer: (
  state: OfferState,
  command: OfferCommand
) => Result.Result<Decision<OfferState, OfferEvent>, OfferRefusal> = lifecycle.decide

/**
 * The offer as it is at `at`: one whose date has passed is expired, swept or not. `passed` holds the event of it. It
 * cannot fail. Source: `offers.md`, "Time counts at once".
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { noOffer, settleOffer } from "@treff/domain/offers"
 *
 * const offer = { ...noOffer, jobStartsAt: 200, expiresAt: 300, status: "active" } as const
 * strictEqual(settleOffer(offer, 199).state.status, "active")
 * strictEqual(settleOffer(offer, 200).state.status, "expired")
 * ```
 */
export const settleOffer = (offer: Offer, at: Instant): Decision<OfferState, OfferEvent> =>
  // A list settles every row, and before its date time alone does nothing: that needs no chart.
  isDue(offer, at) ? lifecycle.settle(offer, at) : { state: offer, passed: [], events: [] }
