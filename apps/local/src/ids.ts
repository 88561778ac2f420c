import { layerUuid } from "@treff/adapters/identifiers"
import { Identifiers } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"

/** A new id whose time is the given instant. */
export const newId = (at: Instant): string =>
  Effect.runSync(
    Effect.provide(
      Effect.flatMap(Identifiers, (identifiers) => identifiers.next(at)),
      layerUuid
    )
  )
