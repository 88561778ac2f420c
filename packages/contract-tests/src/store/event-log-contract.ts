import { assert, layer } from "@effect/vitest"
import { EventLog, Journal } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import { beforeEach } from "vitest"
import { anEvent, anOffer, newId, now, removed } from "../fixtures/index.ts"
import type { TestStore } from "./test-store.ts"

/** What the port `EventLog` has to do: answer what followed. See docs/events.md. */
export const eventLogContract = (store: TestStore) =>
  layer(store.layer)("EventLog", (it) => {
    beforeEach(store.clear)

    it.effect("answers the types of what followed a sequence, in order", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const journal = yield* Journal
        const offer = anOffer()
        const events = [1, 2].map((sequence) => anEvent(offer, { sequence }))
        yield* journal.commit([{ kind: "offer", expectedVersion: 0, state: offer, events }], { at: now })
        yield* journal.commit([removed(offer, 2)], { at: now })
        const subject = { type: "offer", id: offer.id }
        assert.deepStrictEqual(yield* log.typesAfter(subject, 0), ["offer.created", "offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* log.typesAfter(subject, 1), ["offer.created", "offer.deleted"])
        assert.deepStrictEqual(yield* log.typesAfter(subject, 3), [])
        for (const id of [newId(), "no uuid"]) assert.deepStrictEqual(yield* log.typesAfter({ ...subject, id }, 0), [])
      })
    )
  })
