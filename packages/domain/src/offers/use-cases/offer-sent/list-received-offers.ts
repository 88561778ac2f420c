import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireRole } from "../../../identity/use-cases/require-member.ts"
import type { Page, PageRequest } from "../../../kernel/page.ts"
import { type ReceivedOffer, receivedOffer } from "../../model/offer-sent/offer-sent-views.ts"
import { OfferSends } from "../../ports/offer-sends.ts"
import type { OfferCursor } from "../../ports/offers.ts"

/**
 * The active offers that were sent to the candidate who asks, newest first. Fails with `RoleNotAllowed` (no candidate),
 * `CallerStale` or `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const listReceivedOffers = Effect.fn("listReceivedOffers")(function* (
  claimed: Caller,
  request: PageRequest<OfferCursor>
) {
  yield* requireRole(claimed.role === "candidate")
  const at = yield* Clock.currentTimeMillis
  const { page } = yield* (yield* OfferSends).listReceivedOffers(claimed, { at, page: request })
  return { ...page, rows: page.rows.map(receivedOffer) } satisfies Page<ReceivedOffer>
})
