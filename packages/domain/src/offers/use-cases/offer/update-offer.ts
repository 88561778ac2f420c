import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { OfferContent } from "../../model/offer/offer.ts"
import { checkContent } from "../../model/offer/offer-rules.ts"
import { Offers } from "../../ports/offers.ts"
import { changeLoadedOffer, type OfferChange } from "./change-offer.ts"

/**
 * Writes the whole content of an offer anew; the same content again changes nothing. An expired offer is prolonged by
 * new dates, and stays expired until it is enabled. Answers the offer as it is then. Fails with `RoleNotAllowed`,
 * `CallerStale`, `InvalidOffer`, `NoCompany`, `OfferNotFound`, `NotOwner`, `VersionMismatch`, `IllegalTransition`
 * (archived), `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, updateOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const content = {
 *   title: "Baker", description: "Nights", employmentType: "permanent", salary: "32000", attachmentUrl: null,
 *   jobStartsAt: 9e12, expiresAt: 9e12 + 1, contractEndsAt: null, quizRequired: false
 * } as const
 * const use = updateOffer({ caller: ada, id: "o1" }, content)
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.title, "Baker")
 * ```
 */
export const updateOffer = Effect.fn("updateOffer")(function* (change: OfferChange, content: OfferContent) {
  const offers = yield* Offers
  const now = yield* Clock.currentTimeMillis
  return yield* changeLoadedOffer(change, "update", {
    load: offers.find(change.caller, change.id),
    checkInput: checkContent(content, now),
    choose: (_, at) => Effect.succeed({ command: { type: "Update", at, content } as const })
  })
})
