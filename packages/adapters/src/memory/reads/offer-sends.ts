import { type Caller, isAdmin, personOf } from "@treff/domain/identity"
import type { Instant, PageRequest, Versioned } from "@treff/domain/kernel"
import {
  type FoundOfferSent,
  mayAccessSend,
  type Offer,
  OfferSends,
  type OfferSent,
  type OfferSentCursor,
  type OfferSentStatus,
  type StatusChange,
  sendVisibility
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import type { MemoryState, StoredOfferSent } from "../store/state.ts"
import { confirm } from "./accounts.ts"
import { newestOfferFirst } from "./offers.ts"
import { newestFirstBy, pageOf } from "./paging.ts"
import { isVisible, outlineOf, sendOf } from "./views.ts"

export const makeOfferSends = (state: MemoryState) => {
  const historyOf = (id: string): ReadonlyArray<StatusChange> =>
    [...state.events.values()]
      .filter(({ subject }) => subject.id === id)
      .sort((a, b) => a.sequence - b.sequence)
      .flatMap(({ type, actor: { kind }, occurredAt }) => {
        const status = statusAfter[type]
        const by = kind === "candidate" || kind === "system" ? kind : "recruiter"
        return status === undefined ? [] : [{ status, at: occurredAt, by }]
      })

  const foundOf = (row: Versioned<StoredOfferSent> | undefined): FoundOfferSent | null => {
    if (row === undefined || !isVisible(row.value)) return null
    const { version, value } = row
    const candidate = state.accounts.get(value.candidateId)
    if (candidate === undefined) return null
    return {
      version,
      value,
      offer: state.offers.get(value.offerId) ?? null,
      candidate: { ...personOf(candidate), email: candidate.email },
      history: historyOf(value.id)
    }
  }

  const mayList = (caller: Caller, sent: OfferSent, offer: Offer, at: Instant) => {
    const visibility = sendVisibility(sent, offer, at)
    const isListed = caller.role === "candidate" ? visibility === "open" : visibility !== "gone"
    return isListed && isInSight(caller, sent) && mayAccessSend(caller, sent, offer)
  }

  const listable = (caller: Caller, at: Instant) =>
    [...state.offerSends.values()].flatMap(({ value }) => {
      const offer = state.offers.get(value.offerId)?.value
      const candidate = state.accounts.get(value.candidateId)
      if (offer === undefined || candidate === undefined || !isVisible(value)) return []
      return mayList(caller, value, offer, at) ? [{ value, offer, candidate: personOf(candidate) }] : []
    })

  const list = (caller: Caller, { status, offerId, candidateId, at, page: request }: Query) => {
    const rows = listable(caller, at)
      .filter(
        ({ value }) =>
          (status === null || value.status === status) &&
          (offerId === null || value.offerId === offerId.toLowerCase()) &&
          (candidateId === null || value.candidateId === candidateId.toLowerCase())
      )
      .sort((a, b) => newestFirst(a.value, b.value))
    const page = pageOf(rows, request, ({ value }, cursor) => newestFirst(value, cursor) > 0)
    return {
      ...page,
      rows: page.rows.map(({ value, offer: { title }, candidate }) => ({ value, title, candidate }))
    }
  }

  /** Whether a term has ended, as it is written. */
  const isOver = (offerId: string, term: number): boolean => {
    const offer = state.offers.get(offerId)?.value
    return offer === undefined || offer.term > term || offer.status === "archived" || offer.status === "expired"
  }

  return OfferSends.of({
    find: Effect.fnUntraced(function* (claimed, id) {
      const caller = yield* confirm(state, claimed)
      const found = foundOf(state.offerSends.get(id.toLowerCase()))
      return { caller, found: found !== null && isInSight(caller, found.value) ? found : null }
    }),

    findReceived: Effect.fnUntraced(function* (claimed, offerId) {
      const caller = yield* confirm(state, claimed)
      const offer = state.offers.get(offerId.toLowerCase())
      if (offer === undefined) return { caller, offer: null, received: null }
      const { id, term } = offer.value
      return { caller, offer, received: foundOf(sendOf(state, { offerId: id, candidateId: caller.id, term })) }
    }),

    findForSending: Effect.fnUntraced(function* (claimed, offerId, candidateIds) {
      const caller = yield* confirm(state, claimed)
      const known = state.offers.get(offerId.toLowerCase())
      const offer = known !== undefined && known.value.companyId === caller.companyId ? known : null
      const ids = new Set(candidateIds.map((id) => id.toLowerCase()))
      const candidates = [...ids]
        .flatMap((id) => state.accounts.get(id) ?? [])
        .filter(({ role }) => role === "candidate")
      const addressees = candidates.map((candidate) => {
        const parties = offer && { offerId: offer.value.id, candidateId: candidate.id, term: offer.value.term }
        const sent = parties === null ? undefined : sendOf(state, parties)
        return { version: candidate.version, value: personOf(candidate), sent: sent?.value.status ?? null }
      })
      return { caller, offer, addressees }
    }),

    list: Effect.fnUntraced(function* (claimed, query) {
      const caller = yield* confirm(state, claimed)
      return { caller, page: list(caller, query) }
    }),

    listOfOffer: Effect.fnUntraced(function* (claimed, offerId, query) {
      const caller = yield* confirm(state, claimed)
      const offer = state.offers.get(offerId.toLowerCase())?.value
      const ownerId = offer?.companyId === caller.companyId ? offer.ownerId : null
      return { caller, ownerId, page: list(caller, { ...query, offerId, candidateId: null }) }
    }),

    listReceivedOffers: Effect.fnUntraced(function* (claimed, { at, page }) {
      const caller = yield* confirm(state, claimed)
      const offers = listable(caller, at)
        .filter(({ value }) => value.candidateId === caller.id)
        .map(({ offer }) => offer)
        .sort(newestOfferFirst)
      return { caller, page: pageOf(offers, page, (offer, cursor) => newestOfferFirst(offer, cursor) > 0) }
    }),

    ended: (ends, limit) =>
      Effect.sync(() => {
        const terms = new Map(ends.map(({ offerId, term }) => [offerId, term]))
        return [...state.offerSends.values()]
          .filter(({ value: { offerId, term } }) => term <= (terms.get(offerId) ?? 0) && isOver(offerId, term))
          .slice(0, limit)
          .map(({ version, value }) => ({
            version,
            value,
            title: state.offers.get(value.offerId)?.value.title ?? value.title
          }))
      }),

    unanswered: (candidateIds, limit) =>
      Effect.sync(() => {
        const ids = new Set(candidateIds)
        return [...state.offerSends.values()]
          .flatMap(({ version, value }) =>
            isVisible(value) && value.status !== "responded" ? [{ version, value }] : []
          )
          .filter(({ value }) => ids.has(value.candidateId))
          .slice(0, limit)
      }),

    circumstances: (sends) =>
      Effect.sync(() =>
        sends.map(({ id, offerId, candidateId, senderId }) => {
          const row = state.offerSends.get(id)?.value
          const sent = row !== undefined && isVisible(row) ? row : null
          const offer = state.offers.get(offerId)?.value
          const companyId = offer?.companyId
          const members = [...state.accounts.values()].filter(
            (account) => companyId !== undefined && account.companyId === companyId
          )
          const hasLeft = (accountId: string | undefined) => !members.some((member) => member.id === accountId)
          const candidate = state.accounts.get(candidateId)
          return {
            sent,
            offer: offer === undefined ? null : outlineOf(offer),
            companyName: state.companies.get(companyId ?? "")?.name ?? null,
            candidate: candidate === undefined ? null : personOf(candidate),
            ownerHasLeft: hasLeft(offer?.ownerId),
            senderHasLeft: hasLeft(senderId),
            adminIds: (hasLeft(offer?.ownerId) ? members : [])
              .filter(isAdmin)
              .map((member) => member.id)
              .sort()
              .slice(0, 100)
          }
        })
      ),

    states: (references) =>
      Effect.sync(() =>
        references.map(({ offerSentId, offerId }) => {
          const sent = state.offerSends.get(offerSentId ?? "")?.value
          const offer = state.offers.get(offerId)?.value
          return {
            sent: sent === undefined ? null : { term: sent.term, status: sent.status },
            offer: offer === undefined ? null : outlineOf(offer)
          }
        })
      )
  })
}

interface Query {
  readonly status: OfferSentStatus | null
  readonly offerId: string | null
  readonly candidateId: string | null
  readonly at: Instant
  readonly page: PageRequest<OfferSentCursor>
}

/** Candidates are of no company: what they may see of any is for the domain to say. */
const isInSight = (caller: Caller, { companyId }: OfferSent) =>
  caller.role === "candidate" || companyId === caller.companyId

const newestFirst = newestFirstBy<OfferSentCursor>(({ sentAt }) => sentAt)

const statusAfter: Readonly<Partial<Record<string, OfferSentStatus>>> = {
  "offerSent.created": "sent",
  "offerSent.viewed": "viewed",
  "offerSent.responded": "responded"
}
