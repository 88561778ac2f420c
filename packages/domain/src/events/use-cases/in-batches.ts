import * as Effect from "effect/Effect"

/** The result of one batch: how many rows it had, and how many of them were written. */
export interface BatchOutcome {
  readonly read: number
  readonly written: number
  /** Whether there may be more although the batch was not full. */
  readonly mayRepeat?: boolean
}

/** How many rows a sweep or a cascade reads, decides and commits at once. */
export const batchSize = 1_000

/**
 * Runs a sweep or a cascade batch by batch, up to `maxBatches`: an invocation may not live for ever. Answers how many were
 * written in all, and whether that was all there is. What somebody else is writing just now is left.
 */
export const inBatches = Effect.fnUntraced(function* <E, R>(
  maxBatches: number,
  next: Effect.Effect<BatchOutcome, E, R>
) {
  let written = 0
  for (let done = 0; done < maxBatches; done++) {
    const batch = yield* next
    written += batch.written
    if (batch.read < batchSize && batch.mayRepeat !== true) return { written, finished: batch.written === batch.read }
    // Others are writing all of it just now: it is for whoever comes back.
    if (batch.written === 0 && batch.read > 0) return { written, finished: false }
  }
  return { written, finished: false }
})
