import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../../kernel/time.ts"

/**
 * Makes identifiers: UUIDv7, whose time is the given instant. It cannot fail. Source: `http.md`, ids.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { Identifiers } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const numbered = Identifiers.of({ next: (at) => Effect.succeed(`id-${at}`) })
 * const next = Identifiers.use((identifiers) => identifiers.next(7))
 * strictEqual(await Effect.runPromise(Effect.provideService(next, Identifiers, numbered)), "id-7")
 * ```
 */
export class Identifiers extends Context.Service<
  Identifiers,
  { readonly next: (at: Instant) => Effect.Effect<string> }
>()("@treff/domain/Identifiers") {}
