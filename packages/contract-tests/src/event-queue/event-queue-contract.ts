import { assert, describe, it } from "@effect/vitest"
import { EventQueue } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { anEvent, anOffer } from "../fixtures/index.ts"

/** A queue under test. See docs/writing-an-adapter.md. */
export interface TestEventQueue {
  /** What the tests' report calls it. */
  readonly name: string
  /** Makes an empty queue, and what shows the ids of all events that were published to it. */
  readonly make: () => { readonly layer: Layer.Layer<EventQueue>; readonly published: () => ReadonlyArray<string> }
}

/**
 * The tests of what every queue has to do that this process can look into: call it at the top of a file of tests. See
 * docs/writing-an-adapter.md.
 */
export const eventQueueContract = ({ name, make }: TestEventQueue) =>
  describe(name, () => {
    it.effect("carries every event that is published, once", () =>
      Effect.gen(function* () {
        const offer = anOffer()
        for (const count of [0, 1, 100, 101, 1_000]) {
          const { layer, published } = make()
          const events = Array.from({ length: count }, (_, index) => anEvent(offer, { sequence: index + 1 }))
          yield* Effect.provide(
            EventQueue.use((queue) => queue.publish(events)),
            layer
          )
          assert.sameMembers(
            [...published()],
            events.map(({ id }) => id)
          )
        }
      })
    )
  })
