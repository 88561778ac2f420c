import { declareEvents, type EventOf } from "../../../kernel/events.ts"
import { type DataOf, documented, id, oneOf } from "../../../kernel/fields.ts"
import { term } from "../offer/offer-events.ts"

/** How an offer's term ended: its sends end with it. */
export const sendEnds = ["offer_deleted", "offer_archived", "offer_expired"] as const
/** One of {@link sendEnds}. */
export type SendEnd = (typeof sendEnds)[number]

/** Why a send was withdrawn: by whom, or because its offer's term ended. */
export const withdrawalReasons = ["recruiter", "candidate", ...sendEnds] as const
/** One of {@link withdrawalReasons}. */
export type WithdrawalReason = (typeof withdrawalReasons)[number]

const parties = { offerId: id, candidateId: id, senderId: documented(id, { about: "who sent the offer" }), term }

/** Whose send it is: in every event of it, so that whoever hears of it late need not find the send. */
export type SendParties = DataOf<typeof parties>

/** What can happen to a send. See docs/flows/offer-sends.md. */
export const offerSentEvents = declareEvents("offerSent", {
  created: { about: "An offer was sent to a candidate.", data: parties },
  viewed: { about: "The candidate has seen the offer.", data: parties },
  responded: { about: "The candidate has answered the offer.", data: parties },
  deleted: {
    about: "A send was taken back, by whom, or ended with its offer's term.",
    data: { ...parties, reason: oneOf(withdrawalReasons) }
  }
})

/** An event of {@link offerSentEvents}. */
export type OfferSentEvent = EventOf<typeof offerSentEvents>
