import { assert, describe, it } from "@effect/vitest"
import { aCandidate, aRecruiter, newId, steps } from "@treff/contract-tests/fixtures"
import { StoreUnavailable } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import {
  archiveOffer,
  disableOffer,
  enableOffer,
  type Offer,
  OfferSends,
  sendOffer,
  sendOfferInBulk,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { overtaken, story, type World } from "../../story.ts"

const bulk = (
  caller: Caller,
  { id: offerId }: Offer,
  candidateIds: ReadonlyArray<string>,
  message: string | null = null
) =>
  Effect.map(sendOfferInBulk(caller, { offerId, candidateIds, message }), ({ created, failures }) => ({
    created: created.map(({ value }) => value.value.candidateId),
    failures: failures.map(({ candidateId, refusal }) => [candidateId, refusal._tag])
  }))

const people = (world: World, count: number) =>
  Array.from({ length: count }, () => {
    const candidate = aCandidate()
    world.state.accounts.set(candidate.id, candidate)
    return candidate.id
  })

describe("sending in bulk", () => {
  it.effect("sends to each, in the order in which they are given, with the same message", () =>
    story(function* (world) {
      const offer = world.offer()
      const ids = people(world, 50).toReversed()
      const request = { offerId: offer.id, candidateIds: ids, message: "For you" }
      const { created, failures } = yield* sendOfferInBulk(world.acme.recruiter, request)
      assert.deepStrictEqual(failures, [])
      assert.deepStrictEqual(
        created.map(({ value }) => value.candidate.id),
        ids
      )
      for (const { version, value } of created) {
        assert.deepInclude(value.value, { status: "sent", message: "For you", senderId: world.acme.recruiter.id })
        assert.deepStrictEqual(world.sendNow(value.value) as unknown, { version, value: value.value })
        assert.deepStrictEqual(
          world.events(value.value).map(({ type }) => type),
          ["offerSent.created"]
        )
      }
      assert.strictEqual(world.state.deliveries.size, 50)
    })
  )

  it.effect("sends to whom it may and says of each other why not", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const offer = world.offer()
      const [one, two, three] = people(world, 3) as [string, string, string]
      world.send(offer, steps("viewed"))
      yield* withdrawOfferSent({ caller: other, id: world.send(offer, { candidateId: other.id }).id })
      const unknown = newId()
      const shouted = one.toUpperCase()
      const ids = [
        two,
        candidate.id,
        one,
        shouted,
        unknown,
        other.id,
        acme.admin.id,
        three,
        candidate.id,
        unknown,
        "no uuid"
      ]
      assert.deepStrictEqual(yield* bulk(acme.recruiter, offer, ids), {
        created: [two, one, three],
        failures: [
          [candidate.id, "AlreadySent"],
          [shouted, "DuplicateInRequest"],
          [unknown, "CandidateUnknown"],
          [other.id, "Withdrawn"],
          [acme.admin.id, "CandidateUnknown"],
          [candidate.id, "DuplicateInRequest"],
          [unknown, "DuplicateInRequest"],
          ["no uuid", "CandidateUnknown"]
        ]
      })
      // Again, each has it by now.
      assert.deepStrictEqual(yield* bulk(acme.admin, offer, [one, shouted, two]), {
        created: [],
        failures: [
          [one, "AlreadySent"],
          [shouted, "DuplicateInRequest"],
          [two, "AlreadySent"]
        ]
      })
    })
  )

  it.effect("names 1 to 50, otherwise sends nothing", () =>
    story(function* (world) {
      const { acme } = world
      const leaver = aRecruiter(null)
      world.state.accounts.set(leaver.id, leaver)
      const offer = world.offer()
      const fiftyOne = people(world, 51)
      for (const ids of [[], fiftyOne]) {
        const tag = (caller: Caller) => Effect.map(Effect.flip(bulk(caller, offer, ids)), ({ _tag }) => _tag)
        assert.strictEqual(yield* tag(acme.admin), "InvalidBulk")
        assert.strictEqual(yield* tag(leaver), "NoCompany")
        assert.strictEqual(yield* tag({ ...acme.admin, role: "hiring_manager" }), "CallerStale")
        assert.strictEqual(yield* tag(world.candidate), "RoleNotAllowed")
      }
      assert.strictEqual(world.state.offerSends.size, 0)
      assert.strictEqual((yield* bulk(acme.admin, offer, fiftyOne.slice(0, 1))).created.length, 1)
    })
  )

  it.effect("is refused as one send is, and sends nothing", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      const ids = [candidate.id]
      const tag = (caller: Caller, offer: Offer, message: string | null = null) =>
        Effect.map(Effect.flip(bulk(caller, offer, ids, message)), ({ _tag }) => _tag)
      const offer = world.offer()
      assert.strictEqual(yield* tag(candidate, offer), "RoleNotAllowed")
      assert.strictEqual(yield* tag(acme.recruiter, offer, " "), "InvalidMessage")
      assert.strictEqual(yield* tag(globex.admin, offer), "OfferNotFound")
      assert.strictEqual(yield* tag(acme.colleague, offer), "NotOwner")
      for (const status of ["disabled", "archived", "expired"] as const) {
        assert.strictEqual(yield* tag(acme.admin, world.offer({ status })), "OfferNotActive")
      }
      assert.strictEqual(world.state.offerSends.size, 0)
    })
  )

  it.effect("of an offer whose date has passed writes that it has expired", () =>
    story(function* (world) {
      const offer = world.offer()
      yield* TestClock.setTime(offer.jobStartsAt)
      const failure = yield* Effect.flip(bulk(world.acme.admin, offer, [world.candidate.id]))
      assert.deepStrictEqual(failure, { _tag: "OfferNotActive", status: "expired" })
      assert.deepStrictEqual(
        world.events(offer).map(({ type }) => type),
        ["offer.expired"]
      )
    })
  )
})

describe("a bulk that is overtaken", () => {
  it.effect("by a send to one of them is written but for that one", () =>
    story(function* (world) {
      const offer = world.offer()
      const [one, two] = people(world, 2) as [string, string]
      const rival = () => sendOffer(world.acme.admin, { offerId: offer.id, candidateId: one, message: null })
      const { layer, tried } = overtaken(1, rival, world)
      assert.deepStrictEqual(yield* Effect.provide(bulk(world.acme.recruiter, offer, [one, two]), layer), {
        created: [two],
        failures: [[one, "AlreadySent"]]
      })
      assert.strictEqual(tried.commits, 1)
    })
  )

  it.effect("by sends to all of them creates none, and says so", () =>
    story(function* (world) {
      const offer = world.offer()
      const ids = people(world, 3)
      const rival = () => sendOfferInBulk(world.acme.admin, { offerId: offer.id, candidateIds: ids, message: null })
      const { layer } = overtaken(1, rival, world)
      assert.deepStrictEqual(yield* Effect.provide(bulk(world.acme.recruiter, offer, ids), layer), {
        created: [],
        failures: ids.map((id) => [id, "AlreadySent"])
      })
      assert.strictEqual(world.state.offerSends.size, 3)
    })
  )

  it.effect("by an archive is refused whole", () =>
    story(function* (world) {
      const offer = world.offer()
      const { layer } = overtaken(1, () => archiveOffer({ caller: world.acme.admin, id: offer.id }), world)
      const failure = yield* Effect.flip(Effect.provide(bulk(world.acme.recruiter, offer, people(world, 3)), layer))
      assert.deepStrictEqual(failure, { _tag: "OfferNotActive", status: "archived" })
      assert.strictEqual(world.state.offerSends.size, 0)
    })
  )

  it.effect("by other changes of the offer looks again, up to three times", () =>
    story(function* (world) {
      for (const races of [3, 4]) {
        const offer = world.offer()
        const change = { caller: world.acme.admin, id: offer.id }
        const { layer } = overtaken(races, () => Effect.andThen(disableOffer(change), enableOffer(change)), world)
        const end = yield* Effect.result(Effect.provide(bulk(world.acme.recruiter, offer, people(world, 2)), layer))
        if (races === 3) assert.strictEqual(end._tag === "Success" && end.success.created.length, 2)
        else assert.deepInclude(end, { _tag: "Failure" })
      }
    })
  )

  it.effect("has sent what it has sent, even if the store does not answer any more", () =>
    story(function* (world) {
      const offer = world.offer()
      const [one, two] = people(world, 2) as [string, string]
      const sends = yield* OfferSends
      let reads = 0
      const once = Layer.succeed(
        OfferSends,
        OfferSends.of({
          ...sends,
          findForSending: (...asked) =>
            reads++ === 0
              ? sends.findForSending(...asked)
              : Effect.fail(new StoreUnavailable({ operation: "OfferSends.findForSending", cause: "gone" }))
        })
      )
      const rival = () => sendOffer(world.acme.admin, { offerId: offer.id, candidateId: one, message: null })
      const { layer } = overtaken(1, rival, world)
      const work = Effect.provide(Effect.provide(bulk(world.acme.recruiter, offer, [one, two]), once), layer)
      assert.deepStrictEqual(yield* work, { created: [two], failures: [[one, "AlreadySent"]] })
    })
  )
})
