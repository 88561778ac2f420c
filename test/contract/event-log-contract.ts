import { assert, layer } from "@effect/vitest"
import { EventLog, Journal } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import { countedAtMost } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { aCompany, anEvent, anOffer, everybodyOf, newId, now, removed, written } from "../given.ts"
import { contradictions } from "./accounts-contract.ts"
import type { TestStore } from "./stores.ts"

const all = { number: 1, limit: 20 }

export const eventLogContract = (store: TestStore) =>
  layer(store.layer)("EventLog", (it) => {
    beforeEach(store.clear)

    /** An offer of acme's recruiter with that many events, and another one beside it. */
    const given = Effect.fnUntraced(function* (count: number) {
      const acme = aCompany()
      const globex = aCompany()
      yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex)])
      const offer = anOffer({ companyId: acme.id, ownerId: acme.recruiter.id })
      const events = Array.from({ length: count }, (_, index) => anEvent(offer, { sequence: index + 1 }))
      const beside = anOffer({ companyId: acme.id })
      const journal = yield* Journal
      yield* journal.commit([{ kind: "offer", expectedVersion: 0, state: offer, events }, written(beside)], { at: now })
      return { acme, globex, offer, events }
    })

    it.effect("tells the events of one offer, oldest first, and who owns it", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { acme, offer, events } = yield* given(3)
        // Who may read them is for the domain to say; the port sees the whole company.
        for (const caller of everybodyOf(acme)) {
          const { caller: confirmed, ownerId, page } = yield* log.ofOffer(caller, offer.id, all)
          assert.strictEqual(confirmed.id, caller.id)
          assert.strictEqual(ownerId, acme.recruiter.id)
          assert.deepStrictEqual(page, { rows: events, more: false, total: 3 })
        }
      })
    )

    it.effect("goes page by page, and after a sequence", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { acme, offer, events } = yield* given(5)
        const page = (request: Parameters<typeof log.ofOffer>[2]) =>
          Effect.map(log.ofOffer(acme.admin, offer.id, request), ({ page }) => page)
        const total = 5
        assert.deepStrictEqual(yield* page({ number: 2, limit: 2 }), { rows: events.slice(2, 4), more: true, total })
        assert.deepStrictEqual(yield* page({ number: 3, limit: 2 }), { rows: events.slice(4), more: false, total })
        assert.deepStrictEqual(yield* page({ number: 1, limit: 5 }), { rows: events, more: false, total })
        const inUpperCase = yield* log.ofOffer(acme.admin, offer.id.toUpperCase(), { number: 1, limit: 5 })
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
        const log = yield* EventLog
        const { acme, globex, offer } = yield* given(1)
        yield* (yield* Journal).commit([removed(offer, 1)], { at: now })
        const { ownerId, page } = yield* log.ofOffer(acme.admin, offer.id, all)
        assert.isNull(ownerId)
        assert.deepStrictEqual(
          page.rows.map(({ type }) => type as string),
          ["offer.created", "offer.deleted"]
        )
        assert.strictEqual((yield* log.ofOffer(globex.admin, offer.id, all)).page.total, 0)
      })
    )

    it.effect("tells nothing of another company, nor to whoever has none, nor of what is unknown or no UUID", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { acme, globex, offer } = yield* given(1)
        const nothing = { ownerId: null, page: { rows: [], more: false, total: 0 } }
        const tells = (caller: Caller, id: string) =>
          Effect.map(log.ofOffer(caller, id, all), ({ ownerId, page }) =>
            assert.deepStrictEqual({ ownerId, page }, nothing)
          )
        for (const caller of everybodyOf(globex)) yield* tells(caller, offer.id)
        for (const id of [newId(), "no uuid", "", "\0"]) yield* tells(acme.admin, id)
        const leaver = { ...acme.admin, companyId: null }
        yield* store.seed([leaver])
        yield* tells(leaver, offer.id)
      })
    )

    it.effect("refuses a caller whose account says something else", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { acme, globex, offer } = yield* given(1)
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) {
          const failure = yield* Effect.flip(log.ofOffer(caller, offer.id, all))
          assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
        }
      })
    )

    it.effect("counts up to ten thousand, and says when there are more", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { acme, offer } = yield* given(countedAtMost + 5)
        const { page } = yield* log.ofOffer(acme.admin, offer.id, { after: countedAtMost + 3, limit: 1 })
        assert.deepInclude(page, { more: true, total: countedAtMost + 1 })
      })
    )

    it.effect("tells the types of what followed a sequence, in order", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { offer } = yield* given(2)
        yield* (yield* Journal).commit([removed(offer, 2)], { at: now })
        const subject = { type: "offer", id: offer.id } as const
        assert.deepStrictEqual(yield* log.typesAfter(subject, 1), ["offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* log.typesAfter(subject, 3), [])
        for (const id of [newId(), "no uuid"]) assert.deepStrictEqual(yield* log.typesAfter({ ...subject, id }, 0), [])
      })
    )
  })
