import { assert, layer } from "@effect/vitest"
import { layerUuid } from "@treff/adapters/identifiers"
import { now } from "@treff/contract-tests/fixtures"
import { Identifiers } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { version } from "uuid"

const identifiersContract = (name: string, identifiers: Layer.Layer<Identifiers>) =>
  layer(identifiers)(name, (it) => {
    it.effect("makes UUIDv7 in lower case whose time is the given instant", () =>
      Effect.gen(function* () {
        const { next } = yield* Identifiers
        for (const at of [0, now, now + 1]) {
          const id = yield* next(at)
          assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
          assert.strictEqual(version(id), 7)
          assert.strictEqual(Number.parseInt(id.replace("-", "").slice(0, 12), 16), at)
        }
      })
    )

    it.effect("makes no id twice, however many at one instant", () =>
      Effect.gen(function* () {
        const { next } = yield* Identifiers
        const ids = yield* Effect.forEach(Array.from({ length: 20_000 }), () => next(now))
        assert.strictEqual(new Set(ids).size, ids.length)
      })
    )

    it.effect("makes ids that sort by their instants", () =>
      Effect.gen(function* () {
        const { next } = yield* Identifiers
        const ids = yield* Effect.forEach([5, 3, 9, 1], (step) => next(now + step))
        const [five, three, nine, one] = ids
        assert.deepStrictEqual(ids.toSorted(), [one, three, five, nine] as Array<string>)
      })
    )
  })

identifiersContract("UUIDs", layerUuid)
