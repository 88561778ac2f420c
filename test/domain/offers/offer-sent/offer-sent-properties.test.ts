import { always, anOffer, anyInstant, anyOffer, aSend, hour, now, partiesOf } from "@treff/contract-tests/fixtures"
import {
  noOfferSent,
  type OfferSentCommand,
  type OfferSentState,
  offerLifecycle,
  offerSentLifecycle,
  sendVisibility
} from "@treff/domain/offers"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

const secret = "Only for the candidate"
const send = aSend(anOffer(), "cleo", { id: "s1", message: secret })
const { id, companyId, title, message } = send

const anyCommand: fc.Arbitrary<OfferSentCommand> = fc.oneof(
  fc.record({ type: fc.constant("View" as const), at: anyInstant }),
  fc.record({
    type: fc.constant("Respond" as const),
    at: anyInstant,
    by: fc.constantFrom("recruiter" as const, "candidate" as const)
  }),
  fc.record({
    type: fc.constant("Withdraw" as const),
    at: anyInstant,
    reason: fc.constantFrom("recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired")
  }),
  anyInstant.map((at) => ({ type: "Send", at, id, companyId, title, message, ...partiesOf(send) }) as const)
)

/** Lives from the beginning, as the clock goes on: the states that a send may be in, one after the other. */
const anyLife = fc.array(fc.tuple(fc.nat(2), anyCommand), { maxLength: 12 }).map((steps) => {
  let at = now
  let state: OfferSentState = noOfferSent
  const states = [state]
  for (const [hours, command] of steps) {
    at += hours * hour
    const decided = offerSentLifecycle.decideAny(state, { ...command, at })
    if (Result.isFailure(decided)) continue
    state = decided.success.state
    states.push(state)
  }
  return states
})
const anyState = anyLife.map((states) => states.at(-1) ?? noOfferSent)

const order = ["none", "sent", "viewed", "responded"]
const rank = ({ status }: OfferSentState) => (order.includes(status) ? order.indexOf(status) : order.length)

describe("a decision", () => {
  it("never leads back", () => {
    let moved = 0
    always(
      fc.property(anyState, anyCommand, (state, command) => {
        const decided = offerSentLifecycle.decideAny(state, command)
        if (Result.isFailure(decided)) return
        assert.isAtLeast(rank(decided.success.state), rank(state))
        if (rank(decided.success.state) > rank(state)) moved++
      })
    )
    // Otherwise the property would be true of lives in which nothing moves.
    assert.isAbove(moved, 10)
  })

  it("refuses everything on a send that is withdrawn or gone", () => {
    always(
      fc.property(fc.constantFrom("withdrawn", "gone"), anyCommand, (status, command) => {
        assert.deepStrictEqual(
          offerSentLifecycle.decideAny({ ...send, status }, command),
          Result.fail({ _tag: "IllegalTransition", status, command: command.type })
        )
      })
    )
  })

  it("moves the state if, and only if, it has an event", () => {
    always(
      fc.property(anyState, anyCommand, (state, command) => {
        const decided = offerSentLifecycle.decideAny(state, command)
        fc.pre(Result.isSuccess(decided))
        const { state: after, timeEvents, events } = Result.getOrThrow(decided)
        assert.deepStrictEqual(timeEvents, [])
        if (events.length === 0) assert.deepStrictEqual(after, state)
        else assert.notStrictEqual(after.status, state.status)
      })
    )
  })

  it("decides the same about the same, and changes nothing that it was given", () => {
    always(
      fc.property(anyState, anyCommand, (state, command) => {
        const first = offerSentLifecycle.decideAny(Object.freeze({ ...state }), Object.freeze({ ...command }))
        assert.deepStrictEqual(offerSentLifecycle.decideAny(structuredClone(state), structuredClone(command)), first)
      })
    )
  })

  it("gives its events the command's instant, and the parties of the send", () => {
    always(
      fc.property(anyState, anyCommand, (state, command) => {
        const decided = offerSentLifecycle.decideAny(state, command)
        fc.pre(Result.isSuccess(decided))
        for (const { at, data } of Result.getOrThrow(decided).events) {
          assert.strictEqual(at, command.at)
          assert.deepInclude(data, partiesOf(send))
        }
      })
    )
  })
})

describe("a life", () => {
  it("sets each of its times once, and in their order", () => {
    always(
      fc.property(anyLife, (states) => {
        for (const [index, { sentAt, viewedAt, respondedAt, updatedAt, status }] of states.entries()) {
          const before = states[index - 1]
          if (before !== undefined && before.status !== "none") {
            assert.strictEqual(sentAt, before.sentAt)
            if (before.viewedAt !== null) assert.strictEqual(viewedAt, before.viewedAt)
            if (before.respondedAt !== null) assert.strictEqual(respondedAt, before.respondedAt)
          }
          const times = [sentAt, viewedAt, respondedAt].filter((time) => time !== null)
          assert.deepStrictEqual(
            times,
            times.toSorted((a, b) => a - b)
          )
          assert.isAtMost(times.at(-1) ?? 0, updatedAt)
          if (status === "sent") assert.deepStrictEqual([viewedAt, respondedAt], [null, null])
          if (status === "viewed") assert.deepStrictEqual([viewedAt === null, respondedAt], [false, null])
          if (status === "responded") assert.isFalse(viewedAt === null || respondedAt === null)
        }
      })
    )
  })

  it("forgets what a person wrote when its candidate withdraws, and keeps it until then", () => {
    always(
      fc.property(anyState, (state) => {
        if (state.status === "withdrawn") assert.isNull(state.message)
        else if (state.status !== "none") assert.strictEqual(state.message, secret)
      })
    )
  })
})

describe("whether a send is to be seen", () => {
  it("is as its offer is at that instant: open while active, hidden while disabled, else gone; and gone with its term", () => {
    const observed = new Set<string>()
    always(
      fc.property(anyOffer, fc.boolean(), anyInstant, (offer, later, at) => {
        const term = later ? offer.term + 1 : offer.term
        const { status } = offerLifecycle.asOf(offer, at).state
        const byStatus = { active: "open", disabled: "hidden", archived: "gone", expired: "gone" } as const
        const visibility = sendVisibility({ term }, offer, at)
        assert.strictEqual(visibility, term === offer.term ? byStatus[status] : "gone")
        // Whether time has been written does not matter.
        assert.strictEqual(sendVisibility({ term }, offerLifecycle.asOf(offer, at).state, at), visibility)
        observed.add(visibility)
      }),
      { numRuns: 1_000 }
    )
    assert.sameMembers([...observed], ["open", "hidden", "gone"])
    assert.strictEqual(sendVisibility({ term: 1 }, null, now), "gone")
  })

  it("changes at the very instant, not a millisecond before", () => {
    const offer = anOffer()
    assert.strictEqual(sendVisibility(offer, offer, offer.jobStartsAt - 1), "open")
    assert.strictEqual(sendVisibility(offer, offer, offer.jobStartsAt), "gone")
  })
})
