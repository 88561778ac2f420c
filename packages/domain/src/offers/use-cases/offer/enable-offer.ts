import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Opens an offer again, or one that was disabled; both of its dates must lie ahead. Repeating it changes nothing.
 * Answers the offer as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`,
 * `NotOwner`, `VersionMismatch`, `OfferDatesPassed`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { enableOffer, noOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "archived" } })
 * const use = enableOffer({ caller: ada, id: "o1" })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.term, 1)
 * ```
 */
export const enableOffer = Effect.fn("enableOffer")((change: OfferChange) =>
  changeOffer(change, "enable", (at) => ({ type: "Enable", at }) as const)
)
