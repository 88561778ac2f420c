import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Caller, isMember, type NoCompany } from "../account/index.ts"
import { Offers, type Versioned } from "../ports/index.ts"
import { daysBetween } from "../time/index.ts"
import type { OfferNotFound } from "./change-offer.ts"
import type { Offer } from "./offer.ts"
import { type NotOwner, type NotRecipient, reaches, scopeOf } from "./offer-access.ts"
import { settleOffer } from "./offer-lifecycle.ts"

/** One offer as it is now, with what its readers would otherwise compute: its age and the days until each of its dates. */
export const readOffer = Effect.fn("readOffer")(function* (claimed: Caller, id: string) {
  const { caller, found } = yield* (yield* Offers).find(claimed, id)
  const candidate = scopeOf(caller) === "received"
  if (!candidate && !isMember(caller)) return yield* Effect.fail<NoCompany>({ _tag: "NoCompany" })
  if (found === null) return yield* Effect.fail<OfferNotFound>({ _tag: "OfferNotFound" })
  // An offer reaches a candidate by a send, and none has been sent.
  if (candidate) return yield* Effect.fail<NotRecipient>({ _tag: "NotRecipient" })
  if (!reaches(caller, found.value)) return yield* Effect.fail<NotOwner>({ _tag: "NotOwner" })
  const at = yield* Clock.currentTimeMillis
  const value = settleOffer(found.value, at).state as Offer
  return { version: found.version, value, ...offerAges(value, at) } satisfies Versioned<Offer>
})

/**
 * How many whole days an offer has existed, and has until each of its dates: 0 on the last day, -1 at once after it.
 */
const offerAges = (offer: Offer, at: number) => ({
  ageDays: daysBetween(offer.createdAt, at),
  daysToExpiry: daysBetween(at, offer.expiresAt),
  daysToStart: daysBetween(at, offer.jobStartsAt)
})
