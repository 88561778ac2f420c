import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireMember, requireRole } from "../../../identity/use-cases/require-member.ts"
import type { Page, PageRequest } from "../../../kernel/page.ts"
import type { Offer, OfferStatus } from "../../model/offer/offer.ts"
import { mayActOnOffers } from "../../model/offer/offer-access.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"
import { type OfferCursor, Offers } from "../../ports/offers.ts"

/**
 * The offers that the caller may read, each as it is now, newest first. `status` keeps those that are so now. For the
 * company's side; a candidate's list is `listReceivedOffers`. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`
 * or `StoreUnavailable`. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { listOffers, noOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const use = listOffers(ada, { status: "active", page: { number: 1, limit: 20 } })
 * const { rows } = await Effect.runPromise(Effect.provide(use, layerMemory(state)))
 * deepStrictEqual(rows.map(({ id }) => id), ["o1"])
 * ```
 */
export const listOffers = Effect.fn("listOffers")(function* (
  claimed: Caller,
  query: { readonly status: OfferStatus | null; readonly page: PageRequest<OfferCursor> }
) {
  yield* requireRole(mayActOnOffers(claimed, "list"))
  const at = yield* Clock.currentTimeMillis
  const { caller, page } = yield* (yield* Offers).list(claimed, { ...query, at })
  yield* requireMember(caller)
  return { ...page, rows: page.rows.map((offer) => offerLifecycle.asOf(offer, at).state) } satisfies Page<Offer>
})
