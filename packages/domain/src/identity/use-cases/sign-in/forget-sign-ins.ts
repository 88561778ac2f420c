import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { SignIns } from "../../ports/sign-ins.ts"
import { signInLimit } from "./request-sign-in.ts"

/** How many requests are forgotten at once. */
const lot = 1_000

/**
 * Forgets the requests that count no more, up to `lots` lots of a thousand: whoever wrote any address. Answers whether
 * that was all. Fails with `StoreUnavailable`. Source: `recruiter-invitations.md`, sign-in.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { forgetSignIns } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const use = Effect.provide(forgetSignIns(1), layerMemory(memoryState()))
 * deepStrictEqual(await Effect.runPromise(use), { finished: true })
 * ```
 */
export const forgetSignIns = Effect.fn("forgetSignIns")(function* (lots: number) {
  const signIns = yield* SignIns
  const until = (yield* Clock.currentTimeMillis) - signInLimit.within
  for (let done = 0; done < lots; done++) {
    if ((yield* signIns.forget(until, lot)) < lot) return { finished: true }
  }
  return { finished: false }
})
