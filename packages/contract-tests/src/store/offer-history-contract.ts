import { assert, layer } from "@effect/vitest"
import { isEventOf, Journal } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import { countedAtMost } from "@treff/domain/kernel"
import { Offers, offerEvents } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import {
  aCompany,
  anEvent,
  anOffer,
  aSend,
  aSendEvent,
  everybodyOf,
  newId,
  now,
  partiesOf,
  removed,
  written
} from "../fixtures/index.ts"
import { contradictions } from "./accounts-contract.ts"
import type { TestStore } from "./test-store.ts"

const all = { number: 1, limit: 20 }

/** What the port `Offers` has to do for the history of an offer. See docs/flows/offers.md. */
export const offerHistoryContract = (store: TestStore) =>
  layer(store.layer)("the history of an offer", (it) => {
    beforeEach(store.clear)

    /** An offer of acme's recruiter with that many events, and another one beside it. */
    const commitOfferWithEvents = Effect.fnUntraced(function* (count: number) {
      const acme = aCompany()
      const globex = aCompany()
      yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex)])
      const offer = anOffer({ companyId: acme.id, ownerId: acme.recruiter.id })
      const events = Array.from({ length: count }, (_, index) => anEvent(offer, { sequence: index + 1 })).filter(
        isEventOf(offerEvents)
      )
      const beside = anOffer({ companyId: acme.id })
      const journal = yield* Journal
      yield* journal.commit([{ kind: "offer", expectedVersion: 0, state: offer, events }, written(beside)], { at: now })
      return { acme, globex, offer, events }
    })

    it.effect("shows the events of one offer, oldest first, and who owns it", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, offer, events } = yield* commitOfferWithEvents(3)
        // Who may read them is for the domain to say; the port sees the whole company.
        for (const caller of everybodyOf(acme)) {
          const { caller: confirmed, ownerId, page } = yield* offers.history(caller, offer.id, all)
          assert.strictEqual(confirmed.id, caller.id)
          assert.strictEqual(ownerId, acme.recruiter.id)
          assert.deepStrictEqual(page, { rows: events, more: false, total: 3 })
        }
      })
    )

    it.effect("goes page by page, and after a sequence", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, offer, events } = yield* commitOfferWithEvents(5)
        const page = (request: Parameters<typeof offers.history>[2]) =>
          Effect.map(offers.history(acme.admin, offer.id, request), ({ page }) => page)
        const total = 5
        assert.deepStrictEqual(yield* page({ number: 2, limit: 2 }), { rows: events.slice(2, 4), more: true, total })
        assert.deepStrictEqual(yield* page({ number: 3, limit: 2 }), { rows: events.slice(4), more: false, total })
        assert.deepStrictEqual(yield* page({ number: 1, limit: 5 }), { rows: events, more: false, total })
        const inUpperCase = yield* offers.history(acme.admin, offer.id.toUpperCase(), { number: 1, limit: 5 })
        assert.deepStrictEqual(inUpperCase.page.rows, events)
        assert.strictEqual(inUpperCase.ownerId, acme.recruiter.id)
        for (const number of [4, Number.MAX_SAFE_INTEGER]) {
          assert.deepStrictEqual(yield* page({ number, limit: 100 }), { rows: [], more: false, total })
        }
        assert.deepStrictEqual(yield* page({ after: null, limit: 2 }), { rows: events.slice(0, 2), more: true, total })
        assert.deepStrictEqual(yield* page({ after: 2, limit: 2 }), { rows: events.slice(2, 4), more: true, total })
        assert.deepStrictEqual(yield* page({ after: 4, limit: 2 }), { rows: events.slice(4), more: false, total })
        assert.deepStrictEqual(yield* page({ after: 5, limit: 2 }), { rows: [], more: false, total })
      })
    )

    it.effect("outlives the offer, which then has no owner", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, globex, offer } = yield* commitOfferWithEvents(1)
        yield* (yield* Journal).commit([removed(offer, 1)], { at: now })
        const { ownerId, page } = yield* offers.history(acme.admin, offer.id, all)
        assert.isNull(ownerId)
        assert.deepStrictEqual(
          page.rows.map(({ type }) => type as string),
          ["offer.created", "offer.deleted"]
        )
        assert.strictEqual((yield* offers.history(globex.admin, offer.id, all)).page.total, 0)
      })
    )

    it.effect("shows nothing of another company, nor to whoever has none, nor of what is unknown or no UUID", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, globex, offer } = yield* commitOfferWithEvents(1)
        const nothing = { ownerId: null, page: { rows: [], more: false, total: 0 } }
        const showsNothing = (caller: Caller, id: string) =>
          Effect.map(offers.history(caller, id, all), ({ ownerId, page }) =>
            assert.deepStrictEqual({ ownerId, page }, nothing)
          )
        for (const caller of everybodyOf(globex)) yield* showsNothing(caller, offer.id)
        for (const id of [newId(), "no uuid", "", "\0"]) yield* showsNothing(acme.admin, id)
        const leaver = { ...acme.admin, companyId: null }
        yield* store.seed([leaver])
        yield* showsNothing(leaver, offer.id)
      })
    )

    it.effect("refuses a caller whose account says something else", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, globex, offer } = yield* commitOfferWithEvents(1)
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) {
          const failure = yield* Effect.flip(offers.history(caller, offer.id, all))
          assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
        }
      })
    )

    it.effect("counts up to ten thousand, and says when there are more", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, offer } = yield* commitOfferWithEvents(countedAtMost + 5)
        const { page } = yield* offers.history(acme.admin, offer.id, { after: countedAtMost + 3, limit: 1 })
        assert.deepInclude(page, { more: true, total: countedAtMost + 1 })
      })
    )

    it.effect("holds what became of the offer, and nothing else that has its id", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, offer, events } = yield* commitOfferWithEvents(1)
        const send = aSend(offer, newId(), { id: offer.id })
        const beside = aSendEvent(send, { sequence: 2, type: "offerSent.viewed", data: partiesOf(send) })
        const change = { kind: "offer", expectedVersion: 1, state: offer, events: [beside] }
        yield* (yield* Journal).commit([change], { at: now })
        assert.deepStrictEqual((yield* offers.history(acme.admin, offer.id, all)).page, {
          rows: events,
          more: false,
          total: 1
        })
      })
    )
  })
