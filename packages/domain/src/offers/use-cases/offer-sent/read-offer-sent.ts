import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../../identity/model/account/account.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { NotRecipient } from "../../model/offer-sent/offer-sent-access.ts"
import { receivedOffer, viewFor } from "../../model/offer-sent/offer-sent-views.ts"
import { OfferSends } from "../../ports/offer-sends.ts"
import { requireAccess } from "./change-offer-sent.ts"
import { readAndView } from "./view-offer-sent.ts"

/**
 * One send, with its offer, its candidate's e-mail and its steps so far, oldest first. Where the candidate reads it for
 * the first time, and `views` is true, it becomes viewed, and is answered so; when that can't be written, it is
 * answered as it is. Fails with `CallerStale`, `NoCompany`, `OfferSentNotFound`, `NotOwner`, `NotRecipient` (another's,
 * or its offer is disabled) or `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const readOfferSent = Effect.fn("readOfferSent")(function* (
  claimed: Caller,
  id: string,
  { views }: { readonly views: boolean }
) {
  const sends = yield* OfferSends
  const at = yield* Clock.currentTimeMillis
  const load = Effect.gen(function* () {
    const { caller, found } = yield* sends.find(claimed, id)
    const accessible = yield* requireAccess(caller, found, at)
    if (caller.role === "candidate" && accessible.visibility === "hidden") {
      return yield* refuse<NotRecipient>({ _tag: "NotRecipient" })
    }
    return { caller, found: accessible }
  })
  const { caller, found } = yield* views ? readAndView(load, at) : load
  const { version, value, offer, candidate, history } = found
  return {
    version,
    view: viewFor(caller, { value, title: offer.value.title, candidate }),
    // A member sees of the offer what a candidate sees, too: whose it is, is read of the offer itself.
    offer: receivedOffer(offer.value),
    email: candidate.email,
    history
  }
})
