import { assert, layer } from "@effect/vitest"
import { Deliveries, Journal, type NewNotification, type NotificationContent } from "@treff/domain/events"
import { type Account, type Caller, SignIns } from "@treff/domain/identity"
import type { Invitation } from "@treff/domain/invitations"
import { day, type PageRequest } from "@treff/domain/kernel"
import { type Notification, type NotificationCursor, Notifications } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  anEvent,
  anInvitation,
  anInvitationEvent,
  anOffer,
  aSend,
  aTelling,
  everybodyOf,
  invited,
  newId,
  now,
  sentOut,
  takenBack,
  written
} from "../given.ts"
import { contradictions } from "./accounts-contract.ts"
import type { TestStore } from "./stores.ts"

const minute = 60_000
const all = { unread: null, channel: null, page: { number: 1, limit: 100 } } as const
const idsOf = (rows: ReadonlyArray<{ readonly id: string }>) => rows.map(({ id }) => id)

export const notificationsContract = (store: TestStore) =>
  layer(store.layer)("Notifications", (it) => {
    beforeEach(store.clear)

    /** Tells somebody something of an event that has just happened. */
    const tell = Effect.fnUntraced(function* (at: number, ...tells: ReadonlyArray<NewNotification>) {
      const offer = anOffer()
      const eventIds = [...new Set(tells.map(({ eventId }) => eventId))]
      const events = eventIds.map((id, index) => ({ ...anEvent(offer, { sequence: index + 1 }), id }))
      yield* (yield* Journal).commit([{ kind: "offer", expectedVersion: 0, state: offer, events }], { at: now })
      const handled = eventIds.map((eventId) => ({ eventId, tells: tells.filter((told) => told.eventId === eventId) }))
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

    it.effect("lists what somebody was told as it was told, by each channel, the newest first", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const telling: NotificationContent = {
          template: "offer-sent",
          data: {
            offerSentId: newId(),
            offerId: newId(),
            title: "Bäcker 🥐 'quoted' \"twice\" \\ %s $1",
            companyName: "Acme & Sons",
            message: 'Zeile 1\nZeile 2\t{"a": [1]}'
          }
        }
        const inbox = aTelling(newId(), cleo.id, "inbox", telling)
        const mail = aTelling(inbox.eventId, cleo.id, "mail", telling)
        const later = aTelling(newId(), cleo.id)
        yield* tell(now, inbox, mail, aTelling(inbox.eventId, dag.id))
        yield* tell(now + 1, later)
        const sent = (told: NewNotification, at: number) =>
          ({ ...told, status: "sent", error: null, createdAt: at, sentAt: at, readAt: null }) as Notification
        const { caller, page } = yield* notifications.list(cleo, all)
        const { id, role, subRole, companyId } = cleo
        assert.deepStrictEqual(caller, { id, role, subRole, companyId })
        assert.deepStrictEqual(page.rows[0], sent(later, now + 1))
        assert.sameDeepMembers(page.rows.slice(1), [
          sent(inbox, now),
          { ...sent(mail, now), status: "queued", sentAt: null }
        ])
        assert.deepStrictEqual([page.more, page.total], [false, 3])
      })
    )

    it.effect("keeps what is unread, or read, and what came by one channel", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const [first, second] = [newId(), newId()]
        const [one, mail, two] = [
          aTelling(first, cleo.id),
          aTelling(first, cleo.id, "mail"),
          aTelling(second, cleo.id)
        ] as const
        yield* tell(now, one, mail, two)
        yield* notifications.markRead(cleo, two.id, now)
        const unread = [one.id, mail.id]
        const cases: ReadonlyArray<readonly [boolean | null, "inbox" | "mail" | null, ReadonlyArray<string>]> = [
          [null, null, [...unread, two.id]],
          [true, null, unread],
          [false, null, [two.id]],
          [null, "inbox", [one.id, two.id]],
          [null, "mail", [mail.id]],
          [true, "inbox", [one.id]],
          [false, "mail", []]
        ]
        for (const [unread, channel, expected] of cases) {
          const page = yield* list(cleo, { unread, channel })
          assert.sameMembers(idsOf(page.rows), [...expected])
          assert.strictEqual(page.total, expected.length)
        }
      })
    )

    it.effect("goes page by page and by cursor, missing nothing and repeating nothing", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        yield* seeded(cleo, dag)
        for (let age = 0; age < 3; age++) {
          yield* tell(
            now - age,
            ...Array.from({ length: 5 }, () => aTelling(newId(), cleo.id)),
            aTelling(newId(), dag.id)
          )
        }
        const { rows, total } = yield* list(cleo)
        assert.deepStrictEqual(
          rows,
          rows.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        )
        assert.strictEqual(total, 15)
        for (const query of [{}, { unread: true }, { channel: "inbox" }]) {
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

    it.effect("marks one as read, and what came of the same event by the other channel, once", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const eventId = newId()
        const [inbox, mail] = [aTelling(eventId, cleo.id), aTelling(eventId, cleo.id, "mail")]
        yield* tell(now, inbox, mail, aTelling(eventId, dag.id), aTelling(newId(), cleo.id))
        const unread = (yield* list(cleo)).rows.find(({ id }) => id === mail.id)
        const { caller, notification } = yield* notifications.markRead(cleo, mail.id, now + 1)
        assert.strictEqual(caller.id, cleo.id)
        assert.deepStrictEqual<unknown>(notification, { ...unread, readAt: now + 1 })
        const readAt = Effect.map(Effect.all([list(cleo), list(dag)]), (pages) =>
          pages.flatMap(({ rows }) =>
            rows.flatMap(({ id, readAt }) => (readAt === null ? [] : [[id, readAt] as const]))
          )
        )
        const both = [
          [inbox.id, now + 1],
          [mail.id, now + 1]
        ]
        assert.sameDeepMembers<unknown>(yield* readAt, both)
        // Again, by either and in any case of the id: it stays read when it was.
        for (const id of [inbox.id, mail.id.toUpperCase()]) {
          assert.strictEqual((yield* notifications.markRead(cleo, id, now + 9)).notification?.readAt, now + 1)
        }
        assert.sameDeepMembers<unknown>(yield* readAt, both)
      })
    )

    it.effect("marks nothing of somebody else's, nor what is unknown or no UUID", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const told = aTelling(newId(), dag.id)
        yield* tell(now, told)
        for (const id of [told.id, newId(), "no uuid", "", "\0"]) {
          assert.isNull((yield* notifications.markRead(cleo, id, now)).notification)
        }
        assert.strictEqual((yield* list(dag, { unread: true })).total, 1)
      })
    )

    it.effect("marks all that was told until now, and leaves what was read before as it is", () =>
      Effect.gen(function* () {
        const [cleo, dag] = [aCandidate(), aCandidate()]
        const notifications = yield* seeded(cleo, dag)
        const [one, two] = [aTelling(newId(), cleo.id), aTelling(newId(), cleo.id, "mail")]
        yield* tell(now, one, two, aTelling(newId(), dag.id))
        yield* notifications.markRead(cleo, one.id, now + 1)
        yield* notifications.markAllRead(cleo, now + 2)
        yield* notifications.markAllRead(cleo, now + 3)
        yield* tell(now + 4, aTelling(newId(), cleo.id))
        assert.deepStrictEqual((yield* list(cleo)).rows.map(({ readAt }) => readAt).sort(), [now + 1, now + 2, null])
        assert.strictEqual((yield* list(dag, { unread: true })).total, 1)
      })
    )

    it.effect("refuses a caller whose account says something else, at every door", () =>
      Effect.gen(function* () {
        const [acme, globex] = [aCompany(), aCompany()]
        const notifications = yield* seeded(...everybodyOf(acme), ...everybodyOf(globex))
        const told = aTelling(newId(), acme.recruiter.id)
        yield* tell(now, told)
        for (const [what, caller] of contradictions(acme.recruiter, globex.id)) {
          const doors: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
            notifications.list(caller, all),
            notifications.markRead(caller, told.id, now),
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

    it.effect("has a mail with its recipient's address and language, and what it is about as that is now", () =>
      Effect.gen(function* () {
        const { id: companyId, recruiter } = aCompany()
        const cleo = { ...aCandidate(), locale: "fr" }
        const notifications = yield* seeded(cleo, recruiter)
        const offer = anOffer({ companyId, ownerId: recruiter.id, title: "Of now", status: "disabled", term: 4 })
        const [sent, back, gone] = [aSend(offer, cleo.id), aSend(offer), aSend(offer)] as const
        const journal = yield* Journal
        yield* journal.commit([written(offer), ...[sent, back, gone].map((send) => sentOut(send))], { at: now })
        yield* journal.commit([takenBack(back, 1, "candidate"), takenBack(gone)], { at: now })
        const about = ({ id }: { readonly id: string }, offerId = offer.id): NotificationContent => ({
          template: "offer-ended",
          data: { offerSentId: id, offerId, title: "Of then", reason: "offer_archived" }
        })
        const newOwner = { id: recruiter.id, firstName: "Kim", lastName: "Hansen" }
        const handOver: NotificationContent = {
          template: "offer-handed-over",
          data: { offerId: offer.id, title: "Of then", newOwner }
        }
        const [one, two, three, four] = [
          aTelling(newId(), cleo.id, "mail", about(sent)),
          aTelling(newId(), cleo.id, "mail", about(back)),
          aTelling(newId(), cleo.id, "mail", about(gone, newId())),
          aTelling(newId(), recruiter.id, "mail", handOver, companyId)
        ] as const
        yield* tell(now, one, two, three, four, aTelling(one.eventId, cleo.id))
        const { id, ownerId, term, status, jobStartsAt, expiresAt } = offer
        const outline = { id, companyId, ownerId, title: "Of now", term, status, jobStartsAt, expiresAt }
        const due = ({ id, recipientId, template, data }: NewNotification) => ({
          id,
          recipientId,
          template,
          data,
          createdAt: now,
          email: recipientId === cleo.id ? cleo.email : recruiter.email,
          locale: recipientId === cleo.id ? "fr" : null,
          companyId: recipientId === cleo.id ? null : companyId,
          isMember: recipientId !== cleo.id,
          invitation: null,
          signIn: null,
          sealedToken: null
        })
        assert.sameDeepMembers<unknown>(
          [...(yield* notifications.claimMails(now, 10))],
          [
            { ...due(one), sent: { term: 4, status: "sent" }, offer: outline },
            { ...due(two), sent: { term: 4, status: "withdrawn" }, offer: outline },
            { ...due(three), sent: null, offer: null },
            { ...due(four), sent: null, offer: outline }
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
          yield* tell(now, aTelling(newId(), recipientId, "mail", undefined, companyId))
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
          aTelling(newId(), recruiter.id, "inbox", undefined, acme.id),
          aTelling(newId(), recruiter.id)
        ]
        yield* tell(now, matter, own)
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

    it.effect("claims no more mails than the limit, those due longest first, and none before it was told", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        yield* seeded(cleo)
        const lots = [2, 0, 1].map((age) => ({
          at: now - age,
          tells: Array.from({ length: 3 }, () => aTelling(newId(), cleo.id, "mail"))
        }))
        for (const { at, tells } of lots) yield* tell(at, ...tells)
        assert.deepStrictEqual(yield* claimed(now - 3), [])
        for (const { tells } of lots.toSorted((a, b) => a.at - b.at)) {
          assert.sameMembers(yield* claimed(now, 3), idsOf(tells))
        }
        assert.deepStrictEqual(yield* claimed(now, 3), [])
      })
    )

    it.effect("leases the mails that it claims for five minutes, for when their sweep dies", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        yield* seeded(cleo)
        const mail = aTelling(newId(), cleo.id, "mail")
        yield* tell(now, mail)
        for (let at = now; at < now + day; at += 5 * minute) {
          assert.deepStrictEqual(yield* claimed(at), [mail.id])
          assert.deepStrictEqual(yield* claimed(at + 5 * minute - 1), [])
        }
      })
    )

    it.effect("has a mail that could not be sent for now due again, later from try to try, up to an hour", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const mail = aTelling(newId(), cleo.id, "mail")
        yield* tell(now, mail)
        let at = now
        for (const minutes of [1, 5, 25, 60, 60, 60]) {
          assert.deepStrictEqual(yield* claimed(at), [mail.id])
          yield* notifications.recordMailOutcomes([{ id: mail.id, status: "queued", error: "busy" }], at)
          at += minutes * minute
          assert.deepStrictEqual(yield* claimed(at - 1), [], `after ${minutes} minutes`)
        }
      })
    )

    it.effect("lets a mail go that was not tried: due again in ten seconds, as if it had not been claimed", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const mail = aTelling(newId(), cleo.id, "mail")
        yield* tell(now, mail)
        let at = now
        for (let turn = 0; turn < 3; turn++) {
          assert.deepStrictEqual(yield* claimed(at), [mail.id])
          yield* notifications.recordMailOutcomes([{ id: mail.id, status: "untried", error: null }], at)
          at += 10_000
          assert.deepStrictEqual(yield* claimed(at - 1), [])
        }
        const [told] = (yield* list(cleo)).rows
        assert.deepInclude(told, { status: "queued", error: null, sentAt: null })
        // Its first try is still to come.
        assert.deepStrictEqual(yield* claimed(at), [mail.id])
        yield* notifications.recordMailOutcomes([{ id: mail.id, status: "queued", error: "busy" }], at)
        assert.deepStrictEqual(yield* claimed(at + minute), [mail.id])
      })
    )

    it.effect("gives eight sweeps at once no mail twice", () =>
      Effect.gen(function* () {
        const people = Array.from({ length: 20 }, () => aCandidate())
        yield* seeded(...people)
        const mails = people.flatMap(({ id }) => Array.from({ length: 20 }, () => aTelling(newId(), id, "mail")))
        yield* tell(now, ...mails)
        const sweeps = Array.from({ length: 8 }, () => claimed(now, 100))
        const swept = (yield* Effect.all(sweeps, { concurrency: "unbounded" })).flat()
        const rest = yield* claimed(now, 400)
        assert.sameMembers([...swept, ...rest], idsOf(mails))
        assert.isAtLeast(swept.length, 100)
      })
    )

    it.effect("writes what became of mails: sent or failed they are due no more, queued they are", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const [sent, failed, queued] = [newId(), newId(), newId()].map((id) => aTelling(id, cleo.id, "mail")) as [
          NewNotification,
          NewNotification,
          NewNotification
        ]
        yield* tell(now, sent, failed, queued)
        yield* claimed(now)
        yield* notifications.recordMailOutcomes(
          [
            { id: sent.id, status: "sent", error: null },
            { id: failed.id, status: "failed", error: "no such mailbox" },
            { id: queued.id, status: "queued", error: "busy" },
            { id: newId(), status: "sent", error: null }
          ],
          now + 1
        )
        const outcomes = Effect.map(list(cleo), ({ rows }) =>
          rows.map(({ id, status, error, sentAt }) => ({ id, status, error, sentAt }))
        )
        const settled = [
          { id: sent.id, status: "sent", error: null, sentAt: now + 1 },
          { id: failed.id, status: "failed", error: "no such mailbox", sentAt: null }
        ]
        assert.sameDeepMembers<unknown>(yield* outcomes, [
          ...settled,
          { id: queued.id, status: "queued", error: "busy", sentAt: null }
        ])
        assert.deepStrictEqual(yield* claimed(now + day), [queued.id])
        // One whose lease ran out comes late: what was settled stays so.
        const late = [sent, failed].flatMap(({ id }) => [
          { id, status: "queued", error: "late" } as const,
          { id, status: "failed", error: "late" } as const
        ])
        for (const outcome of late) yield* notifications.recordMailOutcomes([outcome], now + 2)
        yield* notifications.recordMailOutcomes([{ id: queued.id, status: "sent", error: null }], now + 3)
        yield* notifications.recordMailOutcomes([], now + 3)
        assert.sameDeepMembers<unknown>(yield* outcomes, [
          ...settled,
          { id: queued.id, status: "sent", error: null, sentAt: now + 3 }
        ])
        assert.deepStrictEqual(yield* claimed(now + 9 * day), [])
      })
    )

    it.effect("keeps a reason whatever it quotes, even what no column can hold", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const mail = aTelling(newId(), cleo.id, "mail")
        yield* tell(now, mail)
        yield* notifications.recordMailOutcomes(
          [{ id: mail.id, status: "failed", error: "no such mailbox: a\0b \ud83e" }],
          now
        )
        assert.match((yield* list(cleo)).rows[0]?.error ?? "", /^no such mailbox: a.b .$/s)
      })
    )

    it.effect("settles a mail once, by whichever of ten at once, in whatever order they have them", () =>
      Effect.gen(function* () {
        const cleo = aCandidate()
        const notifications = yield* seeded(cleo)
        const mails = Array.from({ length: 300 }, () => aTelling(newId(), cleo.id, "mail"))
        yield* tell(now, ...mails)
        const outcomes = idsOf(mails).map((id) => ({ id, status: "sent", error: null }) as const)
        const turns = Array.from({ length: 10 }, (_, turn) =>
          notifications.recordMailOutcomes(turn % 2 === 0 ? outcomes : outcomes.toReversed(), now + turn)
        )
        yield* Effect.all(turns, { concurrency: "unbounded" })
        const { rows } = yield* list(cleo)
        assert.isTrue(rows.every(({ status, sentAt }) => status === "sent" && sentAt !== null))
        assert.deepStrictEqual(yield* claimed(now + day), [])
      })
    )

    /** A company with an invitation that was sent again, and the mails of both tokens, due since they were told. */
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
        aTelling(event.id, id, "mail", { template: "invitation", data: { ...facts, resends: sent } })
      ) as [NewNotification, NewNotification]
      const handled = [former, present].map((tell) => ({ eventId: tell.eventId, tells: [tell] }))
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
      const mail = aTelling(id, id, "mail", { template: "sign-in", data: { signInId: id, expiresAt } })
      yield* (yield* SignIns).request(request, mail, { atMost: 9, since: 0 })
      return { request, mail }
    })
    const sealedOf = (kind: "invitation" | "signIn", { id }: { readonly id: string }) =>
      Effect.map(store.kept(kind), (rows) => rows.find((row) => row.id === id)?.sealedToken)
    const unrelated = { isMember: false, sent: null, offer: null, invitation: null, signIn: null, sealedToken: null }

    it.effect("has the mail of an invitation with its address, its language, how it stands and the present token", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const { invitation, former, present } = yield* invitationMails()
        // Whoever has that address by now has another language, which is no matter.
        yield* store.seed([{ ...aCandidate(), email: "ada@b.example", locale: "nb" }])
        const { status, resends, expiresAt, sealedToken } = invitation
        const due = ({ id, recipientId, template, data }: NewNotification) => ({
          ...unrelated,
          ...{ id, recipientId, template, data, createdAt: now, companyId: null },
          email: "Ada@b.example",
          locale: "fr",
          invitation: { status, resends, expiresAt }
        })
        assert.sameDeepMembers<unknown>(
          [...(yield* notifications.claimMails(now, 10))],
          // What the former carried is the present one's no more.
          [due(former), { ...due(present), sealedToken }]
        )
      })
    )

    it.effect("has the mail of an invitation that is gone without an address", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const id = newId()
        const person = { id: newId(), firstName: "Kim", lastName: "Hansen" }
        const facts = { invitationId: id, resends: 0, expiresAt: now, personalMessage: null, companyName: "Acme" }
        yield* tell(now, aTelling(newId(), id, "mail", { template: "invitation", data: { ...facts, inviter: person } }))
        const [mail] = yield* notifications.claimMails(now, 10)
        assert.deepInclude(mail, { ...unrelated, email: null, locale: null })
      })
    )

    it.effect("has the mail that tells of an answer with the inviter's address, not with that of the invited", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const { acme, invitation } = yield* invitationMails({ status: "accepted" })
        const { manager } = acme
        yield* store.seed([{ ...manager, locale: "nb" }])
        yield* notifications.claimMails(now, 10)
        const { id: invitationId, email, status, resends, expiresAt } = invitation
        const member = { id: newId(), firstName: "Ada", lastName: "Berg" }
        const tells = (
          [
            { template: "invitation-accepted", data: { invitationId, email, member } },
            { template: "invitation-declined", data: { invitationId, email } }
          ] as const
        ).flatMap((telling) =>
          [manager.id, newId()].map((recipient) => aTelling(newId(), recipient, "mail", telling, acme.id))
        )
        yield* tell(now, ...tells)
        const mails = yield* notifications.claimMails(now, 10)
        assert.sameDeepMembers<unknown>(
          [...mails],
          tells.map(({ id, recipientId, template, data, companyId }) => ({
            ...unrelated,
            ...{ id, recipientId, template, data, createdAt: now, companyId },
            invitation: { status, resends, expiresAt },
            ...(recipientId === manager.id
              ? { email: manager.email, locale: "nb", isMember: true }
              : { email: null, locale: null })
          }))
        )
      })
    )

    it.effect("has the mail of a sign-in with the account's own address, null where there is none", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const candidate = { ...aCandidate(), email: "Ada@b.example", locale: "nb" }
        yield* store.seed([candidate])
        const [known, unknown] = [yield* signInMail("aDA@b.example"), yield* signInMail("nobody@b.example")]
        const due = ({ request, mail }: typeof known) => ({
          ...unrelated,
          ...{ id: mail.id, recipientId: request.id, template: "sign-in", data: mail.data, createdAt: now },
          companyId: null,
          signIn: { expiresAt: request.expiresAt, usedAt: null },
          sealedToken: request.secret.sealed
        })
        assert.sameDeepMembers<unknown>(
          [...(yield* notifications.claimMails(now, 10))],
          [
            { ...due(known), email: "Ada@b.example", locale: "nb" },
            { ...due(unknown), email: null, locale: null }
          ]
        )
        yield* (yield* SignIns).take(known.request.secret.hash, now + 1)
        const again = yield* notifications.claimMails(now + day, 10)
        assert.deepInclude(
          again.find(({ id }) => id === known.mail.id),
          { signIn: { expiresAt: known.request.expiresAt, usedAt: now + 1 }, sealedToken: null }
        )
      })
    )

    it.effect(
      "forgets a sealed token once its mail is sent or failed for good, not while it is put off or untried",
      () =>
        Effect.gen(function* () {
          const notifications = yield* Notifications
          for (const status of ["sent", "failed", "queued", "untried"] as const) {
            yield* Effect.promise(() => store.clear())
            const { invitation, present } = yield* invitationMails()
            const [signIn, other] = [yield* signInMail("ada@b.example"), yield* signInMail("bo@b.example")]
            yield* claimed(now)
            const error = status === "failed" || status === "queued" ? "no" : null
            const outcomes = [present.id, signIn.mail.id].map((id) => ({ id, status, error }))
            yield* notifications.recordMailOutcomes(outcomes, now)
            const kept = status === "queued" || status === "untried"
            assert.strictEqual(yield* sealedOf("invitation", invitation), kept ? invitation.sealedToken : null, status)
            const { sealed } = signIn.request.secret
            assert.strictEqual(yield* sealedOf("signIn", signIn.request), kept ? sealed : null, status)
            assert.strictEqual(yield* sealedOf("signIn", other.request), other.request.secret.sealed)
            // Of the invitation nothing else has changed.
            const [row] = yield* store.kept("invitation")
            const { sealedToken: _, ...rest } = invitation
            assert.deepInclude(row, { ...rest, version: 2 })
          }
        })
    )

    it.effect("keeps the present token when the mail of a former one is settled, however late", () =>
      Effect.gen(function* () {
        const notifications = yield* Notifications
        const { invitation, former, present } = yield* invitationMails()
        yield* claimed(now)
        yield* notifications.recordMailOutcomes([{ id: former.id, status: "failed", error: "late" }], now)
        assert.strictEqual(yield* sealedOf("invitation", invitation), invitation.sealedToken)
        // What was settled before settles nothing again.
        yield* notifications.recordMailOutcomes([{ id: former.id, status: "sent", error: null }], now)
        assert.strictEqual(yield* sealedOf("invitation", invitation), invitation.sealedToken)
        yield* notifications.recordMailOutcomes([{ id: present.id, status: "sent", error: null }], now)
        assert.isNull(yield* sealedOf("invitation", invitation))
      })
    )

    it.effect(
      "settles the mails of invitations beside whoever sends them again or takes them back, and none dies",
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
          const tells = invitations.map(({ id, expiresAt }, index) =>
            aTelling(changes[index]?.events[0]?.id ?? "", id, "mail", {
              template: "invitation",
              data: { invitationId: id, resends: 0, expiresAt, personalMessage: null, companyName: "Acme", inviter }
            })
          )
          yield* (yield* Deliveries).markHandled(
            tells.map((tell) => ({ eventId: tell.eventId, tells: [tell] })),
            now
          )
          const outcomes = idsOf(tells).map((id) => ({ id, status: "sent", error: null }) as const)
          const again = invitations.map((invitation) => ({ ...invitation, resends: 1, sealedToken: "of another" }))
          const settle = notifications.recordMailOutcomes(outcomes.toReversed(), now)
          const resend = journal.commit(
            again.map((invitation) => invited(invitation, 1)),
            { at: now }
          )
          yield* Effect.all([settle, resend, settle], { concurrency: "unbounded" })
          const rows = yield* store.kept("invitation")
          assert.isTrue(rows.every(({ version, sealedToken }) => version === 2 && sealedToken === "of another"))
        })
    )
  })
