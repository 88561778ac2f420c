import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { OfferContent } from "../../model/offer/offer.ts"
import { checkContent } from "../../model/offer/offer-rules.ts"
import { Offers } from "../../ports/offers.ts"
import { changeLoadedOffer, type OfferChange } from "./change-offer.ts"

/**
 * Writes the whole content of an offer anew; the same content again changes nothing. An expired offer is prolonged by
 * new dates, and stays expired until it is enabled. Answers the offer as it is then. Fails with `RoleNotAllowed`,
 * `CallerStale`, `InvalidOffer`, `NoCompany`, `OfferNotFound`, `NotOwner`, `VersionMismatch`, `IllegalTransition`
 * (archived), `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const updateOffer = Effect.fn("updateOffer")(function* (change: OfferChange, content: OfferContent) {
  const offers = yield* Offers
  const now = yield* Clock.currentTimeMillis
  return yield* changeLoadedOffer(change, "update", {
    load: offers.find(change.caller, change.id),
    checkInput: checkContent(content, now),
    choose: (_, at) => Effect.succeed({ command: { type: "Update", at, content } as const })
  })
})
