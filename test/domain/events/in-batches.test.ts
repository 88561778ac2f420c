import { assert, describe, it } from "@effect/vitest"
import { type BatchOutcome, batchSize, inBatches, StoreUnavailable } from "@treff/domain/events"
import * as Effect from "effect/Effect"

/** Runs over these batches, the last of them again and again; answers what came out, and how many were taken. */
const over = Effect.fnUntraced(function* (maxBatches: number, ...batches: ReadonlyArray<BatchOutcome>) {
  let taken = 0
  const next = Effect.sync(() => (batches[taken++] ?? batches.at(-1)) as BatchOutcome)
  const outcome = yield* inBatches(maxBatches, next)
  return { ...outcome, taken }
})

const full = { read: batchSize, written: batchSize }
const partly = { read: batchSize, written: 1 }

describe("what is done in batches", () => {
  it.effect("goes on while batches are full, and is finished with one that is not", () =>
    Effect.gen(function* () {
      const rest = { read: 7, written: 7 }
      assert.deepStrictEqual(yield* over(20, full, full, rest), { written: 2_007, finished: true, taken: 3 })
      assert.deepStrictEqual(yield* over(20, rest), { written: 7, finished: true, taken: 1 })
    })
  )

  it.effect("is finished at once where there is nothing", () =>
    Effect.gen(function* () {
      const nothing = { read: 0, written: 0 }
      assert.deepStrictEqual(yield* over(20, nothing), { written: 0, finished: true, taken: 1 })
      // A number of rows that fills its last batch is followed by an empty one.
      assert.deepStrictEqual(yield* over(20, full, nothing), { written: 1_000, finished: true, taken: 2 })
    })
  )

  it.effect("takes no more batches than it may, and says that there may be more", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* over(3, full), { written: 3_000, finished: false, taken: 3 })
      assert.deepStrictEqual(yield* over(0, full), { written: 0, finished: false, taken: 0 })
    })
  )

  it.effect("is not finished where some of the last batch was left to whoever is writing it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* over(20, full, { read: 7, written: 6 }), {
        written: 1_006,
        finished: false,
        taken: 2
      })
      assert.deepStrictEqual(yield* over(20, { read: 1, written: 0 }), { written: 0, finished: false, taken: 1 })
    })
  )

  it.effect("goes on after a full batch of which some was left, and stops where all of it was", () =>
    Effect.gen(function* () {
      const rest = { read: 7, written: 7 }
      assert.deepStrictEqual(yield* over(20, partly, rest), { written: 8, finished: true, taken: 2 })
      const stuck = { read: batchSize, written: 0 }
      assert.deepStrictEqual(yield* over(20, partly, stuck), { written: 1, finished: false, taken: 2 })
    })
  )

  it.effect("goes on though a batch is not full, where it may come again, as often as it may", () =>
    Effect.gen(function* () {
      const again = { read: 0, written: 0, mayRepeat: true }
      const last = { read: 3, written: 3, mayRepeat: false }
      assert.deepStrictEqual(yield* over(20, again, last), { written: 3, finished: true, taken: 2 })
      assert.deepStrictEqual(yield* over(5, again), { written: 0, finished: false, taken: 5 })
      // Of what others are writing nothing is gained by coming again at once.
      assert.deepStrictEqual(yield* over(5, { read: 2, written: 0, mayRepeat: true }), {
        written: 0,
        finished: false,
        taken: 1
      })
    })
  )

  it.effect("fails as a batch does", () =>
    Effect.gen(function* () {
      const gone = new StoreUnavailable({ operation: "Journal.commitEach", cause: "gone" })
      assert.strictEqual(yield* Effect.flip(inBatches(20, Effect.fail(gone))), gone)
    })
  )
})
