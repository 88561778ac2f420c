import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/** Opens an offer again, or one that was disabled; both of its dates must lie ahead. Repeating it changes nothing. Answers the offer as it is then. */
export const enableOffer = Effect.fn("enableOffer")((change: OfferChange) =>
  changeOffer(change, "enable", (at) => ({ type: "Enable", at }) as const)
)
