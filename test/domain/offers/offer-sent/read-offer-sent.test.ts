import { assert, describe, it } from "@effect/vitest"
import { newId, now, steps } from "@treff/contract-tests/fixtures"
import { StaleVersion, StoreUnavailable } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import {
  archiveOffer,
  changeOfferSentStatus,
  deleteOffer,
  disableOffer,
  listOfferSends,
  listReceivedOffers,
  type Offer,
  OfferSends,
  type OfferSent,
  readOfferSent,
  readReceivedOffer,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { failing, overtaken, story, type World } from "../../story.ts"

const viewing = { views: true }
const looking = { views: false }
const tag = <A, E extends { readonly _tag: string }, R>(work: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(work), ({ _tag }) => _tag)

/** Both ways in which a candidate reads a send. */
const reads = {
  "the send": ({ id }: OfferSent, _: Offer, caller: Caller, views: boolean) => readOfferSent(caller, id, { views }),
  "its offer": (_: OfferSent, { id }: Offer, caller: Caller, views: boolean) => readReceivedOffer(caller, id, { views })
} as const
const everyRead = Object.entries(reads).map(([name, read]) => ({
  name,
  read: (world: World, send: OfferSent, offer: Offer, views = true) =>
    Effect.asVoid<unknown, { readonly _tag: string }, OfferSends>(
      read(send, offer, world.candidate, views) as Effect.Effect<unknown, { readonly _tag: string }, OfferSends>
    )
}))

describe("reading a send", () => {
  it.effect("shows it with its version, its offer, its candidate's e-mail and its steps so far", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offer = world.offer({ title: "Of now" })
      const send = world.send(offer, { ...steps("viewed"), message: "For you", title: "Of then" })
      for (const caller of [acme.recruiter, acme.admin, acme.manager]) {
        const { companyId: _, ownerId: __, term: ___, ...content } = offer
        assert.deepStrictEqual(yield* readOfferSent(caller, send.id, viewing), {
          version: 2,
          view: {
            reader: "member",
            value: send,
            title: "Of now",
            candidate: { id: candidate.id, firstName: "Cleo", lastName: "Vik" }
          },
          offer: content,
          email: candidate.email,
          history: [
            { status: "sent", at: now, by: "recruiter" },
            { status: "viewed", at: now, by: "recruiter" }
          ]
        })
      }
      assert.deepStrictEqual(world.events(send), [])
    })
  )

  it.effect("is refused to a colleague who is no admin, and to another candidate", () =>
    story(function* ({ acme, other, offer, send }) {
      const { id } = send(offer(), { senderId: acme.colleague.id })
      assert.strictEqual(yield* tag(readOfferSent(acme.colleague, id, viewing)), "NotOwner")
      assert.strictEqual(yield* tag(readOfferSent(other, id, viewing)), "NotRecipient")
    })
  )

  it.effect("finds nothing of another company, nor what does not exist, is withdrawn or has ended", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      const supplied = world.send(world.offer())
      for (const caller of [globex.admin, globex.manager, globex.recruiter]) {
        assert.strictEqual(yield* tag(readOfferSent(caller, supplied.id, viewing)), "OfferSentNotFound")
      }
      const back = world.send(world.offer())
      yield* withdrawOfferSent({ caller: candidate, id: back.id })
      const [archived, deleted] = [world.offer(), world.offer()]
      const ended = [archived, deleted, world.offer({ jobStartsAt: now }), world.offer({ term: 2 })].map((offer) =>
        world.send(offer, { term: 1 })
      )
      yield* archiveOffer({ caller: acme.admin, id: archived.id })
      yield* deleteOffer({ caller: acme.admin, id: deleted.id })
      for (const id of [newId(), "no uuid", back.id, ...ended.map(({ id }) => id)]) {
        for (const caller of [acme.admin, acme.recruiter, candidate]) {
          assert.strictEqual(yield* tag(readOfferSent(caller, id, viewing)), "OfferSentNotFound")
        }
      }
    })
  )

  it.effect("while the offer is disabled is for the company's side only", () =>
    story(function* ({ acme, candidate, offer, send, events }) {
      const supplied = send(offer({ status: "disabled" }))
      for (const caller of [acme.recruiter, acme.admin]) {
        assert.strictEqual((yield* readOfferSent(caller, supplied.id, viewing)).view.value.status, "sent")
      }
      assert.strictEqual(yield* tag(readOfferSent(candidate, supplied.id, viewing)), "NotRecipient")
      assert.deepStrictEqual(events(supplied), [])
    })
  )

  it.effect("needs an account that agrees, and a company", () =>
    story(function* (world) {
      const { id } = world.send(world.offer())
      world.leaves(world.acme.recruiter)
      assert.strictEqual(yield* tag(readOfferSent(world.acme.recruiter, id, viewing)), "CallerStale")
      const withNoCompany = { ...world.acme.recruiter, companyId: null }
      assert.strictEqual(yield* tag(readOfferSent(withNoCompany, id, viewing)), "NoCompany")
    })
  )
})

describe("reading a received offer", () => {
  it.effect("shows it with its version and its ages, nothing of whose it is", () =>
    story(function* (world) {
      const offer = world.offer({ createdAt: now - 3 * day })
      world.send(offer)
      yield* TestClock.adjust("1 milli")
      const { companyId: _, ownerId: __, term: ___, ...content } = offer
      assert.deepStrictEqual(yield* readReceivedOffer(world.candidate, offer.id, viewing), {
        version: 1,
        value: content,
        ageDays: 3,
        daysToStart: 9,
        daysToExpiry: 19
      })
    })
  )

  it.effect("is refused where it was not sent in its term, was withdrawn, or the offer is not active", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const back = world.offer()
      yield* withdrawOfferSent({ caller: candidate, id: world.send(back).id })
      const [notMine, before] = [world.offer(), world.offer({ term: 2 })]
      world.send(notMine, { candidateId: other.id })
      world.send(before, { term: 1 })
      const inactive = (["disabled", "archived", "expired"] as const).map((status) => world.offer({ status }))
      const past = world.offer({ jobStartsAt: now })
      for (const offer of [...inactive, past]) world.send(offer)
      for (const { id } of [back, notMine, before, ...inactive, past]) {
        assert.strictEqual(yield* tag(readReceivedOffer(candidate, id, viewing)), "NotRecipient")
      }
      for (const id of [newId(), "no uuid"]) {
        assert.strictEqual(yield* tag(readReceivedOffer(candidate, id, viewing)), "OfferNotFound")
      }
      assert.strictEqual(yield* tag(readReceivedOffer(acme.admin, back.id, viewing)), "RoleNotAllowed")
      assert.strictEqual(yield* tag(readReceivedOffer({ ...candidate, id: newId() }, back.id, viewing)), "CallerStale")
    })
  )
})

describe.each(everyRead)("the candidate who reads $name", ({ read }) => {
  it.effect("has viewed it: once, at that instant, and is shown it so", () =>
    story(function* (world) {
      const offer = world.offer()
      const send = world.send(offer, { sentAt: now - 9, updatedAt: now - 9 })
      yield* read(world, send, offer)
      yield* TestClock.adjust("1 hour")
      yield* read(world, send, offer)
      const [event, ...more] = world.events(send)
      assert.deepStrictEqual(more, [])
      const actor = { kind: "candidate", id: world.candidate.id }
      assert.deepInclude<unknown>(event, { type: "offerSent.viewed", sequence: 2, occurredAt: now, actor })
      assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
      assert.deepStrictEqual<unknown>(world.sendNow(send), {
        version: 2,
        value: { ...send, status: "viewed", viewedAt: now, updatedAt: now }
      })
      const shown = yield* readOfferSent(world.candidate, send.id, viewing)
      assert.deepStrictEqual(shown.history, [
        { status: "sent", at: now, by: "recruiter" },
        { status: "viewed", at: now, by: "candidate" }
      ])
    })
  )

  it.effect("moves nothing that was viewed or answered, nor anything by only looking", () =>
    story(function* (world) {
      for (const status of ["viewed", "responded"] as const) {
        const offer = world.offer()
        const send = world.send(offer, steps(status))
        yield* read(world, send, offer)
        assert.deepStrictEqual(world.events(send), [])
      }
      const offer = world.offer()
      const send = world.send(offer)
      yield* read(world, send, offer, false)
      assert.deepStrictEqual(world.events(send), [])
    })
  )

  it.effect("reads it all the same when that can't be written", () =>
    story(function* (world) {
      const failures = [
        new StoreUnavailable({ operation: "Journal.commit", cause: "gone" }),
        new StaleVersion({ subjectId: "it" })
      ]
      for (const failure of failures) {
        const offer = world.offer()
        const send = world.send(offer)
        let tries = 0
        yield* Effect.provide(
          read(world, send, offer),
          failing(world, failure, () => void tries++)
        )
        // Whoever lost a race looks again, up to three times; where nobody answers once is enough.
        assert.strictEqual(tries, failure._tag === "StaleVersion" ? 3 : 1)
        const shown = yield* Effect.provide(readOfferSent(world.candidate, send.id, viewing), failing(world, failure))
        assert.deepInclude(shown.view.value, { status: "sent", viewedAt: null })
        assert.strictEqual(shown.version, 1)
        assert.deepStrictEqual<unknown>(world.sendNow(send), { version: 1, value: send })
      }
    })
  )

  it.effect("reads it all the same when the store goes away between its tries", () =>
    story(function* (world) {
      const offer = world.offer()
      const send = world.send(offer)
      const sends = yield* OfferSends
      let asked = 0
      const once = <A, E, R>(work: Effect.Effect<A, E, R>) =>
        Effect.suspend(
          (): Effect.Effect<A, E | StoreUnavailable, R> =>
            asked++ === 0 ? work : Effect.fail(new StoreUnavailable({ operation: "OfferSends", cause: "gone" }))
        )
      const flaky = Layer.succeed(OfferSends, {
        ...sends,
        find: (...args) => once(sends.find(...args)),
        findReceived: (...args) => once(sends.findReceived(...args))
      })
      const stale = failing(world, new StaleVersion({ subjectId: send.id }))
      yield* Effect.provide(Effect.provide(read(world, send, offer), flaky), stale)
      assert.isAbove(asked, 1)
    })
  )

  it.effect("has viewed it once by many reads at once", () =>
    story(function* (world) {
      const offer = world.offer()
      const send = world.send(offer)
      const reads = Array.from({ length: 10 }, () => read(world, send, offer))
      yield* Effect.all(reads, { concurrency: "unbounded" })
      assert.strictEqual(world.events(send).length, 1)
    })
  )

  it.effect("beside an archive or a disable that came first is refused, and has viewed nothing", () =>
    story(function* (world) {
      for (const end of [archiveOffer, disableOffer]) {
        const offer = world.offer()
        const send = world.send(offer)
        const { layer } = overtaken(1, () => end({ caller: world.acme.admin, id: offer.id }), world)
        const refusal = yield* tag(Effect.provide(read(world, send, offer), layer))
        assert.include(["NotRecipient", "OfferSentNotFound"], refusal)
        assert.deepStrictEqual(world.events(send), [])
      }
    })
  )
})

describe("the answer to a candidate's first read", () => {
  it.effect("shows already that it is viewed, and by whom", () =>
    story(function* (world) {
      const send = world.send(world.offer(), { sentAt: now - 9 })
      const { version, view, history } = yield* readOfferSent(world.candidate, send.id, viewing)
      assert.strictEqual(version, 2)
      assert.deepInclude(view.value, { status: "viewed", viewedAt: now, updatedAt: now })
      assert.deepStrictEqual(history.at(-1), { status: "viewed", at: now, by: "candidate" })
    })
  )

  it.effect("that was overtaken by another shows what that wrote", () =>
    story(function* (world) {
      const send = world.send(world.offer())
      const first = () => Effect.andThen(TestClock.setTime(now + 5), readOfferSent(world.candidate, send.id, viewing))
      const { layer } = overtaken(1, first, world)
      const { version, view } = yield* Effect.provide(readOfferSent(world.candidate, send.id, viewing), layer)
      assert.strictEqual(version, 2)
      assert.deepInclude(view.value, { status: "viewed", viewedAt: now + 5 })
      assert.strictEqual(world.events(send).length, 1)
    })
  )
})

describe("what a candidate is answered", () => {
  it.effect("has nowhere who sent it, whose the offer is, or of which company: neither key nor value", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offer = world.offer({ ownerId: acme.colleague.id })
      const send = world.send(offer, { senderId: acme.recruiter.id })
      const change = { caller: candidate, id: send.id }
      const page = { number: 1, limit: 20 }
      const list = listOfferSends(candidate, { status: null, offerId: null, candidateId: null, page })
      const answers: Record<string, unknown> = {
        look: yield* readOfferSent(candidate, send.id, looking),
        "look at the offer": yield* readReceivedOffer(candidate, offer.id, looking),
        read: yield* readOfferSent(candidate, send.id, viewing),
        "read the offer": yield* readReceivedOffer(candidate, offer.id, viewing),
        status: yield* changeOfferSentStatus(change, "responded"),
        "status again": yield* changeOfferSentStatus(change, "responded"),
        list: yield* list,
        "received offers": yield* listReceivedOffers(candidate, page)
      }
      for (const [name, answer] of Object.entries(answers)) {
        const text = JSON.stringify(answer)
        assert.include(text, offer.id, name)
        for (const secret of [
          acme.id,
          acme.recruiter.id,
          acme.colleague.id,
          "senderId",
          "companyId",
          "ownerId",
          "recruiterId"
        ]) {
          assert.notInclude(text, secret, name)
        }
      }
      // The company's side sees it.
      assert.include(JSON.stringify(yield* readOfferSent(acme.admin, send.id, looking)), acme.recruiter.id)
    })
  )
})
