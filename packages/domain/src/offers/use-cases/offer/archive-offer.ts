import * as Effect from "effect/Effect"
import { changeOffer, type OfferChange } from "./change-offer.ts"

/**
 * Ends the offer's term for good; enabling it again begins a new one. Repeating it changes nothing. Answers the offer
 * as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `OfferNotFound`, `NotOwner`,
 * `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offers.md.
 */
export const archiveOffer = Effect.fn("archiveOffer")((change: OfferChange) =>
  changeOffer(change, "archive", (at) => ({ type: "Archive", at }) as const)
)
