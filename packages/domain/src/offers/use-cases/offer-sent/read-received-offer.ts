import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { requireRole } from "../../../identity/use-cases/require-member.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { type NotRecipient, sendVisibility } from "../../model/offer-sent/offer-sent-access.ts"
import { receivedOffer } from "../../model/offer-sent/offer-sent-views.ts"
import { OfferSends } from "../../ports/offer-sends.ts"
import type { OfferNotFound } from "../offer/change-offer.ts"
import { offerAges } from "../offer/read-offer.ts"
import { readAndView } from "./view-offer-sent.ts"

/**
 * An active offer that was sent to the candidate who reads it, with its ages in whole days. Where it is read for the
 * first time, and `views` is true, its send becomes viewed; the read succeeds also when that can't be written. Fails
 * with `RoleNotAllowed` (no candidate), `CallerStale`, `OfferNotFound`, `NotRecipient` or `StoreUnavailable`. See
 * docs/flows/offer-sends.md.
 */
export const readReceivedOffer = Effect.fn("readReceivedOffer")(function* (
  claimed: Caller,
  offerId: string,
  { views }: { readonly views: boolean }
) {
  yield* requireRole(claimed.role === "candidate")
  const sends = yield* OfferSends
  const at = yield* Clock.currentTimeMillis
  const load = Effect.gen(function* () {
    const { caller, offer, received } = yield* sends.findReceived(claimed, offerId)
    if (offer === null) return yield* refuse<OfferNotFound>({ _tag: "OfferNotFound" })
    const visibility = received === null ? "gone" : sendVisibility(received.value, offer.value, at)
    if (received === null || visibility !== "open") return yield* refuse<NotRecipient>({ _tag: "NotRecipient" })
    return { caller, found: { ...received, offer, visibility } as const }
  })
  const { found } = yield* views ? readAndView(load, at) : load
  const { version, value } = found.offer
  return { version, value: receivedOffer(value), ...offerAges(value, at) }
})
