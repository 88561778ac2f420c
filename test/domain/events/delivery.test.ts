import { assert, describe, it } from "@effect/vitest"
import { layerMemoryQueue } from "@treff/adapters/memory"
import { content, now } from "@treff/contract-tests/fixtures"
import { EventQueue, QueueUnavailable, type RecordedEvent, relayEvents } from "@treff/domain/events"
import { createOffer, expireDueOffers } from "@treff/domain/offers"
import { allReactions, handleEvents } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { story, type World } from "../story.ts"

const collecting = () => {
  const batches: Array<ReadonlyArray<RecordedEvent>> = []
  return { batches, queue: layerMemoryQueue((batch) => void batches.push(batch)) }
}

/** That many events, each to be delivered a minute from now. */
const happenings = (world: World, count: number) => {
  for (let made = 0; made < count; made++) world.offer({ jobStartsAt: now })
  return expireDueOffers("jobStartsAt", 20)
}

describe("relaying", () => {
  it.effect("leaves an event to the request that made it for a minute, then sends it", () =>
    story(function* ({ acme, state }) {
      const { batches, queue } = collecting()
      yield* createOffer(acme.recruiter, content())
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* Effect.provide(relayEvents(), queue), 0)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Effect.provide(relayEvents(), queue), 1)
      assert.deepStrictEqual(batches, [[...state.events.values()]])
    })
  )

  it.effect("sends a hundred at a time until none is due", () =>
    story(function* (world) {
      yield* happenings(world, 250)
      yield* TestClock.adjust("1 minute")
      const { batches, queue } = collecting()
      assert.strictEqual(yield* Effect.provide(relayEvents(), queue), 250)
      assert.deepStrictEqual(
        batches.map(({ length }) => length),
        [100, 100, 50]
      )
      assert.strictEqual(new Set(batches.flat().map(({ id }) => id)).size, 250)
    })
  )

  it.effect("sends again, at growing distances, until the event is handled", () =>
    story(function* ({ acme }) {
      const { batches, queue } = collecting()
      yield* createOffer(acme.recruiter, content())
      const minutes: Array<number> = []
      for (let minute = 1; minute <= 200; minute++) {
        yield* TestClock.adjust("1 minute")
        if ((yield* Effect.provide(relayEvents(), queue)) > 0) minutes.push(minute)
      }
      assert.deepStrictEqual(minutes, [1, 2, 7, 32, 92, 152])
      assert.strictEqual((yield* handleEvents(batches[0] ?? [], allReactions)).handled.size, 1)
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* Effect.provide(relayEvents(), queue), 0)
    })
  )

  it.effect("loses nothing to a queue that refuses", () =>
    story(function* (world) {
      yield* happenings(world, 150)
      yield* TestClock.adjust("1 minute")
      const refusing = Layer.mock(EventQueue, { publish: () => Effect.fail(new QueueUnavailable({ cause: "full" })) })
      assert.strictEqual((yield* Effect.flip(Effect.provide(relayEvents(), refusing)))._tag, "QueueUnavailable")
      yield* TestClock.adjust("1 minute")
      const { batches, queue } = collecting()
      yield* Effect.provide(relayEvents(), queue)
      assert.strictEqual(new Set(batches.flat().map(({ id }) => id)).size, 150)
    })
  )
})

describe("handling an event", () => {
  it.effect("happens once, and leaves a receipt of the first time", () =>
    story(function* ({ acme, state }) {
      yield* createOffer(acme.recruiter, content())
      const [event] = [...state.events.values()] as [RecordedEvent]
      const { id } = event
      const handled = (...events: ReadonlyArray<RecordedEvent>) =>
        Effect.map(handleEvents(events, allReactions), ({ handled }) => [...handled])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* handled(event), [id])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* handled(event), [])
      assert.deepStrictEqual(yield* handled({ ...event, id: "unknown" }, event), [])
      assert.deepStrictEqual(yield* handled(), [])
      assert.deepStrictEqual([...state.receipts], [[id, now + 1_000]])
    })
  )
})
