import * as Effect from "effect/Effect"
import { changeOfferSent, type OfferSentChange } from "./change-offer-sent.ts"

/**
 * Takes a send back. After a recruiter has, the offer can be sent to the candidate again; after the candidate has, who
 * is no longer available, it cannot in this term of the offer, and one who has answered can't withdraw any more.
 * Answers nothing. Fails with `CallerStale`, `NoCompany`, `OfferSentNotFound`, `NotOwner`, `NotRecipient`,
 * `VersionMismatch`, `AlreadyAnswered`, `StaleVersion` or `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const withdrawOfferSent = Effect.fn("withdrawOfferSent")((change: OfferSentChange) =>
  Effect.asVoid(
    changeOfferSent(change, (_, at) => {
      const reason = change.caller.role === "candidate" ? "candidate" : "recruiter"
      return Effect.succeed({ type: "Withdraw", at, reason } as const)
    })
  )
)
