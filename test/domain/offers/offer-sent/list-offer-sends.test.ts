import { assert, describe, it } from "@effect/vitest"
import { newId, now, steps } from "@treff/contract-tests/fixtures"
import type { Caller } from "@treff/domain/identity"
import type { Page } from "@treff/domain/kernel"
import {
  disableOffer,
  listOfferSends,
  listReceivedOffers,
  listSendsOfOffer,
  type OfferSentView,
  transferOffer
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story } from "../../story.ts"

const page = { number: 1, limit: 20 }
const all = { status: null, offerId: null, candidateId: null, page } as const
const ids = ({ rows }: Page<OfferSentView>) => rows.map(({ value }) => value.id)
const tag = <A, E extends { readonly _tag: string }, R>(work: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(work), ({ _tag }) => _tag)

describe("listing sends", () => {
  it.effect("shows admins all of the company, a recruiter_user those of own offers, a candidate the own", () =>
    story(function* (world) {
      const { acme, globex, candidate, other } = world
      const own = world.offer()
      const one = world.send(own, { sentAt: now - 3, senderId: acme.colleague.id })
      const two = world.send(world.offer({ ownerId: acme.colleague.id }), {
        sentAt: now - 2,
        senderId: acme.recruiter.id
      })
      const three = world.send(own, { sentAt: now - 1, candidateId: other.id })
      world.send(world.offer({ companyId: globex.id }), { candidateId: newId() })
      const list = (caller: Caller) => Effect.map(listOfferSends(caller, all), ids)
      for (const caller of [acme.admin, acme.manager]) {
        assert.deepStrictEqual(yield* list(caller), [three.id, two.id, one.id])
      }
      assert.deepStrictEqual(yield* list(acme.recruiter), [three.id, one.id])
      assert.deepStrictEqual(yield* list(acme.colleague), [two.id])
      assert.deepStrictEqual(yield* list(candidate), [two.id, one.id])
      assert.deepStrictEqual(yield* list(other), [three.id])
    })
  )

  it.effect("follows an offer to its new owner", () =>
    story(function* ({ acme, offer, send }) {
      const supplied = offer()
      const { id } = send(supplied)
      yield* transferOffer({ caller: acme.admin, id: supplied.id }, acme.colleague.id)
      assert.deepStrictEqual(ids(yield* listOfferSends(acme.recruiter, all)), [])
      assert.deepStrictEqual(ids(yield* listOfferSends(acme.colleague, all)), [id])
      const query = { status: null, page }
      assert.strictEqual(yield* tag(listSendsOfOffer(acme.recruiter, supplied.id, query)), "NotOwner")
      assert.deepStrictEqual(ids(yield* listSendsOfOffer(acme.colleague, supplied.id, query)), [id])
    })
  )

  it.effect("keeps what is asked for: by status, offer and candidate", () =>
    story(function* ({ acme, candidate, other, offer, send }) {
      const [one, two] = [offer(), offer()]
      const sent = send(one, { sentAt: now - 3 })
      const viewed = send(two, { ...steps("viewed"), sentAt: now - 2 })
      const others = send(one, { candidateId: other.id, ...steps("viewed"), sentAt: now - 1 })
      const list = (query: Partial<{ status: "sent" | "viewed"; offerId: string; candidateId: string }>) =>
        Effect.map(listOfferSends(acme.admin, { ...all, ...query }), ids)
      assert.deepStrictEqual(yield* list({ status: "viewed" }), [others.id, viewed.id])
      assert.deepStrictEqual(yield* list({ offerId: one.id }), [others.id, sent.id])
      assert.deepStrictEqual(yield* list({ candidateId: candidate.id }), [viewed.id, sent.id])
      assert.deepStrictEqual(yield* list({ status: "viewed", offerId: one.id, candidateId: other.id }), [others.id])
      assert.deepStrictEqual(yield* list({ status: "sent", candidateId: other.id }), [])
      assert.deepStrictEqual(ids(yield* listSendsOfOffer(acme.recruiter, one.id, { status: "viewed", page })), [
        others.id
      ])
    })
  )

  it.effect("lets a candidate ask for no other candidate's, and for the own by an id in any case", () =>
    story(function* ({ candidate, other, offer, send }) {
      const { id } = send(offer())
      const own = listOfferSends(candidate, { ...all, candidateId: candidate.id.toUpperCase() })
      assert.deepStrictEqual(ids(yield* own), [id])
      for (const candidateId of [other.id, newId()]) {
        assert.strictEqual(yield* tag(listOfferSends(candidate, { ...all, candidateId })), "NotRecipient")
      }
    })
  )

  it.effect("while the offer is disabled shows them to the company's side only; past its date to nobody", () =>
    story(function* ({ acme, candidate, offer, send, events }) {
      const supplied = offer()
      const sent = send(supplied)
      yield* disableOffer({ caller: acme.admin, id: supplied.id })
      assert.deepStrictEqual(ids(yield* listOfferSends(acme.recruiter, all)), [sent.id])
      assert.deepStrictEqual(ids(yield* listSendsOfOffer(acme.recruiter, supplied.id, { status: null, page })), [
        sent.id
      ])
      assert.deepStrictEqual(ids(yield* listOfferSends(candidate, all)), [])
      assert.deepStrictEqual((yield* listReceivedOffers(candidate, page)).rows, [])
      yield* TestClock.setTime(supplied.jobStartsAt)
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.deepStrictEqual(yield* listOfferSends(caller, all), { rows: [], more: false, total: 0 })
      }
      assert.deepStrictEqual(ids(yield* listSendsOfOffer(acme.recruiter, supplied.id, { status: null, page })), [])
      assert.deepStrictEqual(events(supplied).length, 1)
    })
  )

  it.effect("views nothing", () =>
    story(function* ({ acme, candidate, offer, send, events }) {
      const supplied = offer()
      const sent = send(supplied)
      yield* listOfferSends(candidate, all)
      yield* listReceivedOffers(candidate, page)
      yield* listOfferSends(acme.admin, all)
      yield* listSendsOfOffer(acme.admin, supplied.id, { status: null, page })
      assert.deepStrictEqual(events(sent), [])
    })
  )

  it.effect("goes page by page and after a row, the newest first", () =>
    story(function* ({ acme, offer, send }) {
      const made = [0, 1, 2, 3, 4].map((age) => send(offer(), { sentAt: now - age }))
      const part = (request: typeof page | { readonly after: (typeof made)[number] | null; readonly limit: number }) =>
        Effect.map(listOfferSends(acme.admin, { ...all, page: request }), (list) => [ids(list), list.more, list.total])
      const idsOf = (...sends: typeof made) => sends.map(({ id }) => id)
      assert.deepStrictEqual(yield* part({ number: 2, limit: 2 }), [idsOf(...made.slice(2, 4)), true, 5])
      assert.deepStrictEqual(yield* part({ after: made[3] ?? null, limit: 2 }), [idsOf(...made.slice(4)), false, 5])
      assert.deepStrictEqual(yield* part({ number: 9, limit: 2 }), [[], false, 5])
    })
  )

  it.effect("needs an account that agrees, and a company; that of one offer a role and the offer, too", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      const { id } = world.offer()
      const query = { status: null, page }
      assert.strictEqual(yield* tag(listSendsOfOffer(candidate, id, query)), "RoleNotAllowed")
      assert.strictEqual(yield* tag(listSendsOfOffer(globex.admin, id, query)), "OfferNotFound")
      assert.strictEqual(yield* tag(listSendsOfOffer(acme.admin, newId(), query)), "OfferNotFound")
      assert.strictEqual(yield* tag(listSendsOfOffer(acme.colleague, id, query)), "NotOwner")
      assert.strictEqual(yield* tag(listReceivedOffers(acme.admin, page)), "RoleNotAllowed")
      world.leaves(acme.recruiter)
      const withNoCompany = { ...acme.recruiter, companyId: null }
      assert.strictEqual(yield* tag(listOfferSends(acme.recruiter, all)), "CallerStale")
      assert.strictEqual(yield* tag(listOfferSends(withNoCompany, all)), "NoCompany")
      assert.strictEqual(yield* tag(listSendsOfOffer(acme.recruiter, id, query)), "CallerStale")
      assert.strictEqual(yield* tag(listSendsOfOffer(withNoCompany, id, query)), "NoCompany")
    })
  )
})

describe("listing received offers", () => {
  it.effect("shows a candidate the active offers that were sent to them, newest first, without whose they are", () =>
    story(function* (world) {
      const { candidate, other } = world
      const [older, newer] = [world.offer({ createdAt: now - 2 }), world.offer({ createdAt: now - 1 })]
      world.offer()
      for (const offer of [newer, older, world.offer({ status: "archived" })]) world.send(offer)
      world.send(world.offer(), { candidateId: other.id })
      const { rows, total } = yield* listReceivedOffers(candidate, page)
      assert.deepStrictEqual(
        rows,
        [newer, older].map(({ companyId: _, ownerId: __, term: ___, ...content }) => content)
      )
      assert.strictEqual(total, 2)
    })
  )
})
