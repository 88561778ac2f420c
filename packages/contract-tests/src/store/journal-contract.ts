import { assert, layer } from "@effect/vitest"
import {
  type Change,
  Deliveries,
  EventLog,
  Journal,
  type Precondition,
  preconditionOn,
  type RecordedEvent
} from "@treff/domain/events"
import type { AccountFacts } from "@treff/domain/identity"
import type { Invitation, InvitationQuota } from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import { Notifications } from "@treff/domain/notifications"
import { type Offer, type OfferCommand, OfferSends, type OfferSent, Offers, offerLifecycle } from "@treff/domain/offers"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  aManager,
  aNotification,
  anEvent,
  anInvitation,
  anInvitationEvent,
  anOffer,
  aRecruiter,
  aSend,
  aSendEvent,
  enrolled,
  everybodyOf,
  factsOf,
  founded,
  invited,
  newId,
  now,
  partiesOf,
  removed,
  sentOut,
  takenBack,
  written
} from "../fixtures/index.ts"
import { writtenAt } from "./notification.ts"
import { type StoredKind, sendsOf, type TestStore } from "./test-store.ts"

const options = { at: now }

/** What a command does to an offer of the given version, ready to be committed. */
const decided = (offer: Offer, expectedVersion: number, command: OfferCommand): Change => {
  const { state, timeEvents, events } = Result.getOrThrow(offerLifecycle.decideAny(offer, command))
  const recorded = [...timeEvents, ...events].map(({ type, data }, index) =>
    anEvent(offer, { sequence: expectedVersion + index + 1, type, data })
  )
  return { kind: "offer", expectedVersion, state, events: recorded }
}
const archived = (offer: Offer, expectedVersion = 1) => decided(offer, expectedVersion, { type: "Archive", at: now })

const expired = (offer: Offer, expectedVersion = 1): Change => ({
  kind: "offer",
  expectedVersion,
  state: offerLifecycle.asOf(offer, now).state,
  events: [
    anEvent(offer, { sequence: expectedVersion + 1, type: "offer.expired", data: { term: 1, reason: "job_started" } })
  ]
})

/** What the port `Journal` has to do: write changes with their events, all or nothing. See docs/events.md. */
export const journalContract = (store: TestStore) =>
  layer(store.layer)("Journal", (it) => {
    beforeEach(store.clear)

    // What is written is seen through the other ports: a candidate's eyes find an offer in any company.
    const eyes = aCandidate()
    const stored = Effect.fnUntraced(function* ({ id }: Offer) {
      yield* store.seed([eyes])
      return (yield* (yield* OfferSends).findReceived(eyes, id)).offer
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
          "offer.updated"
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
        for (const expectedVersion of [2, 7]) {
          const failure = yield* Effect.flip(journal.commit([archived(offer, expectedVersion)], options))
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
        assert.deepStrictEqual(yield* journal.commitEach([written(again)], options), [])
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
        const preconditions = [recruiter, colleague].map(
          ({ id, version }) => ({ kind: "account", id, version }) as const
        )
        yield* journal.commit([written(offer)], { ...options, preconditions })
        yield* store.seed([{ ...colleague, version: 2, companyId: null }])
        const failure = yield* Effect.flip(journal.commit([archived(offer)], { ...options, preconditions }))
        assert.strictEqual(failure._tag, "StaleVersion")
        const unknown = [{ kind: "account", id: newId(), version: 1 } as const]
        const ofNobody = journal.commit([archived(offer)], { ...options, preconditions: unknown })
        assert.strictEqual((yield* Effect.flip(ofNobody))._tag, "StaleVersion")
        assert.deepStrictEqual(yield* stored(offer), { version: 1, value: offer })
        assert.deepStrictEqual(yield* types(offer), ["offer.created"])
      })
    )

    it.effect("lets one of fifty at once win, and refuses the others", () =>
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

    it.effect("sweeps what is free and skips what has moved on, and answers what it wrote", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offers = Array.from({ length: 5 }, () => anOffer({ jobStartsAt: now }))
        yield* journal.commit(
          offers.map((offer) => written(offer)),
          options
        )
        const [moved, deleted, ...available] = offers as [Offer, Offer, ...Array<Offer>]
        yield* journal.commit([archived(moved), removed(deleted, 1)], options)
        const changes = offers.map((offer) => expired(offer))
        const wrote = yield* journal.commitEach(changes, options)
        const expected = changes.slice(2)
        assert.deepStrictEqual(
          wrote.map(({ id }) => id),
          idsOf(...expected)
        )
        for (const offer of available) {
          assert.deepInclude(yield* stored(offer), { version: 2 })
          assert.deepStrictEqual(yield* types(offer), ["offer.created", "offer.expired"])
        }
        assert.deepStrictEqual(yield* types(moved), ["offer.created", "offer.expired", "offer.archived"])
        assert.deepStrictEqual(yield* types(deleted), ["offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* journal.commitEach(changes, options), [])
        assert.deepStrictEqual(yield* journal.commitEach([], options), [])
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
          journal.commitEach(
            offers.map((offer) => expired(offer)),
            options
          )
        )
        const [one, two] = yield* Effect.all([sweep, sweep], { concurrency: 2 })
        // What one of them had locked, the other skipped; what both skipped, the next sweep finds.
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
        assert.deepStrictEqual(yield* sendsOf(store, offer), [{ version: 1, value: send }])
        const viewed = { ...send, status: "viewed", viewedAt: now, updatedAt: now + 1 } as const
        const moved: Change = {
          kind: "offerSent",
          expectedVersion: 1,
          state: viewed,
          events: [aSendEvent(send, { sequence: 2, type: "offerSent.viewed", data: partiesOf(send) })]
        }
        yield* journal.commit([moved], options)
        assert.deepStrictEqual(yield* sendsOf(store, offer), [{ version: 2, value: viewed }])
        const back = takenBack(viewed, 2, "candidate")
        yield* journal.commit([back], options)
        assert.deepStrictEqual(yield* sendsOf(store, offer), [
          { version: 3, value: { ...viewed, status: "withdrawn", message: null } }
        ])
        assert.deepStrictEqual(yield* typesOfSend(send), ["offerSent.created", "offerSent.viewed", "offerSent.deleted"])
        assert.sameMembers(yield* toDeliver(), idsOf(...changes, moved, back))
        // It ends without an event: everybody was notified when it was withdrawn.
        const ended: Change = { kind: "offerSent", expectedVersion: 3, state: { ...send, status: "gone" }, events: [] }
        assert.deepStrictEqual(yield* journal.commitEach([ended], options), [])
        assert.deepStrictEqual(yield* sendsOf(store, offer), [])
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
        assert.deepStrictEqual(yield* sendsOf(store, offer), [{ version: 1, value: send }])
        // Whoever may go on without it does.
        const available = yield* journal.commitEach([sentOut(again), sentOut(other)], options)
        assert.deepStrictEqual(
          available.map(({ subject }) => subject.id),
          [other.id]
        )
        const later = aSend({ ...offer, term: 2 }, candidateId)
        const elsewhere = anOffer()
        yield* journal.commit([sentOut(later), sentOut(aSend(elsewhere, candidateId))], options)
        assert.strictEqual((yield* sendsOf(store, offer)).length, 3)
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
        const written = yield* Effect.forEach(bulks, (rival) => journal.commitEach([rival], options), {
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
        const preconditions = [preconditionOn("offer", { version: 1, value: offer })]
        const bulks = Array.from({ length: 20 }, (_, turn) => {
          const inTurn = [...people.slice(turn), ...people.slice(0, turn)]
          return (turn % 2 === 0 ? inTurn : inTurn.toReversed()).map((id) => sentOut(aSend(offer, id)))
        })
        const wrote = yield* Effect.forEach(bulks, (bulk) => journal.commitEach(bulk, { ...options, preconditions }), {
          concurrency: "unbounded"
        })
        assert.strictEqual(wrote.flat().length, 50)
        const sends = yield* sendsOf(store, offer)
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
        const preconditions = [preconditionOn("offer", { version: 1, value: offer })]
        const first = aSend(offer)
        yield* journal.commit([sentOut(first)], { ...options, preconditions })
        assert.strictEqual(
          (yield* journal.commitEach([sentOut(aSend(offer))], { ...options, preconditions })).length,
          1
        )
        const stays = yield* sendsOf(store, offer)
        const refused = Effect.gen(function* () {
          for (const change of [sentOut(aSend(offer)), takenBack(first)]) {
            const failure = yield* Effect.flip(journal.commit([change], { ...options, preconditions }))
            assert.strictEqual(failure._tag, "StaleVersion")
            assert.deepStrictEqual(yield* journal.commitEach([change], { ...options, preconditions }), [])
          }
          assert.deepStrictEqual(yield* sendsOf(store, offer), stays)
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
        const preconditions = people.map((value) => preconditionOn("account", { version: value.version, value }))
        yield* store.seed(people.slice(1).map((person) => ({ ...person, version: 2 })))
        assert.deepStrictEqual(yield* journal.commitEach(bulk(), { ...options, preconditions }), [])
        yield* store.seed(people)
        assert.strictEqual((yield* journal.commitEach(bulk(), { ...options, preconditions })).length, 2)
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
        assert.deepStrictEqual(yield* sendsOf(store, offer), [])
        // Each event waits to be delivered.
        assert.strictEqual((yield* toDeliver()).length, 4)
      })
    )

    it.effect("notifies people of the events that it wrote, once each, and of no others", () =>
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
          const taken = sends.map((send) => ({ send, change: takenBack(send, 1, "offer_archived") }))
          const written = taken.flatMap(({ send, change: { events } }) =>
            events.map(({ id }) => aNotification(id, send.candidateId, ["inbox", "mail"]))
          )
          const changes = taken.map(({ change }) => change)
          return Effect.map(journal.commitEach(changes, { ...options, notifications: written }), (events) =>
            events.map((event) => ({ event, notification: written.find(({ eventId }) => eventId === event.id) }))
          )
        })
        const wrote = yield* Effect.all(Array(5).fill(sweep) as Array<typeof sweep>, { concurrency: "unbounded" })
        const all = [...wrote.flat(), ...(yield* sweep)]
        assert.sameMembers(
          all.map(({ event }) => event.subject.id),
          sends.slice(1).map(({ id }) => id)
        )
        const notifications = yield* Notifications
        const query = { unread: null, channel: null, page: { number: 1, limit: 10 } }
        const found = yield* Effect.forEach(people, (person) =>
          Effect.map(notifications.list(person, query), ({ page }) => page.rows)
        )
        assert.deepStrictEqual(
          found.map(({ length }) => length),
          [0, 1, 1]
        )
        const expected = all.flatMap(({ notification }) => notification ?? [])
        assert.sameDeepMembers(
          found.flat(),
          expected.map((notification) => writtenAt(now, notification))
        )
        // Their mails are due at once, each under its own id.
        assert.sameMembers(
          (yield* notifications.claimMails(now, 10)).map(({ id }) => id),
          expected.flatMap(({ deliveries }) =>
            deliveries.flatMap(({ id, channel }) => (channel === "mail" ? [id] : []))
          )
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
        yield* journal.commit([{ kind: "offer", expectedVersion: 0, state: offer, events }], options)
        const { page } = yield* (yield* Offers).history(acme.admin, offer.id, { number: 1, limit: 10 })
        assert.deepStrictEqual<unknown>(page.rows, events)
        const claimed = yield* (yield* Deliveries).claim(now + day, 10)
        assert.sameDeepMembers([...claimed], events)
      })
    )

    it.effect("takes neither a change nor a precondition of a kind that it does not keep: it is a defect", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const offer = anOffer()
        const preconditions = [{ kind: "reminder", id: newId(), version: 1 }]
        const change = { ...written(anOffer()), kind: "reminder" }
        for (const commit of [
          journal.commit([written(offer)], { ...options, preconditions }),
          journal.commitEach([written(offer)], { ...options, preconditions }),
          journal.commit([written(offer), change], options),
          journal.commitEach([written(offer), change], options)
        ] as ReadonlyArray<Effect.Effect<unknown, unknown>>) {
          const exit = yield* Effect.exit(commit)
          assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        }
        assert.isNull(yield* stored(offer))
      })
    )

    /** A company and somebody in it, who were there before anything happened. */
    const before = Effect.gen(function* () {
      const acme = aCompany()
      yield* store.seed(everybodyOf(acme))
      yield* store.seedCompany({ id: acme.id, name: "Acme", creatorId: null, createdAt: now })
      return acme
    })
    const stale = (...asked: Parameters<Journal["Service"]["commit"]>) =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip((yield* Journal).commit(...asked))
        assert.strictEqual(failure._tag, "StaleVersion")
      })
    const versionsOf = (kind: StoredKind) =>
      Effect.map(store.rowsOf(kind), (rows) => Object.fromEntries(rows.map(({ id, version }) => [id, version])))
    const subjectsOf = (events: ReadonlyArray<RecordedEvent>) => events.map(({ subject }) => subject.id)

    it.effect("writes a new company, account and invitation as they are given, all in one, and their events", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const company = { id: newId(), name: "Bäcker 🥐 'quoted' \\ %s $1", creatorId: newId(), createdAt: now - 1 }
        const account: AccountFacts = {
          ...factsOf(aRecruiter(company.id)),
          email: "O'Hara@B.example",
          username: "O-Hara_1",
          locale: "nb",
          contactNumber: "+4722334455",
          emailVerified: true,
          profileComplete: true,
          createdAt: now - 2
        }
        const invitation = anInvitation(
          { id: company.id, manager: aManager(company.id) },
          {
            personalMessage: 'Zeile 1\nZeile 2\t{"a": [1]}',
            locale: "fr",
            resends: 2,
            updatedAt: now + 1,
            expiresAt: now + 2
          }
        )
        const changes = [founded(company), enrolled(account), invited(invitation)]
        yield* journal.commit(changes, options)
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("company"), [{ ...company, version: 1 }])
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("account"), [{ ...account, version: 1 }])
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("invitation"), [{ ...invitation, version: 1 }])
        const claimed = yield* (yield* Deliveries).claim(now + day, 10)
        assert.sameDeepMembers(
          [...claimed],
          changes.flatMap(({ events }) => events)
        )
      })
    )

    it.effect("moves accounts and companies that were there before they had any event: their first is number 1", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const log = yield* EventLog
        const { id, manager, colleague } = yield* before
        const company = { id, name: "Acme Bakery", creatorId: manager.id, createdAt: now }
        const left = {
          ...factsOf(colleague),
          companyId: null,
          subRole: "recruiter_admin" as const,
          emailVerified: true
        }
        yield* journal.commit([founded(company, 0), enrolled(left, 0)], options)
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("company"), [{ ...company, version: 1 }])
        const accounts = yield* store.rowsOf("account")
        assert.deepStrictEqual<unknown>(
          accounts.find((account) => account.id === left.id),
          { ...left, version: 1 }
        )
        assert.strictEqual(accounts.filter(({ version }) => version === 0).length, 3)
        assert.deepStrictEqual(yield* log.typesAfter({ type: "company", id }, 0), ["company.renamed"])
        assert.deepStrictEqual(yield* log.typesAfter({ type: "account", id: left.id }, 0), ["account.joined"])
        for (const change of [founded(company, 0), enrolled(left, 0), enrolled(left, 2)])
          yield* stale([change], options)
        yield* journal.commit([enrolled({ ...left, companyId: id }, 1)], options)
        assert.strictEqual((yield* versionsOf("account"))[left.id], 2)
      })
    )

    it.effect("takes a change for a beginning by its created event, whatever version it names, and no other", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const { id, manager, recruiter } = yield* before
        // Somebody who is there is not made, and what is not there not moved.
        yield* stale([enrolled(factsOf(recruiter))], options)
        yield* stale([founded({ id, name: "Acme", creatorId: null, createdAt: now })], options)
        yield* stale([enrolled(factsOf(aRecruiter(id)), 0)], options)
        yield* stale([founded({ id: newId(), name: "Acme", creatorId: null, createdAt: now }, 0)], options)
        yield* stale([{ ...invited(anInvitation({ id, manager }), 1), expectedVersion: 0 }], options)
        assert.deepStrictEqual([...new Set(Object.values(yield* versionsOf("account")))], [0])
        assert.deepStrictEqual(yield* store.rowsOf("invitation"), [])
        assert.deepStrictEqual(yield* toDeliver(), [])
        const invitation = anInvitation({ id, manager })
        yield* journal.commit([invited(invitation)], options)
        yield* stale([invited(invitation)], options)
      })
    )

    it.effect("moves an invitation, every field of it, and forgets its token when it is to", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const invitation = anInvitation(acme)
        yield* journal.commit([invited(invitation)], options)
        const again = anInvitation(acme, { id: invitation.id, resends: 3, personalMessage: "Come", locale: "nb" })
        yield* journal.commit([invited(again, 1)], options)
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("invitation"), [{ ...again, version: 2 }])
        const closed = { ...again, status: "revoked", sealedToken: null, updatedAt: now + 1 } as const
        yield* journal.commit([invited(closed, 2)], options)
        assert.deepStrictEqual<unknown>(yield* store.rowsOf("invitation"), [{ ...closed, version: 3 }])
        yield* stale([invited(closed, 2)], options)
      })
    )

    it.effect("gives each address and each user name to one account, in any letter case", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const { id } = yield* before
        const somebody = (changes: Partial<AccountFacts> = {}) => ({ ...factsOf(aRecruiter(id)), ...changes })
        const ada = somebody({ email: "Ada@b.example", username: "Ada.Berg" })
        yield* journal.commit([enrolled(ada)], options)
        const rivals = [
          somebody({ email: "ADA@b.example" }),
          somebody({ username: "aDA.bERG" }),
          somebody({ email: "ada@B.example", username: "ada.berg" })
        ]
        for (const rival of rivals) {
          yield* stale([enrolled(rival)], options)
          // Whoever may go on without others does not go on without an account.
          const beside = [enrolled(rival), invited(anInvitation({ id, manager: aManager(id) }))]
          assert.deepStrictEqual(yield* journal.commitEach(beside, options), [])
        }
        // Two at once in one commit.
        yield* stale(
          [somebody({ username: "bo" }), somebody({ username: "BO" })].map((one) => enrolled(one)),
          options
        )
        assert.deepStrictEqual(yield* store.rowsOf("invitation"), [])
        // Of those who have none there may be many.
        yield* journal.commit([enrolled(somebody()), enrolled(somebody({ username: "ada-berg" }))], options)
        assert.strictEqual((yield* store.rowsOf("account")).length, 7)
        // Whoever keeps theirs may change otherwise.
        yield* journal.commit([enrolled({ ...ada, firstName: "Åda" }, 1)], options)
      })
    )

    it.effect("gives each token to one invitation, and an address of a company to one that is pending", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const of = (changes: Partial<Invitation>) => anInvitation(acme, changes)
        const first = of({ email: "Ada@b.example" })
        yield* journal.commit([invited(first)], options)
        const [again, token, other] = [
          of({ email: "aDA@B.example" }),
          of({ tokenHash: first.tokenHash }),
          of({ email: "bo@b.example" })
        ]
        for (const rival of [again, token]) {
          yield* stale([invited(rival)], options)
          yield* stale([invited(other), invited(rival)], options)
        }
        yield* stale([invited(of({ email: "cy@b.example" })), invited(of({ email: "CY@b.example" }))], options)
        assert.deepStrictEqual(Object.keys(yield* versionsOf("invitation")), [first.id])
        // Whoever may go on without it does.
        const available = yield* journal.commitEach(
          [again, token, other].map((one) => invited(one)),
          options
        )
        assert.deepStrictEqual(subjectsOf(available), [other.id])
        // What is over is in nobody's way, nor is what is another company's.
        const closed = (["accepted", "expired", "revoked", "declined"] as const).map((status) =>
          of({ email: "Ada@b.example", status })
        )
        yield* journal.commit(
          [...closed, anInvitation(aCompany(), { email: "Ada@b.example" })].map((one) => invited(one)),
          options
        )
        // Another one becomes pending only when the first is over.
        const [accepted] = closed as [Invitation]
        yield* stale([invited({ ...accepted, status: "pending" }, 1)], options)
        yield* journal.commit([invited({ ...first, status: "revoked" }, 1)], options)
        yield* journal.commit([invited({ ...accepted, status: "pending" }, 1)], options)
      })
    )

    it.effect(
      "lets the end of an invitation make room for another in the same commit, in whatever order they are",
      () =>
        Effect.gen(function* () {
          const journal = yield* Journal
          const acme = yield* before
          for (const write of ["commit", "commitEach"] as const) {
            for (const turned of [false, true]) {
              const email = `${newId()}@b.example`
              const [old, next] = [anInvitation(acme, { email }), anInvitation(acme, { email: email.toUpperCase() })]
              yield* journal.commit([invited(old)], options)
              const changes = [invited({ ...old, status: "expired", sealedToken: null }, 1), invited(next)]
              yield* journal[write](turned ? changes.toReversed() : changes, options)
              const versions = yield* versionsOf("invitation")
              assert.deepStrictEqual([versions[old.id], versions[next.id]], [2, 1], `${write} ${turned}`)
            }
          }
        })
    )

    it.effect("skips in a bulk the end that somebody else has overtaken, and with it what was to follow", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const [old, other] = [anInvitation(acme), anInvitation(acme)]
        yield* journal.commit([invited(old)], options)
        yield* journal.commit([invited({ ...old, tokenHash: "another" }, 1)], options)
        const next = anInvitation(acme, { email: old.email })
        const changes = [invited({ ...old, status: "expired" }, 1), invited(next), invited(other)]
        assert.deepStrictEqual(subjectsOf(yield* journal.commitEach(changes, options)), [other.id])
        assert.deepStrictEqual(yield* versionsOf("invitation"), { [old.id]: 2, [other.id]: 1 })
      })
    )

    it.effect("writes in a bulk nothing at all where a company, an account or a precondition is out of date", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const { id, manager, admin } = acme
        const company = { id, name: "Acme Bakery", creatorId: null, createdAt: now }
        const invite = () => invited(anInvitation(acme))
        const outOfDate: ReadonlyArray<readonly [ReadonlyArray<Change>, ReadonlyArray<Precondition>]> = [
          [[enrolled(factsOf(manager), 1)], []],
          [[founded(company, 1)], []],
          [[founded(company, 0), enrolled(factsOf(manager), 3)], []],
          [[founded(company)], []],
          [[enrolled(factsOf(manager))], []],
          [[], [preconditionOn("account", { version: 1, value: manager })]],
          [[enrolled(factsOf(admin), 0)], [preconditionOn("account", { version: 1, value: manager })]],
          [[], [preconditionOn("account", { version: 0, value: aRecruiter(id) })]]
        ]
        for (const [changes, preconditions] of outOfDate) {
          assert.deepStrictEqual(
            yield* journal.commitEach([invite(), ...changes, invite()], { ...options, preconditions }),
            []
          )
        }
        assert.deepStrictEqual(yield* store.rowsOf("invitation"), [])
        assert.deepStrictEqual([...new Set(Object.values(yield* versionsOf("account")))], [0])
        assert.deepStrictEqual(yield* versionsOf("company"), { [id]: 0 })
        const preconditions = [preconditionOn("account", { version: 0, value: manager })]
        const all = [invite(), founded(company, 0), enrolled(factsOf(admin), 0), invite()]
        const wrote = yield* journal.commitEach(all, { ...options, preconditions })
        assert.deepStrictEqual(
          wrote.map(({ id }) => id),
          idsOf(...all)
        )
        // Relied on and written: by what it was before.
        const own = [preconditionOn("account", { version: 0, value: manager })]
        yield* journal.commit([enrolled(factsOf(manager), 0), invite()], { ...options, preconditions: own })
        assert.strictEqual((yield* versionsOf("account"))[manager.id], 1)
      })
    )

    it.effect("keeps to how many may be open: those that are so by then, and those that it writes", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const { id: companyId } = acme
        const quotas = (limit: number, at = now) => ({
          ...options,
          quotas: [{ kind: "open-invitations", companyId, limit, at } satisfies InvitationQuota]
        })
        const of = (changes: Partial<Invitation> = {}) => anInvitation(acme, changes)
        const [open, expired] = [of({ expiresAt: now + 2 }), of({ expiresAt: now })]
        const others = [of({ status: "revoked" }), of({ status: "expired" }), anInvitation(aCompany())]
        yield* journal.commit(
          [open, expired, ...others].map((one) => invited(one)),
          options
        )
        // One is open: a second may be, a third not.
        yield* stale([invited(of())], quotas(1))
        yield* stale([invited(of()), invited(of())], quotas(2))
        assert.deepStrictEqual(yield* journal.commitEach([invited(of()), invited(of())], quotas(2)), [])
        yield* stale([invited(of())], quotas(2, now - 1))
        assert.strictEqual((yield* store.rowsOf("invitation")).length, 5)
        const second = of()
        yield* journal.commit([invited(second)], quotas(2))
        // One that is sent again is open once; its end makes room.
        yield* journal.commit([invited({ ...second, tokenHash: "another" }, 1)], quotas(2))
        yield* stale([invited({ ...expired, expiresAt: now + 9 }, 1)], quotas(2))
        yield* journal.commit([invited({ ...second, status: "expired" }, 2), invited(of())], quotas(2))
        yield* journal.commit([invited({ ...open, status: "revoked" }, 1)], quotas(0, now + 9 * day))
      })
    )

    it.effect("keeps to how many one may send within a time, again or for the first time", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const { id: companyId, manager } = acme
        const quotas = (limit: number, since = now - day) => ({
          ...options,
          quotas: [
            { kind: "sent-invitations", companyId, inviterId: manager.id, limit, since } satisfies InvitationQuota
          ]
        })
        const sent = (invitation: Invitation, occurredAt: number, actorId = manager.id): Change => ({
          ...invited(invitation),
          events: [anInvitationEvent(invitation, { occurredAt, actor: { kind: "hiring_manager", id: actorId } })]
        })
        const resent = (invitation: Invitation, expectedVersion: number): Change => ({
          ...invited(invitation, expectedVersion),
          events: [
            anInvitationEvent(invitation, {
              sequence: expectedVersion + 1,
              type: "invitation.resent",
              data: { inviterId: manager.id, resends: expectedVersion, expiresAt: now }
            })
          ]
        })
        const [one, two] = [anInvitation(acme), anInvitation(acme)]
        const first = [sent(one, now - 2), sent(two, now - day), sent(anInvitation(acme), now, acme.admin.id)]
        yield* journal.commit(first, options)
        yield* stale([sent(anInvitation(acme), now)], quotas(1))
        yield* stale([sent(anInvitation(acme), now)], quotas(2, now - day - 1))
        yield* stale([resent(one, 1)], quotas(1))
        yield* journal.commit([resent(one, 1)], quotas(2))
        yield* stale([resent(one, 2)], quotas(2))
        assert.deepStrictEqual(yield* journal.commitEach([sent(anInvitation(acme), now)], quotas(2)), [])
        // What is not sent counts nothing.
        yield* journal.commit([invited({ ...one, status: "revoked" }, 2)], quotas(2))
        yield* journal.commit([sent(anInvitation(acme), now)], quotas(3))
      })
    )

    it.effect("keeps to several limits at once, also of a company that it makes", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const company = { id: newId(), name: "Acme", creatorId: null, createdAt: now }
        const manager = aManager(company.id)
        const limits = (open: number, sent: number) => ({
          ...options,
          quotas: [
            { kind: "open-invitations", companyId: company.id, limit: open, at: now },
            { kind: "sent-invitations", companyId: company.id, inviterId: manager.id, limit: sent, since: now - day }
          ] satisfies ReadonlyArray<InvitationQuota>
        })
        const first = [founded(company), ...[1, 2].map(() => invited(anInvitation({ id: company.id, manager })))]
        for (const [open, sent] of [
          [1, 9],
          [9, 1]
        ] as const) {
          yield* stale(first, limits(open, sent))
          assert.deepStrictEqual(yield* journal.commitEach(first, limits(open, sent)), [])
        }
        assert.deepStrictEqual(yield* store.rowsOf("company"), [])
        assert.strictEqual((yield* journal.commitEach(first, limits(2, 2))).length, 3)
      })
    )

    it.effect("lets of thirty at once as many through as may be: one by one, and in bulk", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        for (const kind of ["open-invitations", "sent-invitations"] as const) {
          for (const size of [1, 3]) {
            const acme = yield* before
            const { id: companyId, manager } = acme
            const limit = 10
            const quota: InvitationQuota =
              kind === "open-invitations"
                ? { kind, companyId, limit, at: now }
                : { kind, companyId, inviterId: manager.id, limit, since: now - day }
            const tries = Array.from({ length: 30 }, () => {
              const changes = Array.from({ length: size }, () => invited(anInvitation(acme)))
              return size === 1
                ? Effect.isSuccess(journal.commit(changes, { ...options, quotas: [quota] }))
                : Effect.map(
                    journal.commitEach(changes, { ...options, quotas: [quota] }),
                    (events) => events.length === size
                  )
            })
            const ends = yield* Effect.all(tries, { concurrency: "unbounded" })
            const through = Math.floor(limit / size)
            assert.strictEqual(ends.filter((won) => won).length, through, `${kind}, ${size} at a time`)
            const rows = (yield* store.rowsOf("invitation")).filter((row) => row.companyId === companyId)
            assert.strictEqual(rows.length, through * size)
          }
        }
      })
    )

    it.effect("lets one of ten at once accept an invitation, and makes one account", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const invitation = anInvitation(acme)
        yield* journal.commit([invited(invitation)], options)
        const tries = Array.from({ length: 10 }, (_, turn) => {
          const account = { ...factsOf(aRecruiter(acme.id)), email: invitation.email, username: `ada${turn}` }
          const changes = [invited({ ...invitation, status: "accepted" }, 1), enrolled(account)]
          return Effect.isSuccess(journal.commit(turn % 2 === 0 ? changes : changes.toReversed(), options))
        })
        const ends = yield* Effect.all(tries, { concurrency: "unbounded" })
        assert.strictEqual(ends.filter((won) => won).length, 1)
        assert.strictEqual((yield* store.rowsOf("account")).length, 5)
      })
    )

    it.effect("lets one of ten at once make somebody a company", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const mia = aManager(null)
        yield* store.seed([mia])
        const tries = Array.from({ length: 10 }, (_, turn) => {
          const company = { id: newId(), name: "Mia Vik", creatorId: mia.id, createdAt: now }
          const changes = [
            founded(company),
            enrolled({ ...factsOf(mia), companyId: company.id }, 0),
            invited(anInvitation({ id: company.id, manager: mia }, { email: "ada@b.example" }))
          ]
          const quotas = [
            { kind: "open-invitations", companyId: company.id, limit: 9, at: now } satisfies InvitationQuota
          ]
          return turn % 2 === 0
            ? Effect.isSuccess(journal.commit(changes, { ...options, quotas }))
            : Effect.map(journal.commitEach(changes.toReversed(), { ...options, quotas }), ({ length }) => length === 3)
        })
        const ends = yield* Effect.all(tries, { concurrency: "unbounded" })
        assert.strictEqual(ends.filter((won) => won).length, 1)
        assert.strictEqual((yield* store.rowsOf("company")).length, 1)
        assert.strictEqual((yield* store.rowsOf("invitation")).length, 1)
        assert.deepStrictEqual(yield* versionsOf("account"), { [mia.id]: 1 })
      })
    )

    it.effect("lets those who change the same of every kind in any order wait for each other, and none die", () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const acme = yield* before
        const company = { id: acme.id, name: "Acme Bakery", creatorId: null, createdAt: now }
        const offers = Array.from({ length: 5 }, () => anOffer())
        const invitations = Array.from({ length: 5 }, () => anInvitation(acme))
        yield* journal.commit(
          [...offers.map((one) => written(one)), ...invitations.map((one) => invited(one))],
          options
        )
        const quotas = [{ kind: "open-invitations", companyId: acme.id, limit: 9, at: now } satisfies InvitationQuota]
        const ends = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, turn) => turn),
          (turn) => {
            const changes = [
              founded(company, 0),
              ...offers.map((one) => archived(one)),
              ...invitations.map((one) => invited({ ...one, status: "revoked" }, 1)),
              ...everybodyOf(acme).map((account) => enrolled(factsOf(account), 0))
            ]
            const mine = turn % 2 === 0 ? changes : changes.toReversed()
            return Effect.result(journal.commit(mine, { ...options, quotas: turn % 3 === 0 ? quotas : [] }))
          },
          { concurrency: "unbounded" }
        )
        const losses = ends.flatMap((end) => (Result.isFailure(end) ? [end.failure._tag] : []))
        assert.deepStrictEqual(losses, Array(19).fill("StaleVersion"))
      })
    )
  })
