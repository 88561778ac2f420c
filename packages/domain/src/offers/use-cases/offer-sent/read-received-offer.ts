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
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOffer, noOfferSent, readReceivedOffer } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const state = memoryState({ accounts: [cleo] })
 * const offer = { ...noOffer, id: "o1", jobStartsAt: 9e12, expiresAt: 9e12, status: "active" } as const
 * state.offers.set("o1", { version: 1, value: offer })
 * const sent = { ...noOfferSent, id: "s1", offerId: "o1", candidateId: "cleo", status: "sent" } as const
 * state.offerSends.set("s1", { version: 1, value: sent })
 * const use = readReceivedOffer(cleo, "o1", { views: true })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual("ownerId" in value, false)
 * strictEqual(state.offerSends.get("s1")?.value.status, "viewed")
 * ```
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
