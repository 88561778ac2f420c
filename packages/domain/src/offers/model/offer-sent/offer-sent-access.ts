import type { Caller } from "../../../identity/model/account/account.ts"
import type { Instant } from "../../../kernel/time.ts"
import { isDue, type Offer } from "../offer/offer.ts"
import { mayAccessOffer } from "../offer/offer-access.ts"
import type { OfferSent } from "./offer-sent.ts"

/** What somebody may want to do with sends. See docs/flows/offer-sends.md. */
export type OfferSentAction = "list" | "read" | "send" | "changeStatus" | "withdraw" | "listOfOffer"

/** This was not sent to this candidate, or its offer is not active. See docs/flows/offer-sends.md. */
export interface NotRecipient {
  readonly _tag: "NotRecipient"
}

/**
 * What a caller may ever do with sends, by role alone. See docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayActOnSends } from "@treff/domain/offers"
 *
 * const cleo = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * strictEqual(mayActOnSends(cleo, "withdraw"), true)
 * strictEqual(mayActOnSends(cleo, "send"), false)
 * ```
 */
export const mayActOnSends = (caller: Caller, action: OfferSentAction): boolean => whoMay[action](caller)

const anybody = () => true
const companySide = (caller: Caller) => caller.role !== "candidate"

const whoMay: Readonly<Record<OfferSentAction, (caller: Caller) => boolean>> = {
  list: anybody,
  read: anybody,
  send: companySide,
  changeStatus: anybody,
  withdraw: anybody,
  listOfOffer: companySide
}

/**
 * Whether a send is the caller's to see and to act on: a candidate's, if it was sent to them; on the company's side, as
 * its offer is. So the offer's owner decides, not the sender. See docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayAccessSend } from "@treff/domain/offers"
 * import { bo, offer, offerSent } from "@treff/domain/testing"
 *
 * strictEqual(mayAccessSend(bo, offerSent, { ownerId: bo.id }), true)
 * strictEqual(mayAccessSend(bo, offerSent, offer), false)
 * ```
 */
export const mayAccessSend = (
  caller: Caller,
  { candidateId }: Pick<OfferSent, "candidateId">,
  offer: Pick<Offer, "ownerId">
): boolean => (caller.role === "candidate" ? candidateId === caller.id : mayAccessOffer(caller, offer))

/**
 * What an offer's state at `at` makes of a send: `open` while it is active, `hidden` from candidates while it is
 * disabled, and `gone` for everybody once the send's term has ended, swept or not, or the offer is deleted (null). See
 * docs/flows/offer-sends.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { noOffer, sendVisibility } from "@treff/domain/offers"
 *
 * const offer = { ...noOffer, term: 2, jobStartsAt: 200, expiresAt: 300, status: "active" } as const
 * strictEqual(sendVisibility({ term: 2 }, offer, 199), "open")
 * strictEqual(sendVisibility({ term: 2 }, offer, 200), "gone")
 * strictEqual(sendVisibility({ term: 1 }, offer, 199), "gone")
 * ```
 */
export const sendVisibility = (
  { term }: Pick<OfferSent, "term">,
  offer: Pick<Offer, "term" | "status" | "jobStartsAt" | "expiresAt"> | null,
  at: Instant
): "open" | "hidden" | "gone" => {
  if (offer === null || offer.term !== term || isDue(offer, at)) return "gone"
  return offer.status === "active" ? "open" : offer.status === "disabled" ? "hidden" : "gone"
}
