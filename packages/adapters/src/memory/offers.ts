import type { Caller } from "@treff/domain/account"
import { type Offer, scopeOf, settleOffer } from "@treff/domain/offer"
import { Offers } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import { confirm, type MemoryState, pageOf } from "./state.ts"

export const makeOffers = (state: MemoryState) => {
  const find = Effect.fnUntraced(function* (claimed: Caller, id: string) {
    const caller = yield* confirm(state, claimed)
    const offer = state.offers.get(id)
    const found =
      offer === undefined || (scopeOf(caller) !== "received" && offer.value.companyId !== caller.companyId)
        ? null
        : { ...offer, ownerHasLeft: state.accounts.get(offer.value.ownerId)?.companyId !== offer.value.companyId }
    return { caller, found }
  })

  return Offers.of({
    find,

    findForTransfer: Effect.fnUntraced(function* (claimed, id, newOwnerId) {
      const loaded = yield* find(claimed, id)
      const account = state.accounts.get(newOwnerId)
      const newOwner =
        account?.role === "recruiter" && account.companyId !== null && account.companyId === loaded.caller.companyId
          ? { id: account.id, version: account.version }
          : null
      return { ...loaded, newOwner }
    }),

    list: Effect.fnUntraced(function* (claimed, { status, at, page }) {
      const caller = yield* confirm(state, claimed)
      const scope = scopeOf(caller)
      const rows = [...state.offers.values()]
        .map(({ value }) => value)
        .filter(
          (offer) =>
            scope !== "received" &&
            offer.companyId === caller.companyId &&
            (scope === "company" || offer.ownerId === caller.id) &&
            (status === null || settleOffer(offer, at).state.status === status)
        )
        .sort((a, b) => (before(a, b) ? -1 : 1))
      return { caller, page: pageOf(rows, page, (offer, cursor) => before(cursor, offer)) }
    }),

    due: (date, at, limit) =>
      Effect.sync(() =>
        [...state.offers.values()]
          .filter(({ value }) => (value.status === "active" || value.status === "disabled") && value[date] <= at)
          .sort(({ value: a }, { value: b }) => a[date] - b[date] || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
      )
  })
}

/** Newest first, ties by id descending. */
const before = (a: Pick<Offer, "createdAt" | "id">, b: Pick<Offer, "createdAt" | "id">): boolean =>
  a.createdAt === b.createdAt ? a.id > b.id : a.createdAt > b.createdAt
