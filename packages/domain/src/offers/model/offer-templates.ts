import { type ContentOf, declareTemplates } from "../../events/model/notification.ts"
import { person } from "../../identity/model/account/person.ts"
import { documented, id, oneOf, orNull, text } from "../../kernel/fields.ts"
import { sendEnds } from "./offer-sent/offer-sent-events.ts"

const offer = { offerId: id, title: documented(text, { about: "the offer's", example: "Baker, nights" }) }
const send = { offerSentId: id, ...offer }
const sendOfCandidate = { ...send, candidate: person }

/**
 * What people are notified of about offers and their sends. What a candidate is notified of names nobody of the company, and no
 * company, by id. See docs/flows/offers.md and docs/flows/offer-sends.md.
 */
export const offerTemplates = declareTemplates({
  "offer-sent": {
    about: "To the candidate: a company has sent them an offer.",
    data: { ...send, companyName: text, message: orNull(text) }
  },
  "offer-sent-viewed": { about: "To the company's side: the candidate has seen the offer.", data: sendOfCandidate },
  "offer-sent-responded": { about: "To the company's side: the candidate has answered.", data: sendOfCandidate },
  "offer-sent-withdrawn": { about: "To the company's side: the candidate is not available.", data: sendOfCandidate },
  "offer-ended": {
    about: "To the candidate: an offer that was sent to them is gone.",
    data: { ...send, reason: oneOf(sendEnds) }
  },
  "offer-handed-over": {
    about: "To the former owner of an offer, who has another one now.",
    data: { ...offer, newOwner: person }
  },
  "offer-taken-over": {
    about: "To the new owner of an offer, who had another one before.",
    data: { ...offer, formerOwner: person }
  }
})

/** The contents of {@link offerTemplates}. */
export type OfferNotification = ContentOf<typeof offerTemplates>
