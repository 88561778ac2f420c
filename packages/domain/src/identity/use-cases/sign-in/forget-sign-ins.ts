import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { batchSize, inBatches } from "../../../events/use-cases/in-batches.ts"
import { SignIns } from "../../ports/sign-ins.ts"
import { signInLimit } from "./request-sign-in.ts"

/**
 * Forgets the requests that count no more, up to `maxBatches` batches of a thousand: whoever wrote any address. Answers
 * whether that was all. Fails with `StoreUnavailable`. See docs/flows/identity.md.
 */
export const forgetSignIns = Effect.fn("forgetSignIns")(function* (maxBatches: number) {
  const signIns = yield* SignIns
  const until = (yield* Clock.currentTimeMillis) - signInLimit.within
  const forget = Effect.map(signIns.forget(until, batchSize), (forgotten) => ({ read: forgotten, written: forgotten }))
  const { finished } = yield* inBatches(maxBatches, forget)
  return { finished }
})
