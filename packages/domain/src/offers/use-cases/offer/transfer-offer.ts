import * as Effect from "effect/Effect"
import { Offers } from "../../ports/offers.ts"
import { changeLoadedOffer, type OfferChange } from "./change-offer.ts"

/** The one who is to own the offer is no recruiter of the caller's company. See docs/flows/offers.md. */
export interface RecruiterUnknown {
  readonly _tag: "RecruiterUnknown"
}

/**
 * Hands an active offer to another recruiter of the company; one whose owner has left the company, in any state. For
 * admins and hiring managers. Transferring it to the one who owns it changes nothing. Answers the offer as it is then.
 * Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `VersionMismatch`, `RecruiterUnknown`,
 * `OfferNotActive`, `StaleVersion` or `StoreUnavailable`; `NotOwner`, which its type names too, cannot occur: whoever
 * may transfer offers reaches all of the company. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, transferOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada, { ...ada, id: "bo" }] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const use = transferOffer({ caller: ada, id: "o1" }, "bo")
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(value.ownerId, "bo")
 * ```
 */
export const transferOffer = Effect.fn("transferOffer")(function* (change: OfferChange, newOwnerId: string) {
  const offers = yield* Offers
  return yield* changeLoadedOffer(change, "transfer", {
    load: offers.findForTransfer(change.caller, change.id, newOwnerId),
    choose: ({ ownerHasLeft, newOwner }, at) =>
      newOwner === null
        ? Effect.fail<RecruiterUnknown>({ _tag: "RecruiterUnknown" })
        : Effect.succeed({
            command: { type: "Transfer", at, newOwnerId: newOwner.id, ownerHasLeft } as const,
            preconditions: [{ kind: "account", id: newOwner.id, version: newOwner.version }]
          })
  })
})
