export type { OfferSentChange, OfferSentNotFound } from "./change-offer-sent.ts"
export { changeOfferSentStatus } from "./change-offer-sent-status.ts"
export { decideOfferSent } from "./decide-offer-sent.ts"
export { listOfferSends } from "./list-offer-sends.ts"
export { listReceivedOffers } from "./list-received-offers.ts"
export { listSendsOfOffer } from "./list-sends-of-offer.ts"
export * from "./offer-sent.ts"
export { mayEver, type NotRecipient, type OfferSentAction, reachesSend, standingOf } from "./offer-sent-access.ts"
export { offerSentMachine } from "./offer-sent-lifecycle.ts"
export {
  isEnd,
  isLeavingCandidate,
  reactToEnds,
  reactToLeavingCandidates,
  reactToSends
} from "./offer-sent-reactions.ts"
export { bulkLimit, bulkRule, type InvalidBulk, type InvalidMessage, messageLimit } from "./offer-sent-rules.ts"
export { readOfferSent } from "./read-offer-sent.ts"
export { readReceivedOffer } from "./read-received-offer.ts"
export type { CandidateView, MemberView, ReceivedOffer, ReceivedOfferSent, SeenOfferSent } from "./seen.ts"
export { type AlreadySent, type CandidateUnknown, type SendRefusal, sendOffer, type Withdrawn } from "./send-offer.ts"
export { type BulkOutcome, type DuplicateInRequest, type SendFailure, sendOfferInBulk } from "./send-offer-in-bulk.ts"
export { type EndedTerm, withdrawEndedSends } from "./withdraw-ended-sends.ts"
export { withdrawOfferSent } from "./withdraw-offer-sent.ts"
export { withdrawSendsOfCandidates } from "./withdraw-sends-of-candidates.ts"
