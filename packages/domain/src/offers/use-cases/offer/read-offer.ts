import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { daysBetween, type Instant } from "../../../kernel/time.ts"
import type { Offer } from "../../model/offer/offer.ts"
import { mayAccessOffer, mayActOnOffers, type NotOwner } from "../../model/offer/offer-access.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { Offers } from "../../ports/offers.ts"
import type { OfferNotFound } from "./change-offer.ts"

/**
 * One offer as it is now, with what its readers would otherwise compute: its age and the days until each of its dates,
 * in whole days; and while it is active the newest ten candidates who have responded, otherwise null. For the company's
 * side; a candidate's read is `readReceivedOffer`. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`,
 * `OfferNotFound`, `NotOwner` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const readOffer = Effect.fn("readOffer")(function* (claimed: Caller, id: string) {
  yield* requireRole(mayActOnOffers(claimed, "read"))
  const { caller, found, respondents } = yield* (yield* Offers).findWithRespondents(claimed, id)
  yield* requireMember(caller)
  if (found === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
  if (!mayAccessOffer(caller, found.value)) return yield* refuse<NotOwner>({ _tag: "NotOwner" })
  const at = yield* Clock.currentTimeMillis
  const value = offerLifecycle.asOf(found.value, at).state
  return {
    version: found.version,
    value,
    respondents: value.status === "active" ? respondents : null,
    ...offerAges(value, at)
  }
})

/**
 * How many whole days an offer has existed, and has until each of its dates: 0 on the last day, -1 at once after it.
 * See docs/flows/offers.md.
 */
export interface OfferAges {
  readonly ageDays: number
  readonly daysToExpiry: number
  readonly daysToStart: number
}

/**
 * The ages of an offer at `at`. See docs/flows/offers.md.
 */
export const offerAges = (offer: Pick<Offer, "createdAt" | "expiresAt" | "jobStartsAt">, at: Instant): OfferAges => ({
  ageDays: daysBetween(offer.createdAt, at),
  daysToExpiry: daysBetween(at, offer.expiresAt),
  daysToStart: daysBetween(at, offer.jobStartsAt)
})
