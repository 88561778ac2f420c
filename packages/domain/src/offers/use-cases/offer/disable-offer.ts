import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Hides an active offer from candidates until it is enabled. Repeating it changes nothing. Answers the offer as it is
 * then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `NotOwner`, `VersionMismatch`,
 * `IllegalTransition` (archived or expired), `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { disableOffer, noOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const use = disableOffer({ caller: ada, id: "o1" })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.status, "disabled")
 * ```
 */
export const disableOffer = Effect.fn("disableOffer")((change: OfferChange) =>
  changeOffer(change, "disable", (at) => ({ type: "Disable", at }) as const)
)
