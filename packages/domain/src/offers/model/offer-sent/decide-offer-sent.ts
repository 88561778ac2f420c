import type * as Result from "effect/Result"
import { type Decision, decider, type IllegalTransition } from "../../../kernel/decider.ts"
import type {
  AlreadyAnswered,
  OfferSentCommand,
  OfferSentEvent,
  OfferSentState,
  StatusOutOfOrder
} from "./offer-sent.ts"
import { offerSentMachine } from "./offer-sent-lifecycle.ts"

/**
 * Decides a command on a send. The result fails with `StatusOutOfOrder`, `AlreadyAnswered` or `IllegalTransition`.
 * Source: `004`; `offer-sends.md`, states.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { decideOfferSent, noOfferSent } from "@treff/domain/offers"
 * import * as Result from "effect/Result"
 *
 * const { state } = Result.getOrThrow(decideOfferSent({ ...noOfferSent, status: "sent" }, { type: "View", at: 100 }))
 * strictEqual(state.viewedAt, 100)
 * ```
 */
export const decideOfferSent: (
  state: OfferSentState,
  command: OfferSentCommand
) => Result.Result<Decision<OfferSentState, OfferSentEvent>, StatusOutOfOrder | AlreadyAnswered | IllegalTransition> =
  decider(offerSentMachine).decide
