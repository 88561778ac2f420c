import { assert, describe, it } from "@effect/vitest"
import {
  aCompany,
  aNotification,
  anEvent,
  anInvitation,
  anOffer,
  aSend,
  everybodyOf,
  invited,
  newId,
  now,
  removed,
  sentOut,
  takenBack,
  written
} from "@treff/contract-tests/fixtures"
import { Deliveries, EventLog, Journal } from "@treff/domain/events"
import { Accounts, SignIns } from "@treff/domain/identity"
import { type InvitationQuota, Invitations } from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import { Notifications } from "@treff/domain/notifications"
import { OfferSends, Offers } from "@treff/domain/offers"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import { afterAll, beforeEach } from "vitest"
import type { OnRequest } from "../../apps/local/src/neon-endpoint.ts"
import { neonStore, pgStore } from "./stores.ts"

const neon = await neonStore()
const pg = await pgStore()
const stores = [neon, pg]
const { endpoint } = neon
beforeEach(async () => {
  endpoint.onRequest = undefined
  for (const store of stores) await store.clear()
})
afterAll(async () => {
  for (const store of stores) await store.stop()
})

const options = { at: now }
const everyMethod = Effect.fnUntraced(function* () {
  const { admin } = aCompany()
  const accounts = yield* Accounts
  const offers = yield* Offers
  const log = yield* EventLog
  const journal = yield* Journal
  const deliveries = yield* Deliveries
  const sends = yield* OfferSends
  const notifications = yield* Notifications
  const invitations = yield* Invitations
  const signIns = yield* SignIns
  const id = newId()
  const page = { number: 1, limit: 1 }
  const times = { at: now, since: now }
  const invitationQuery = { status: null, order: "email", descending: false, at: now, number: 0, size: 1 } as const
  const asking = () => {
    const id = newId()
    const request = { id, email: "ada@b.example", secret: { hash: id, sealed: id }, createdAt: now, expiresAt: now }
    return signIns.request(request, aNotification(id, id, ["mail"]), { atMost: 5, since: 0 })
  }
  const query = { status: null, offerId: null, candidateId: null, at: now, page }
  return {
    confirm: accounts.confirm(admin),
    find: offers.find(admin, id),
    findForTransfer: offers.findForTransfer(admin, id, id),
    list: offers.list(admin, { status: null, at: now, page }),
    due: offers.due("expiresAt", now, 1),
    history: offers.history(admin, id, page),
    typesAfter: log.typesAfter({ type: "offer", id }, 0),
    commit: journal.commit([written(anOffer())], options),
    commitEach: journal.commitEach([written(anOffer())], options),
    claim: deliveries.claim(now, 1),
    markHandled: deliveries.markHandled([{ eventId: id, notifications: [aNotification(id, id)] }], now),
    noteFailure: deliveries.noteFailure([id], "it broke"),
    bury: deliveries.bury({ id, eventId: null, message: null, error: "it broke", failedAt: now }),
    buried: deliveries.buried(null, 1),
    replay: deliveries.replay([id], now),
    findWithRespondents: offers.findWithRespondents(admin, id),
    withPeople: offers.withPeople([id], [id]),
    "find a send": sends.find(admin, id),
    findReceived: sends.findReceived(admin, id),
    findForSending: sends.findForSending(admin, id, [id]),
    "list sends": sends.list(admin, query),
    listOfOffer: sends.listOfOffer(admin, id, query),
    listReceivedOffers: sends.listReceivedOffers(admin, query),
    ended: sends.ended([{ offerId: id, term: 1 }], 1),
    circumstances: sends.circumstances([{ id, offerId: id, term: 1, candidateId: id, senderId: id }]),
    "list notifications": notifications.list(admin, { unread: null, channel: null, page }),
    markRead: notifications.markRead(admin, id, now),
    markAllRead: notifications.markAllRead(admin, now),
    findByEmail: accounts.findByEmail(admin.email),
    findMember: accounts.findMember(admin, id),
    members: accounts.members(admin, page),
    findCompany: accounts.findCompany(admin),
    findForInviting: invitations.findForInviting(admin, ["ada@b.example"], times),
    "find an invitation": invitations.find(admin, id, times),
    findByToken: invitations.findByToken(id, null),
    "list invitations": invitations.list(admin, invitationQuery),
    "due invitations": invitations.due(now, 1),
    "circumstances of invitations": invitations.circumstances([id]),
    "invitations for their mails": invitations.mailed([id]),
    unanswered: sends.unanswered([id], 1),
    states: sends.states([{ offerSentId: id, offerId: id }]),
    "commit within limits": journal.commit([invited(anInvitation(aCompany()))], { ...options, quotas: limits(id, 9) }),
    "commitEach within limits": journal.commitEach([invited(anInvitation(aCompany()))], {
      ...options,
      quotas: limits(id, 9)
    }),
    request: Effect.suspend(asking),
    take: signIns.take(id, now),
    forget: signIns.forget(now, 1),
    "sign-ins for their mails": signIns.mailed([id]),
    claimMails: notifications.claimMails(now, 1),
    recordMailOutcomes: notifications.recordMailOutcomes([{ id, status: "sent", error: null }], now)
  } as Record<string, Effect.Effect<unknown, { readonly _tag: string }>>
})

/** That no more than so many are open in a company, and were sent by nobody in particular. */
const limits = (companyId: string, limit: number): ReadonlyArray<InvitationQuota> => [
  { kind: "open-invitations", companyId, limit, at: now },
  { kind: "sent-invitations", companyId, inviterId: companyId, limit, since: now - day }
]

/** The first request goes wrong, those after it do not. */
const once = (fault: ReturnType<OnRequest>): OnRequest => {
  let asked = 0
  return () => (asked++ === 0 ? fault : undefined)
}
const never = new Promise<undefined>(() => {})

const versionOf = Effect.fnUntraced(function* (id: string) {
  const { rows } = yield* Effect.promise(() =>
    neon.database.pool.query(
      "select (select version from offer where id = $1) as version, (select count(*)::int from event where subject_id = $1) as events",
      [id]
    )
  )
  return rows[0] as { readonly version: number | null; readonly events: number }
})

describe("a store that does not answer", () => {
  it.effect.each([{ down: "before" }, { down: "before", status: 503 }, { down: "after", status: 500 }] as const)(
    "is unavailable, whatever is asked of it: %o",
    (fault) =>
      Effect.gen(function* () {
        for (const [name, ask] of Object.entries(yield* everyMethod())) {
          endpoint.onRequest = () => fault
          assert.strictEqual((yield* Effect.flip(ask))._tag, "StoreUnavailable", name)
          endpoint.onRequest = undefined
          // It mends by itself; what there is then to say is the port's.
          const after = yield* Effect.result(ask)
          if (after._tag === "Failure") assert.include(["CallerStale", "StaleVersion"], after.failure._tag, name)
        }
      }).pipe(Effect.provide(neon.layer))
  )

  it.effect("in time is unavailable: over HTTP", () =>
    Effect.gen(function* () {
      for (const [name, ask] of Object.entries(yield* everyMethod())) {
        endpoint.onRequest = once(never)
        const fiber = yield* Effect.forkChild(Effect.flip(ask))
        yield* TestClock.adjust("1 second")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "StoreUnavailable", name)
      }
    }).pipe(Effect.provide(neon.with({ timeout: 1_000 })))
  )

  it.effect("in time is unavailable: behind a lock", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const client = yield* Effect.promise(() => pg.database.pool.connect())
      yield* Effect.promise(() => client.query("begin; lock table offer in access exclusive mode"))
      const fiber = yield* Effect.forkChild(Effect.flip(offers.due("expiresAt", now, 1)))
      yield* TestClock.adjust("999 millis")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 millis")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "StoreUnavailable", operation: "Offers.due" })
      yield* Effect.promise(() => client.query("rollback"))
      client.release()
      assert.deepStrictEqual(yield* offers.due("expiresAt", now, 1), [])
    }).pipe(Effect.provide(pg.with({ timeout: 1_000 })))
  )
})

describe("a commit", () => {
  it.effect("whose answer is lost has happened, once, and says so", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const fault of [{ down: "after" }, { down: "after", status: 502 }] as const) {
        const offer = anOffer()
        endpoint.onRequest = once(fault)
        yield* journal.commit([written(offer)], options)
        assert.deepStrictEqual(yield* versionOf(offer.id), { version: 1, events: 1 })
        endpoint.onRequest = once(fault)
        yield* journal.commit([removed(offer, 1)], options)
        assert.deepStrictEqual(yield* versionOf(offer.id), { version: null, events: 2 })
      }
    }).pipe(Effect.provide(neon.layer))
  )

  it.effect("within limits is one request, lock and all; whose answer is lost has happened, once, and says so", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const acme = aCompany()
      yield* neon.seed(everybodyOf(acme))
      const quotas = limits(acme.id, 2)
      let requests = 0
      endpoint.onRequest = () => void requests++
      yield* journal.commit([invited(anInvitation(acme))], { ...options, quotas })
      assert.strictEqual(requests, 1)
      for (const fault of [{ down: "after" }, { down: "after", status: 502 }] as const) {
        const invitation = anInvitation(acme)
        const made = yield* neon.rowsOf("invitation")
        endpoint.onRequest = once(fault)
        const commit = Effect.result(journal.commit([invited(invitation)], { ...options, quotas }))
        // The second one fills the limit; the third is over it, and nothing of it is there.
        assert.strictEqual((yield* commit)._tag, made.length === 1 ? "Success" : "Failure")
        assert.strictEqual((yield* neon.rowsOf("invitation")).length, 2)
      }
    }).pipe(Effect.provide(neon.layer))
  )

  it.effect("within limits that waits for a lock gives up in time, and is possible again after it", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const acme = aCompany()
      yield* pg.seed(everybodyOf(acme))
      const client = yield* Effect.promise(() => pg.database.pool.connect())
      yield* Effect.promise(() => client.query("begin"))
      yield* Effect.promise(() => client.query("select 1 from company where id = $1 for update", [acme.id]))
      const commit = journal.commit([invited(anInvitation(acme))], { ...options, quotas: limits(acme.id, 9) })
      const fiber = yield* Effect.forkChild(Effect.flip(commit))
      yield* TestClock.adjust("1 second")
      // Whether it happened is looked for: that takes no lock.
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "StoreUnavailable" })
      yield* Effect.promise(() => client.query("rollback"))
      client.release()
      yield* journal.commit([invited(anInvitation(acme))], { ...options, quotas: limits(acme.id, 9) })
    }).pipe(Effect.provide(pg.with({ timeout: 1_000 })))
  )

  it.effect("that did not arrive has written nothing, and fails", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const offer = anOffer()
      endpoint.onRequest = once({ down: "before" })
      const failure = yield* Effect.flip(journal.commit([written(offer)], options))
      assert.deepInclude(failure, { _tag: "StoreUnavailable", operation: "Journal.commit" })
      assert.deepStrictEqual(yield* versionOf(offer.id), { version: null, events: 0 })
    }).pipe(Effect.provide(neon.layer))
  )

  it.effect("that was stale and whose answer is lost fails: nothing of it is there", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const offer = anOffer()
      yield* journal.commit([written(offer)], options)
      endpoint.onRequest = once({ down: "after" })
      const failure = yield* Effect.flip(journal.commit([removed(offer, 7)], options))
      assert.strictEqual(failure._tag, "StoreUnavailable")
      assert.deepStrictEqual(yield* versionOf(offer.id), { version: 1, events: 1 })
    }).pipe(Effect.provide(neon.layer))
  )

  it.effect("of a sweep whose answer is lost answers what it wrote, and not what others had", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const [moved, available] = [anOffer(), anOffer()]
      yield* journal.commit([written(moved), written(available)], options)
      yield* journal.commit([written(moved, 1)], options)
      const expiries = [written(moved, 1), written(available, 1)]
      endpoint.onRequest = once({ down: "after" })
      const wrote = yield* journal.commitEach(expiries, options)
      assert.deepStrictEqual(
        wrote.map(({ subject }) => subject.id),
        [available.id]
      )
    }).pipe(Effect.provide(neon.layer))
  )
})

describe("a commit of sends", () => {
  it.effect(
    "in bulk, or in a cascade, whose answer is lost answers what it wrote, and has notified whom it had to, once",
    () =>
      Effect.gen(function* () {
        const journal = yield* Journal
        const [taken, available] = [aSend(anOffer()), aSend(anOffer())]
        yield* journal.commit([sentOut(aSend(anOffer({ id: taken.offerId }), taken.candidateId))], options)
        endpoint.onRequest = once({ down: "after" })
        const sent = yield* journal.commitEach([sentOut(taken), sentOut(available)], options)
        assert.deepStrictEqual(
          sent.map(({ subject }) => subject.id),
          [available.id]
        )
        const end = takenBack(available, 1, "offer_archived")
        const notifications = end.events.map(({ id }) => aNotification(id, available.candidateId, ["inbox", "mail"]))
        endpoint.onRequest = once({ down: "after", status: 502 })
        assert.deepStrictEqual(yield* journal.commitEach([end], { ...options, notifications }), end.events)
        const idsIn = (table: "notification" | "notification_delivery") =>
          Effect.map(
            Effect.promise(() => neon.database.pool.query(`select id from ${table}`)),
            ({ rows }) => rows.map(({ id }) => id)
          )
        assert.deepStrictEqual(
          yield* idsIn("notification"),
          notifications.map(({ id }) => id)
        )
        assert.sameMembers(
          yield* idsIn("notification_delivery"),
          notifications.flatMap(({ deliveries }) => deliveries.map(({ id }) => id))
        )
      }).pipe(Effect.provide(neon.layer))
  )
})

describe("an error that PostgreSQL answers", () => {
  it.effect("is a bug, not an outage, when it says that the statement is wrong", () =>
    Effect.gen(function* () {
      for (const store of stores) {
        yield* Effect.promise(() => store.database.pool.query("alter table offer rename to offer_away"))
        const offers = Effect.flatMap(Effect.service(Offers), ({ due }) => due("expiresAt", now, 1))
        const exit = yield* Effect.exit(Effect.provide(offers, store.layer))
        yield* Effect.promise(() => store.database.pool.query("alter table offer_away rename to offer"))
        assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause), store.name)
      }
    })
  )

  it.effect("is an outage when it says that the server is busy, full or going", () =>
    Effect.gen(function* () {
      // A function that fails with a given code stands in for the server.
      const { pool } = pg.database
      for (const code of ["40001", "40P01", "53300", "57014", "57P01"]) {
        yield* Effect.promise(() =>
          pool.query(
            `create or replace function refuse() returns trigger language plpgsql as
             $$ begin raise exception 'as ordered' using errcode = '${code}'; end $$;
             create or replace trigger refuse before insert on event for each row execute function refuse()`
          )
        )
        const commit = Effect.flatMap(Effect.service(Journal), (journal) =>
          journal.commit([written(anOffer())], options)
        )
        const failure = yield* Effect.flip(Effect.provide(commit, pg.layer))
        assert.strictEqual(failure._tag, "StoreUnavailable", code)
      }
      yield* Effect.promise(() => pool.query("drop function refuse cascade"))
    })
  )
})

describe("a store under load", () => {
  it.effect("answers each of a hundred callers what is theirs", () =>
    Effect.gen(function* () {
      const offers = yield* Offers
      const journal = yield* Journal
      const companies = Array.from({ length: 100 }, () => aCompany())
      yield* neon.seed(companies.flatMap(everybodyOf))
      const made = companies.map(({ id, recruiter }) => anOffer({ companyId: id, ownerId: recruiter.id }))
      yield* journal.commit(
        made.map((offer) => ({ ...written(offer), events: [anEvent(offer)] })),
        options
      )
      const page = { number: 1, limit: 10 }
      const lists = yield* Effect.forEach(
        companies,
        ({ admin }) => offers.list(admin, { status: null, at: now, page }),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        lists.map(({ page: { rows } }) => rows),
        made.map((offer) => [offer])
      )
    }).pipe(Effect.provide(neon.layer))
  )
})
