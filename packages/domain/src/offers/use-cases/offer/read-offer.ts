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
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, readOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const { value, daysToExpiry } = await Effect.runPromise(Effect.provide(readOffer(ada, "o1"), layerMemory(state)))
 * strictEqual(value.status, "active")
 * strictEqual(daysToExpiry > 0, true)
 * ```
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
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { offerAges } from "@treff/domain/offers"
 * import { day } from "@treff/domain/kernel"
 *
 * strictEqual(offerAges({ createdAt: 0, expiresAt: 3 * day, jobStartsAt: 2 * day }, day).daysToStart, 1)
 * ```
 */
export const offerAges = (offer: Pick<Offer, "createdAt" | "expiresAt" | "jobStartsAt">, at: Instant): OfferAges => ({
  ageDays: daysBetween(offer.createdAt, at),
  daysToExpiry: daysBetween(at, offer.expiresAt),
  daysToStart: daysBetween(at, offer.jobStartsAt)
})
