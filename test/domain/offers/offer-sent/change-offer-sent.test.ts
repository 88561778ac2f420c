import { assert, describe, it } from "@effect/vitest"
import { newId, now, partiesOf, steps } from "@treff/contract-tests/fixtures"
import type { Caller } from "@treff/domain/identity"
import {
  archiveOffer,
  changeOfferSentStatus,
  deleteOffer,
  disableOffer,
  enableOffer,
  type Offer,
  type OfferSent,
  type OfferSentChange,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { hurried, overtaken, type Ports, story, type World } from "../../story.ts"

type Status = OfferSent["status"]
const view = (change: OfferSentChange) => changeOfferSentStatus(change, "viewed")
const respond = (change: OfferSentChange) => changeOfferSentStatus(change, "responded")

type Failure = Effect.Error<ReturnType<typeof view>> | Effect.Error<ReturnType<typeof withdrawOfferSent>>
const everyChange = Object.entries({ view, respond, withdraw: withdrawOfferSent }).map(([name, by]) => ({
  name,
  by: (change: OfferSentChange): Effect.Effect<void, Failure, Ports> =>
    Effect.asVoid<unknown, Failure, Ports>(by(change)),
  /** From where both sides may do it. */
  from: (name === "respond" ? "viewed" : "sent") as Status
}))

describe.each(everyChange)("$name", ({ name, by, from }) => {
  const tag = (caller: Caller, { id }: { readonly id: string }) =>
    Effect.map(Effect.flip(by({ caller, id })), ({ _tag }) => _tag)

  it.effect("by the company's side and by the candidate, signed by whoever did it", () =>
    story(function* (world) {
      const { acme, candidate } = world
      for (const caller of [acme.recruiter, acme.admin, acme.manager, candidate]) {
        const send = world.send(world.offer(), steps(from, now - 1))
        yield* by({ caller, id: send.id })
        const [event, ...more] = world.events(send)
        assert.deepStrictEqual(more, [])
        const reason = caller === candidate ? "candidate" : "recruiter"
        assert.deepInclude<unknown>(event, {
          type: { view: "offerSent.viewed", respond: "offerSent.responded", withdraw: "offerSent.deleted" }[name],
          sequence: from === "sent" ? 2 : 3,
          data: name === "withdraw" ? { ...partiesOf(send), reason } : partiesOf(send),
          actor: { kind: caller.role, id: caller.id },
          companyId: acme.id,
          occurredAt: now
        })
        assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
      }
    })
  )

  it.effect("by a recruiter_user, sends of own offers only, whoever sent them", () =>
    story(function* ({ acme, offer, send, sendNow }) {
      const colleagues = send(offer({ ownerId: acme.colleague.id }), { senderId: acme.recruiter.id, ...steps(from) })
      assert.strictEqual(yield* tag(acme.recruiter, colleagues), "NotOwner")
      assert.strictEqual(sendNow(colleagues)?.value.status, from)
      yield* by({ caller: acme.colleague, id: colleagues.id })
    })
  )

  it.effect("by no other candidate, and by nobody of another company, for whom there is none", () =>
    story(function* ({ globex, other, offer, send, events }) {
      const supplied = send(offer(), steps(from))
      assert.strictEqual(yield* tag(other, supplied), "NotRecipient")
      for (const caller of [globex.admin, globex.recruiter]) {
        assert.strictEqual(yield* tag(caller, supplied), "OfferSentNotFound")
      }
      assert.deepStrictEqual(events(supplied), [])
    })
  )

  it.effect("not by somebody who has left, whatever the token still says", () =>
    story(function* (world) {
      const supplied = world.send(world.offer(), steps(from))
      world.leaves(world.acme.admin)
      assert.strictEqual(yield* tag(world.acme.admin, supplied), "CallerStale")
      assert.strictEqual(yield* tag({ ...world.acme.admin, companyId: null }, supplied), "NoCompany")
      assert.deepStrictEqual(world.events(supplied), [])
    })
  )

  it.effect("of what does not exist, is no UUID, or is withdrawn: not found", () =>
    story(function* ({ acme, candidate, offer, send }) {
      const one = send(offer())
      const two = send(offer())
      yield* withdrawOfferSent({ caller: candidate, id: one.id })
      yield* withdrawOfferSent({ caller: acme.admin, id: two.id })
      for (const caller of [acme.admin, candidate]) {
        for (const id of [newId(), "no uuid", "", one.id, two.id]) {
          assert.strictEqual(yield* tag(caller, { id }), "OfferSentNotFound")
        }
      }
    })
  )

  it.effect("once its offer is archived, expired or deleted, or in a later term: not found", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const ends: ReadonlyArray<(change: OfferSentChange) => Effect.Effect<unknown, unknown, Ports>> = [
        archiveOffer,
        deleteOffer,
        (change) => Effect.andThen(archiveOffer(change), enableOffer(change))
      ]
      for (const end of ends) {
        const offer = world.offer()
        const send = world.send(offer, steps(from))
        yield* end({ caller: acme.admin, id: offer.id })
        for (const caller of [acme.admin, acme.recruiter, candidate]) {
          assert.strictEqual(yield* tag(caller, send), "OfferSentNotFound")
        }
        assert.deepStrictEqual(world.events(send), [])
      }
    })
  )

  it.effect("of an offer whose date has passed: not found, and it is written that it has expired", () =>
    story(function* (world) {
      for (const caller of [world.acme.recruiter, world.candidate]) {
        const offer = world.offer({ jobStartsAt: now })
        const send = world.send(offer, steps(from))
        assert.strictEqual(yield* tag(caller, send), "OfferSentNotFound")
        assert.deepStrictEqual(
          world.events(offer).map(({ type, actor }) => [type, actor.kind]),
          [["offer.expired", "system"]]
        )
        assert.deepStrictEqual(world.events(send), [])
      }
    })
  )

  it.effect(name === "withdraw" ? "while the offer is disabled, too" : "not while the offer is disabled", () =>
    story(function* ({ acme, candidate, offer, send, events }) {
      for (const caller of [acme.recruiter, candidate]) {
        const supplied = send(offer({ status: "disabled" }), steps(from))
        if (name === "withdraw") yield* by({ caller, id: supplied.id })
        else {
          assert.deepStrictEqual(yield* Effect.flip(by({ caller, id: supplied.id })), {
            _tag: "OfferNotActive",
            status: "disabled"
          })
        }
        assert.strictEqual(events(supplied).length, name === "withdraw" ? 1 : 0)
      }
    })
  )

  it.effect("on the expected version, or one of them, and on no other", () =>
    story(function* ({ acme, offer, send, events }) {
      const version = from === "sent" ? 1 : 2
      for (const expectedVersions of [[version], [7, version]]) {
        const supplied = send(offer(), steps(from))
        yield* by({ caller: acme.admin, id: supplied.id, expectedVersions })
        assert.strictEqual(events(supplied).length, 1)
      }
      const supplied = send(offer(), steps(from))
      for (const expectedVersions of [[version + 1], [0], []]) {
        const failure = yield* Effect.flip(by({ caller: acme.admin, id: supplied.id, expectedVersions }))
        assert.strictEqual(failure._tag, "VersionMismatch")
      }
      assert.deepStrictEqual(events(supplied), [])
    })
  )

  it.effect("that named its version and is overtaken fails at once", () =>
    story(function* (world) {
      const send = world.send(world.offer(), steps(from))
      const change = { caller: world.acme.admin, id: send.id }
      const rival = () => changeOfferSentStatus(change, from === "sent" ? "viewed" : "responded")
      const { layer, tried } = overtaken(1, rival, world)
      const expectedVersions = [from === "sent" ? 1 : 2]
      const failure = yield* Effect.flip(Effect.provide(by({ ...change, expectedVersions }), layer))
      assert.strictEqual(failure._tag, "VersionMismatch")
      assert.strictEqual(tried.commits, 1)
    })
  )

  it.effect("beside an archive that came first does not happen", () =>
    story(function* (world) {
      for (const caller of [world.acme.admin, world.candidate]) {
        const offer = world.offer()
        const send = world.send(offer, steps(from))
        const { layer } = overtaken(1, () => archiveOffer({ caller: world.acme.admin, id: offer.id }), world)
        const failure = yield* Effect.flip(hurried(Effect.provide(by({ caller, id: send.id }), layer)))
        assert.strictEqual(failure._tag, "OfferSentNotFound")
        assert.deepStrictEqual(world.events(send), [])
      }
    })
  )

  it.effect("is tried again beside other changes of its offer, up to three times", () =>
    story(function* (world) {
      for (const races of [3, 4]) {
        const offer = world.offer()
        const send = world.send(offer, steps(from))
        const change = { caller: world.acme.admin, id: offer.id }
        const toggle = () => Effect.andThen(disableOffer(change), enableOffer(change))
        const { layer } = overtaken(races, toggle, world)
        const end = yield* Effect.result(hurried(Effect.provide(by({ caller: world.candidate, id: send.id }), layer)))
        assert.strictEqual(end._tag, races === 3 ? "Success" : "Failure")
        assert.strictEqual(world.events(send).length, races === 3 ? 1 : 0)
      }
    })
  )

  it.effect("by the very same, overtaken, finds it done", () =>
    story(function* (world) {
      const send = world.send(world.offer(), steps(from))
      const change = { caller: world.candidate, id: send.id }
      const { layer } = overtaken(1, () => by(change), world)
      const end = yield* Effect.result(hurried(Effect.provide(by(change), layer)))
      // What has been withdrawn meanwhile is not there any more.
      assert.strictEqual(end._tag, name === "withdraw" ? "Failure" : "Success")
      assert.strictEqual(world.events(send).length, 1)
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* ({ acme, offer, send, events }) {
      const supplied = send(offer(), { ...steps(from), updatedAt: now + 5 })
      yield* by({ caller: acme.admin, id: supplied.id })
      assert.strictEqual(events(supplied)[0]?.occurredAt, now + 5)
    })
  )
})

describe("changing the status", () => {
  it.effect("answers the send as it is then, with its version", () =>
    story(function* (world) {
      const { acme } = world
      const send = world.send(world.offer({ title: "Of now" }), { sentAt: now - 5, updatedAt: now - 5 })
      const { version, value: observed } = yield* view({ caller: acme.recruiter, id: send.id })
      const viewed = { ...send, status: "viewed", viewedAt: now, updatedAt: now } as const
      assert.deepStrictEqual<unknown>(
        { version, observed },
        {
          version: 2,
          observed: {
            reader: "member",
            value: viewed,
            title: "Of now",
            candidate: { id: world.candidate.id, firstName: "Cleo", lastName: "Vik" }
          }
        }
      )
      assert.deepStrictEqual<unknown>(world.sendNow(send), { version: 2, value: viewed })
      yield* TestClock.adjust("1 second")
      yield* respond({ caller: world.candidate, id: send.id })
      assert.deepInclude(world.sendNow(send)?.value, { viewedAt: now, respondedAt: now + 1_000, status: "responded" })
    })
  )

  const moves: ReadonlyArray<
    readonly [who: "candidate" | "recruiter", from: Status, to: "viewed" | "responded", outcome: string]
  > = [
    ["candidate", "sent", "viewed", "offerSent.viewed"],
    ["candidate", "sent", "responded", "StatusOutOfOrder"],
    ["candidate", "viewed", "viewed", ""],
    ["candidate", "viewed", "responded", "offerSent.responded"],
    ["candidate", "responded", "viewed", "StatusOutOfOrder"],
    ["candidate", "responded", "responded", ""],
    ["recruiter", "sent", "viewed", "offerSent.viewed"],
    ["recruiter", "sent", "responded", "offerSent.viewed + offerSent.responded"],
    ["recruiter", "viewed", "viewed", ""],
    ["recruiter", "viewed", "responded", "offerSent.responded"],
    ["recruiter", "responded", "viewed", "StatusOutOfOrder"],
    ["recruiter", "responded", "responded", ""]
  ]
  it.effect.each(moves)("by a %s from %s to %s: %s", ([who, from, to, outcome]) =>
    story(function* (world) {
      const send = world.send(world.offer(), steps(from))
      const caller = who === "candidate" ? world.candidate : world.acme.recruiter
      const end = yield* Effect.result(changeOfferSentStatus({ caller, id: send.id }, to))
      const events = world.events(send)
      if (end._tag === "Failure") assert.deepStrictEqual<unknown>(end.failure, { _tag: outcome, status: from })
      else assert.strictEqual(events.map(({ type }) => type).join(" + "), outcome)
      assert.strictEqual(world.sendNow(send)?.value.status, end._tag === "Failure" ? from : to)
      if (events.length === 0) assert.deepStrictEqual<unknown>(world.sendNow(send)?.value, send)
      for (const { occurredAt, actor } of events) assert.deepStrictEqual([occurredAt, actor.id], [now, caller.id])
    })
  )
})

describe("withdrawing", () => {
  it.effect("by a recruiter removes the send in whatever status; its history stays", () =>
    story(function* (world) {
      for (const status of ["sent", "viewed", "responded"] as const) {
        const send = world.send(world.offer(), steps(status))
        yield* withdrawOfferSent({ caller: world.acme.recruiter, id: send.id })
        assert.isUndefined(world.sendNow(send))
        assert.strictEqual(world.events(send).length, 1)
      }
    })
  )

  it.effect("by the candidate keeps the place and forgets the message, until they have answered", () =>
    story(function* (world) {
      for (const status of ["sent", "viewed"] as const) {
        const send = world.send(world.offer(), { ...steps(status), message: "For you" })
        yield* withdrawOfferSent({ caller: world.candidate, id: send.id })
        assert.deepInclude(world.sendNow(send)?.value, { status: "withdrawn", message: null })
      }
      const answered = world.send(world.offer(), steps("responded"))
      const failure = yield* Effect.flip(withdrawOfferSent({ caller: world.candidate, id: answered.id }))
      assert.deepStrictEqual(failure, { _tag: "AlreadyAnswered" })
      assert.deepStrictEqual<unknown>(world.sendNow(answered)?.value, answered)
    })
  )

  it.effect("beside an answer that came first is refused to the candidate", () =>
    story(function* (world: World) {
      const offer: Offer = world.offer()
      const send = world.send(offer, steps("viewed"))
      const { layer } = overtaken(1, () => respond({ caller: world.acme.recruiter, id: send.id }), world)
      const withdraw = withdrawOfferSent({ caller: world.candidate, id: send.id })
      assert.strictEqual((yield* Effect.flip(hurried(Effect.provide(withdraw, layer))))._tag, "AlreadyAnswered")
    })
  )
})
