import { layerUuid } from "@treff/adapters/identifiers"
import { Identifiers } from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import * as Effect from "effect/Effect"

/** A new id whose time is the given instant. */
export const newId = (at: Instant): string =>
  Effect.runSync(
    Effect.provide(
      Effect.flatMap(Identifiers, (identifiers) => identifiers.next(at)),
      layerUuid
    )
  )
