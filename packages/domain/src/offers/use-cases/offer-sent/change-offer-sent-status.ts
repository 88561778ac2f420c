import * as Effect from "effect/Effect"
import { refuse } from "../../../kernel/refuse.ts"
import type { OfferNotActive } from "../../model/offer/offer.ts"
import { changeOfferSent, type OfferSentChange } from "./change-offer-sent.ts"

/**
 * Notes that a send was viewed, or responded to. A candidate takes one step at a time; somebody of the company's side
 * may skip one, which is filled in: an answer by telephone. The same status again changes nothing. Answers the send as
 * it is then. Fails with `CallerStale`, `NoCompany`, `OfferSentNotFound`, `NotOwner`, `NotRecipient`,
 * `VersionMismatch`, `OfferNotActive` (disabled), `StatusOutOfOrder`, `StaleVersion` or `StoreUnavailable`. See
 * docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { changeOfferSentStatus, noOffer, noOfferSent } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const state = memoryState({ accounts: [cleo] })
 * const offer = { ...noOffer, id: "o1", jobStartsAt: 9e12, expiresAt: 9e12, status: "active" } as const
 * state.offers.set("o1", { version: 1, value: offer })
 * const sent = { ...noOfferSent, id: "s1", offerId: "o1", candidateId: "cleo", status: "sent" } as const
 * state.offerSends.set("s1", { version: 1, value: sent })
 * const use = changeOfferSentStatus({ caller: cleo, id: "s1" }, "viewed")
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.value.status, "viewed")
 * ```
 */
export const changeOfferSentStatus = Effect.fn("changeOfferSentStatus")(
  (change: OfferSentChange, status: "viewed" | "responded") =>
    changeOfferSent(change, ({ visibility }, at) => {
      if (visibility === "hidden") return refuse<OfferNotActive>({ _tag: "OfferNotActive", status: "disabled" })
      const by = change.caller.role === "candidate" ? "candidate" : "recruiter"
      return Effect.succeed(
        status === "viewed" ? ({ type: "View", at } as const) : ({ type: "Respond", at, by } as const)
      )
    })
)
