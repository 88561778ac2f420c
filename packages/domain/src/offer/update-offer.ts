import * as Effect from "effect/Effect"
import { Offers } from "../ports/index.ts"
import { changeLoadedOffer, type OfferChange } from "./change-offer.ts"
import type { OfferContent } from "./offer.ts"
import { checkContent } from "./offer-rules.ts"

/**
 * Writes the whole content of an offer anew; the same content again changes nothing. An expired offer is prolonged by new
 * dates, and stays expired until it is enabled.
 */
export const updateOffer = Effect.fn("updateOffer")(function* (change: OfferChange, content: OfferContent) {
  const offers = yield* Offers
  return yield* changeLoadedOffer(change, "update", {
    load: offers.find(change.caller, change.id),
    check: (at) => checkContent(content, at),
    choose: (_, at) => Effect.succeed({ command: { type: "Update", at, content } as const })
  })
})
