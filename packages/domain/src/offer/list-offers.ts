import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Caller, isMember, type NoCompany } from "../account/index.ts"
import { type OfferCursor, Offers, type Page, type PageRequest } from "../ports/index.ts"
import type { Offer, OfferStatus } from "./offer.ts"
import { scopeOf } from "./offer-access.ts"
import { settleOffer } from "./offer-lifecycle.ts"

/** The offers within the caller's reach, each as it is now, newest first. `status` keeps those that are so now. */
export const listOffers = Effect.fn("listOffers")(function* (
  claimed: Caller,
  query: { readonly status: OfferStatus | null; readonly page: PageRequest<OfferCursor> }
) {
  const at = yield* Clock.currentTimeMillis
  const { caller, page } = yield* (yield* Offers).list(claimed, { ...query, at })
  if (scopeOf(caller) !== "received" && !isMember(caller)) return yield* Effect.fail<NoCompany>({ _tag: "NoCompany" })
  return { ...page, rows: page.rows.map((offer) => settleOffer(offer, at).state as Offer) } satisfies Page<Offer>
})
