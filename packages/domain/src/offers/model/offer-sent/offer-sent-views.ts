import type { Caller } from "../../../identity/model/account/account.ts"
import { type Person, personOf } from "../../../identity/model/account/person.ts"
import type { Offer, OfferContent } from "../offer/offer.ts"
import type { OfferSent } from "./offer-sent.ts"

/** A send as a list has it: with the title of its offer as it is now, and its candidate's name. */
export interface ListedOfferSent {
  readonly value: OfferSent
  readonly title: string
  readonly candidate: Person
}

/** What a candidate may know of a send: neither who sent it nor of which company. See docs/flows/offer-sends.md. */
export type ReceivedOfferSent = Pick<
  OfferSent,
  "id" | "offerId" | "candidateId" | "status" | "message" | "sentAt" | "viewedAt" | "respondedAt" | "updatedAt"
>

/** What a candidate may know of an offer: neither whose it is nor of which company. See docs/flows/offer-sends.md. */
export type ReceivedOffer = OfferContent & Pick<Offer, "id" | "status" | "quizId" | "createdAt" | "updatedAt">

/** A send as the company's side sees it. */
export interface MemberView {
  readonly reader: "member"
  readonly value: OfferSent
  readonly title: string
  readonly candidate: Person
}

/** A send as its candidate sees it. */
export interface CandidateView {
  readonly reader: "candidate"
  readonly value: ReceivedOfferSent
  readonly title: string
  readonly candidate: Person
}

/** A send as its reader may see it: by the type, so that nothing has to be taken away on the way out. */
export type OfferSentView = MemberView | CandidateView

/** A send as the caller may see it. */
export const viewFor = (caller: Caller, row: ListedOfferSent): OfferSentView =>
  caller.role === "candidate"
    ? { ...memberViewOf(row), reader: "candidate", value: receivedOfferSent(row.value) }
    : memberViewOf(row)

/** A send as the company's side may see it. */
export const memberViewOf = ({ value, title, candidate }: ListedOfferSent): MemberView => ({
  reader: "member",
  value,
  title,
  candidate: personOf(candidate)
})

const receivedOfferSent = (sent: OfferSent): ReceivedOfferSent => ({
  id: sent.id,
  offerId: sent.offerId,
  candidateId: sent.candidateId,
  status: sent.status,
  message: sent.message,
  sentAt: sent.sentAt,
  viewedAt: sent.viewedAt,
  respondedAt: sent.respondedAt,
  updatedAt: sent.updatedAt
})

/** An offer as a candidate may see it. */
export const receivedOffer = (offer: Offer): ReceivedOffer => ({
  id: offer.id,
  title: offer.title,
  description: offer.description,
  employmentType: offer.employmentType,
  salary: offer.salary,
  attachmentUrl: offer.attachmentUrl,
  jobStartsAt: offer.jobStartsAt,
  expiresAt: offer.expiresAt,
  contractEndsAt: offer.contractEndsAt,
  quizRequired: offer.quizRequired,
  quizId: offer.quizId,
  status: offer.status,
  createdAt: offer.createdAt,
  updatedAt: offer.updatedAt
})
