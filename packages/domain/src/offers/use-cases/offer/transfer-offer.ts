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
