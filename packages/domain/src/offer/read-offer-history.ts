import * as Effect from "effect/Effect"
import { type Caller, isMember, type NoCompany, type RoleNotAllowed } from "../account/index.ts"
import { EventLog, type PageRequest } from "../ports/index.ts"
import type { OfferNotFound } from "./change-offer.ts"
import { mayEver, type NotOwner, reaches, scopeOf } from "./offer-access.ts"

/**
 * The events of an offer, oldest first. Admins and hiring managers read it also once the offer is deleted; a
 * recruiter_user that of own offers while they exist.
 */
export const readOfferHistory = Effect.fn("readOfferHistory")(function* (
  claimed: Caller,
  id: string,
  request: PageRequest<number>
) {
  if (!mayEver(claimed, "history")) return yield* Effect.fail<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const { caller, ownerId, page } = yield* (yield* EventLog).ofOffer(claimed, id, request)
  if (!isMember(caller)) return yield* Effect.fail<NoCompany>({ _tag: "NoCompany" })
  if (page.total === 0 || (ownerId === null && scopeOf(caller) === "own")) {
    return yield* Effect.fail<OfferNotFound>({ _tag: "OfferNotFound" })
  }
  if (ownerId !== null && !reaches(caller, { ownerId })) return yield* Effect.fail<NotOwner>({ _tag: "NotOwner" })
  return page
})
