import { wireField } from "@treff/adapters/wire"
import type { InvalidBulk, InvalidMessage, InvalidOffer } from "@treff/domain/offers"
import type { Problems } from "../../http/problem.ts"
import { invalidInput } from "../../http/shared-problems.ts"

/** The problems of sends, and those of offers that have but one meaning. */
export const offerSentProblems = {
  /** It concerns one candidate of a bulk, and has the status of the answer that names it. */
  DuplicateInRequest: {
    status: 201,
    code: "duplicate-in-request",
    title: "Named more than once",
    detail: "The candidate stands further up in candidateIds, and that counts. There is nothing to do."
  },
  InvalidOffer: {
    ...invalidInput,
    issues: ({ issues }: InvalidOffer) =>
      issues.map(({ field, message }) => ({ pointer: `/${wireField[field]}`, message }))
  },
  InvalidMessage: {
    ...invalidInput,
    issues: ({ message }: InvalidMessage) => [{ pointer: "/message", message }]
  },
  InvalidBulk: {
    ...invalidInput,
    issues: ({ message }: InvalidBulk) => [{ pointer: "/candidateIds", message }]
  },
  CandidateUnknown: {
    status: 400,
    code: "candidate-unknown",
    title: "No such candidate",
    detail: "Name the account of a candidate. Check the id."
  },
  StatusOutOfOrder: {
    status: 400,
    code: "illegal-transition",
    title: "Not the next step",
    detail:
      "A send goes from sent to viewed to responded, never back, and its candidate skips no step. Read it again to see where it is."
  },
  OfferNotActive: {
    status: 400,
    code: "offer-not-active",
    title: "The offer is not active",
    detail:
      "Only an active offer can be sent, answered or handed over. Enable it first, or wait until its company does."
  },
  RecruiterUnknown: {
    status: 400,
    code: "recruiter-unknown",
    title: "No such recruiter",
    detail: "Name a recruiter who belongs to your company."
  },
  NotOwner: {
    status: 403,
    code: "not-owner",
    title: "Not your offer",
    detail: "The offer belongs to a colleague. Ask its owner or an admin of your company."
  },
  NotRecipient: {
    status: 403,
    code: "not-recipient",
    title: "Not sent to you",
    detail: "This was not sent to you, or its offer is not active at the moment. Look at what GET /offer-sends lists."
  },
  OfferNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such offer, or it is another company's. Check the id."
  },
  OfferSentNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such send, or it ended with its offer. Check the id."
  },
  OfferDatesPassed: {
    status: 409,
    code: "offer-dates-passed",
    title: "The offer's dates have passed",
    detail: "Update the offer with startDateJob and expiredDate in the future, then enable it."
  },
  AlreadySent: {
    status: 409,
    code: "already-sent",
    title: "Sent already",
    detail: "The candidate has this offer already. GET /offer-sends, with offerId and candidateId, finds the send."
  },
  Withdrawn: {
    status: 409,
    code: "withdrawn",
    title: "The candidate has withdrawn",
    detail:
      "The candidate is not available for this offer. It can be sent to them anew once it is opened for another term."
  },
  AlreadyAnswered: {
    status: 409,
    code: "already-answered",
    title: "Answered already",
    detail: "You have answered this offer, so you can't withdraw any more. Tell the recruiter instead."
  }
} as const satisfies Problems

/** The problems of offers. Every lifecycle has an `IllegalTransition`, so each of them needs a sentence of its own for it. */
export const offerProblems = {
  IllegalTransition: {
    status: 409,
    code: "illegal-transition",
    title: "Not possible in this state",
    detail: "The offer's present state does not allow this. Read it again to see its state."
  },
  ...offerSentProblems
} as const satisfies Problems
