import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/** Deletes an offer for good, in whatever state it is; its history stays. For admins and hiring managers. */
export const deleteOffer = Effect.fn("deleteOffer")((change: OfferChange) =>
  Effect.asVoid(changeOffer(change, "delete", (at) => ({ type: "Delete", at }) as const))
)
