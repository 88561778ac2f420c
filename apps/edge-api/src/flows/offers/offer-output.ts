import { toWireInstant, wireEmploymentType } from "@treff/adapters/wire"
import type { Person } from "@treff/domain/identity"
import { endsAt, type Offer, type OfferAges, offerStatuses, type ReceivedOffer } from "@treff/domain/offers"
import * as z from "zod"
import { id, wireInstant } from "../../http/output.ts"

// Offers, as the API names them: for the company's side, and as a candidate may see them. See docs/flows/offers.md.

const publicFields = {
  id,
  title: z.string().meta({ example: "Baker, nights" }),
  description: z.string(),
  emploiType: z.enum(Object.values(wireEmploymentType)),
  salary: z.string(),
  attachmentUrl: z.string().nullable(),
  startDateJob: wireInstant,
  expiredDate: wireInstant,
  endDate: wireInstant.nullable(),
  status: z.enum(offerStatuses).meta({ description: "as it is now: an offer whose date has passed is expired" }),
  quizId: id.nullable(),
  quizRequired: z.boolean(),
  createdAt: wireInstant,
  updatedAt: wireInstant,
  endsAt: wireInstant.meta({ description: "the earlier of the two dates, at which the offer expires" })
}

const memberFields = { ...publicFields, recruiterId: id.meta({ description: "who owns it" }), companyId: id }

const days = (description: string) => z.int().meta({ description: `${description}, in whole days, rounded down` })
const ages = {
  ageDays: days("since createdAt"),
  daysToExpiry: days("until expiredDate; 0 on the last day, -1 at once after"),
  daysToStart: days("until startDateJob; 0 on the last day, -1 at once after")
}

export const WireOffer = z.object(memberFields).meta({ id: "Offer", description: "An offer, for its company." })

export const WireOfferDetails = z
  .object({
    ...memberFields,
    ...ages,
    acceptedCount: z.int().nullable().meta({ description: "null unless the offer is active" }),
    declinedCount: z.int().nullable().meta({ description: "null unless the offer is active" }),
    respondents: z
      .array(z.object({ candidateId: id, lastName: z.string(), firstName: z.string(), domain: z.string().nullable() }))
      .nullable()
      .meta({ description: "the newest ten, null unless the offer is active" })
  })
  .meta({ id: "OfferDetails", description: "An offer with what is computed, for its company." })

// Strict, so that the description says what is never there, and which of two schemas an answer has.
export const WireReceivedOffer = z
  .strictObject(publicFields)
  .meta({ id: "ReceivedOffer", description: "An offer as a candidate may see it: nothing of whose it is." })

export const WireReceivedOfferDetails = z
  .strictObject({ ...publicFields, ...ages })
  .meta({ id: "ReceivedOfferDetails", description: "The same with what is computed." })

export const wireReceivedOffer = (offer: ReceivedOffer): z.infer<typeof WireReceivedOffer> => ({
  id: offer.id,
  title: offer.title,
  description: offer.description,
  emploiType: wireEmploymentType[offer.employmentType],
  salary: offer.salary,
  attachmentUrl: offer.attachmentUrl,
  startDateJob: toWireInstant(offer.jobStartsAt),
  expiredDate: toWireInstant(offer.expiresAt),
  endDate: offer.contractEndsAt === null ? null : toWireInstant(offer.contractEndsAt),
  status: offer.status,
  quizId: offer.quizId,
  quizRequired: offer.quizRequired,
  createdAt: toWireInstant(offer.createdAt),
  updatedAt: toWireInstant(offer.updatedAt),
  endsAt: toWireInstant(endsAt(offer))
})

export const wireOffer = (offer: Offer): z.infer<typeof WireOffer> => ({
  ...wireReceivedOffer(offer),
  recruiterId: offer.ownerId,
  companyId: offer.companyId
})

export const wireOfferDetails = ({
  value,
  respondents,
  ageDays,
  daysToExpiry,
  daysToStart
}: OfferAges & {
  readonly value: Offer
  readonly respondents: ReadonlyArray<Person> | null
}): z.infer<typeof WireOfferDetails> => {
  // Until responses exist nobody has accepted or declined; what is counted is counted while the offer is active.
  const count = value.status === "active" ? 0 : null
  return {
    ...wireOffer(value),
    ageDays,
    daysToExpiry,
    daysToStart,
    acceptedCount: count,
    declinedCount: count,
    respondents:
      respondents?.map(({ id, lastName, firstName }) => ({ candidateId: id, lastName, firstName, domain: null })) ??
      null
  }
}
