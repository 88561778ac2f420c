import { assert, layer } from "@effect/vitest"
import { type DeadLetter, Deliveries, Journal, type NewNotification } from "@treff/domain/events"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { aCandidate, aNotification, anOffer, newId, now, written } from "../fixtures/index.ts"
import { writtenAt } from "./notification.ts"
import type { TestStore } from "./test-store.ts"

const minute = 60_000
const soon = now + minute

/** What the port `Deliveries` has to do: every event is handed out until it was handled. See docs/events.md. */
export const deliveriesContract = (store: TestStore) =>
  layer(store.layer)("Deliveries", (it) => {
    beforeEach(store.clear)

    /** That many events, committed at the given instant: they are due a minute later. */
    const committed = Effect.fnUntraced(function* (count: number, at = now) {
      const changes = Array.from({ length: count }, () => written(anOffer()))
      yield* (yield* Journal).commit(changes, { at })
      return changes.flatMap(({ events }) => events)
    })
    const one = Effect.map(committed(1), ([event]) => {
      if (event === undefined) throw new Error("no event")
      return event
    })
    const claimed = Effect.fnUntraced(function* (at: number, limit = 100) {
      return (yield* (yield* Deliveries).claim(at, limit)).map(({ id }) => id)
    })
    /** Whether an event is handled now, for the first time, when nobody is notified of it. */
    const isFirst = Effect.fnUntraced(function* (eventId: string, at = now) {
      return (yield* (yield* Deliveries).markHandled([{ eventId, notifications: [] }], at)).has(eventId)
    })
    const letterOf = (eventId: string | null, changes: Partial<DeadLetter> = {}): DeadLetter => ({
      id: newId(),
      eventId,
      message: { id: eventId },
      error: "it broke",
      failedAt: now,
      ...changes
    })

    it.effect("claims what is due, not a millisecond before, and whole", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const event = yield* one
        assert.deepStrictEqual(yield* deliveries.claim(soon - 1, 10), [])
        assert.deepStrictEqual(yield* deliveries.claim(soon, 10), [event])
      })
    )

    it.effect("claims no more than the limit, those due longest first", () =>
      Effect.gen(function* () {
        const late = yield* committed(3, now + 2)
        const early = yield* committed(3, now)
        const middle = yield* committed(3, now + 1)
        for (const batch of [early, middle, late]) {
          assert.sameMembers(
            yield* claimed(soon + 5, 3),
            batch.map(({ id }) => id)
          )
        }
        assert.deepStrictEqual(yield* claimed(soon + 5, 3), [])
      })
    )

    it.effect("leases what it claims, for longer from try to try, up to an hour", () =>
      Effect.gen(function* () {
        const { id } = yield* one
        let at = soon
        for (const minutes of [1, 5, 25, 60, 60, 60]) {
          assert.deepStrictEqual(yield* claimed(at), [id])
          at += minutes * minute
          assert.deepStrictEqual(yield* claimed(at - 1), [], `after ${minutes} minutes`)
        }
      })
    )

    it.effect("gives two relays at once nothing twice", () =>
      Effect.gen(function* () {
        const events = yield* committed(400)
        const relays = Array.from({ length: 8 }, () => claimed(soon, 100))
        const relayed = (yield* Effect.all(relays, { concurrency: "unbounded" })).flat()
        const rest = [...(yield* claimed(soon, 400))]
        assert.strictEqual(new Set([...relayed, ...rest]).size, events.length)
        assert.strictEqual(relayed.length + rest.length, events.length)
      })
    )

    it.effect("has each event handled once, by whichever of twenty at once", () =>
      Effect.gen(function* () {
        const { id } = yield* one
        const tries = Array.from({ length: 20 }, () => isFirst(id))
        const firsts = yield* Effect.all(tries, { concurrency: "unbounded" })
        assert.strictEqual(firsts.filter(Boolean).length, 1)
        assert.isFalse(yield* isFirst(id))
        assert.deepStrictEqual(yield* claimed(now + day), [])
      })
    )

    /** What the accounts were notified of. */
    const notificationsOf = Effect.fnUntraced(function* (...accounts: ReadonlyArray<Account>) {
      const notifications = yield* Notifications
      const query = { unread: null, channel: null, page: { number: 1, limit: 100 } }
      const pages = yield* Effect.forEach(accounts, (account) => notifications.list(account, query))
      return pages.flatMap(({ page }) => page.rows)
    })

    it.effect("handles a batch of events at once, and notifies of those that it handled first", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const [cleo, dag] = [aCandidate(), aCandidate()]
        yield* store.seed([cleo, dag])
        const [before, first, second] = (yield* committed(3)).map(({ id }) => id) as [string, string, string]
        assert.isTrue(yield* isFirst(before))
        const expected = [aNotification(first, cleo.id, ["inbox", "mail"]), aNotification(second, dag.id)]
        const late = aNotification(before, cleo.id)
        const unknown = newId()
        const batch = [before, first, "no uuid", second, unknown].map((eventId) => ({
          eventId,
          notifications: [...expected, late, aNotification(unknown, cleo.id)].filter((one) => one.eventId === eventId)
        }))
        assert.deepStrictEqual(yield* deliveries.markHandled(batch, now), new Set([first, second]))
        assert.sameDeepMembers(
          yield* notificationsOf(cleo, dag),
          expected.map((notification) => writtenAt(now, notification))
        )
        assert.deepStrictEqual(yield* deliveries.markHandled(batch, now), new Set())
        assert.strictEqual((yield* notificationsOf(cleo, dag)).length, 2)
        assert.deepStrictEqual(yield* deliveries.markHandled([], now), new Set())
        assert.deepStrictEqual(yield* claimed(now + day), [])
      })
    )

    it.effect("notifies each once, by each channel, by whichever of twenty at once, in whatever order they come", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const people = Array.from({ length: 5 }, () => aCandidate())
        yield* store.seed(people)
        const events = yield* committed(10)
        const batch = () =>
          events.map(({ id: eventId }) => ({
            eventId,
            notifications: people.map(({ id }) => aNotification(eventId, id, ["inbox", "mail"]))
          }))
        const tries = Array.from({ length: 20 }, (_, turn) =>
          deliveries.markHandled(turn % 2 === 0 ? batch() : batch().toReversed(), now)
        )
        const firsts = yield* Effect.all(tries, { concurrency: "unbounded" })
        assert.strictEqual(
          firsts.reduce((sum, { size }) => sum + size, 0),
          10
        )
        const rows = yield* notificationsOf(...people)
        const written = rows.map(({ eventId, recipientId }) => [eventId, recipientId].join())
        assert.strictEqual(written.length, 50)
        assert.strictEqual(new Set(written).size, 50)
        for (const { deliveries: made } of rows) {
          assert.deepStrictEqual(
            made.map(({ channel }) => channel),
            ["inbox", "mail"]
          )
        }
        const mails = yield* (yield* Notifications).claimMails(now, 100)
        assert.strictEqual(new Set(mails.map(({ id }) => id)).size, 50)
      })
    )

    it.effect("notifies once of an event that names somebody twice", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const cleo = aCandidate()
        yield* store.seed([cleo])
        const { id: eventId } = yield* one
        const twice = [aNotification(eventId, cleo.id), aNotification(eventId, cleo.id, ["inbox", "mail"])]
        yield* deliveries.markHandled([{ eventId, notifications: twice }], now)
        const [row, ...others] = yield* notificationsOf(cleo)
        assert.deepStrictEqual(others, [])
        const written = twice.find(({ id }) => id === row?.id) as NewNotification
        assert.deepStrictEqual(row, writtenAt(now, written))
        // What was not written has no mail either.
        const mails = written.deliveries.flatMap(({ id, channel }) => (channel === "mail" ? [id] : []))
        const due = yield* (yield* Notifications).claimMails(now, 10)
        assert.deepStrictEqual(
          due.map(({ id }) => id),
          mails
        )
      })
    )

    it.effect("has not handled what it does not know", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        for (const id of [newId(), "no uuid", ""]) {
          assert.isFalse(yield* isFirst(id))
          yield* deliveries.noteFailure([id], "it broke")
        }
      })
    )

    it.effect("buries a message with the last error noted of its event, which is due no more", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const { id } = yield* one
        yield* deliveries.noteFailure([id], "first")
        yield* deliveries.noteFailure([id], "second")
        const letter = letterOf(id, { error: "given up" })
        yield* deliveries.bury(letter)
        assert.deepStrictEqual(yield* deliveries.buried(null, 10), [{ ...letter, error: "second" }])
        assert.deepStrictEqual(yield* claimed(now + day), [])
        assert.isFalse(yield* isFirst(id))
      })
    )

    it.effect("buries again without harm: the first letter of an event stays", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const { id } = yield* one
        const letter = letterOf(id)
        yield* deliveries.bury(letter)
        yield* deliveries.bury({ ...letter, error: "again" })
        yield* deliveries.bury(letterOf(id, { error: "again, under another id" }))
        assert.deepStrictEqual(yield* deliveries.buried(null, 10), [letter])
      })
    )

    it.effect("buries whatever a queue can carry, even what is no event and what no column can hold", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const messages = [null, "text", 7, [], { nul: "a\0b", half: "\ud83e", deep: { est: [1, null] } }]
        const letters = messages.map((message) => letterOf(null, { message }))
        for (const letter of letters) yield* deliveries.bury(letter)
        const buried = yield* deliveries.buried(null, 10)
        assert.sameDeepMembers(
          buried.map(({ message }) => message),
          messages
        )
        // An error may quote the message that it is about.
        yield* deliveries.bury(letterOf(null, { error: "unexpected a\0b" }))
        const { id } = yield* one
        yield* deliveries.noteFailure([id], "unexpected a\0b")
        yield* deliveries.bury(letterOf(id))
        const errors = (yield* deliveries.buried(null, 10)).map(({ error }) => error)
        assert.strictEqual(errors.filter((error) => error.startsWith("unexpected a")).length, 2)
        // A message that says it is an event with an id that can't be one.
        yield* deliveries.bury(letterOf("no uuid"))
        assert.strictEqual((yield* deliveries.buried(null, 10)).length, 8)
      })
    )

    it.effect("shows dead letters oldest first, after an id, up to a limit", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const letters = [3, 1, 2, 4].map((age) => letterOf(null, { id: newId(now - age * minute) }))
        for (const letter of letters) yield* deliveries.bury(letter)
        const sorted = letters.toSorted((a, b) => (a.id < b.id ? -1 : 1))
        assert.deepStrictEqual(yield* deliveries.buried(null, 3), sorted.slice(0, 3))
        assert.deepStrictEqual(yield* deliveries.buried(sorted[1]?.id ?? "", 10), sorted.slice(2))
        assert.deepStrictEqual(yield* deliveries.buried(sorted[3]?.id ?? "", 10), [])
      })
    )

    it.effect("replays: the event is due at once, its letter forgotten, its tries counted anew", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const { id } = yield* one
        yield* claimed(soon)
        const letter = letterOf(id)
        const noEvent = letterOf(null)
        for (const each of [letter, noEvent]) yield* deliveries.bury(each)
        const ids = [letter.id, noEvent.id, newId(), "no uuid"]
        assert.deepStrictEqual(yield* deliveries.replay(ids, now + day), [id])
        assert.deepStrictEqual(yield* deliveries.buried(null, 10), [noEvent])
        assert.deepStrictEqual(yield* claimed(now + day - 1), [])
        assert.deepStrictEqual(yield* claimed(now + day), [id])
        assert.deepStrictEqual(yield* claimed(now + day + minute), [id])
        assert.isTrue(yield* isFirst(id, now + day))
        assert.deepStrictEqual(yield* deliveries.replay(ids, now + day), [])
        assert.deepStrictEqual(yield* deliveries.replay([], now + day), [])
      })
    )

    it.effect("does not bury what was handled after all, so it can't be handled again", () =>
      Effect.gen(function* () {
        const deliveries = yield* Deliveries
        const { id } = yield* one
        assert.isTrue(yield* isFirst(id))
        const letter = letterOf(id)
        yield* deliveries.bury(letter)
        assert.deepStrictEqual(yield* deliveries.buried(null, 10), [])
        assert.deepStrictEqual(yield* deliveries.replay([letter.id], now), [])
        assert.isFalse(yield* isFirst(id))
        assert.deepStrictEqual(yield* claimed(now + day), [])
      })
    )
  })
