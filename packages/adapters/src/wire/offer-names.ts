import type { EmploymentType, OfferField } from "@treff/domain/offer"

/** What the fields of an offer are called on the wire: the names of the source, `003`. */
export const wireField = {
  title: "title",
  description: "description",
  employmentType: "emploiType",
  salary: "salary",
  attachmentUrl: "attachmentUrl",
  jobStartsAt: "startDateJob",
  expiresAt: "expiredDate",
  contractEndsAt: "endDate",
  quizRequired: "quizRequired"
} as const satisfies Record<OfferField, string>

/** What the kinds of employment are called on the wire: the names of the source, `003`. */
export const wireEmploymentType = {
  permanent: "CDI",
  fixed_term: "CDD",
  apprenticeship: "Alternance",
  internship: "Stage",
  freelance: "Freelance"
} as const satisfies Record<EmploymentType, string>
