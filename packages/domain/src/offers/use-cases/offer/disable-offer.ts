import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Hides an active offer from candidates until it is enabled. Repeating it changes nothing. Answers the offer as it is
 * then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `NotOwner`, `VersionMismatch`,
 * `IllegalTransition` (archived or expired), `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const disableOffer = Effect.fn("disableOffer")((change: OfferChange) =>
  changeOffer(change, "disable", (at) => ({ type: "Disable", at }) as const)
)
