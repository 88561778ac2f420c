import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Deletes an offer for good, in whatever state it is; its history stays. For admins and hiring managers. Answers
 * nothing. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `VersionMismatch`, `StaleVersion`
 * or `StoreUnavailable`; `NotOwner`, which its type names too, cannot occur: whoever may delete offers reaches all of
 * the company. See docs/flows/offers.md.
 */
export const deleteOffer = Effect.fn("deleteOffer")((change: OfferChange) =>
  Effect.asVoid(changeOffer(change, "delete", (at) => ({ type: "Delete", at }) as const))
)
