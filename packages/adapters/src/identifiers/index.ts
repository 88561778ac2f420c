import { Identifiers } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { v7 } from "uuid"

/** UUIDv7 (RFC 9562): the given instant, and random bits from the platform. */
export const layerUuid: Layer.Layer<Identifiers> = Layer.succeed(
  Identifiers,
  Identifiers.of({ next: (at) => Effect.sync(() => v7({ msecs: at })) })
)
