import { assert, layer } from "@effect/vitest"
import { decideOffer, type Offer, type OfferCommand, settleOffer } from "@treff/domain/offer"
import type { OfferSent } from "@treff/domain/offer-sent"
import { type Change, Deliveries, EventLog, Journal, Notifications, OfferSends, Offers } from "@treff/domain/ports"
import { day } from "@treff/domain/time"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  anEvent,
  anOffer,
  aSend,
  aSendEvent,
  aTelling,
  everybodyOf,
  newId,
  now,
  partiesOf,
  reliance,
  removed,
  sentOut,
  takenBack,
  written
} from "../given.ts"
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
      return (yield* (yield* OfferSends).findReceived(eyes, id)).offer
    })
    /** All sends of an offer, withdrawn ones too. */
    const { sendsOf } = store
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
        const reliesOn = [recruiter, colleague].map(({ id, version }) => ({ kind: "account", id, version }) as const)
        yield* journal.commit([written(offer)], { ...options, reliesOn })
        yield* store.seed([{ ...colleague, version: 2, companyId: null }])
        const failure = yield* Effect.flip(journal.commit([archived(offer)], { ...options, reliesOn }))
        assert.strictEqual(failure._tag, "StaleVersion")
        const unknown = [{ kind: "account", id: newId(), version: 1 } as const]
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

    const typesOfSend = Effect.fnUntraced(function* ({ id }: OfferSent) {
      return yield* (yield* EventLog).typesAfter({ type: "offerSent", id }, 0)
    })

    it.effect("writes a new send, moves it, keeps one that was withdrawn, and removes it", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer({ term: 3 })
        const send = aSend(offer, newId(), { message: "Für dich 🥐 \"'\\ %s $1\n{}", sentAt: now - 1 })
        const changes = [sentOut(send)]
        yield* journal.commit([...changes], options)
        assert.deepStrictEqual(yield* sendsOf(offer), [{ version: 1, value: send }])
        const viewed = { ...send, status: "viewed", viewedAt: now, updatedAt: now + 1 } as const
        const moved: Change = {
          kind: "offerSent",
          prior: 1,
          state: viewed,
          events: [aSendEvent(send, { sequence: 2, type: "offerSent.viewed", data: partiesOf(send) })]
        }
        yield* journal.commit([moved], options)
        assert.deepStrictEqual(yield* sendsOf(offer), [{ version: 2, value: viewed }])
        const back = takenBack(viewed, 2, "candidate")
        yield* journal.commit([back], options)
        assert.deepStrictEqual(yield* sendsOf(offer), [
          { version: 3, value: { ...viewed, status: "withdrawn", message: null } }
        ])
        assert.deepStrictEqual(yield* typesOfSend(send), ["offerSent.created", "offerSent.viewed", "offerSent.deleted"])
        assert.sameMembers(yield* toDeliver(), idsOf(...changes, moved, back))
        // It ends without a word: everybody was told when it was withdrawn.
        const ended: Change = { kind: "offerSent", prior: 3, state: { ...send, status: "gone" }, events: [] }
        assert.deepStrictEqual(yield* journal.commitFree([ended], options), [])
        assert.deepStrictEqual(yield* sendsOf(offer), [])
      })
    )

    it.effect("gives each place, of an offer, a candidate and a term, to one send at a time", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const send = aSend(offer)
        const { candidateId } = send
        yield* journal.commit([sentOut(send)], options)
        const again = aSend(offer, candidateId)
        assert.strictEqual((yield* Effect.flip(journal.commit([sentOut(again)], options)))._tag, "StaleVersion")
        const other = aSend(offer)
        const beside = journal.commit([sentOut(other), sentOut(again)], options)
        assert.strictEqual((yield* Effect.flip(beside))._tag, "StaleVersion")
        assert.deepStrictEqual(yield* sendsOf(offer), [{ version: 1, value: send }])
        // Whoever may go on without it does.
        const free = yield* journal.commitFree([sentOut(again), sentOut(other)], options)
        assert.deepStrictEqual(
          free.map(({ subject }) => subject.id),
          [other.id]
        )
        const later = aSend({ ...offer, term: 2 }, candidateId)
        const elsewhere = anOffer()
        yield* journal.commit([sentOut(later), sentOut(aSend(elsewhere, candidateId))], options)
        assert.strictEqual((yield* sendsOf(offer)).length, 3)
        // A place that was withdrawn from stays taken; one that was given back is free.
        yield* journal.commit([takenBack(send, 1, "candidate")], options)
        assert.strictEqual((yield* Effect.flip(journal.commit([sentOut(again)], options)))._tag, "StaleVersion")
        yield* journal.commit([takenBack(other)], options)
        yield* journal.commit([sentOut(aSend(offer, other.candidateId))], options)
      })
    )

    it.effect("lets one of ten at once have a place: to send, and in bulk", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const rivals = Array.from({ length: 10 }, () => sentOut(aSend(offer, eyes.id)))
        const ends = yield* Effect.forEach(rivals, (rival) => Effect.result(journal.commit([rival], options)), {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(
          ends.flatMap((end) => (Result.isFailure(end) ? [end.failure._tag] : [])),
          Array(9).fill("StaleVersion")
        )
        const other = anOffer()
        const bulks = Array.from({ length: 10 }, () => sentOut(aSend(other, eyes.id)))
        const written = yield* Effect.forEach(bulks, (rival) => journal.commitFree([rival], options), {
          concurrency: "unbounded"
        })
        assert.strictEqual(written.flat().length, 1)
        assert.strictEqual((yield* toDeliver()).length, 2)
      })
    )

    it.effect("lets bulks to the same people in any order meet, and none die: each is sent it once", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const people = Array.from({ length: 50 }, () => newId())
        yield* journal.commit([written(offer)], options)
        const reliesOn = [reliance("offer", { version: 1, value: offer })]
        const bulks = Array.from({ length: 20 }, (_, turn) => {
          const inTurn = [...people.slice(turn), ...people.slice(0, turn)]
          return (turn % 2 === 0 ? inTurn : inTurn.toReversed()).map((id) => sentOut(aSend(offer, id)))
        })
        const wrote = yield* Effect.forEach(bulks, (bulk) => journal.commitFree(bulk, { ...options, reliesOn }), {
          concurrency: "unbounded"
        })
        assert.strictEqual(wrote.flat().length, 50)
        const sends = yield* sendsOf(offer)
        assert.sameMembers(
          sends.map(({ value }) => value.candidateId),
          people
        )
        assert.sameMembers(
          wrote.flat().map(({ subject }) => subject.id),
          sends.map(({ value }) => value.id)
        )
      })
    )

    it.effect("relies on an offer as it was read: changed, archived or deleted meanwhile it stops all", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        yield* journal.commit([written(offer)], options)
        const reliesOn = [reliance("offer", { version: 1, value: offer })]
        const first = aSend(offer)
        yield* journal.commit([sentOut(first)], { ...options, reliesOn })
        assert.strictEqual((yield* journal.commitFree([sentOut(aSend(offer))], { ...options, reliesOn })).length, 1)
        const stays = yield* sendsOf(offer)
        const refused = Effect.gen(function* () {
          for (const change of [sentOut(aSend(offer)), takenBack(first)]) {
            const failure = yield* Effect.flip(journal.commit([change], { ...options, reliesOn }))
            assert.strictEqual(failure._tag, "StaleVersion")
            assert.deepStrictEqual(yield* journal.commitFree([change], { ...options, reliesOn }), [])
          }
          assert.deepStrictEqual(yield* sendsOf(offer), stays)
        })
        yield* journal.commit([archived(offer)], options)
        yield* refused
        yield* journal.commit([removed(offer, 2)], options)
        yield* refused
      })
    )

    it.effect("relies on accounts in a bulk, too: one that has changed stops it whole", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const people = [aCandidate(), aCandidate()]
        yield* store.seed(people)
        const bulk = () => people.map(({ id }) => sentOut(aSend(offer, id)))
        const reliesOn = people.map((value) => reliance("account", { version: value.version, value }))
        yield* store.seed(people.slice(1).map((person) => ({ ...person, version: 2 })))
        assert.deepStrictEqual(yield* journal.commitFree(bulk(), { ...options, reliesOn }), [])
        yield* store.seed(people)
        assert.strictEqual((yield* journal.commitFree(bulk(), { ...options, reliesOn })).length, 2)
      })
    )

    it.effect("writes changes of offers and of sends together, or none of them", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const send = aSend(offer)
        yield* journal.commit([written(offer), sentOut(send)], options)
        const stale = journal.commit([archived(offer), takenBack(send, 7)], options)
        assert.strictEqual((yield* Effect.flip(stale))._tag, "StaleVersion")
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        yield* journal.commit([archived(offer), takenBack(send)], options)
        assert.strictEqual((yield* stored(offer))?.value.status, "archived")
        assert.deepStrictEqual(yield* sendsOf(offer), [])
        // Each event waits to be delivered.
        assert.strictEqual((yield* toDeliver()).length, 4)
      })
    )

    it.effect("tells people of the events that it wrote, once each, and of no others", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const people = [aCandidate(), aCandidate(), aCandidate()]
        yield* store.seed(people)
        const offer = anOffer()
        const sends = people.map(({ id }) => aSend(offer, id))
        yield* journal.commit(
          sends.map((send) => sentOut(send)),
          options
        )
        const [moved] = sends as [OfferSent]
        yield* journal.commit([takenBack(moved, 1, "recruiter")], options)
        const sweep = Effect.suspend(() => {
          const changes = sends.map((send) => takenBack(send, 1, "offer_archived"))
          const tells = changes.flatMap(({ events: [event], state }) =>
            event !== undefined && "candidateId" in state
              ? [aTelling(event.id, state.candidateId), aTelling(event.id, state.candidateId, "mail")]
              : []
          )
          return journal.commitFree(changes, { ...options, tells })
        })
        const wrote = yield* Effect.all(Array(5).fill(sweep) as Array<typeof sweep>, { concurrency: "unbounded" })
        const events = [...wrote.flat(), ...(yield* sweep)]
        assert.sameMembers(
          events.map(({ subject }) => subject.id),
          sends.slice(1).map(({ id }) => id)
        )
        const notifications = yield* Notifications
        const query = { unread: null, channel: null, page: { number: 1, limit: 10 } }
        const told = yield* Effect.forEach(people, (person) =>
          Effect.map(notifications.list(person, query), ({ page }) => page.rows)
        )
        assert.deepStrictEqual(
          told.map(({ length }) => length),
          [0, 2, 2]
        )
        assert.sameMembers(
          told.flat().map(({ eventId }) => eventId),
          events.flatMap(({ id }) => [id, id])
        )
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
