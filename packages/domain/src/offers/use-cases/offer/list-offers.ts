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
 * import { listOffers } from "@treff/domain/offers"
 * import { ada, cast, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const use = listOffers(ada, { status: "active", page: { number: 1, limit: 20 } })
 * const { rows } = await Effect.runPromise(Effect.provide(use, layerMemory(memoryState(cast))))
 * deepStrictEqual(rows.map(({ id }) => id), [offer.id])
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
