import type { EmploymentType, OfferField } from "@treff/domain/offers"

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

/** What the data of offers' events is called on the wire. */
export const offerEventNames = {
  ...wireField,
  ownerId: "recruiterId",
  fromOwnerId: "fromRecruiterId",
  toOwnerId: "toRecruiterId"
} as const

/** What the data of sends' events is called on the wire. */
export const offerSentEventNames = { senderId: "recruiterId" } as const

const invert = <N extends Readonly<Record<string, string>>>(names: N) =>
  // The library knows of entries no more than that their keys are strings.
  Object.fromEntries(Object.entries(names).map(([name, wire]) => [wire, name])) as {
    readonly [K in keyof N as N[K]]: K
  }

/** {@link wireEmploymentType} the other way round. */
export const employmentTypeOfWire = invert(wireEmploymentType)
