import * as Effect from "effect/Effect"
import { changeOfferSent, type OfferSentChange } from "./change-offer-sent.ts"

/**
 * Takes a send back. After a recruiter has, the offer can be sent to the candidate again; after the candidate has, who
 * is no longer available, it cannot in this term of the offer, and one who has answered can't withdraw any more.
 * Answers nothing. Fails with `CallerStale`, `NoCompany`, `OfferSentNotFound`, `NotOwner`, `NotRecipient`,
 * `VersionMismatch`, `AlreadyAnswered`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, noOfferSent, withdrawOfferSent } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const state = memoryState({ accounts: [cleo] })
 * const offer = { ...noOffer, id: "o1", jobStartsAt: 9e12, expiresAt: 9e12, status: "active" } as const
 * state.offers.set("o1", { version: 1, value: offer })
 * const sent = { ...noOfferSent, id: "s1", offerId: "o1", candidateId: "cleo", status: "sent" } as const
 * state.offerSends.set("s1", { version: 1, value: sent })
 * const use = withdrawOfferSent({ caller: cleo, id: "s1" })
 * await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(state.offerSends.get("s1")?.value.status, "withdrawn")
 * ```
 */
export const withdrawOfferSent = Effect.fn("withdrawOfferSent")((change: OfferSentChange) =>
  Effect.asVoid(
    changeOfferSent(change, (_, at) => {
      const reason = change.caller.role === "candidate" ? "candidate" : "recruiter"
      return Effect.succeed({ type: "Withdraw", at, reason } as const)
    })
  )
)
