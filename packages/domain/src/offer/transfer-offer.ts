import * as Effect from "effect/Effect"
import { Offers } from "../ports/index.ts"
import { changeLoadedOffer, type OfferChange } from "./change-offer.ts"

/** The one who is to own the offer is no recruiter of the caller's company. */
export interface RecruiterUnknown {
  readonly _tag: "RecruiterUnknown"
}

/**
 * Hands an active offer to another recruiter of the company; one whose owner has left the company, in any state. For
 * admins and hiring managers. Transferring it to the one who owns it changes nothing.
 */
export const transferOffer = Effect.fn("transferOffer")(function* (change: OfferChange, newOwnerId: string) {
  const offers = yield* Offers
  return yield* changeLoadedOffer(change, "transfer", {
    load: offers.findForTransfer(change.caller, change.id, newOwnerId),
    check: () => Effect.void,
    choose: ({ found, newOwner }, at) =>
      newOwner === null
        ? Effect.fail<RecruiterUnknown>({ _tag: "RecruiterUnknown" })
        : Effect.succeed({
            command: { type: "Transfer", at, newOwnerId: newOwner.id, ownerHasLeft: found.ownerHasLeft } as const,
            reliesOn: [{ accountId: newOwner.id, version: newOwner.version }]
          })
  })
})
