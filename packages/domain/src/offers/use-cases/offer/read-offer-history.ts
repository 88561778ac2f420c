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
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { archiveOffer, noOffer, readOfferHistory } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "ada", role: "recruiter", subRole: "recruiter_admin", companyId: "acme" } as const
 * const ada = { ...who, version: 1, email: "a@b.eu", username: null, firstName: "Ada", lastName: "Berg", locale: null }
 * const state = memoryState({ accounts: [ada] })
 * const offer = { ...noOffer, id: "o1", companyId: "acme", ownerId: "ada", jobStartsAt: 9e12, expiresAt: 9e12 }
 * state.offers.set("o1", { version: 1, value: { ...offer, status: "active" } })
 * const history = readOfferHistory(ada, "o1", { number: 1, limit: 20 })
 * const use = Effect.andThen(archiveOffer({ caller: ada, id: "o1" }), history)
 * const { rows } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * deepStrictEqual(rows.map(({ type }) => type), ["offer.archived"])
 * ```
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
