import { assert, describe, it } from "@effect/vitest"
import { layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { layerMemoryMailer } from "@treff/adapters/memory"
import { layerSecrets } from "@treff/adapters/secrets"
import {
  aCandidate,
  aCompany,
  aManager,
  anInvitation,
  anOffer,
  aSend,
  everybodyOf,
  invited,
  newId,
  now,
  sentOut,
  takenBack,
  written
} from "@treff/contract-tests/fixtures"
import { sendsOf } from "@treff/contract-tests/store"
import { Deliveries, Journal, preconditionOn, type RecordedEvent } from "@treff/domain/events"
import { type Caller, removeMember, renameCompany, requestSignIn, Secrets, signIn } from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  expireDueInvitations,
  type Invitation,
  InvitationSettings,
  inviteRecruiter,
  inviteRecruitersInBulk,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import {
  archiveOffer,
  changeOfferSentStatus,
  disableOffer,
  enableOffer,
  type Offer,
  OfferSends,
  readReceivedOffer,
  sendOffer,
  sendOfferInBulk,
  transferOffer,
  withdrawEndedSends,
  withdrawOfferSent
} from "@treff/domain/offers"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { afterAll, beforeEach } from "vitest"
import { assertAllHandled, assertWhole, countOf } from "../event-log.ts"
import { until } from "../until.ts"
import { assertConsistent, snapshotOf } from "../workers/snapshot.ts"
import { pgStore } from "./stores.ts"

// What happens beside a transaction of somebody else's that is not over yet: with PostgreSQL only, whose locks they are.

const store = await pgStore()
const { pool } = store.database
const layer = Layer.mergeAll(
  store.layer,
  layerUuid,
  layerInstant(now),
  layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")]),
  layerMailTemplates("https://treff.example"),
  layerMemoryMailer(new Map())
)
beforeEach(store.clear)
afterAll(store.stop)

const acme = aCompany()
const people = [aCandidate(), aCandidate(), aCandidate()]
const commitOffer = Effect.gen(function* () {
  yield* store.seed([...everybodyOf(acme), ...people])
  const offer = anOffer({ companyId: acme.id, ownerId: acme.recruiter.id })
  yield* (yield* Journal).commit([written(offer)], { at: now })
  return offer
})

/** Does something beside a transaction that has executed a statement; `end` ends it once what was begun waits for it. */
const beside = Effect.fnUntraced(function* <A, E, R>(
  statement: readonly [sql: string, ...parameters: ReadonlyArray<unknown>],
  work: Effect.Effect<A, E, R>,
  end: "commit" | "rollback" = "commit"
) {
  const client = yield* Effect.promise(() => pool.connect())
  const [sql, ...parameters] = statement
  yield* Effect.promise(() => client.query("begin"))
  yield* Effect.promise(() => client.query(sql, parameters))
  const fiber = yield* Effect.forkChild(Effect.result(work))
  yield* Effect.promise(() => until("somebody waits", () => isWaited()))
  yield* Effect.promise(() => client.query(end))
  client.release()
  return yield* Fiber.join(fiber)
})
const isWaited = async () => {
  const waiting = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  return (await pool.query(waiting)).rows.length > 0
}

const handle = (events: ReadonlyArray<RecordedEvent>) => handleEvents(events, allReactions)
const archive = ({ id }: Offer) =>
  ["update offer set status = 'archived', version = version + 1 where id = $1", id] as const

describe("an offer that is being archived", () => {
  it.live("is not sent beside: the send waits, and finds it archived", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const journal = yield* Journal
      const preconditions = [preconditionOn("offer", { version: 1, value: offer })]
      const commit = journal.commit([sentOut(aSend(offer, people[0]?.id))], { at: now, preconditions })
      const ended = yield* beside(archive(offer), commit)
      assert.deepInclude(ended, { _tag: "Failure" })
      assert.deepStrictEqual(yield* sendsOf(store, offer), [])
      const { rows } = yield* Effect.promise(() => pool.query("select 1 from event where subject_type = 'offerSent'"))
      assert.strictEqual(rows.length, 0)
    }).pipe(Effect.provide(layer))
  )

  it.live("is sent after all where that came to nothing", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const request = { offerId: offer.id, candidateId: people[0]?.id ?? "", message: null }
      const sent = yield* beside(archive(offer), sendOffer(acme.admin, request), "rollback")
      assert.deepInclude(sent, { _tag: "Success" })
      assert.strictEqual((yield* sendsOf(store, offer)).length, 1)
    }).pipe(Effect.provide(layer))
  )

  it.live("is refused to a send, and to a bulk, which then sends to nobody", () =>
    Effect.gen(function* () {
      const candidateIds = people.map(({ id }) => id)
      for (const send of [
        ({ id }: Offer) => sendOffer(acme.admin, { offerId: id, candidateId: candidateIds[0] ?? "", message: null }),
        ({ id }: Offer) => sendOfferInBulk(acme.admin, { offerId: id, candidateIds, message: null })
      ]) {
        const offer = yield* commitOffer
        const outcome = yield* beside(archive(offer), send(offer) as Effect.Effect<unknown, unknown, never>)
        assert.deepInclude(outcome, { failure: { _tag: "OfferNotActive", status: "archived" } })
        assert.deepStrictEqual(yield* sendsOf(store, offer), [])
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("an account that is being changed", () => {
  it.live("is relied on only as it is afterwards", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const [candidate] = people
      const removal = [
        "update account set role = 'recruiter', version = version + 1 where id = $1",
        candidate?.id
      ] as const
      const request = { offerId: offer.id, candidateId: candidate?.id ?? "", message: null }
      const outcome = yield* beside(removal, sendOffer(acme.admin, request))
      assert.deepInclude(outcome, { failure: { _tag: "CandidateUnknown" } })
      assert.deepStrictEqual(yield* sendsOf(store, offer), [])
    }).pipe(Effect.provide(layer))
  )
})

describe("a place that is being taken", () => {
  it.live("is somebody's already once it is, and free where it was not", () =>
    Effect.gen(function* () {
      for (const [end, tag] of [
        ["commit", "Failure"],
        ["rollback", "Success"]
      ] as const) {
        const offer = yield* commitOffer
        const candidateId = people[0]?.id ?? ""
        const taken = [
          `insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, status, sent_at, updated_at)
           values ($1, 1, $2, $3, 1, $4, $5, 'Baker', 'sent', $6, $6)`,
          aSend(offer).id,
          acme.id,
          offer.id,
          candidateId,
          acme.admin.id,
          new Date(now)
        ] as const
        const outcome = yield* beside(
          taken,
          sendOffer(acme.admin, { offerId: offer.id, candidateId, message: null }),
          end
        )
        assert.strictEqual(outcome._tag, tag)
        if (tag === "Failure") assert.deepInclude(outcome, { failure: { _tag: "AlreadySent" } })
        assert.strictEqual((yield* sendsOf(store, offer)).length, 1)
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("bulks to the same people in any order", () => {
  it.live("wait for each other, and none dies, however long each takes", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const journal = yield* Journal
      // Each row takes its time, so that they surely meet.
      yield* Effect.promise(() =>
        pool.query(`
          create function take_time() returns trigger language plpgsql as $$ begin perform pg_sleep(0.005); return new; end $$;
          create trigger take_time before insert on offer_sent for each row execute function take_time()`)
      )
      const ids = Array.from({ length: 20 }, () => aCandidate().id)
      const bulks = Array.from({ length: 6 }, (_, turn) =>
        (turn % 2 === 0 ? ids : ids.toReversed()).map((id) => sentOut(aSend(offer, id)))
      )
      const written = yield* Effect.forEach(bulks, (bulk) => journal.commitEach(bulk, { at: now }), {
        concurrency: "unbounded"
      })
      yield* Effect.promise(() => pool.query("drop function take_time cascade"))
      assert.strictEqual(written.flat().length, 20)
      assert.strictEqual((yield* sendsOf(store, offer)).length, 20)
    }).pipe(Effect.provide(layer))
  )
})

describe("a send that somebody has locked", () => {
  it.live("is left by a cascade, which says so, and is there for the next", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const journal = yield* Journal
      const sends = people.map(({ id }) => aSend(offer, id))
      const [locked] = sends
      yield* journal.commit(
        sends.map((send) => sentOut(send)),
        { at: now }
      )
      const client = yield* Effect.promise(() => pool.connect())
      yield* Effect.promise(() => client.query("begin"))
      yield* Effect.promise(() => client.query("select 1 from offer_sent where id = $1 for update", [locked?.id]))
      const ends = [{ offerId: offer.id, term: 1, reason: "offer_archived" }] as const
      yield* Effect.promise(() =>
        pool.query("update offer set status = 'archived', version = 2 where id = $1", [offer.id])
      )
      assert.deepStrictEqual(yield* withdrawEndedSends(ends, 20), { written: 2, finished: false })
      assert.deepStrictEqual(
        (yield* sendsOf(store, offer)).map(({ value }) => value.id),
        [locked?.id]
      )
      yield* Effect.promise(() => client.query("rollback"))
      client.release()
      assert.deepStrictEqual(yield* withdrawEndedSends(ends, 20), { written: 1, finished: true })
      assert.deepStrictEqual(yield* sendsOf(store, offer), [])
      const { rows } = yield* Effect.promise(() =>
        pool.query(`
        select n.recipient_id, d.channel from notification n join notification_delivery d on d.notification_id = n.id`)
      )
      assert.strictEqual(new Set(rows.map((row) => JSON.stringify(row))).size, 6)
      assert.strictEqual(rows.length, 6)
      assert.strictEqual(yield* Effect.promise(() => countOf(pool, "notification")), 3)
    }).pipe(Effect.provide(layer))
  )

  it.live("is waited for by whoever changes it, and then is another than was read", () =>
    Effect.gen(function* () {
      const offer = yield* commitOffer
      const journal = yield* Journal
      const send = aSend(offer, people[0]?.id)
      yield* journal.commit([sentOut(send)], { at: now })
      const view = ["update offer_sent set status = 'viewed', version = 2 where id = $1", send.id] as const
      const outcome = yield* beside(view, journal.commit([takenBack(send)], { at: now }))
      assert.deepInclude(outcome, { _tag: "Failure" })
      assert.strictEqual((yield* sendsOf(store, offer)).length, 1)
    }).pipe(Effect.provide(layer))
  )
})

describe("twenty cascades at once", () => {
  it.live("delete each send once and notify each candidate once, and the last of them finds nothing", () =>
    Effect.gen(function* () {
      const offers = yield* Effect.all([commitOffer, commitOffer, commitOffer])
      const journal = yield* Journal
      const sends = offers.flatMap((offer) => Array.from({ length: 100 }, () => aSend(offer)))
      yield* journal.commit(
        sends.map((send) => sentOut(send)),
        { at: now }
      )
      yield* Effect.promise(() => pool.query("update offer set status = 'expired', version = version + 1"))
      const cascades = Array.from({ length: 20 }, (_, turn) => {
        const ends = offers.map(({ id: offerId }) => ({ offerId, term: 1, reason: "offer_expired" }) as const)
        return withdrawEndedSends(turn % 2 === 0 ? ends : ends.toReversed(), 20)
      })
      const outcomes = yield* Effect.all(cascades, { concurrency: "unbounded" })
      const rest = yield* withdrawEndedSends(
        offers.map(({ id: offerId }) => ({ offerId, term: 1, reason: "offer_expired" })),
        20
      )
      assert.isTrue(rest.finished)
      assert.strictEqual(
        [...outcomes, rest].reduce((sum, { written }) => sum + written, 0),
        300
      )
      const { rows } = yield* Effect.promise(() =>
        pool.query(`select (select count(*)::int from event where type = 'offerSent.deleted') as events,
          (select count(*)::int from notification) as notifications,
          (select count(*)::int from notification_delivery) as deliveries, (select count(*)::int from outgoing_mail) as mails`)
      )
      assert.deepStrictEqual(rows, [{ events: 300, notifications: 300, deliveries: 600, mails: 300 }])
    }).pipe(Effect.provide(layer))
  )
})

describe("everybody at once", () => {
  it.live("leaves a store that explains itself, and once all is handled no send has outlived its term", () =>
    Effect.gen(function* () {
      const crowd = Array.from({ length: 12 }, () => aCandidate())
      yield* store.seed(crowd)
      const offers = yield* Effect.all([commitOffer, commitOffer])
      const sends = yield* OfferSends
      const { admin, manager, recruiter, colleague } = acme
      const all = { status: null, offerId: null, candidateId: null, at: now, page: { number: 1, limit: 50 } }
      const ofEverybody = (change: (id: string, candidateId: string) => Effect.Effect<unknown, unknown, Ports>) =>
        Effect.flatMap(sends.list(admin, all), ({ page }) =>
          Effect.forEach(page.rows, ({ value }) => Effect.ignore(change(value.id, value.candidateId)))
        )
      const asCandidate = (id: string) => crowd.find((candidate) => candidate.id === id) ?? admin
      const deeds = offers.flatMap(({ id: offerId }): ReadonlyArray<Effect.Effect<unknown, unknown, Ports>> => {
        const bulk = { offerId, candidateIds: crowd.map(({ id }) => id), message: "For you" }
        const change = { caller: manager, id: offerId }
        return [
          sendOfferInBulk(recruiter, bulk),
          sendOfferInBulk(admin, { ...bulk, candidateIds: bulk.candidateIds.toReversed() }),
          ...crowd.map(({ id }) => sendOffer(admin, { offerId, candidateId: id, message: null })),
          ...crowd.map((candidate) => readReceivedOffer(candidate, offerId, { views: true })),
          ofEverybody((id) => changeOfferSentStatus({ caller: admin, id }, "responded")),
          ofEverybody((id, candidate) => changeOfferSentStatus({ caller: asCandidate(candidate), id }, "viewed")),
          ofEverybody((id, candidate) => withdrawOfferSent({ caller: asCandidate(candidate), id })),
          ofEverybody((id) => withdrawOfferSent({ caller: manager, id })),
          Effect.andThen(archiveOffer(change), enableOffer(change)),
          Effect.andThen(disableOffer(change), enableOffer(change)),
          transferOffer({ caller: admin, id: offerId }, colleague.id)
        ]
      })
      const work: ReadonlyArray<Effect.Effect<void, never, Ports>> = [...deeds, ...deeds].map((deed) =>
        Effect.ignore(deed)
      )
      const deliveries = yield* Deliveries
      const relay = Effect.flatMap(deliveries.claim(now + day, 100), handle)
      yield* Effect.all([...work, relay, relay, relay], { concurrency: 20 })
      yield* Effect.promise(() => assertWhole(pool))
      // Something of everything has happened, else this would say nothing.
      for (const type of ["offerSent.created", "offerSent.viewed", "offerSent.deleted", "offer.archived"]) {
        const { rows } = yield* Effect.promise(() => pool.query("select 1 from event where type = $1 limit 1", [type]))
        assert.isNotEmpty(rows, type)
      }
      let days = 2
      while ((yield* Effect.promise(() => countOf(pool, "delivery"))) > 0) {
        yield* Effect.flatMap(deliveries.claim(now + days++ * day, 1_000), handle)
      }
      yield* Effect.promise(() => assertAllHandled(pool))
    }).pipe(Effect.provide(layer))
  )
})

describe("a company into which somebody invites", () => {
  it.live("is waited for by whoever else does, who then counts what was sent", () =>
    Effect.gen(function* () {
      for (const [end, tag] of [
        ["commit", "Failure"],
        ["rollback", "Success"]
      ] as const) {
        const { acme, invitation } = yield* invitedInto
        const content = { email: "bo@b.example", personalMessage: null, locale: null }
        // Another session counts, finds one open, and writes a second.
        const rival = anInvitation(acme, { email: "cy@b.example" })
        const sending = [
          `with locked as materialized (select id from company where id = $1 for no key update)
           insert into invitation (id, version, company_id, inviter_id, email, token_hash, resends, status, created_at, expires_at, updated_at)
           select $2, 1, locked.id, $3, $4, $5, 0, 'pending', $6, $7, $6 from locked`,
          acme.id,
          rival.id,
          rival.inviterId,
          rival.email,
          rival.tokenHash,
          new Date(now),
          new Date(rival.expiresAt)
        ] as const
        const work = inviteRecruiter(acme.manager, content).pipe(limitedTo(2))
        const outcome = yield* beside(sending, work, end)
        assert.strictEqual(outcome._tag, tag, end)
        if (tag === "Failure") assert.deepInclude(outcome, { failure: { _tag: "OverLimit", wait: 3 * day } })
        assert.strictEqual((yield* openIn(acme)).length, 2)
        assert.include(yield* openIn(acme), invitation.email)
      }
    }).pipe(Effect.provide(layer))
  )

  it.live("is made once: who was given one meanwhile invites into that", () =>
    Effect.gen(function* () {
      const mia = aManager(null)
      const company = aCompany()
      yield* store.seed([mia])
      yield* store.seedCompany({ id: company.id, name: "Mia Vik", creatorId: mia.id, createdAt: now })
      const joinCompany = ["update account set company_id = $2, version = 1 where id = $1", mia.id, company.id] as const
      const content = { email: "ada@b.example", personalMessage: null, locale: null }
      const outcome = yield* beside(joinCompany, inviteRecruiter(mia, content))
      assert.deepInclude(outcome, { _tag: "Success" })
      assert.deepStrictEqual(yield* openIn(company), ["ada@b.example"])
      const companies = yield* store.rowsOf("company")
      assert.deepStrictEqual(
        companies.map(({ id }) => id),
        [company.id]
      )
    }).pipe(Effect.provide(layer))
  )
})

describe("an invitation that is being ended", () => {
  const revoking = ({ id }: Invitation) =>
    ["update invitation set status = 'revoked', sealed_token = null, version = version + 1 where id = $1", id] as const

  it.live("is not accepted or declined beside: both wait, and make nothing of it", () =>
    Effect.gen(function* () {
      for (const answer of [accepting, (token: string) => declineInvitation(token)]) {
        for (const [end, tag] of [
          ["commit", "Failure"],
          ["rollback", "Success"]
        ] as const) {
          const { invitation, token } = yield* invitedInto
          const before = (yield* store.rowsOf("account")).length
          const outcome = yield* beside(
            revoking(invitation),
            answer(token) as Effect.Effect<unknown, unknown, Ports>,
            end
          )
          assert.strictEqual(outcome._tag, tag, end)
          if (tag === "Failure") {
            assert.deepInclude(outcome, { failure: { _tag: "InvitationNotOpen", status: "revoked" } })
            assert.strictEqual((yield* store.rowsOf("account")).length, before)
          }
        }
      }
    }).pipe(Effect.provide(layer))
  )

  it.live("is not sent again beside, nor revoked beside its acceptance", () =>
    Effect.gen(function* () {
      for (const change of [resendInvitation, revokeInvitation]) {
        const { acme, invitation } = yield* invitedInto
        const accepted = [
          "update invitation set status = 'accepted', version = 2 where id = $1",
          invitation.id
        ] as const
        const work = change({ caller: acme.manager, id: invitation.id }) as Effect.Effect<unknown, unknown, Ports>
        const outcome = yield* beside(accepted, work)
        assert.deepInclude(outcome, { failure: { _tag: "InvitationNotPending", status: "accepted" } })
      }
    }).pipe(Effect.provide(layer))
  )

  it.live("is left by the sweep, which says so, and is there for the next", () =>
    Effect.gen(function* () {
      const { acme, invitation } = yield* invitedInto
      const others = [anInvitation(acme, { expiresAt: now }), anInvitation(acme, { expiresAt: now })]
      yield* (yield* Journal).commit(
        others.map((other) => invited(other)),
        { at: now }
      )
      const client = yield* Effect.promise(() => pool.connect())
      yield* Effect.promise(() => client.query("begin"))
      yield* Effect.promise(() => client.query("select 1 from invitation where id = $1 for update", [others[0]?.id]))
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 1, finished: false })
      yield* Effect.promise(() => client.query("rollback"))
      client.release()
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 1, finished: true })
      assert.deepStrictEqual(yield* openIn(acme), [invitation.email])
    }).pipe(Effect.provide(layer))
  )
})

describe("an address that is being invited", () => {
  it.live("is not invited beside, nor is a former invitation of it sent again", () =>
    Effect.gen(function* () {
      for (const [end, tag] of [
        ["commit", "Failure"],
        ["rollback", "Success"]
      ] as const) {
        for (const again of [false, true]) {
          const { acme } = yield* invitedInto
          const email = "Ada@b.example"
          const former = anInvitation(acme, { email, status: "expired" })
          yield* (yield* Journal).commit([invited(former)], { at: now })
          const rival = anInvitation(acme, { email: "aDA@b.example" })
          // Of somebody who does not wait for the company's lock.
          const sending = [
            `insert into invitation (id, version, company_id, inviter_id, email, token_hash, resends, status, created_at, expires_at, updated_at)
             values ($1, 1, $2, $3, $4, $5, 0, 'pending', $6, $7, $6)`,
            rival.id,
            acme.id,
            rival.inviterId,
            rival.email,
            rival.tokenHash,
            new Date(now),
            new Date(rival.expiresAt)
          ] as const
          const work: Effect.Effect<unknown, unknown, Ports> = again
            ? resendInvitation({ caller: acme.manager, id: former.id })
            : inviteRecruiter(acme.manager, { email, personalMessage: null, locale: null })
          const outcome = yield* beside(sending, work, end)
          assert.strictEqual(outcome._tag, tag, end)
          if (tag === "Failure") assert.deepInclude(outcome, { failure: { _tag: "AlreadyInvited" } })
          assert.strictEqual((yield* openIn(acme)).length, 2)
        }
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("a user name, or an address, that is being taken", () => {
  it.live("is somebody's once it is, and free where it was not", () =>
    Effect.gen(function* () {
      for (const [field, tagged] of [
        ["username", "UsernameTaken"],
        ["email", "SignInRequired"]
      ] as const) {
        for (const end of ["commit", "rollback"] as const) {
          const { invitation, token } = yield* invitedInto
          const rival = { ...aCandidate(), [field]: (field === "email" ? invitation.email : "Kim").toUpperCase() }
          const taking = [
            `insert into account (id, version, role, email, username, first_name, last_name, created_at)
             values ($1, 0, 'candidate', $2, $3, 'Kim', 'Hansen', $4)`,
            rival.id,
            rival.email,
            rival.username,
            new Date(now)
          ] as const
          const outcome = yield* beside(taking, accepting(token), end)
          if (end === "commit") assert.deepInclude(outcome, { failure: { _tag: tagged } })
          else assert.deepInclude(outcome, { _tag: "Success" })
          const rows = yield* store.rowsOf("invitation")
          const status = rows.find(({ id }) => id === invitation.id)?.status
          assert.strictEqual(status, end === "commit" ? "pending" : "accepted")
          yield* Effect.promise(() =>
            pool.query("delete from account where username ilike 'kim' or id = $1", [rival.id])
          )
        }
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("an account that is being removed", () => {
  it.live("removes nobody, and invites nobody, beside", () =>
    Effect.gen(function* () {
      const { acme } = yield* invitedInto
      const other = aManager(acme.id)
      const leaving = ["update account set company_id = null, version = 1 where id = $1", other.id] as const
      const deeds: ReadonlyArray<Effect.Effect<unknown, unknown, Ports>> = [
        removeMember({ caller: other, id: acme.colleague.id }),
        inviteRecruiter(other, { email: "bo@b.example", personalMessage: null, locale: null })
      ]
      for (const deed of deeds) {
        yield* store.seed([other])
        const outcome = yield* beside(leaving, deed)
        assert.deepInclude(outcome._tag === "Failure" && outcome.failure, { _tag: "CallerStale", accountId: other.id })
      }
      assert.strictEqual((yield* openIn(acme)).length, 1)
    }).pipe(Effect.provide(layer))
  )
})

describe("a link to sign in that is being used", () => {
  it.live("is not used beside", () =>
    Effect.gen(function* () {
      const candidate = aCandidate()
      yield* store.seed([candidate])
      for (const [end, tag] of [
        ["commit", "Failure"],
        ["rollback", "Success"]
      ] as const) {
        yield* requestSignIn(candidate.email)
        const request = (yield* store.rowsOf("signIn")).find(({ usedAt }) => usedAt === null)
        const token = yield* opened(String(request?.sealedToken))
        const using = ["update sign_in set used_at = $2 where id = $1", request?.id, new Date(now)] as const
        const outcome = yield* beside(using, signIn(token), end)
        assert.strictEqual(outcome._tag, tag)
        if (tag === "Failure") assert.deepInclude(outcome, { failure: { _tag: "SignInTokenUnknown" } })
      }
    }).pipe(Effect.provide(layer))
  )
})

describe("everybody at once, with invitations", () => {
  it.live(
    "leaves a store that explains itself, within its limits, and once all is handled everybody was notified",
    () =>
      Effect.gen(function* () {
        const { acme } = yield* invitedInto
        const [other, mia] = [aManager(acme.id), aManager(null)]
        const candidates = Array.from({ length: 3 }, () => aCandidate())
        yield* store.seed([other, mia, ...candidates])
        const emails = [
          ...candidates.map(({ email }) => email),
          ...["ada", "bo", "cy", "di"].map((who) => `${who}@b.example`)
        ]
        const contents = emails.map((email) => ({ email, personalMessage: null, locale: null }))
        const invites = [acme.manager, other, mia].flatMap((caller) => [
          inviteRecruitersInBulk(caller, contents),
          inviteRecruitersInBulk(caller, contents.toReversed()),
          ...contents.map((content) => inviteRecruiter(caller, content))
        ])
        const deliveries = yield* Deliveries
        const relay = Effect.flatMap(deliveries.claim(now + day, 100), handle)
        const atOnce = (deeds: ReadonlyArray<Effect.Effect<unknown, unknown, Ports>>) =>
          Effect.all(
            deeds.map((deed) => Effect.ignore(deed)),
            { concurrency: 20 }
          ).pipe(limitedTo(7))
        yield* atOnce([...invites, relay, relay])

        let names = 0
        type Fate = (invitation: Invitation, token: string, caller: Caller) => Effect.Effect<unknown, unknown, Ports>
        const fates: ReadonlyArray<Fate> = [
          (_, token) => declineInvitation(token),
          ({ id, inviterId }) => revokeInvitation({ caller: inviterId === other.id ? other : acme.manager, id }),
          ({ id }, _, caller) => resendInvitation({ caller, id }),
          ({ email }, token) => {
            const caller = candidates.find((candidate) => candidate.email === email) ?? null
            return accepting(token, caller, `kim-${names++}`)
          }
        ]
        const open = (yield* store.rowsOf("invitation")).filter(({ companyId }) => companyId === acme.id)
        assert.strictEqual(open.length, 7)
        const tokens = yield* Effect.forEach(open, ({ sealedToken }) => opened(String(sealedToken)))
        // Of the first four each has one fate; of the others each may have any.
        const changes = [acme.manager, other].flatMap((caller) =>
          open.flatMap((row, index) =>
            fates.flatMap((fate, which) =>
              index < fates.length && index !== which
                ? []
                : [fate(row as unknown as Invitation, tokens[index] ?? "", caller)]
            )
          )
        )
        const people = [
          removeMember({ caller: other, id: acme.colleague.id }),
          renameCompany({ caller: acme.manager, name: "Acme Bakery" }),
          renameCompany({ caller: other, name: "Acme Pastry" })
        ]
        const mails = sendDueMails(allReactions)
        yield* atOnce([...changes, ...people, ...invites, relay, mails, relay, mails, ...changes])
        const rows = yield* store.rowsOf("invitation")
        for (const { id } of yield* store.rowsOf("company")) {
          assert.isAtMost(rows.filter((row) => row.companyId === id && row.status === "pending").length, 7)
        }
        let days = 2
        while ((yield* Effect.promise(() => countOf(pool, "delivery"))) > 0) {
          yield* Effect.flatMap(deliveries.claim(now + days++ * day, 1_000), handle)
        }
        const snapshot = yield* Effect.promise(() => snapshotOf(pool))
        assertConsistent(snapshot, now)
        // Something of everything has happened, else this would say nothing.
        const types = new Set(snapshot.events.map(({ type }) => type))
        const steps = ["created", "accepted", "declined", "revoked", "resent"].map((step) => `invitation.${step}`)
        assert.includeMembers([...types], [...steps, "company.created", "account.joined", "account.left"])
        assert.strictEqual((yield* store.rowsOf("company")).length, 2)
      }).pipe(Effect.provide(layer))
  )
})

/** A company with one open invitation, and its token. */
const invitedInto = Effect.gen(function* () {
  const acme = aCompany()
  yield* store.seed(everybodyOf(acme))
  const content = { email: `${newId()}@b.example`, personalMessage: null, locale: null }
  const { value } = yield* inviteRecruiter(acme.manager, content)
  return { acme, invitation: value, token: yield* opened(value.sealedToken ?? "") }
})
const openIn = ({ id }: { readonly id: string }) =>
  Effect.map(store.rowsOf("invitation"), (rows) =>
    rows.flatMap(({ companyId, status, email }) => (companyId === id && status === "pending" ? [String(email)] : []))
  )
const opened = Effect.fnUntraced(function* (sealed: string) {
  const token = yield* (yield* Secrets).open(sealed)
  return token === null ? "none" : Redacted.value(token)
})
const accepting = (token: string, caller: Caller | null = null, username = "kim") =>
  acceptInvitation({
    token,
    caller,
    profile: Effect.succeed({ username, firstName: "Kim", lastName: "Hansen", contactNumber: null })
  })
const limitedTo = (openAtMost: number) =>
  Effect.provideService(InvitationSettings, { lifetime: 3 * day, openAtMost, sentAtMost: 999 })

type Ports = Layer.Success<typeof layer>
