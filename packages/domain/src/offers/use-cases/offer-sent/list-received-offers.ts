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
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { listReceivedOffers, noOffer, noOfferSent } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const state = memoryState({ accounts: [cleo] })
 * const offer = { ...noOffer, id: "o1", jobStartsAt: 9e12, expiresAt: 9e12, status: "active" } as const
 * state.offers.set("o1", { version: 1, value: offer })
 * const sent = { ...noOfferSent, id: "s1", offerId: "o1", candidateId: "cleo", status: "sent" } as const
 * state.offerSends.set("s1", { version: 1, value: sent })
 * const use = listReceivedOffers(cleo, { number: 1, limit: 20 })
 * const { rows } = await Effect.runPromise(Effect.provide(use, layerMemory(state)))
 * deepStrictEqual(rows.map(({ id }) => id), ["o1"])
 * ```
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
