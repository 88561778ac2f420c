import { always, anOffer, anyInstant, anyOffer, content, hour, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { endsAt, type Offer, type OfferCommand, type OfferState, offerLifecycle } from "@treff/domain/offers"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

const people = ["a", "b", "c"] as const
const anyContent = fc
  .record({ title: fc.constantFrom("Baker", "Cook"), jobStartsAt: anyInstant, expiresAt: anyInstant })
  .map(content)

/** Every kind of command on an offer that exists. */
const anyCommand = (at: fc.Arbitrary<number> = anyInstant): fc.Arbitrary<OfferCommand> =>
  fc.oneof(
    fc.record({ type: fc.constant("Update" as const), at, content: anyContent }),
    fc.record({ type: fc.constantFrom("Enable", "Disable", "Archive", "Expire", "Delete"), at }),
    fc.record({
      type: fc.constant("Transfer" as const),
      at,
      newOwnerId: fc.constantFrom(...people),
      ownerHasLeft: fc.boolean()
    })
  )

const stateAt = (offer: Offer, at: number) => offerLifecycle.asOf(offer, at).state

describe("time", () => {
  it("passes once: what has expired stays so at that instant, without a further event", () => {
    always(
      fc.property(anyOffer, anyInstant, (offer, at) => {
        const once = offerLifecycle.asOf(offer, at)
        assert.deepStrictEqual(offerLifecycle.asOf(once.state as Offer, at), {
          state: once.state,
          timeEvents: [],
          events: []
        })
      })
    )
  })

  it("passes before every command: letting it pass first and deciding then decides the same", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        const time = offerLifecycle.asOf(offer, command.at)
        const later = offerLifecycle.decideAny(time.state, command)
        const atOnce = offerLifecycle.decideAny(offer, command)
        assert.deepStrictEqual(
          Result.map(later, (decision) => ({ ...decision, timeEvents: [...time.timeEvents, ...decision.timeEvents] })),
          atOnce
        )
      })
    )
  })

  it("makes no detours: stopping on the way ends where going there at once does", () => {
    always(
      fc.property(anyOffer, anyInstant, anyInstant, (offer, one, other) => {
        const [sooner, later] = [Math.min(one, other), Math.max(one, other)]
        assert.deepStrictEqual(stateAt(stateAt(offer, sooner), later), stateAt(offer, later))
      })
    )
  })

  it("never takes back an expiry, whatever instant is asked about afterwards", () => {
    always(
      fc.property(anyOffer, anyInstant, anyInstant, (offer, at, any) => {
        fc.pre(stateAt(offer, at).status === "expired")
        assert.deepStrictEqual(stateAt(stateAt(offer, at), any), stateAt(offer, at))
      })
    )
  })

  it("expires an active or disabled offer from the earlier of its dates on, and nothing else", () => {
    always(
      fc.property(anyOffer, anyInstant, (offer, at) => {
        const isDue = (offer.status === "active" || offer.status === "disabled") && endsAt(offer) <= at
        assert.strictEqual(stateAt(offer, at).status, isDue ? "expired" : offer.status)
      })
    )
  })

  it("lets an offer expire when its date came, not when that was noticed", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        const decided = offerLifecycle.decideAny(offer, command)
        fc.pre(Result.isSuccess(decided) && decided.success.timeEvents.length > 0)
        const [expiry] = Result.getOrThrow(decided).timeEvents
        assert.strictEqual(expiry?.type, "offer.expired")
        assert.strictEqual(expiry?.at, endsAt(offer))
        assert.isAtMost(endsAt(offer), command.at)
        assert.strictEqual(stateAt(offer, command.at).updatedAt, endsAt(offer))
      })
    )
  })
})

describe("a decision", () => {
  it("refuses every command on an offer that is gone, and all but its creation on one that is not made yet", () => {
    always(
      fc.property(anyOffer, anyCommand(), fc.constantFrom("gone", "none"), (offer, command, status) => {
        const decided = offerLifecycle.decideAny({ ...offer, status }, command)
        assert.deepStrictEqual(decided, Result.fail({ _tag: "IllegalTransition", status, command: command.type }))
      })
    )
  })

  it("lets nothing but an enabling and a deletion out of an archived offer whose owner is there", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        fc.pre(command.type !== "Transfer" || !command.ownerHasLeft)
        const archived = { ...offer, status: "archived" as const }
        const decided = offerLifecycle.decideAny(archived, command)
        if (command.type === "Delete") assert.isTrue(Result.isSuccess(decided))
        else if (command.type === "Enable") assert.strictEqual(Result.isSuccess(decided), endsAt(offer) > command.at)
        else if (Result.isSuccess(decided)) assert.deepStrictEqual(decided.success.state, archived)
      })
    )
  })

  it("moves the state if, and only if, it has an event", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        const decided = offerLifecycle.decideAny(offer, command)
        fc.pre(Result.isSuccess(decided))
        const { state, timeEvents, events } = Result.getOrThrow(decided)
        const moved = JSON.stringify(sorted(state)) !== JSON.stringify(sorted(offer))
        assert.strictEqual(moved, timeEvents.length + events.length > 0)
      })
    )
  })

  it("decides the same about the same, and changes nothing that it was given", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        const first = offerLifecycle.decideAny(deepFreeze({ ...offer }), deepFreeze(command))
        assert.deepStrictEqual(offerLifecycle.decideAny(structuredClone(offer), structuredClone(command)), first)
      })
    )
  })

  it("gives its own events the command's instant, and none before what time alone did", () => {
    always(
      fc.property(anyOffer, anyCommand(), (offer, command) => {
        const decided = offerLifecycle.decideAny(offer, command)
        fc.pre(Result.isSuccess(decided))
        const { timeEvents, events } = Result.getOrThrow(decided)
        for (const event of events) assert.strictEqual(event.at, command.at)
        for (const event of timeEvents) assert.isAtMost(event.at, command.at)
      })
    )
  })
})

describe("terms", () => {
  /** Commands one after the other, as the clock goes on; deletions would cut most lives short. */
  const anyLife = fc
    .array(
      fc.tuple(
        fc.nat(1),
        anyCommand().filter(({ type }) => type !== "Delete")
      ),
      { minLength: 10, maxLength: 40 }
    )
    .map((steps) => {
      let at = now - 10 * hour
      return steps.map(([hours, command]) => {
        at += hours * hour
        return { ...command, at }
      })
    })

  it("only count up, by one, and only when an offer that had ended is enabled again", () => {
    let reopened = 0
    always(
      fc.property(anyLife, (life) => {
        let state: OfferState = anOffer({ ownerId: "a", jobStartsAt: now + day, expiresAt: now + day })
        for (const command of life) {
          const decided = offerLifecycle.decideAny(state, command)
          if (Result.isFailure(decided)) continue
          const before = stateAt(state as Offer, command.at).status
          const { state: after, events } = decided.success
          const ended = before === "archived" || before === "expired"
          const enabled = events.some(({ type }) => type === "offer.enabled")
          assert.strictEqual(after.term - state.term, ended && enabled ? 1 : 0)
          for (const event of events) if ("term" in event.data) assert.strictEqual(event.data.term, after.term)
          if (ended && enabled) reopened++
          state = after
        }
      })
    )
    // Otherwise the property would be true of lives in which nothing begins again.
    assert.isAbove(reopened, 20)
  })

  it("begin with the first", () => {
    const create = { type: "Create", at: now, id: "1", companyId: "2", ownerId: "3", content: content() } as const
    assert.strictEqual(
      Result.getOrThrow(offerLifecycle.decideAny({ ...anOffer(), status: "none" }, create)).state.term,
      1
    )
  })
})

const sorted = (state: object) => Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))

const deepFreeze = <A extends object>(value: A): A => {
  for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) deepFreeze(inner)
  return Object.freeze(value)
}
