import { Identifiers } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { v7 } from "uuid"

/**
 * UUIDv7 (RFC 9562): the given instant, and random bits from the platform. See docs/http.md.
 *
 * @example
 * ```ts
 * import { match } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { Identifiers } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const next = Identifiers.use((identifiers) => identifiers.next(0))
 * match(await Effect.runPromise(Effect.provide(next, layerUuid)), /^00000000-0000-7/)
 * ```
 */
export const layerUuid: Layer.Layer<Identifiers> = Layer.succeed(
  Identifiers,
  Identifiers.of({ next: (at) => Effect.sync(() => v7({ msecs: at })) })
)
