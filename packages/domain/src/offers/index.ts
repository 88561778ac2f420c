export {
  type EmploymentType,
  employmentTypes,
  endsAt,
  isDue,
  noOffer,
  type Offer,
  type OfferCommand,
  type OfferContent,
  type OfferDatesPassed,
  type OfferFacts,
  type OfferField,
  type OfferNotActive,
  type OfferNotDue,
  type OfferOutline,
  type OfferState,
  type OfferStatus,
  offerFields,
  offerStatuses
} from "./model/offer/offer.ts"
export { mayAccessOffer, mayActOnOffers, type NotOwner, type OfferAction, scopeOf } from "./model/offer/offer-access.ts"
export { expiryReasons, type OfferEvent, offerEvents } from "./model/offer/offer-events.ts"
export { offerLifecycle } from "./model/offer/offer-lifecycle.ts"
export { type FieldIssue, type InvalidOffer, offerIssues, offerLimits } from "./model/offer/offer-rules.ts"
export {
  type AlreadyAnswered,
  noOfferSent,
  type OfferSent,
  type OfferSentCommand,
  type OfferSentFacts,
  type OfferSentState,
  type OfferSentStatus,
  offerSentStatuses,
  type StatusOutOfOrder
} from "./model/offer-sent/offer-sent.ts"
export {
  mayAccessSend,
  mayActOnSends,
  type NotRecipient,
  type OfferSentAction,
  sendVisibility
} from "./model/offer-sent/offer-sent-access.ts"
export {
  type OfferSentEvent,
  offerSentEvents,
  type SendEnd,
  type SendParties,
  sendEnds,
  type WithdrawalReason,
  withdrawalReasons
} from "./model/offer-sent/offer-sent-events.ts"
export { offerSentLifecycle } from "./model/offer-sent/offer-sent-lifecycle.ts"
export {
  bulkLimit,
  bulkRule,
  type InvalidBulk,
  type InvalidMessage,
  messageLimit
} from "./model/offer-sent/offer-sent-rules.ts"
export type {
  CandidateView,
  ListedOfferSent,
  MemberView,
  OfferSentView,
  ReceivedOffer,
  ReceivedOfferSent
} from "./model/offer-sent/offer-sent-views.ts"
export { type OfferNotification, offerTemplates } from "./model/offer-templates.ts"
export {
  type Addressee,
  type FoundOfferSent,
  OfferSends,
  type OfferSentCursor,
  type SendCircumstances,
  type SendState,
  type StatusChange
} from "./ports/offer-sends.ts"
export { type FoundOffer, type OfferCursor, Offers } from "./ports/offers.ts"
export { archiveOffer } from "./use-cases/offer/archive-offer.ts"
export type { OfferChange, OfferNotFound } from "./use-cases/offer/change-offer.ts"
export { createOffer } from "./use-cases/offer/create-offer.ts"
export { deleteOffer } from "./use-cases/offer/delete-offer.ts"
export { disableOffer } from "./use-cases/offer/disable-offer.ts"
export { enableOffer } from "./use-cases/offer/enable-offer.ts"
export { expireDueOffers } from "./use-cases/offer/expire-due-offers.ts"
export { listOffers } from "./use-cases/offer/list-offers.ts"
export { type OfferAges, readOffer } from "./use-cases/offer/read-offer.ts"
export { readOfferHistory } from "./use-cases/offer/read-offer-history.ts"
export { type RecruiterUnknown, transferOffer } from "./use-cases/offer/transfer-offer.ts"
export { updateOffer } from "./use-cases/offer/update-offer.ts"
export type { OfferSentChange, OfferSentNotFound } from "./use-cases/offer-sent/change-offer-sent.ts"
export { changeOfferSentStatus } from "./use-cases/offer-sent/change-offer-sent-status.ts"
export { listOfferSends } from "./use-cases/offer-sent/list-offer-sends.ts"
export { listReceivedOffers } from "./use-cases/offer-sent/list-received-offers.ts"
export { listSendsOfOffer } from "./use-cases/offer-sent/list-sends-of-offer.ts"
export { readOfferSent } from "./use-cases/offer-sent/read-offer-sent.ts"
export { readReceivedOffer } from "./use-cases/offer-sent/read-received-offer.ts"
export {
  type AlreadySent,
  type CandidateUnknown,
  type SendRefusal,
  sendOffer,
  type Withdrawn
} from "./use-cases/offer-sent/send-offer.ts"
export {
  type BulkOutcome,
  type DuplicateInRequest,
  type SendFailure,
  sendOfferInBulk
} from "./use-cases/offer-sent/send-offer-in-bulk.ts"
export { type EndedTerm, withdrawEndedSends } from "./use-cases/offer-sent/withdraw-ended-sends.ts"
export { withdrawOfferSent } from "./use-cases/offer-sent/withdraw-offer-sent.ts"
export { withdrawSendsOfCandidates } from "./use-cases/offer-sent/withdraw-sends-of-candidates.ts"
export { offerReactions } from "./use-cases/reactions.ts"
