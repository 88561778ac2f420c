import * as Effect from "effect/Effect"
import { Journal } from "../../../events/ports/journal.ts"
import { recordExpiry } from "../../../events/use-cases/record-change.ts"
import type { Instant } from "../../../kernel/time.ts"
import type { Versioned } from "../../../kernel/versioned.ts"
import type { Offer } from "../../model/offer/offer.ts"
import { offerLifecycle } from "../../model/offer/offer-lifecycle.ts"

/**
 * Writes that an offer has expired, where a command finds it so that is none of the offer's own. Somebody else may have
 * been quicker. Fails with `StoreUnavailable`. See docs/flows/offers.md.
 */
export const writeExpiry = Effect.fnUntraced(function* (offer: Versioned<Offer>, at: Instant) {
  const change = yield* recordExpiry(offerLifecycle, offer, at)
  if (change.events.length === 0) return
  yield* Effect.catchTag((yield* Journal).commit([change], { at }), "StaleVersion", () => Effect.void)
})
