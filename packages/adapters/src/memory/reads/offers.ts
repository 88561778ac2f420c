import { isEventOf } from "@treff/domain/events"
import { type Caller, personOf } from "@treff/domain/identity"
import { mayAccessOffer, type Offer, type OfferCursor, Offers, offerEvents, offerLifecycle } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { eventsOf } from "../store/event-log.ts"
import type { MemoryState } from "../store/state.ts"
import { confirm } from "./accounts.ts"
import { newestFirstBy, pageOf } from "./paging.ts"

export const makeOffers = (state: MemoryState) => {
  const find = Effect.fnUntraced(function* (claimed: Caller, id: string) {
    const caller = yield* confirm(state, claimed)
    const offer = state.offers.get(id.toLowerCase())
    const found =
      offer === undefined || offer.value.companyId !== caller.companyId
        ? null
        : { ...offer, ownerHasLeft: state.accounts.get(offer.value.ownerId)?.companyId !== offer.value.companyId }
    return { caller, found }
  })

  /** The newest ten. */
  const respondentsOf = ({ id, term }: Offer) =>
    [...state.offerSends.values()]
      .map(({ value }) => value)
      .filter((sent) => sent.offerId === id && sent.term === term && sent.status === "responded")
      .sort(newestFirstBy(({ respondedAt }) => respondedAt ?? 0))
      .slice(0, 10)
      .flatMap(({ candidateId }) => state.accounts.get(candidateId) ?? [])
      .map(personOf)

  return Offers.of({
    find,

    findWithRespondents: Effect.fnUntraced(function* (claimed, id) {
      const loaded = yield* find(claimed, id)
      return { ...loaded, respondents: loaded.found === null ? [] : respondentsOf(loaded.found.value) }
    }),

    findForTransfer: Effect.fnUntraced(function* (claimed, id, newOwnerId) {
      const loaded = yield* find(claimed, id)
      const account = state.accounts.get(newOwnerId.toLowerCase())
      const newOwner =
        account?.role === "recruiter" && account.companyId !== null && account.companyId === loaded.caller.companyId
          ? { id: account.id, version: account.version }
          : null
      return { ...loaded, newOwner }
    }),

    list: Effect.fnUntraced(function* (claimed, { status, at, page }) {
      const caller = yield* confirm(state, claimed)
      const rows = [...state.offers.values()]
        .map(({ value }) => value)
        .filter(
          (offer) =>
            offer.companyId === caller.companyId &&
            mayAccessOffer(caller, offer) &&
            (status === null || offerLifecycle.asOf(offer, at).state.status === status)
        )
        .sort(newestOfferFirst)
      return { caller, page: pageOf(rows, page, (offer, cursor) => newestOfferFirst(offer, cursor) > 0) }
    }),

    history: Effect.fnUntraced(function* (claimed, id, page) {
      const caller = yield* confirm(state, claimed)
      const events = eventsOf(state, id.toLowerCase())
        .filter(isEventOf(offerEvents))
        .filter(({ companyId }) => companyId !== null && companyId === caller.companyId)
      const offer = state.offers.get(id.toLowerCase())?.value
      return {
        caller,
        ownerId: offer?.companyId === caller.companyId ? offer.ownerId : null,
        page: pageOf(events, page, ({ sequence }, after) => sequence > after)
      }
    }),

    due: (date, at, limit) =>
      Effect.sync(() =>
        [...state.offers.values()]
          .filter(({ value }) => (value.status === "active" || value.status === "disabled") && value[date] <= at)
          .sort(({ value: a }, { value: b }) => a[date] - b[date] || (a.id < b.id ? -1 : 1))
          .slice(0, limit)
      ),

    withPeople: (offerIds, people) =>
      Effect.sync(() => ({
        offers: [...new Set(offerIds)].flatMap((id) => state.offers.get(id)?.value ?? []),
        people: [...new Set(people)].flatMap((id) => {
          const account = state.accounts.get(id)
          return account === undefined ? [] : [{ ...personOf(account), companyId: account.companyId }]
        })
      }))
  })
}

export const newestOfferFirst = newestFirstBy<OfferCursor>(({ createdAt }) => createdAt)
