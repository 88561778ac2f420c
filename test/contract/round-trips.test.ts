import { assert, describe, it } from "@effect/vitest"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemoryMailer, layerMemoryQueue } from "@treff/adapters/memory"
import { layerSecrets } from "@treff/adapters/secrets"
import {
  aCandidate,
  aCompany,
  aManager,
  aNotification,
  anInvitation,
  anOffer,
  aSend,
  content,
  enrolled,
  everybodyOf,
  factsOf,
  invited,
  newId,
  now,
  partiesOf,
  sentOut,
  written
} from "@treff/contract-tests/fixtures"
import { Deliveries, EventLog, Journal, type RecordedEvent, relayEvents } from "@treff/domain/events"
import {
  Accounts,
  type Caller,
  changeSubRole,
  forgetSignIns,
  listMembers,
  removeMember,
  renameCompany,
  requestSignIn,
  Secrets,
  SignIns,
  signIn
} from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  type InvitationQuota,
  Invitations,
  inviteRecruiter,
  inviteRecruitersInBulk,
  listInvitations,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import {
  listNotifications,
  markAllNotificationsRead,
  markNotificationRead,
  Notifications
} from "@treff/domain/notifications"
import {
  archiveOffer,
  changeOfferSentStatus,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOfferSends,
  listOffers,
  listReceivedOffers,
  listSendsOfOffer,
  OfferSends,
  Offers,
  readOffer,
  readOfferHistory,
  readOfferSent,
  readReceivedOffer,
  sendOffer,
  sendOfferInBulk,
  transferOffer,
  updateOffer,
  withdrawEndedSends,
  withdrawOfferSent
} from "@treff/domain/offers"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { afterAll, beforeEach } from "vitest"
import { pgStore } from "./stores.ts"

const store = await pgStore()
let trips = 0
const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
const uncounted = Layer.merge(store.layer, layerUuid)
const layer = Layer.mergeAll(
  store.with({ onRoundTrip: () => void trips++ }),
  layerUuid,
  layerMailTemplates("https://treff.example"),
  secrets,
  layerMemoryMailer(new Map()),
  layerMemoryQueue(() => {})
)
beforeEach(store.clear)
afterAll(store.stop)

/** How many round trips it takes. */
const cost = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const before = trips
    return Effect.map(work, () => trips - before)
  })

const acme = aCompany()
const people = Array.from({ length: 50 }, () => aCandidate())
const [cleo, dag] = people as [(typeof people)[number], (typeof people)[number]]
const seedAndSetTime = Effect.andThen(store.seed([...everybodyOf(acme), ...people]), TestClock.setTime(now))
const offers = Effect.fnUntraced(function* (count: number, changes: Parameters<typeof anOffer>[0] = {}) {
  const made = Array.from({ length: count }, () =>
    anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })
  )
  yield* (yield* Journal).commit(
    made.map((offer) => written(offer)),
    { at: now }
  )
  return made
})
const offerIds = (...asked: Parameters<typeof offers>) =>
  Effect.map(offers(...asked), (made) => made.map(({ id }) => id))

describe("round trips, one after the other", () => {
  it.effect("each method of a port: 1", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const [id = ""] = yield* offerIds(1)
      const { admin } = acme
      const page = { number: 1, limit: 10 }
      const send = aSend(anOffer({ id }))
      const accounts = yield* Accounts
      const read = yield* Offers
      const sends = yield* OfferSends
      const log = yield* EventLog
      const journal = yield* Journal
      const deliveries = yield* Deliveries
      const notifications = yield* Notifications
      const invitations = yield* Invitations
      const signIns = yield* SignIns
      const times = { at: now, since: now - day }
      const invitation = anInvitation(acme)
      const signInId = newId()
      const signInMail = aNotification(signInId, signInId, ["mail"], {
        template: "sign-in",
        data: { signInId, expiresAt: now + day }
      })
      const secret = { hash: "hash", sealed: "sealed" }
      const request = { id: signInId, email: "ada@b.example", secret, createdAt: now, expiresAt: now + day }
      const quotas = [
        { kind: "open-invitations", companyId: acme.id, limit: 9, at: now },
        { kind: "sent-invitations", companyId: acme.id, inviterId: acme.manager.id, limit: 9, since: now - day }
      ] satisfies ReadonlyArray<InvitationQuota>
      const query = { status: null, offerId: null, candidateId: null, at: now, page }
      const methods: Record<string, Effect.Effect<unknown, unknown>> = {
        confirm: accounts.confirm(admin),
        findByEmail: accounts.findByEmail(admin.email),
        findMember: accounts.findMember(admin, acme.colleague.id),
        members: accounts.members(admin, page),
        findCompany: accounts.findCompany(admin),
        findForInviting: invitations.findForInviting(acme.manager, ["ada@b.example"], times),
        "find an invitation": invitations.find(acme.manager, invitation.id, times),
        findByToken: invitations.findByToken(invitation.tokenHash, "ada"),
        "list invitations": invitations.list(acme.manager, { ...everyInvitation, at: now }),
        "due invitations": invitations.due(now, 10),
        "circumstances of invitations": invitations.circumstances([invitation.id]),
        "commit within limits": journal.commit([invited(invitation)], { at: now, quotas }),
        "commitEach within limits": journal.commitEach([invited(anInvitation(acme))], { at: now, quotas }),
        request: signIns.request(request, signInMail, { atMost: 5, since: 0 }),
        take: signIns.take("hash", now),
        forget: signIns.forget(now, 10),
        "invitations for their mails": invitations.mailed([invitation.id, newId()]),
        "sign-ins for their mails": signIns.mailed([signInId, newId()]),
        states: sends.states([
          { offerSentId: send.id, offerId: id },
          { offerSentId: null, offerId: id }
        ]),
        unanswered: sends.unanswered([cleo.id], 1_000),
        find: read.find(admin, id),
        findWithRespondents: read.findWithRespondents(admin, id),
        findForTransfer: read.findForTransfer(admin, id, acme.colleague.id),
        withPeople: read.withPeople([id], [admin.id]),
        list: read.list(admin, { status: "expired", at: now, page }),
        due: read.due("expiresAt", now, 10),
        "find a send": sends.find(admin, send.id),
        findReceived: sends.findReceived(cleo, id),
        findForSending: sends.findForSending(admin, id, [cleo.id]),
        "list sends": sends.list(admin, query),
        listOfOffer: sends.listOfOffer(admin, id, query),
        listReceivedOffers: sends.listReceivedOffers(cleo, query),
        ended: sends.ended([{ offerId: id, term: 1 }], 1_000),
        circumstances: sends.circumstances([{ id: send.id, ...partiesOf(send) }]),
        history: read.history(admin, id, page),
        typesAfter: log.typesAfter({ type: "offer", id }, 0),
        commit: journal.commit([written(anOffer()), written(anOffer()), sentOut(send)], {
          at: now,
          preconditions: [
            { kind: "account", id: admin.id, version: 0 },
            { kind: "offer", id, version: 1 }
          ]
        }),
        commitEach: journal.commitEach([written(anOffer())], { at: now }),
        claim: deliveries.claim(now, 10),
        markHandled: deliveries.markHandled([{ eventId: id, notifications: [aNotification(id, cleo.id)] }], now),
        noteFailure: deliveries.noteFailure([id], "it broke"),
        bury: deliveries.bury({ id: newId(), eventId: id, message: {}, error: "it broke", failedAt: now }),
        buried: deliveries.buried(null, 10),
        replay: deliveries.replay([id], now),
        "list notifications": notifications.list(cleo, { unread: true, channel: "inbox", page }),
        markRead: notifications.markRead(cleo, id, now),
        markAllRead: notifications.markAllRead(cleo, now),
        claimMails: notifications.claimMails(now, 100),
        recordMailOutcomes: notifications.recordMailOutcomes([{ id, status: "sent", error: null }], now)
      }
      for (const [name, method] of Object.entries(methods)) assert.strictEqual(yield* cost(method), 1, name)
    }).pipe(Effect.provide(layer))
  )

  it.effect("a list 1, a read 1, a history 1, a command 2, handling an event 1", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const [id = ""] = yield* offerIds(1)
      const { admin, colleague } = acme
      const change = { caller: admin, id }
      const page = { number: 1, limit: 10 }
      // In this order each of them has something to do.
      const costs: Record<string, number> = {
        list: yield* cost(listOffers(admin, { status: "active", page })),
        read: yield* cost(readOffer(admin, id)),
        history: yield* cost(readOfferHistory(admin, id, page)),
        create: yield* cost(createOffer(admin, content())),
        update: yield* cost(updateOffer(change, content({ title: "Cook" }))),
        transfer: yield* cost(transferOffer(change, colleague.id)),
        disable: yield* cost(disableOffer(change)),
        enable: yield* cost(enableOffer(change)),
        archive: yield* cost(archiveOffer(change)),
        again: yield* cost(archiveOffer(change)),
        delete: yield* cost(deleteOffer(change)),
        handle: yield* cost(handleEvents(written(anOffer()).events, allReactions))
      }
      assert.deepStrictEqual(costs, {
        list: 1,
        read: 1,
        history: 1,
        create: 2,
        update: 2,
        transfer: 2,
        disable: 2,
        enable: 2,
        archive: 2,
        again: 1,
        delete: 2,
        handle: 1
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("of sends: a read 1, a list 1, a send 2, a status 2, a delete 2, a candidate's first read 2", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const [offerId = "", otherOfferId = ""] = yield* offerIds(2)
      const { admin, recruiter } = acme
      const page = { number: 1, limit: 10 }
      const query = { status: null, offerId: null, candidateId: null, page }
      const request = { offerId, candidateId: cleo.id, message: "For you" }
      const send = (candidateId: string, offerId: string) =>
        Effect.map(sendOffer(admin, { offerId, candidateId, message: null }), ({ value }) => value.value.id)
      const [one, two] = [yield* send(dag.id, offerId), yield* send(cleo.id, otherOfferId)]
      const views = { views: true }
      const costs: Record<string, number> = {
        send: yield* cost(sendOffer(recruiter, request)),
        refused: yield* cost(Effect.flip(sendOffer(recruiter, request))),
        read: yield* cost(readOfferSent(admin, one, views)),
        list: yield* cost(listOfferSends(admin, query)),
        "list of own offers": yield* cost(listOfferSends(recruiter, query)),
        "list of an offer": yield* cost(listSendsOfOffer(admin, offerId, query)),
        "list of a candidate": yield* cost(listOfferSends(cleo, query)),
        "list of received offers": yield* cost(listReceivedOffers(cleo, page)),
        look: yield* cost(readOfferSent(cleo, two, { views: false })),
        "first read": yield* cost(readOfferSent(cleo, two, views)),
        "next read": yield* cost(readOfferSent(cleo, two, views)),
        "first read of an offer": yield* cost(readReceivedOffer(cleo, offerId, views)),
        "next read of an offer": yield* cost(readReceivedOffer(cleo, offerId, views)),
        status: yield* cost(changeOfferSentStatus({ caller: recruiter, id: one }, "responded")),
        "status again": yield* cost(changeOfferSentStatus({ caller: dag, id: one }, "responded")),
        delete: yield* cost(withdrawOfferSent({ caller: recruiter, id: one })),
        withdraw: yield* cost(withdrawOfferSent({ caller: cleo, id: two }))
      }
      assert.deepStrictEqual(costs, {
        send: 2,
        refused: 1,
        read: 1,
        list: 1,
        "list of own offers": 1,
        "list of an offer": 1,
        "list of a candidate": 1,
        "list of received offers": 1,
        look: 1,
        "first read": 2,
        "next read": 1,
        "first read of an offer": 2,
        "next read of an offer": 1,
        status: 2,
        "status again": 1,
        delete: 2,
        withdraw: 2
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("sending in bulk to fifty: 2, and 3 where somebody else has sent it to one of them meanwhile", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const [alone = "", beside = ""] = yield* offerIds(2)
      const bulk = (offerId: string) => {
        const candidateIds = people.map(({ id }) => id)
        return sendOfferInBulk(acme.recruiter, { offerId, candidateIds, message: "For you" })
      }
      assert.strictEqual(yield* cost(bulk(alone)), 2)
      assert.strictEqual(yield* cost(bulk(alone)), 1)
      const journal = yield* Journal
      const rival = { offerId: beside, candidateId: cleo.id, message: null }
      const overtaken = Journal.of({
        ...journal,
        commitEach: (...args) =>
          Effect.andThen(
            Effect.orDie(Effect.provide(sendOffer(acme.admin, rival), uncounted)),
            journal.commitEach(...args)
          )
      })
      const work = Effect.map(bulk(beside), ({ created, failures }) =>
        assert.deepStrictEqual([created.length, failures.length], [49, 1])
      )
      assert.strictEqual(yield* cost(Effect.provideService(work, Journal, overtaken)), 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect("of notifications: a list 1, marking 1, marking all 1", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const query = { unread: true, channel: null, page: { number: 1, limit: 10 } }
      assert.strictEqual(yield* cost(listNotifications(cleo, query)), 1)
      assert.strictEqual(yield* cost(Effect.flip(markNotificationRead(cleo, newId()))), 1)
      assert.strictEqual(yield* cost(markAllNotificationsRead(cleo)), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("a command that finds its offer past its date, all the same: 2", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const [id = ""] = yield* offerIds(1, { jobStartsAt: now - 1 })
      assert.strictEqual(yield* cost(archiveOffer({ caller: acme.admin, id })), 2)
      const [past = ""] = yield* offerIds(1, { jobStartsAt: now - 1 })
      const send = Effect.flip(sendOffer(acme.admin, { offerId: past, candidateId: cleo.id, message: null }))
      assert.strictEqual(yield* cost(send), 2)
      assert.strictEqual(yield* cost(send), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("relaying: 1 per hundred events", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      yield* offers(250)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* cost(relayEvents()), 3)
      assert.strictEqual(yield* cost(relayEvents()), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("sweeping: 2 per thousand offers", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      yield* offers(1_500, { jobStartsAt: now })
      assert.strictEqual(yield* cost(expireDueOffers("jobStartsAt", 20)), 4)
      assert.strictEqual(yield* cost(expireDueOffers("jobStartsAt", 20)), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("cascading: 2 per thousand sends, of whichever offers", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const ended = yield* offers(2, { status: "archived" })
      yield* (yield* Journal).commit(
        ended.flatMap((offer) => Array.from({ length: 750 }, () => sentOut(aSend(offer)))),
        { at: now }
      )
      const ends = ended.map(({ id: offerId }) => ({ offerId, term: 1, reason: "offer_archived" }) as const)
      assert.strictEqual(yield* cost(withdrawEndedSends(ends, 20)), 4)
      assert.strictEqual(yield* cost(withdrawEndedSends(ends, 20)), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("handling a hundred events of sends: 2; of ends of terms: 2 and 2 per thousand sends", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const hundred = yield* offers(100)
      const sends = hundred.map((offer, index) => aSend(offer, people[index % 50]?.id))
      const made = sends.map((send) => sentOut(send))
      yield* (yield* Journal).commit(made, { at: now })
      const events = made.flatMap(({ events }) => events)
      const handled = Effect.map(handleEvents(events, allReactions), ({ handled, mails }) =>
        assert.deepStrictEqual([handled.size, mails], [100, true])
      )
      assert.strictEqual(yield* cost(handled), 2)
      for (const { id } of hundred) yield* archiveOffer({ caller: acme.admin, id })
      const due = yield* (yield* Deliveries).claim(now + 60_000, 1_000)
      const ends = due.filter(({ type }) => type === "offer.archived")
      assert.strictEqual(ends.length, 100)
      assert.strictEqual(yield* cost(handleEvents(ends, allReactions)), 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "sending mails: 3 per hundred of one context: taking them, whether they are still true, what became of them",
    () =>
      Effect.gen(function* () {
        yield* seedAndSetTime
        const made = yield* offers(1)
        const events = made.flatMap((offer) => written(offer, 1).events)
        const state = made[0] as (typeof made)[number]
        const [event] = events as [RecordedEvent]
        const journal = yield* Journal
        const recipients = Array.from({ length: 250 }, (_, index) => people[index]?.id ?? newId())
        const others = recipients.slice(people.length).map((id) => ({ ...cleo, id, email: `${id}@example.org` }))
        yield* store.seed(others)
        const notifications = recipients.map((id) => aNotification(event.id, id, ["inbox", "mail"]))
        yield* journal.commitEach([{ kind: "offer", expectedVersion: 1, state, events }], { at: now, notifications })
        for (const expected of [
          { sent: 100, finished: false },
          { sent: 100, finished: false },
          { sent: 50, finished: true }
        ]) {
          const sent = Effect.map(sendDueMails(allReactions), (outcome) => assert.deepStrictEqual(outcome, expected))
          assert.strictEqual(yield* cost(sent), 3)
        }
        assert.strictEqual(yield* cost(sendDueMails(allReactions)), 1)
      }).pipe(Effect.provide(layer))
  )

  it.effect("sending mails of several contexts: 2 and 1 for each that has something to look at", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const { manager } = acme
      const deliveries = yield* Deliveries
      const journal = yield* Journal
      const invite = (email: string) => inviteRecruiter(manager, { email, personalMessage: null, locale: null })
      const { value: invitation } = yield* invite("ada@b.example")
      // That an invitation was answered stays true.
      const answer = {
        template: "invitation-declined",
        data: { invitationId: invitation.id, email: invitation.email }
      }
      const notified = Effect.fnUntraced(function* (content?: typeof answer) {
        const change = written(anOffer())
        yield* journal.commit([change], { at: now })
        const eventId = change.events[0]?.id ?? ""
        const notification = aNotification(eventId, manager.id, ["mail"], content, acme.id)
        yield* deliveries.markHandled([{ eventId, notifications: [notification] }], now)
      })
      const handled = Effect.fnUntraced(function* () {
        const due = yield* deliveries.claim(now + 60_000, 1_000)
        yield* handleEvents(due, allReactions)
      })
      const sends = (sent: number) =>
        cost(
          Effect.map(sendDueMails(allReactions), (outcome) => assert.deepStrictEqual(outcome, { sent, finished: true }))
        )
      yield* handled()
      assert.strictEqual(yield* sends(1), 3)
      yield* notified(answer)
      assert.strictEqual(yield* sends(1), 2)
      yield* requestSignIn(manager.email)
      assert.strictEqual(yield* sends(1), 3)
      yield* invite("bo@b.example")
      yield* handled()
      yield* requestSignIn(manager.email)
      yield* notified(answer)
      yield* notified()
      assert.strictEqual(yield* sends(4), 5)
    }).pipe(Effect.provide(layer))
  )

  it.effect("of invitations: a list 1, looking at one 1, an invitation 2, an answer 2, a change 2", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const { manager } = acme
      const mia = aManager(null)
      yield* store.seed([mia])
      const inviting = (email: string, caller: Caller = manager) =>
        inviteRecruiter(caller, { email, personalMessage: null, locale: null })
      const toOpen = Effect.fnUntraced(function* (email: string) {
        const { id, sealedToken } = (yield* inviting(email)).value
        return { id, token: yield* opened(sealedToken) }
      })
      const [one, two, three, four] = [
        yield* toOpen("one@b.example"),
        yield* toOpen("two@b.example"),
        yield* toOpen("three@b.example"),
        yield* toOpen(cleo.email)
      ]
      const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
      const change = (id: string) => ({ caller: manager, id })
      const costs: Record<string, number> = {
        "first invite": yield* cost(inviting("ada@b.example", mia)),
        invite: yield* cost(inviting("ada@b.example")),
        "invite, refused": yield* cost(Effect.flip(inviting("ada@b.example"))),
        list: yield* cost(listInvitations(manager, everyInvitation)),
        validate: yield* cost(readInvitation(one.token)),
        "validate, unknown": yield* cost(Effect.flip(readInvitation("guessed"))),
        accept: yield* cost(acceptInvitation({ token: one.token, caller: null, profile })),
        "accept, refused": yield* cost(Effect.flip(acceptInvitation({ token: one.token, caller: null, profile }))),
        join: yield* cost(acceptInvitation({ token: four.token, caller: cleo, profile })),
        decline: yield* cost(declineInvitation(two.token)),
        resend: yield* cost(resendInvitation(change(three.id))),
        revoke: yield* cost(revokeInvitation(change(three.id)))
      }
      assert.deepStrictEqual(costs, {
        "first invite": 2,
        invite: 2,
        "invite, refused": 1,
        list: 1,
        validate: 1,
        "validate, unknown": 1,
        accept: 2,
        "accept, refused": 1,
        join: 2,
        decline: 2,
        resend: 2,
        revoke: 2
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("of members and the company: a list 1, a change 2; to sign in: a request 1, a link 1, forgetting 1", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const { manager, recruiter, colleague } = acme
      const requested = yield* cost(requestSignIn(recruiter.email))
      const [row] = yield* store.rowsOf("signIn")
      const token = yield* opened(row?.sealedToken)
      const costs: Record<string, number> = {
        request: requested,
        "sign in": yield* cost(signIn(token)),
        "sign in again": yield* cost(Effect.flip(signIn(token))),
        forget: yield* cost(forgetSignIns(20)),
        members: yield* cost(listMembers(manager, { number: 1, limit: 20 })),
        "sub-role": yield* cost(changeSubRole({ caller: manager, id: recruiter.id }, "recruiter_admin")),
        "sub-role again": yield* cost(changeSubRole({ caller: manager, id: recruiter.id }, "recruiter_admin")),
        remove: yield* cost(removeMember({ caller: manager, id: colleague.id })),
        rename: yield* cost(renameCompany({ caller: manager, name: "Acme Bakery" }))
      }
      assert.deepStrictEqual(costs, {
        request: 1,
        "sign in": 1,
        "sign in again": 1,
        forget: 1,
        members: 1,
        "sub-role": 2,
        "sub-role again": 1,
        remove: 2,
        rename: 2
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("inviting a hundred in bulk: 2, and 3 where somebody else has invited them meanwhile", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const { manager } = acme
      const contents = (domain: string) =>
        Array.from({ length: 100 }, (_, index) => ({
          email: `${index}@${domain}`,
          personalMessage: null,
          locale: null
        }))
      assert.strictEqual(yield* cost(inviteRecruitersInBulk(manager, contents("b.example"))), 2)
      assert.strictEqual(yield* cost(inviteRecruitersInBulk(manager, contents("b.example"))), 1)
      const journal = yield* Journal
      const bulk = inviteRecruitersInBulk(manager, contents("c.example").slice(0, 90))
      const raced = (rival: typeof bulk) =>
        Journal.of({
          ...journal,
          commitEach: (...args) =>
            Effect.andThen(
              Effect.orDie(Effect.provide(rival, Layer.merge(uncounted, secrets))),
              journal.commitEach(...args)
            )
        })
      // Somebody who invites one of them costs nothing more: that one is invited, and it is said.
      const one = inviteRecruitersInBulk(manager, contents("c.example").slice(0, 1))
      const others = Effect.map(bulk, (outcomes) =>
        assert.deepStrictEqual(outcomes, ["AlreadyInvited", ...Array(89).fill("Invited")])
      )
      assert.strictEqual(yield* cost(Effect.provideService(others, Journal, raced(one))), 2)
      yield* TestClock.adjust("4 days")
      const none = Effect.map(bulk, (outcomes) => assert.deepStrictEqual(outcomes, Array(90).fill("AlreadyInvited")))
      assert.strictEqual(yield* cost(Effect.provideService(none, Journal, raced(bulk))), 3)
    }).pipe(Effect.provide(layer))
  )

  it.effect(
    "handling a hundred events of invitations: 2; sweeping them: 2 per thousand; their mails: 3 per hundred",
    () =>
      Effect.gen(function* () {
        yield* seedAndSetTime
        const sent = Array.from({ length: 1_100 }, (_, index) =>
          anInvitation(acme, { sealedToken: null, expiresAt: now + (index < 100 ? 9 : 1) * day })
        )
        const made = sent.map((invitation) => invited(invitation))
        yield* (yield* Journal).commit(made, { at: now })
        const handled = Effect.map(
          handleEvents(
            made.slice(0, 100).flatMap(({ events }) => events),
            allReactions
          ),
          ({ handled, mails }) => assert.deepStrictEqual([handled.size, mails], [100, true])
        )
        assert.strictEqual(yield* cost(handled), 2)
        assert.strictEqual(yield* cost(sendDueMails(allReactions)), 3)
        yield* TestClock.adjust("1 day")
        const swept = Effect.map(expireDueInvitations(20), (outcome) =>
          assert.deepStrictEqual(outcome, { expired: 1_000, finished: true })
        )
        // A thousand, and to see that there are no more.
        assert.strictEqual(yield* cost(swept), 3)
        assert.strictEqual(yield* cost(expireDueInvitations(20)), 1)
      }).pipe(Effect.provide(layer))
  )

  it.effect("handling that candidates have become recruiters: 1, and 2 per thousand sends", () =>
    Effect.gen(function* () {
      yield* seedAndSetTime
      const hundred = yield* offers(100)
      const sends = hundred.map((offer, index) => aSend(offer, people[index % 50]?.id))
      yield* (yield* Journal).commit(
        sends.map((send) => sentOut(send)),
        { at: now }
      )
      const joined = people.map((person) => {
        const change = enrolled(factsOf(person), 0)
        const [event] = change.events as [RecordedEvent]
        const data = { role: "recruiter", subRole: "recruiter_user", formerRole: "candidate", invitationId: newId() }
        return { ...change, events: [{ ...event, data } as RecordedEvent] }
      })
      yield* (yield* Journal).commit(joined, { at: now })
      assert.strictEqual(
        yield* cost(
          handleEvents(
            joined.flatMap(({ events }) => events),
            allReactions
          )
        ),
        3
      )
      const rows = yield* store.rowsOf("offerSent")
      assert.isTrue(rows.every(({ status }) => status === "withdrawn"))
    }).pipe(Effect.provide(layer))
  )
})

const everyInvitation = { status: null, order: "createdAt", descending: true, number: 0, size: 20 } as const

const opened = Effect.fnUntraced(function* (sealed: unknown) {
  const token = yield* (yield* Secrets).open(String(sealed))
  return token === null ? "none" : Redacted.value(token)
})
