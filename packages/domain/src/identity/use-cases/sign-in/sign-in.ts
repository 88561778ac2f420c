import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { refuse } from "../../../kernel/refuse.ts"
import { Secrets } from "../../ports/secrets.ts"
import { SignIns } from "../../ports/sign-ins.ts"

/** No link has this token: it never did, was used, or its time is over. See docs/flows/identity.md. */
export interface SignInTokenUnknown {
  readonly _tag: "SignInTokenUnknown"
}

/**
 * Uses a one-time link up, and answers whose it is. Fails with `SignInTokenUnknown` or `StoreUnavailable`. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { signIn } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = Effect.provide(signIn("guessed"), [layerMemory(memoryState()), secrets])
 * strictEqual((await Effect.runPromise(Effect.flip(use)))._tag, "SignInTokenUnknown")
 * ```
 */
export const signIn = Effect.fn("signIn")(function* (token: string) {
  const at = yield* Clock.currentTimeMillis
  const hash = yield* (yield* Secrets).hash(token)
  const account = yield* (yield* SignIns).take(hash, at)
  return account ?? (yield* refuse<SignInTokenUnknown>({ _tag: "SignInTokenUnknown" }))
})
