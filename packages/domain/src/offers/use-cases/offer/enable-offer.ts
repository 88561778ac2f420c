import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Opens an offer again, or one that was disabled; both of its dates must lie ahead. Repeating it changes nothing.
 * Answers the offer as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`,
 * `NotOwner`, `VersionMismatch`, `OfferDatesPassed`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const enableOffer = Effect.fn("enableOffer")((change: OfferChange) =>
  changeOffer(change, "enable", (at) => ({ type: "Enable", at }) as const)
)
