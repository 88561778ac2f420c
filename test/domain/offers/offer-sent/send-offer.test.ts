import { assert, describe, it } from "@effect/vitest"
import { aRecruiter, newId, now, partiesOf, steps } from "@treff/contract-tests/fixtures"
import { StoreUnavailable } from "@treff/domain/events"
import { day } from "@treff/domain/kernel"
import {
  archiveOffer,
  changeOfferSentStatus,
  disableOffer,
  enableOffer,
  messageLimit,
  type Offer,
  sendOffer,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import { failing, hurried, overtaken, story, type World } from "../../story.ts"

const request = ({ id }: Offer, candidate: { readonly id: string }, message: string | null = null) => ({
  offerId: id,
  candidateId: candidate.id,
  message
})

describe("sending an offer", () => {
  it.effect("makes a send of the offer's term, by the caller, and answers it", () =>
    story(function* (world) {
      const { acme, candidate, state } = world
      for (const [term, caller] of [acme.recruiter, acme.admin, acme.manager].entries()) {
        const offer = world.offer({ term, title: "Baker" })
        const { version, value: observed } = yield* sendOffer(caller, request(offer, candidate, "For you 🥐"))
        const { id } = observed.value
        const made = {
          id,
          companyId: acme.id,
          offerId: offer.id,
          term,
          candidateId: candidate.id,
          senderId: caller.id,
          title: "Baker",
          message: "For you 🥐",
          sentAt: now,
          viewedAt: null,
          respondedAt: null,
          updatedAt: now,
          status: "sent"
        } as const
        assert.strictEqual(version, 1)
        assert.deepStrictEqual(observed, {
          reader: "member",
          value: made,
          title: "Baker",
          candidate: { id: candidate.id, firstName: "Cleo", lastName: "Vik" }
        })
        assert.deepStrictEqual(state.offerSends.get(id), { version: 1, value: made })
        const [event, ...more] = world.events(made)
        assert.deepStrictEqual(more, [])
        assert.deepInclude(event, {
          subject: { type: "offerSent", id },
          sequence: 1,
          type: "offerSent.created",
          data: partiesOf(made),
          actor: { kind: caller.role, id: caller.id },
          companyId: acme.id,
          occurredAt: now
        })
        assert.isTrue(state.deliveries.has(event?.id ?? ""))
      }
    })
  )

  it.effect("by a recruiter_user, own offers only", () =>
    story(function* ({ acme, offer, candidate, state }) {
      const colleagues = offer({ ownerId: acme.colleague.id })
      const failure = yield* Effect.flip(sendOffer(acme.recruiter, request(colleagues, candidate)))
      assert.deepStrictEqual(failure, { _tag: "NotOwner" })
      assert.strictEqual(state.offerSends.size, 0)
    })
  )

  it.effect(
    "is refused in the order of the checks: role, account, company, message, offer, owner, candidate, state",
    () =>
      story(function* (world) {
        const { acme, globex, candidate, other } = world
        const archived = world.offer({ status: "archived" })
        const colleagues = world.offer({ ownerId: acme.colleague.id })
        const unknown = { id: newId() }
        const tag = (caller: Parameters<typeof sendOffer>[0], ...rest: Parameters<typeof request>) =>
          Effect.map(Effect.flip(sendOffer(caller, request(...rest))), ({ _tag }) => _tag)
        const leaver = aRecruiter(null)
        world.state.accounts.set(leaver.id, leaver)
        const nowhere = { ...archived, id: newId() }
        assert.strictEqual(yield* tag(candidate, nowhere, unknown, " "), "RoleNotAllowed")
        assert.strictEqual(
          yield* tag({ ...acme.recruiter, role: "hiring_manager" }, nowhere, unknown, " "),
          "CallerStale"
        )
        assert.strictEqual(yield* tag(leaver, nowhere, unknown, " "), "NoCompany")
        assert.strictEqual(yield* tag(acme.recruiter, nowhere, unknown, " "), "InvalidMessage")
        assert.strictEqual(yield* tag(acme.recruiter, nowhere, unknown), "OfferNotFound")
        assert.strictEqual(yield* tag(globex.admin, archived, unknown), "OfferNotFound")
        assert.strictEqual(yield* tag(acme.recruiter, colleagues, unknown), "NotOwner")
        assert.strictEqual(yield* tag(acme.recruiter, archived, unknown), "CandidateUnknown")
        assert.strictEqual(yield* tag(acme.recruiter, archived, other), "OfferNotActive")
        assert.strictEqual(world.state.offerSends.size, 0)
      })
  )

  it.effect("goes to candidates only, by an id in any case", () =>
    story(function* ({ acme, offer, candidate }) {
      const supplied = offer()
      for (const nobody of [acme.colleague, acme.manager, { id: newId() }, { id: "no uuid" }]) {
        const failure = yield* Effect.flip(sendOffer(acme.recruiter, request(supplied, nobody)))
        assert.deepStrictEqual(failure, { _tag: "CandidateUnknown" })
      }
      const shouted = { id: candidate.id.toUpperCase() }
      const { value } = yield* sendOffer(
        acme.recruiter,
        request({ ...supplied, id: supplied.id.toUpperCase() }, shouted)
      )
      assert.deepInclude(value.value, { candidateId: candidate.id, offerId: supplied.id })
    })
  )

  it.effect("needs an active offer, and says what it is instead", () =>
    story(function* ({ acme, offer, candidate, state }) {
      for (const status of ["disabled", "archived", "expired"] as const) {
        const failure = yield* Effect.flip(sendOffer(acme.recruiter, request(offer({ status }), candidate)))
        assert.deepStrictEqual(failure, { _tag: "OfferNotActive", status })
      }
      assert.strictEqual(state.offerSends.size, 0)
    })
  )

  it.effect("of one whose date has passed writes that it has expired, when it did, by nobody", () =>
    story(function* (world) {
      const offer = world.offer()
      yield* TestClock.setTime(offer.jobStartsAt - 1)
      yield* sendOffer(world.acme.admin, request(offer, world.other))
      yield* TestClock.setTime(offer.jobStartsAt + 5)
      for (const tries of [1, 2]) {
        const failure = yield* Effect.flip(sendOffer(world.acme.admin, request(offer, world.candidate)))
        assert.deepStrictEqual(failure, { _tag: "OfferNotActive", status: "expired" }, `${tries}`)
      }
      const [event, ...more] = world.events(offer)
      assert.deepStrictEqual(more, [])
      assert.deepInclude(event, {
        type: "offer.expired",
        sequence: 2,
        actor: { kind: "system", id: null },
        occurredAt: offer.jobStartsAt
      })
      assert.strictEqual(world.now(offer)?.value.status, "expired")
    })
  )

  it.effect("takes a message of 1 to 2,000 characters, trimmed and well-formed, or none", () =>
    story(function* ({ acme, offer, candidate }) {
      const letters = "🥐".repeat(messageLimit) // one code point each, two UTF-16 units
      for (const message of ["a", letters, "a\n b"]) {
        yield* sendOffer(acme.admin, request(offer(), candidate, message))
      }
      for (const message of ["", " ", " a", "a\n", `${letters}a`, "a\0b", "\ud83e"]) {
        const failure = yield* Effect.flip(sendOffer(acme.admin, request(offer(), candidate, message)))
        assert.strictEqual(failure._tag, "InvalidMessage", JSON.stringify(message))
      }
    })
  )

  it.effect("happens once in each term of the offer", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const offer = world.offer()
      const change = { caller: acme.admin, id: offer.id }
      const send = sendOffer(acme.recruiter, request(offer, candidate))
      yield* send
      for (const caller of [acme.recruiter, acme.admin]) {
        assert.deepStrictEqual(yield* Effect.flip(sendOffer(caller, request(offer, candidate))), {
          _tag: "AlreadySent"
        })
      }
      yield* disableOffer(change)
      yield* enableOffer(change)
      assert.deepStrictEqual(yield* Effect.flip(send), { _tag: "AlreadySent" })
      // What was sent in a term that has ended blocks nothing, whether it has been deleted or not.
      yield* archiveOffer(change)
      yield* enableOffer(change)
      assert.strictEqual((yield* send).value.value.term, 2)
      assert.strictEqual(world.state.offerSends.size, 2)
    })
  )

  it.effect("can't happen again once the candidate has withdrawn; once a recruiter has, it can", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const offer = world.offer()
      yield* withdrawOfferSent({ caller: candidate, id: world.send(offer).id })
      const again = sendOffer(acme.recruiter, request(offer, candidate))
      assert.deepStrictEqual(yield* Effect.flip(again), { _tag: "Withdrawn" })
      const mistaken = world.send(offer, { candidateId: other.id, ...steps("responded") })
      yield* withdrawOfferSent({ caller: acme.recruiter, id: mistaken.id })
      assert.strictEqual((yield* sendOffer(acme.recruiter, request(offer, other))).value.value.status, "sent")
    })
  )

  it.effect("ten times at once makes one send, and nine find it made", () =>
    story(function* ({ acme, offer, candidate, state }) {
      const supplied = offer()
      const sends = Array.from({ length: 10 }, () =>
        Effect.result(sendOffer(acme.recruiter, request(supplied, candidate)))
      )
      const ends = yield* hurried(Effect.all(sends, { concurrency: "unbounded" }))
      const failures = ends.flatMap((end) => (Result.isFailure(end) ? [end.failure._tag] : []))
      assert.deepStrictEqual(failures, Array(9).fill("AlreadySent"))
      assert.strictEqual(state.offerSends.size, 1)
    })
  )

  it.effect("is not written earlier than the term began, whatever a clock says", () =>
    story(function* ({ acme, offer, candidate }) {
      const { value } = yield* sendOffer(acme.admin, request(offer({ updatedAt: now + day }), candidate))
      assert.strictEqual(value.value.sentAt, now + day)
    })
  )

  it.effect("says when the store does not answer", () =>
    story(function* (world) {
      const gone = new StoreUnavailable({ operation: "Journal.commit", cause: "gone" })
      const send = sendOffer(world.acme.admin, request(world.offer(), world.candidate))
      assert.strictEqual(yield* Effect.flip(Effect.provide(send, failing(world, gone))), gone)
    })
  )
})

describe("a send that is overtaken", () => {
  const rivals: ReadonlyArray<
    readonly [what: string, tag: string, rival: (world: World, offer: Offer) => Effect.Effect<unknown, unknown, never>]
  > = [
    [
      "by an archive",
      "OfferNotActive",
      ({ acme, store }, { id }) => Effect.provide(archiveOffer({ caller: acme.admin, id }), store)
    ],
    [
      "by a disable",
      "OfferNotActive",
      ({ acme, store }, { id }) => Effect.provide(disableOffer({ caller: acme.admin, id }), store)
    ],
    [
      "by the same send",
      "AlreadySent",
      ({ acme, store, candidate }, offer) => Effect.provide(sendOffer(acme.admin, request(offer, candidate)), store)
    ],
    [
      "by the end of the account",
      "CandidateUnknown",
      ({ state, candidate }) => Effect.sync(() => state.accounts.delete(candidate.id))
    ]
  ]
  it.effect.each(rivals)("%s is refused: %s", ([, tag, rival]) =>
    story(function* (world) {
      const offer = world.offer()
      const { layer, tried } = overtaken(1, () => rival(world, offer), world)
      const send = sendOffer(world.acme.recruiter, request(offer, world.candidate))
      assert.strictEqual((yield* Effect.flip(hurried(Effect.provide(send, layer))))._tag, tag)
      assert.strictEqual(tried.commits, 1)
      assert.strictEqual(world.state.offerSends.size, tag === "AlreadySent" ? 1 : 0)
    })
  )

  it.effect("by other changes of the offer is tried again, up to three times", () =>
    story(function* (world) {
      for (const [races, outcome] of [
        [3, "Success"],
        [4, "Failure"]
      ] as const) {
        const offer = world.offer()
        const change = { caller: world.acme.admin, id: offer.id }
        const toggle = () => Effect.andThen(disableOffer(change), enableOffer(change))
        const { layer } = overtaken(races, toggle, world)
        const send = sendOffer(world.acme.recruiter, request(offer, world.candidate))
        const end = yield* Effect.result(hurried(Effect.provide(send, layer)))
        assert.strictEqual(end._tag, outcome)
        if (Result.isFailure(end)) assert.strictEqual(end.failure._tag, "StaleVersion")
      }
    })
  )

  it.effect("belongs to the term in which it was made after all", () =>
    story(function* (world) {
      const offer = world.offer()
      const change = { caller: world.acme.admin, id: offer.id }
      const { layer } = overtaken(1, () => Effect.andThen(archiveOffer(change), enableOffer(change)), world)
      const send = sendOffer(world.acme.recruiter, request(offer, world.candidate))
      const { value } = yield* hurried(Effect.provide(send, layer))
      assert.strictEqual(value.value.term, 2)
      yield* changeOfferSentStatus({ caller: world.candidate, id: value.value.id }, "viewed")
    })
  )
})
