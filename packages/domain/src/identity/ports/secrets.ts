import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { TokenSecret } from "../model/token-secret.ts"

/**
 * The one-time tokens that go out by mail: 256 random bits, url-safe. They are in the mail's link and nowhere else;
 * what is kept is their hash (SHA-256), and, until the mail is sent, the token sealed. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { Secrets } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const layer = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const issued = await Effect.runPromise(Effect.provide(Secrets.use(({ issue }) => issue), layer))
 * const token = await Effect.runPromise(Effect.provide(Secrets.use(({ open }) => open(issued.sealed)), layer))
 * strictEqual(token === null ? 0 : Redacted.value(token).length, 43)
 * ```
 */
export class Secrets extends Context.Service<
  Secrets,
  {
    /** Makes a token, of which nobody sees but this. */
    readonly issue: Effect.Effect<TokenSecret>

    /** By what a token is looked up. */
    readonly hash: (token: string) => Effect.Effect<string>

    /** The token again, for its mail; null when it was sealed with a key that is no longer known. */
    readonly open: (sealed: string) => Effect.Effect<Redacted.Redacted | null>
  }
>()("@treff/domain/Secrets") {}
