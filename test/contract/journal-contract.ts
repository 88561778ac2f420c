import { assert, layer } from "@effect/vitest"
import { decideOffer, type Offer, type OfferCommand, settleOffer } from "@treff/domain/offer"
import { type Change, Deliveries, EventLog, Journal, Offers } from "@treff/domain/ports"
import { day } from "@treff/domain/time"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { beforeEach } from "vitest"
import { aCandidate, aCompany, anEvent, anOffer, everybodyOf, newId, now, removed, written } from "../given.ts"
import type { TestStore } from "./stores.ts"

const options = { at: now }

/** What a command does to an offer of the given version, ready to be committed. */
const decided = (offer: Offer, prior: number, command: OfferCommand): Change => {
  const { state, passed, events } = Result.getOrThrow(decideOffer(offer, command))
  const recorded = [...passed, ...events].map(({ type, data }, index) =>
    anEvent(offer, { sequence: prior + index + 1, type, data })
  )
  return { kind: "offer", prior, state, events: recorded }
}
const archived = (offer: Offer, prior = 1) => decided(offer, prior, { type: "Archive", at: now })

const expired = (offer: Offer, prior = 1): Change => ({
  kind: "offer",
  prior,
  state: settleOffer(offer, now).state,
  events: [anEvent(offer, { sequence: prior + 1, type: "offer.expired", data: { term: 1, reason: "job_started" } })]
})

export const journalContract = (store: TestStore) =>
  layer(store.layer)("Journal", (it) => {
    beforeEach(store.clear)

    // What is written is seen through the other ports: a candidate's eyes find an offer in any company.
    const eyes = aCandidate()
    const stored = Effect.fnUntraced(function* ({ id }: Offer) {
      yield* store.seed([eyes])
      const { found } = yield* (yield* Offers).find(eyes, id)
      return found === null ? null : { version: found.version, value: found.value }
    })
    const types = Effect.fnUntraced(function* ({ id }: Offer) {
      return yield* (yield* EventLog).typesAfter({ type: "offer", id }, 0)
    })
    const toDeliver = Effect.fnUntraced(function* () {
      return (yield* (yield* Deliveries).claim(now + 1_000 * day, 10_000)).map(({ id }) => id)
    })
    const idsOf = (...changes: ReadonlyArray<Change>) => changes.flatMap(({ events }) => events.map(({ id }) => id))

    it.effect("writes a new offer, its event and that it is to be delivered", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const change = written(offer)
        yield* journal.commit([change], options)
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        assert.deepStrictEqual(yield* types(offer), ["offer.created"])
        assert.deepStrictEqual(yield* toDeliver(), idsOf(change))
      })
    )

    it.effect("moves an offer by as many versions as it has events, every field of it", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer({ jobStartsAt: now - day })
        yield* journal.commit([written(offer)], options)
        const change = archived(offer)
        assert.strictEqual(change.events.length, 2)
        yield* journal.commit([change], options)
        assert.deepStrictEqual(yield* stored(offer), { version: 3, value: change.state as Offer })
        const rewritten = {
          ...anOffer(),
          id: offer.id,
          title: "Cook",
          quizId: newId(),
          attachmentUrl: null,
          contractEndsAt: null,
          quizRequired: true,
          term: 9,
          status: "disabled" as const
        }
        yield* journal.commit([written(rewritten, 3)], options)
        assert.deepStrictEqual(yield* stored(offer), { version: 4, value: rewritten })
        assert.deepStrictEqual(yield* types(offer), [
          "offer.created",
          "offer.expired",
          "offer.archived",
          "offer.created"
        ])
      })
    )

    it.effect("removes an offer, and keeps its events", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const changes = [written(offer), removed(offer, 1)]
        for (const change of changes) yield* journal.commit([change], options)
        assert.isNull(yield* stored(offer))
        assert.deepStrictEqual(yield* types(offer), ["offer.created", "offer.deleted"])
        assert.sameMembers(yield* toDeliver(), idsOf(...changes))
      })
    )

    it.effect("refuses what builds on another version, and writes nothing of it", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const first = written(offer)
        yield* journal.commit([first], options)
        for (const prior of [2, 7]) {
          const failure = yield* Effect.flip(journal.commit([archived(offer, prior)], options))
          assert.deepInclude(failure, { _tag: "StaleVersion", subjectId: offer.id })
        }
        const unknown = yield* Effect.flip(journal.commit([archived(anOffer())], options))
        assert.strictEqual(unknown._tag, "StaleVersion")
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        assert.deepStrictEqual(yield* toDeliver(), idsOf(first))
      })
    )

    it.effect("makes an id once: not again while it exists, nor after it was deleted", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        yield* journal.commit([written(offer)], options)
        const again = { ...offer, title: "Again" }
        assert.strictEqual((yield* Effect.flip(journal.commit([written(again)], options)))._tag, "StaleVersion")
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        yield* journal.commit([removed(offer, 1)], options)
        assert.strictEqual((yield* Effect.flip(journal.commit([written(again)], options)))._tag, "StaleVersion")
        assert.isNull(yield* stored(offer))
        assert.deepStrictEqual(yield* types(offer), ["offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* journal.commitFree([written(again)], options), [])
      })
    )

    it.effect("writes several changes at once, or none of them", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const [one, two, three] = [anOffer(), anOffer(), anOffer()]
        const before = [written(one), written(two)]
        yield* journal.commit(before, options)
        for (const stale of [archived(two, 5), removed(anOffer(), 1), written(two)]) {
          const failure = yield* Effect.flip(journal.commit([archived(one), written(three), stale], options))
          assert.strictEqual(failure._tag, "StaleVersion")
        }
        assert.deepStrictEqual(yield* stored(one), { version: 1, value: one })
        assert.isNull(yield* stored(three))
        assert.sameMembers(yield* toDeliver(), idsOf(...before))
        yield* journal.commit([archived(one), written(three), removed(two, 1)], options)
        assert.strictEqual((yield* stored(one))?.value.status, "archived")
        assert.isNotNull(yield* stored(three))
        assert.isNull(yield* stored(two))
      })
    )

    it.effect("relies on accounts as they were read: one that has changed meanwhile stops it whole", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const { recruiter, colleague } = aCompany()
        yield* store.seed([recruiter, colleague])
        const offer = anOffer()
        const reliesOn = [recruiter, colleague].map(({ id, version }) => ({ accountId: id, version }))
        yield* journal.commit([written(offer)], { ...options, reliesOn })
        yield* store.seed([{ ...colleague, version: 2, companyId: null }])
        const failure = yield* Effect.flip(journal.commit([archived(offer)], { ...options, reliesOn }))
        assert.strictEqual(failure._tag, "StaleVersion")
        const unknown = [{ accountId: newId(), version: 1 }]
        const ofNobody = journal.commit([archived(offer)], { ...options, reliesOn: unknown })
        assert.strictEqual((yield* Effect.flip(ofNobody))._tag, "StaleVersion")
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        assert.deepStrictEqual(yield* types(offer), ["offer.created"])
      })
    )

    it.effect("lets one of fifty at once win, and tells the others", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const first = written(offer)
        yield* journal.commit([first], options)
        const rivals = Array.from({ length: 50 }, () => archived(offer))
        const ends = yield* Effect.forEach(rivals, (rival) => Effect.exit(journal.commit([rival], options)), {
          concurrency: "unbounded"
        })
        const won = rivals.filter((_, index) => ends[index] !== undefined && Exit.isSuccess(ends[index]))
        assert.strictEqual(won.length, 1)
        for (const end of ends.filter(Exit.isFailure)) {
          assert.strictEqual((yield* Effect.flip(end))._tag, "StaleVersion")
        }
        assert.deepStrictEqual(yield* types(offer), ["offer.created", "offer.archived"])
        assert.sameMembers(yield* toDeliver(), idsOf(first, ...won))
      })
    )

    it.effect("lets those who change the same offers in any order wait for each other, and none die", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offers = Array.from({ length: 20 }, () => anOffer())
        yield* journal.commit(
          offers.map((offer) => written(offer)),
          options
        )
        const ends = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, round) => (round % 2 === 0 ? offers : offers.toReversed())),
          (mine) =>
            Effect.result(
              journal.commit(
                mine.map((offer) => archived(offer)),
                options
              )
            ),
          { concurrency: "unbounded" }
        )
        const losses = ends.flatMap((end) => (Result.isFailure(end) ? [end.failure._tag] : []))
        assert.deepStrictEqual(losses, Array(19).fill("StaleVersion"))
      })
    )

    it.effect("sweeps what is free and skips what has moved on, telling what it wrote", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offers = Array.from({ length: 5 }, () => anOffer({ jobStartsAt: now }))
        yield* journal.commit(
          offers.map((offer) => written(offer)),
          options
        )
        const [moved, deleted, ...free] = offers as [Offer, Offer, ...Array<Offer>]
        yield* journal.commit([archived(moved), removed(deleted, 1)], options)
        const changes = offers.map((offer) => expired(offer))
        const wrote = yield* journal.commitFree(changes, options)
        const expected = changes.slice(2)
        assert.deepStrictEqual(
          wrote.map(({ id }) => id),
          idsOf(...expected)
        )
        for (const offer of free) {
          assert.deepInclude(yield* stored(offer), { version: 2 })
          assert.deepStrictEqual(yield* types(offer), ["offer.created", "offer.expired"])
        }
        assert.deepStrictEqual(yield* types(moved), ["offer.created", "offer.expired", "offer.archived"])
        assert.deepStrictEqual(yield* types(deleted), ["offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* journal.commitFree(changes, options), [])
        assert.deepStrictEqual(yield* journal.commitFree([], options), [])
      })
    )

    it.effect("by two sweeps at once writes each of two hundred once", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offers = Array.from({ length: 200 }, () => anOffer({ jobStartsAt: now }))
        yield* journal.commit(
          offers.map((offer) => written(offer)),
          options
        )
        const sweep = Effect.suspend(() =>
          journal.commitFree(
            offers.map((offer) => expired(offer)),
            options
          )
        )
        const [one, two] = yield* Effect.all([sweep, sweep], { concurrency: 2 })
        // What one of them held, the other skipped; what both skipped, the next sweep finds.
        const three = yield* sweep
        const swept = [...one, ...two, ...three].map(({ subject }) => subject.id)
        assert.strictEqual(swept.length, 200)
        assert.strictEqual(new Set(swept).size, 200)
        const due = yield* (yield* Offers).due("jobStartsAt", now, 1_000)
        assert.deepStrictEqual(due, [])
        assert.strictEqual((yield* toDeliver()).length, 400)
      })
    )

    it.effect("keeps an event as it was recorded", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = aCompany()
        yield* store.seed(everybodyOf(acme))
        const offer = anOffer({ companyId: acme.id })
        const fields = ["title", "salary"] as const
        const events = [
          anEvent(offer),
          anEvent(offer, {
            sequence: 2,
            type: "offer.updated",
            data: { fields, jobStartsAt: now, expiresAt: now + 1 }
          }),
          { ...anEvent(offer, { sequence: 3 }), actor: { kind: "system", id: null }, occurredAt: now - 1 } as const
        ]
        yield* journal.commit([{ kind: "offer", prior: 0, state: offer, events }], options)
        const { page } = yield* (yield* EventLog).ofOffer(acme.admin, offer.id, { number: 1, limit: 10 })
        assert.deepStrictEqual(page.rows, events)
        const claimed = yield* (yield* Deliveries).claim(now + day, 10)
        assert.sameDeepMembers([...claimed], events)
      })
    )
  })
