import type { Instant } from "../../../kernel/time.ts"
import type { WithdrawalReason } from "./offer-sent-events.ts"

/**
 * What can become of a send, one step after the other. See docs/flows/offer-sends.md.
 */
export const offerSentStatuses = ["sent", "viewed", "responded"] as const
/** One of {@link offerSentStatuses}. */
export type OfferSentStatus = (typeof offerSentStatuses)[number]

/**
 * What is known of a send beside its status. `senderId` is who sent it, `term` the term of the offer that it belongs
 * to, `title` the offer's when it was sent. Each of the times is set once, in their order; `message` is null when none
 * came with it. See docs/flows/offer-sends.md.
 */
export interface OfferSentFacts {
  readonly id: string
  readonly companyId: string
  readonly offerId: string
  readonly term: number
  readonly candidateId: string
  readonly senderId: string
  readonly title: string
  readonly message: string | null
  readonly sentAt: Instant
  readonly viewedAt: Instant | null
  readonly respondedAt: Instant | null
  readonly updatedAt: Instant
}

/** A send that exists. */
export interface OfferSent extends OfferSentFacts {
  readonly status: OfferSentStatus
}

/**
 * A send anywhere in its life. One that its candidate has withdrawn is `withdrawn`: nobody sees it any more, and while
 * its term lasts it keeps the same offer from being sent to them again.
 */
export interface OfferSentState extends OfferSentFacts {
  readonly status: "none" | OfferSentStatus | "withdrawn" | "gone"
}

/** Before it is made nothing is known of a send. */
export const noOfferSent: OfferSentState = {
  id: "",
  companyId: "",
  offerId: "",
  term: 0,
  candidateId: "",
  senderId: "",
  title: "",
  message: null,
  sentAt: 0,
  viewedAt: null,
  respondedAt: null,
  updatedAt: 0,
  status: "none"
}

/**
 * What may be asked of a send, and when. `by` says on whose side: a recruiter may skip a step, which is filled in; the
 * candidate may not. See docs/flows/offer-sends.md.
 */
export type OfferSentCommand = { readonly at: Instant } & (
  | ({ readonly type: "Send" } & Pick<
      OfferSentFacts,
      "id" | "companyId" | "offerId" | "term" | "candidateId" | "senderId" | "title" | "message"
    >)
  | { readonly type: "View" }
  | { readonly type: "Respond"; readonly by: "recruiter" | "candidate" }
  | { readonly type: "Withdraw"; readonly reason: WithdrawalReason }
)

/** Nobody goes back, and a candidate takes one step at a time. See docs/flows/offer-sends.md. */
export interface StatusOutOfOrder {
  readonly _tag: "StatusOutOfOrder"
  readonly status: OfferSentState["status"]
}

/** Who has answered can't withdraw the send any more. See docs/flows/offer-sends.md. */
export interface AlreadyAnswered {
  readonly _tag: "AlreadyAnswered"
}
