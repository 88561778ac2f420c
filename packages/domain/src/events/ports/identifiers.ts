import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Instant } from "../../kernel/time.ts"

/** Makes identifiers: UUIDv7, whose time is the given instant. It cannot fail. */
export class Identifiers extends Context.Service<
  Identifiers,
  { readonly next: (at: Instant) => Effect.Effect<string> }
>()("@treff/domain/Identifiers") {}
