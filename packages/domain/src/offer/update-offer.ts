import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"
import type { OfferContent } from "./offer.ts"
import { checkContent } from "./offer-rules.ts"

/**
 * Writes the whole content of an offer anew; the same content again changes nothing. An expired offer is prolonged by new
 * dates, and stays expired until it is enabled.
 */
export const updateOffer = Effect.fn("updateOffer")(function* (change: OfferChange, content: OfferContent) {
  yield* checkContent(content, yield* Clock.currentTimeMillis)
  return yield* changeOffer(change, "update", (at) => ({ type: "Update", at, content }))
})
