import type { Invitation } from "@treff/domain/invitations"
import type { Versioned } from "@treff/domain/kernel"
import type { Offer, OfferOutline, OfferSent, OfferSentFacts } from "@treff/domain/offers"
import type { MemoryState, StoredOfferSent } from "../store/state.ts"

/** What somebody was sent of a term of an offer, withdrawn or not: there is one at the most. */
export const sendOf = (
  { offerSends }: MemoryState,
  { offerId, candidateId, term }: Pick<OfferSentFacts, "offerId" | "candidateId" | "term">
): Versioned<StoredOfferSent> | undefined =>
  [...offerSends.values()].find(
    ({ value }) => value.offerId === offerId && value.candidateId === candidateId && value.term === term
  )

/** Whether there is such a send for anybody but the journal. */
export const isVisible = (sent: StoredOfferSent): sent is OfferSent => sent.status !== "withdrawn"

/** An invitation as everybody sees it but who sends its mail. */
export const withoutToken = ({ version, value }: Versioned<Invitation>): Versioned<Invitation> => ({
  version,
  value: { ...value, sealedToken: null }
})

/** As much of an offer as the ports return: what a program finds on this store, it finds in PostgreSQL too. */
export const outlineOf = (offer: Offer): OfferOutline => ({
  id: offer.id,
  companyId: offer.companyId,
  ownerId: offer.ownerId,
  title: offer.title,
  term: offer.term,
  status: offer.status,
  jobStartsAt: offer.jobStartsAt,
  expiresAt: offer.expiresAt
})
