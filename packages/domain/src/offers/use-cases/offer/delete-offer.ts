import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Deletes an offer for good, in whatever state it is; its history stays. For admins and hiring managers. Answers
 * nothing. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `VersionMismatch`, `StaleVersion`
 * or `StoreUnavailable`; `NotOwner`, which its type names too, cannot occur: whoever may delete offers reaches all of
 * the company. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { deleteOffer, noOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const use = deleteOffer({ caller: ada, id: "o1" })
 * await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(state.offers.size, 0)
 * ```
 */
export const deleteOffer = Effect.fn("deleteOffer")((change: OfferChange) =>
  Effect.asVoid(changeOffer(change, "delete", (at) => ({ type: "Delete", at }) as const))
)
