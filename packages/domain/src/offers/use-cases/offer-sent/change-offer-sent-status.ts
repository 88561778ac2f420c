import * as Effect from "effect/Effect"
import { refuse } from "../../../kernel/refuse.ts"
import type { OfferNotActive } from "../../model/offer/offer.ts"
import { changeOfferSent, type OfferSentChange } from "./change-offer-sent.ts"

/**
 * Notes that a send was viewed, or responded to. A candidate takes one step at a time; somebody of the company's side
 * may skip one, which is filled in: an answer by telephone. The same status again changes nothing. Answers the send as
 * it is then. Fails with `CallerStale`, `NoCompany`, `OfferSentNotFound`, `NotOwner`, `NotRecipient`,
 * `VersionMismatch`, `OfferNotActive` (disabled), `StatusOutOfOrder`, `StaleVersion` or `StoreUnavailable`. See
 * docs/flows/offer-sends.md.
 */
export const changeOfferSentStatus = Effect.fn("changeOfferSentStatus")(
  (change: OfferSentChange, status: "viewed" | "responded") =>
    changeOfferSent(change, ({ visibility }, at) => {
      if (visibility === "hidden") return refuse<OfferNotActive>({ _tag: "OfferNotActive", status: "disabled" })
      const by = change.caller.role === "candidate" ? "candidate" : "recruiter"
      return Effect.succeed(
        status === "viewed" ? ({ type: "View", at } as const) : ({ type: "Respond", at, by } as const)
      )
    })
)
