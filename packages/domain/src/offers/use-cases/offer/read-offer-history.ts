import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import type { PageRequest } from "../../../kernel/page.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { mayAccessOffer, mayActOnOffers, type NotOwner, scopeOf } from "../../model/offer/offer-access.ts"
import { Offers } from "../../ports/offers.ts"
import type { OfferNotFound } from "./change-offer.ts"

/**
 * The events of an offer, oldest first. Admins and hiring managers read it also once the offer is deleted; a
 * recruiter_user that of own offers while they exist. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`,
 * `OfferNotFound`, `NotOwner` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const readOfferHistory = Effect.fn("readOfferHistory")(function* (
  claimed: Caller,
  id: string,
  request: PageRequest<number>
) {
  yield* requireRole(mayActOnOffers(claimed, "history"))
  const { caller, ownerId, page } = yield* (yield* Offers).history(claimed, id, request)
  yield* requireMember(caller)
  if (page.total === 0 || (ownerId === null && scopeOf(caller) === "own")) {
    return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
  }
  if (ownerId !== null && !mayAccessOffer(caller, { ownerId })) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
  return page
})
