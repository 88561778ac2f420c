import { assert, layer } from "@effect/vitest"
import { Deliveries, Journal, type NewNotification, type NotificationContent } from "@treff/domain/events"
import { type Account, type Caller, SignIns } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import { day, type PageRequest } from "@treff/domain/kernel"
import { type NotificationCursor, Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  aNotification,
  anEvent,
  anInvitation,
  anInvitationEvent,
  anOffer,
  everybodyOf,
  invited,
  newId,
  now
} from "../fixtures/index.ts"
import { contradictions } from "./accounts-contract.ts"
import { mailIdOf, writtenAt } from "./notification.ts"
import type { TestStore } from "./test-store.ts"

const minute = 60_000
const all = { unread: null, channel: null, page: { number: 1, limit: 100 } } as const
const idsOf = (rows: ReadonlyArray<{ readonly id: string }>) => rows.map(({ id }) => id)
const byMail = ["mail"] as const
const both = ["inbox", "mail"] as const

/** What the port `Notifications` has to do: lists, and mails that are due. See docs/flows/notifications.md. */
export const notificationsContract = (store: TestStore) =>
  layer(store.layer)("Notifications", (it) => {
    beforeEach(store.clear)

    /** Writes notifications at an instant, each of an event that has just happened. */
    const notify = Effect.fnUntraced(function* (at: number, ...written: ReadonlyArray<NewNotification>) {
      const offer = anOffer()
      const eventIds = [...new Set(written.map(({ eventId }) => eventId))]
      const events = eventIds.map((id, index) => ({ ...anEvent(offer, { sequence: index + 1 }), id }))
      yield* (yield* Journal).commit([{ kind: "offer", expectedVersion: 0, state: offer, events }], { at: now })
      const handled = eventIds.map((eventId) => ({
        eventId,
        notifications: written.filter((notification) => notification.eventId === eventId)
      }))
      yield* (yield* Deliveries).markHandled(handled, at)
    })
    const seeded = Effect.fnUntraced(function* (...accounts: ReadonlyArray<Account>) {
      yield* store.seed(accounts)
      return yield* Notifications
    })
    const list = (caller: Caller, query: Partial<typeof all> | object = {}) =>
      Effect.flatMap(Effect.service(Notifications), (notifications) =>
        Effect.map(notifications.list(caller, { ...all, ...query }), ({ page }) => page)
      )
    const claimed = Effect.fnUntraced(function* (at: number, limit = 100) {
      return idsOf(yield* (yield* Notifications).claimMails(at, limit))
    })
    /** A mail that is due to somebody, by its id. */
    const mailTo = Effect.fnUntraced(function* ({ id }: Account) {
      const notification = aNotification(newId(), id, both)
      yield* notify(now, notification)
      return mailIdOf(notification)
    })
    /** What became of somebody's mails. */
    const mailsOf = (caller: Caller) =>
      Effect.map(list(caller), ({ rows }) =>
        rows.flatMap(({ deliveries }) => deliveries.filter(({ channel }) => channel === "mail"))
      )

    it.effect("lists what somebody was notified of as it was written, with its deliveries, the newest first", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const content: NotificationContent = {
          template: "offer-sent",
          data: {
            offerSentId: newId(),
            offerId: newId(),
            title: "Bäcker 🥐 'quoted' \"twice\" \\ %s $1",
            companyName: "Acme & Sons",
            message: 'Zeile 1\nZeile 2\t{"a": [1]}'
          }
        }
        // In whatever order its deliveries were written, they are shown in that of the channels.
        const first = aNotification(newId(), cleo.id, ["mail", "inbox"], content)
        const later = aNotification(newId(), cleo.id)
        const byMailAlone = aNotification(newId(), cleo.id, byMail)
        yield* notify(now, first, aNotification(first.eventId, dag.id, both))
        yield* notify(now + 1, later)
        yield* notify(now + 2, byMailAlone)
        const { caller, page } = yield* notifications.list(cleo, all)
        const { id, role, subRole, companyId } = cleo
        assert.deepStrictEqual(caller, { id, role, subRole, companyId })
        const { deliveries, ...rest } = writtenAt(now, first)
        assert.deepStrictEqual(page.rows, [
          writtenAt(now + 2, byMailAlone),
          writtenAt(now + 1, later),
          { ...rest, deliveries: deliveries.toReversed() }
        ])
        assert.deepStrictEqual([page.more, page.total], [false, 3])
      })
    )

    it.effect("keeps what is unread, or read, and what has a delivery by one channel", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const [one, two, three] = [
          aNotification(newId(), cleo.id, both),
          aNotification(newId(), cleo.id),
          aNotification(newId(), cleo.id, byMail)
        ] as const
        yield* notify(now, one, two, three)
        yield* notifications.markRead(cleo, two.id, now)
        const cases: ReadonlyArray<readonly [boolean | null, "inbox" | "mail" | null, ReadonlyArray<string>]> = [
          [null, null, [one.id, two.id, three.id]],
          [true, null, [one.id, three.id]],
          [false, null, [two.id]],
          [null, "inbox", [one.id, two.id]],
          [null, "mail", [one.id, three.id]],
          [true, "inbox", [one.id]],
          [true, "mail", [one.id, three.id]],
          [false, "inbox", [two.id]],
          [false, "mail", []]
        ]
        for (const [unread, channel, expected] of cases) {
          const page = yield* list(cleo, { unread, channel })
          assert.sameMembers(idsOf(page.rows), [...expected])
          assert.strictEqual(page.total, expected.length)
        }
        // An item that is kept for one of its deliveries is shown with all of them.
        const [kept] = (yield* list(cleo, { channel: "inbox", unread: true })).rows
        assert.deepStrictEqual(kept, writtenAt(now, one))
      })
    )

    it.effect("goes page by page and by cursor, missing nothing and repeating nothing", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        yield* seeded(cleo, dag)
        for (let age = 0; age < 3; age++) {
          yield* notify(
            now - age,
            ...Array.from({ length: 5 }, () => aNotification(newId(), cleo.id, both)),
            aNotification(newId(), dag.id)
          )
        }
        const { rows, total } = yield* list(cleo)
        assert.deepStrictEqual(
          rows,
          rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        )
        assert.strictEqual(total, 15)
        for (const query of [{}, { unread: true }, { channel: "inbox" }, { channel: "mail" }]) {
          let cursor: NotificationCursor | null = null
          for (let number = 1; number <= 4; number++) {
            const expected = { rows: rows.slice((number - 1) * 4, number * 4), more: number < 4, total }
            assert.deepStrictEqual(yield* list(cleo, { ...query, page: { number, limit: 4 } }), expected)
            const page: PageRequest<NotificationCursor> = { after: cursor, limit: 4 }
            assert.deepStrictEqual(yield* list(cleo, { ...query, page }), expected)
            cursor = expected.rows.at(-1) ?? null
          }
          assert.deepStrictEqual(yield* list(cleo, { page: { after: cursor, limit: 4 } }), {
            rows: [],
            more: false,
            total
          })
          assert.deepStrictEqual(yield* list(cleo, { page: { number: 99, limit: 4 } }), {
            rows: [],
            more: false,
            total
          })
        }
      })
    )

    it.effect("marks one as read, for all of its deliveries, once", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const eventId = newId()
        const one = aNotification(eventId, cleo.id, both)
        yield* notify(now, one, aNotification(eventId, dag.id, both), aNotification(newId(), cleo.id))
        const { caller, notification } = yield* notifications.markRead(cleo, one.id, now + 1)
        assert.strictEqual(caller.id, cleo.id)
        assert.deepStrictEqual(notification, { ...writtenAt(now, one), readAt: now + 1 })
        const readAt = Effect.map(Effect.all([list(cleo), list(dag)]), (pages) =>
          pages.flatMap(({ rows }) =>
            rows.flatMap(({ id, readAt }) => (readAt === null ? [] : [[id, readAt] as const]))
          )
        )
        const expected = [[one.id, now + 1]]
        assert.deepStrictEqual<unknown>(yield* readAt, expected)
        for (const channel of both) {
          assert.strictEqual((yield* list(cleo, { unread: false, channel })).total, 1)
        }
        // Again, in any case of the id: it stays read when it was.
        for (const id of [one.id, one.id.toUpperCase()]) {
          assert.strictEqual((yield* notifications.markRead(cleo, id, now + 9)).notification?.readAt, now + 1)
        }
        assert.deepStrictEqual<unknown>(yield* readAt, expected)
      })
    )

    it.effect("marks nothing of somebody else's, nor what is unknown, a delivery or no UUID", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const [own, other] = [aNotification(newId(), cleo.id, both), aNotification(newId(), dag.id, both)]
        yield* notify(now, own, other)
        const deliveryIds = [own, other].flatMap(({ deliveries }) => idsOf(deliveries))
        for (const id of [other.id, ...deliveryIds, newId(), "no uuid", "", "\0"]) {
          assert.isNull((yield* notifications.markRead(cleo, id, now)).notification)
        }
        for (const caller of [cleo, dag]) assert.strictEqual((yield* list(caller, { unread: true })).total, 1)
      })
    )

    it.effect("marks all that was written until now, and leaves what was read before as it is", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const [one, two] = [aNotification(newId(), cleo.id), aNotification(newId(), cleo.id, byMail)]
        yield* notify(now, one, two, aNotification(newId(), dag.id))
        yield* notifications.markRead(cleo, one.id, now + 1)
        yield* notifications.markAllRead(cleo, now + 2)
        yield* notifications.markAllRead(cleo, now + 3)
        yield* notify(now + 4, aNotification(newId(), cleo.id))
        assert.deepStrictEqual((yield* list(cleo)).rows.map(({ readAt }) => readAt).sort(), [now + 1, now + 2, null])
        assert.strictEqual((yield* list(dag, { unread: true })).total, 1)
      })
    )

    it.effect("refuses a caller whose account says something else, at every door", () =>
      Effect.gen(function* () {
        const [acme, globex] = [aCompany(), aCompany()]
        const notifications = yield* seeded(...everybodyOf(acme), ...everybodyOf(globex))
        const { id, ...matter } = aNotification(newId(), acme.recruiter.id)
        yield* notify(now, { id, ...matter })
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) {
          const doors: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            notifications.list(caller, all),
            notifications.markRead(caller, id, now),
            notifications.markAllRead(caller, now)
          ]
          for (const door of doors) {
            const failure = (yield* Effect.flip(door)) as object
            assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
          }
        }
        assert.strictEqual((yield* list(acme.recruiter, { unread: true })).total, 1)
      })
    )

    it.effect("has a mail as it was written, under its own id, with its recipient's address and language", () =>
      Effect.gen(function* () {
        const { id: companyId, recruiter } = aCompany()
        const cleo = { ...aCandidate(), locale: "fr" }
        const notifications = yield* seeded(cleo, recruiter)
        const offerId = newId()
        const newOwner = { id: recruiter.id, firstName: "Kim", lastName: "Hansen" }
        const handOver: NotificationContent = {
          template: "offer-handed-over",
          data: { offerId, title: "Of then", newOwner }
        }
        const [one, two] = [
          aNotification(newId(), cleo.id, both),
          aNotification(newId(), recruiter.id, byMail, handOver, companyId)
        ] as const
        yield* notify(now, one, two, aNotification(one.eventId, recruiter.id))
        const due = (notification: NewNotification) => ({
          id: mailIdOf(notification),
          recipientId: notification.recipientId,
          template: notification.template,
          data: notification.data,
          createdAt: now,
          companyId: notification.companyId
        })
        assert.sameDeepMembers(
          [...(yield* notifications.claimMails(now, 10))],
          [
            { ...due(one), email: cleo.email, locale: "fr", isMember: false },
            { ...due(two), email: recruiter.email, locale: null, isMember: true }
          ]
        )
      })
    )

    it.effect("says of a mail whether its recipient is still of the company whose matter it is, or there at all", () =>
      Effect.gen(function* () {
        const [acme, globex] = [aCompany(), aCompany()]
        const { recruiter } = acme
        const notifications = yield* seeded(...everybodyOf(acme), ...everybodyOf(globex))
        const due = Effect.fnUntraced(function* (recipientId: string, companyId: string | null) {
          yield* notify(now, aNotification(newId(), recipientId, byMail, undefined, companyId))
          const [mail] = yield* notifications.claimMails(now, 1)
          return [mail?.email, mail?.companyId, mail?.isMember]
        })
        assert.deepStrictEqual(yield* due(recruiter.id, acme.id), [recruiter.email, acme.id, true])
        for (const companyId of [globex.id, null]) {
          yield* store.seed([{ ...recruiter, companyId }])
          assert.deepStrictEqual(yield* due(recruiter.id, acme.id), [recruiter.email, acme.id, false])
        }
        assert.deepStrictEqual(yield* due(newId(), acme.id), [null, acme.id, false])
        assert.deepStrictEqual(yield* due(newId(), null), [null, null, false])
      })
    )

    it.effect("shows a company's matters to those who are of it by now, and marks no others", () =>
      Effect.gen(function* () {
        const [acme, globex] = [aCompany(), aCompany()]
        const { recruiter } = acme
        const notifications = yield* seeded(...everybodyOf(acme), ...everybodyOf(globex))
        const [matter, own] = [
          aNotification(newId(), recruiter.id, both, undefined, acme.id),
          aNotification(newId(), recruiter.id)
        ]
        yield* notify(now, matter, own)
        assert.sameMembers(idsOf((yield* list(recruiter)).rows), [matter.id, own.id])
        const unread = { unread: true }
        for (const companyId of [globex.id, null]) {
          const moved = { ...recruiter, companyId }
          yield* store.seed([moved])
          const page = yield* list(moved)
          assert.deepStrictEqual([idsOf(page.rows), page.total], [[own.id], 1])
          assert.isNull((yield* notifications.markRead(moved, matter.id, now)).notification)
          yield* notifications.markAllRead(moved, now)
        }
        yield* store.seed([recruiter])
        assert.deepStrictEqual(idsOf((yield* list(recruiter, unread)).rows), [matter.id])
      })
    )

    it.effect("claims no more mails than the limit, those due longest first, and none before it was written", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        yield* seeded(cleo)
        const batches = [2, 0, 1].map((age) => ({
          at: now - age,
          written: Array.from({ length: 3 }, () => aNotification(newId(), cleo.id, both))
        }))
        for (const { at, written } of batches) yield* notify(at, ...written)
        assert.deepStrictEqual(yield* claimed(now - 3), [])
        for (const { written } of batches.toSorted((a, b) => a.at - b.at)) {
          assert.sameMembers(yield* claimed(now, 3), written.map(mailIdOf))
        }
        assert.deepStrictEqual(yield* claimed(now, 3), [])
      })
    )

    it.effect("leases the mails that it claims for five minutes, for when their sweep dies", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        yield* seeded(cleo)
        const id = yield* mailTo(cleo)
        for (let at = now; at < now + 60 * minute; at += 5 * minute) {
          assert.deepStrictEqual(yield* claimed(at), [id])
          assert.deepStrictEqual(yield* claimed(at + 5 * minute - 1), [])
        }
      })
    )

    it.effect("has a mail that could not be sent for now due again, later from try to try, up to an hour", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const id = yield* mailTo(cleo)
        let at = now
        for (const minutes of [1, 5, 25, 60, 60, 60]) {
          assert.deepStrictEqual(yield* claimed(at), [id])
          yield* notifications.recordMailOutcomes([{ id, status: "queued", error: "busy" }], at)
          at += minutes * minute
          assert.deepStrictEqual(yield* claimed(at - 1), [], `after ${minutes} minutes`)
        }
      })
    )

    it.effect("lets a mail go that was not tried: due again in ten seconds, as if it had not been claimed", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const id = yield* mailTo(cleo)
        let at = now
        for (let turn = 0; turn < 3; turn++) {
          assert.deepStrictEqual(yield* claimed(at), [id])
          yield* notifications.recordMailOutcomes([{ id, status: "untried", error: null }], at)
          at += 10_000
          assert.deepStrictEqual(yield* claimed(at - 1), [])
        }
        assert.deepStrictEqual(yield* mailsOf(cleo), [{ channel: "mail", status: "queued", error: null, sentAt: null }])
        // Its first try is still to come.
        assert.deepStrictEqual(yield* claimed(at), [id])
        yield* notifications.recordMailOutcomes([{ id, status: "queued", error: "busy" }], at)
        assert.deepStrictEqual(yield* claimed(at + minute), [id])
      })
    )

    it.effect("gives eight sweeps at once no mail twice", () =>
      Effect.gen(function* () {
        const people = Array.from({ length: 20 }, () => aCandidate())
        yield* seeded(...people)
        const written = people.flatMap(({ id }) => Array.from({ length: 20 }, () => aNotification(newId(), id, both)))
        yield* notify(now, ...written)
        const sweeps = Array.from({ length: 8 }, () => claimed(now, 100))
        const swept = (yield* Effect.all(sweeps, { concurrency: "unbounded" })).flat()
        const rest = yield* claimed(now, 400)
        assert.sameMembers([...swept, ...rest], written.map(mailIdOf))
        assert.isAtLeast(swept.length, 100)
      })
    )

    it.effect("writes what became of mails: sent, skipped or failed they are due no more, queued they are", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const written = Array.from({ length: 4 }, () => aNotification(newId(), cleo.id, both))
        yield* notify(now, ...written)
        yield* claimed(now)
        const [sent, failed, skipped, queued] = written.map(mailIdOf) as [string, string, string, string]
        yield* notifications.recordMailOutcomes(
          [
            { id: sent, status: "sent", error: null },
            { id: failed, status: "failed", error: "no such mailbox" },
            { id: skipped, status: "skipped", error: "by now there is nothing to tell" },
            { id: queued, status: "queued", error: "busy" },
            { id: newId(), status: "sent", error: null },
            // The id of an item is that of no mail.
            { id: written[3]?.id ?? "", status: "sent", error: null }
          ],
          now + 1
        )
        const outcomes = Effect.map(list(cleo), ({ rows }) =>
          rows.map(({ id, deliveries: [inbox, mail] }) => ({ id, inbox, mail }))
        )
        const inbox = { channel: "inbox", status: "sent", error: null, sentAt: now }
        const expected = (last: object) =>
          [
            { status: "sent", error: null, sentAt: now + 1 },
            { status: "failed", error: "no such mailbox", sentAt: null },
            { status: "skipped", error: "by now there is nothing to tell", sentAt: null },
            last
          ].map((outcome, index) => ({ id: written[index]?.id, inbox, mail: { channel: "mail", ...outcome } }))
        assert.sameDeepMembers<unknown>(yield* outcomes, expected({ status: "queued", error: "busy", sentAt: null }))
        assert.deepStrictEqual(yield* claimed(now + day), [queued])
        // One whose lease ran out comes late: what was final stays so.
        const late = [sent, failed, skipped].flatMap((id) => [
          { id, status: "queued", error: "late" } as const,
          { id, status: "untried", error: null } as const,
          { id, status: "failed", error: "late" } as const
        ])
        for (const outcome of late) yield* notifications.recordMailOutcomes([outcome], now + 2)
        yield* notifications.recordMailOutcomes([{ id: queued, status: "sent", error: null }], now + 3)
        yield* notifications.recordMailOutcomes([], now + 3)
        assert.sameDeepMembers<unknown>(yield* outcomes, expected({ status: "sent", error: null, sentAt: now + 3 }))
        assert.deepStrictEqual(yield* claimed(now + 9 * day), [])
      })
    )

    it.effect("keeps a reason whatever it quotes, even what no column can hold", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const id = yield* mailTo(cleo)
        const error = "no such mailbox: a\0b \ud83e"
        yield* notifications.recordMailOutcomes([{ id, status: "failed", error }], now)
        assert.match((yield* mailsOf(cleo))[0]?.error ?? "", /^no such mailbox: a.b .$/s)
      })
    )

    it.effect("records a mail once, by whichever of ten at once, in whatever order they have them", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const written = Array.from({ length: 300 }, () => aNotification(newId(), cleo.id, both))
        yield* notify(now, ...written)
        const outcomes = written.map((notification) => {
          return { id: mailIdOf(notification), status: "sent", error: null } as const
        })
        const turns = Array.from({ length: 10 }, (_, turn) =>
          notifications.recordMailOutcomes(turn % 2 === 0 ? outcomes : outcomes.toReversed(), now + turn)
        )
        yield* Effect.all(turns, { concurrency: "unbounded" })
        const mails = yield* mailsOf(cleo)
        assert.strictEqual(mails.length, 100)
        assert.isTrue(mails.every(({ status, sentAt }) => status === "sent" && sentAt !== null))
        assert.deepStrictEqual(yield* claimed(now + day), [])
      })
    )

    /** A company with an invitation that was sent again, and the mails of both tokens, due since they were written. */
    const invitationMails = Effect.fnUntraced(function* (changes: Partial<Invitation> = {}) {
      const acme = aCompany()
      yield* store.seed(everybodyOf(acme))
      const invitation = anInvitation(acme, { resends: 1, email: "Ada@b.example", locale: "fr", ...changes })
      const { id, resends, expiresAt, inviterId } = invitation
      const again = { type: "invitation.resent", data: { inviterId, resends, expiresAt } } as const
      const events = [anInvitationEvent(invitation), anInvitationEvent(invitation, { sequence: 2, ...again })]
      yield* (yield* Journal).commit([{ ...invited(invitation), events }], { at: now })
      const inviter = { id: inviterId, firstName: "Kim", lastName: "Hansen" }
      const facts = { invitationId: id, expiresAt, personalMessage: null, companyName: "Acme", inviter }
      const [former, present] = events.map((event, sent) =>
        aNotification(event.id, id, byMail, { template: "invitation", data: { ...facts, resends: sent } })
      ) as [NewNotification, NewNotification]
      const handled = [former, present].map((one) => ({ eventId: one.eventId, notifications: [one] }))
      yield* (yield* Deliveries).markHandled(handled, now)
      return { acme, invitation, former, present }
    })
    const signInMail = Effect.fnUntraced(function* (email: string) {
      const id = newId()
      const expiresAt = now + 15 * minute
      const request = {
        id,
        email,
        secret: { hash: `hash of ${id}`, sealed: `sealed ${id}` },
        createdAt: now,
        expiresAt
      }
      const mail = aNotification(id, id, byMail, { template: "sign-in", data: { signInId: id, expiresAt } })
      yield* (yield* SignIns).request(request, mail, { atMost: 9, since: 0 })
      return { request, mail }
    })
    const sealedOf = (kind: "invitation" | "signIn", { id }: { readonly id: string }) =>
      Effect.map(store.rowsOf(kind), (rows) => rows.find((row) => row.id === id)?.sealedToken)

    it.effect("has the mails of those who are no account under no address: their context knows where they go", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const { invitation, former, present } = yield* invitationMails()
        const signIn = yield* signInMail("aDA@b.example")
        // Whoever has that address by now has another language, which is no matter.
        yield* store.seed([{ ...aCandidate(), email: "ada@b.example", locale: "nb" }])
        const due = (notification: NewNotification, recipientId: string) => ({
          id: mailIdOf(notification),
          recipientId,
          template: notification.template,
          data: notification.data,
          createdAt: now,
          companyId: null,
          isMember: false,
          email: null,
          locale: null
        })
        assert.sameDeepMembers(
          [...(yield* notifications.claimMails(now, 10))],
          [due(former, invitation.id), due(present, invitation.id), due(signIn.mail, signIn.request.id)]
        )
      })
    )

    it.effect(
      "has the mail that an invitation was answered with the inviter's address, not with that of the invited",
      () =>
        Effect.gen(function* () {
          const notifications = yield* Notifications
          const { acme, invitation } = yield* invitationMails({ status: "accepted" })
          const { manager } = acme
          yield* store.seed([{ ...manager, locale: "nb" }])
          yield* notifications.claimMails(now, 10)
          const { id: invitationId, email } = invitation
          const member = { id: newId(), firstName: "Ada", lastName: "Berg" }
          const written = (
            [
              { template: "invitation-accepted", data: { invitationId, email, member } },
              { template: "invitation-declined", data: { invitationId, email } }
            ] as const
          ).flatMap((content) =>
            [manager.id, newId()].map((recipient) => aNotification(newId(), recipient, byMail, content, acme.id))
          )
          yield* notify(now, ...written)
          assert.sameDeepMembers(
            [...(yield* notifications.claimMails(now, 10))],
            written.map((notification) => {
              const { recipientId, template, data, companyId } = notification
              return {
                ...{ id: mailIdOf(notification), recipientId, template, data, createdAt: now, companyId },
                ...(recipientId === manager.id
                  ? { email: manager.email, locale: "nb", isMember: true }
                  : { email: null, locale: null, isMember: false })
              }
            })
          )
        })
    )

    it.effect(
      "forgets a sealed token once its mail is sent, skipped or failed for good, not while it is put off or untried",
      () =>
        Effect.gen(function* () {
          const notifications = yield* Notifications
          for (const status of ["sent", "skipped", "failed", "queued", "untried"] as const) {
            yield* Effect.promise(() => store.clear())
            const { invitation, present } = yield* invitationMails()
            const [signIn, other] = [yield* signInMail("ada@b.example"), yield* signInMail("bo@b.example")]
            yield* claimed(now)
            const error = status === "sent" || status === "untried" ? null : "no"
            const outcomes = [present, signIn.mail].map((mail) => ({ id: mailIdOf(mail), status, error }))
            yield* notifications.recordMailOutcomes(outcomes, now)
            const kept = status === "queued" || status === "untried"
            assert.strictEqual(yield* sealedOf("invitation", invitation), kept ? invitation.sealedToken : null, status)
            const { sealed } = signIn.request.secret
            assert.strictEqual(yield* sealedOf("signIn", signIn.request), kept ? sealed : null, status)
            assert.strictEqual(yield* sealedOf("signIn", other.request), other.request.secret.sealed)
            // Of the invitation nothing else has changed.
            const [row] = yield* store.rowsOf("invitation")
            const { sealedToken: _, ...rest } = invitation
            assert.deepInclude(row, { ...rest, version: 2 })
          }
        })
    )

    it.effect("keeps the present token when the mail of a former one is final, however late", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const { invitation, former, present } = yield* invitationMails()
        yield* claimed(now)
        const record = (mail: NewNotification, status: "sent" | "failed") =>
          notifications.recordMailOutcomes(
            [{ id: mailIdOf(mail), status, error: status === "sent" ? null : "late" }],
            now
          )
        yield* record(former, "failed")
        assert.strictEqual(yield* sealedOf("invitation", invitation), invitation.sealedToken)
        // What was final before changes nothing again.
        yield* record(former, "sent")
        assert.strictEqual(yield* sealedOf("invitation", invitation), invitation.sealedToken)
        yield* record(present, "sent")
        assert.isNull(yield* sealedOf("invitation", invitation))
      })
    )

    it.effect(
      "records the mails of invitations beside whoever sends them again or takes them back, and none dies",
      () =>
        Effect.gen(function* () {
          const notifications = yield* Notifications
          const journal = yield* Journal
          const acme = aCompany()
          yield* store.seed(everybodyOf(acme))
          const invitations = Array.from({ length: 30 }, () => anInvitation(acme))
          const changes = invitations.map((invitation) => invited(invitation))
          yield* journal.commit(changes, { at: now })
          const inviter = { id: acme.manager.id, firstName: "Kim", lastName: "Hansen" }
          const written = invitations.map(({ id, expiresAt }, index) =>
            aNotification(changes[index]?.events[0]?.id ?? "", id, byMail, {
              template: "invitation",
              data: { invitationId: id, resends: 0, expiresAt, personalMessage: null, companyName: "Acme", inviter }
            })
          )
          yield* (yield* Deliveries).markHandled(
            written.map((one) => ({ eventId: one.eventId, notifications: [one] })),
            now
          )
          const outcomes = written.map((one) => ({ id: mailIdOf(one), status: "sent", error: null }) as const)
          const again = invitations.map((invitation) => ({ ...invitation, resends: 1, sealedToken: "of another" }))
          const record = notifications.recordMailOutcomes(outcomes.toReversed(), now)
          const resend = journal.commit(
            again.map((invitation) => invited(invitation, 1)),
            { at: now }
          )
          yield* Effect.all([record, resend, record], { concurrency: "unbounded" })
          const rows = yield* store.rowsOf("invitation")
          assert.isTrue(rows.every(({ version, sealedToken }) => version === 2 && sealedToken === "of another"))
        })
    )
  })
