import type { Account, AccountFacts, Member } from "../identity/model/account/account.ts"
import type { Role, SubRole } from "../identity/model/account/account-events.ts"
import type { Company } from "../identity/model/company/company.ts"
import type { Invitation } from "../invitations/model/invitation.ts"
import { day, type Instant } from "../kernel/time.ts"
import type { Offer } from "../offers/model/offer/offer.ts"
import type { OfferSent } from "../offers/model/offer-sent/offer-sent.ts"

/** An account with everything that a store keeps of it. */
export type CastAccount = Account & AccountFacts

const idOf = (number: number): string => `019b8d62-7a80-7000-8000-${number.toString().padStart(12, "0")}`

/** When everything of the cast was made: 5 January 2026, 9:00 UTC. */
export const castMadeAt: Instant = 1_767_603_600_000

/** When its offer and its invitation expire: 5 January 2099, so that they are open whatever the clock says. */
export const castExpiresAt: Instant = 4_071_286_800_000

/** The company that the cast belongs to. */
export const acme: Company = { id: idOf(1), name: "Acme", creatorId: idOf(2), createdAt: castMadeAt }

const accountOf = <C extends string | null>(
  number: number,
  [firstName, lastName]: readonly [string, string],
  kind: { readonly role: Role; readonly subRole: SubRole | null; readonly companyId: C }
) => ({
  ...kind,
  id: idOf(number),
  version: 0,
  email: `${firstName.toLowerCase()}@example.org`,
  username: firstName.toLowerCase(),
  firstName,
  lastName,
  locale: null,
  contactNumber: null,
  emailVerified: true,
  profileComplete: true,
  createdAt: castMadeAt
})

/** The hiring manager who made {@link acme}. */
export const mia: CastAccount & Member = accountOf(2, ["Mia", "Holm"], {
  role: "hiring_manager",
  subRole: null,
  companyId: acme.id
})

/** A recruiter of {@link acme} who is an administrator. */
export const ada: CastAccount & Member = accountOf(3, ["Ada", "Berg"], {
  role: "recruiter",
  subRole: "recruiter_admin",
  companyId: acme.id
})

/** A recruiter of {@link acme} without further rights. */
export const bo: CastAccount & Member = accountOf(4, ["Bo", "Dahl"], {
  role: "recruiter",
  subRole: "recruiter_user",
  companyId: acme.id
})

/** A candidate. */
export const cleo: CastAccount = accountOf(5, ["Cleo", "Vik"], { role: "candidate", subRole: null, companyId: null })

/** An active offer of {@link ada}'s. */
export const offer: Offer = {
  id: idOf(6),
  companyId: acme.id,
  ownerId: ada.id,
  title: "Baker",
  description: "Bakes bread at night.",
  employmentType: "permanent",
  salary: "32,000 to 36,000",
  attachmentUrl: null,
  jobStartsAt: castExpiresAt,
  expiresAt: castExpiresAt + day,
  contractEndsAt: null,
  quizRequired: false,
  quizId: null,
  term: 1,
  createdAt: castMadeAt,
  updatedAt: castMadeAt,
  status: "active"
}

/** {@link offer} as {@link ada} sent it to {@link cleo}, who has not read it yet. */
export const offerSent: OfferSent = {
  id: idOf(7),
  companyId: acme.id,
  offerId: offer.id,
  term: offer.term,
  candidateId: cleo.id,
  senderId: ada.id,
  title: offer.title,
  message: "Would you like to bake with us?",
  sentAt: castMadeAt,
  viewedAt: null,
  respondedAt: null,
  updatedAt: castMadeAt,
  status: "sent"
}

/** The token in the mail of {@link invitation}. */
export const invitationToken = "Hcv6etilTw98ON_njjCMqR-8HKyWQwExX2LCVL8JSCk"

/** The pending invitation by which {@link mia} asks kim@example.org, who has no account, to join {@link acme}. */
export const invitation: Invitation = {
  id: idOf(8),
  companyId: acme.id,
  inviterId: mia.id,
  email: "kim@example.org",
  personalMessage: "Join us.",
  locale: null,
  tokenHash: "GtE_yOdzg3Udtb6rp5VUP6iOP0bcLghtOK-YE-OSWAw",
  sealedToken: null,
  resends: 0,
  createdAt: castMadeAt,
  expiresAt: castExpiresAt,
  updatedAt: castMadeAt,
  status: "pending"
}

/**
 * A company, its people, an offer, a send and an invitation, as a store in memory takes them. For tests and examples:
 * whoever embeds Treff may use it too. See docs/embedding.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { memoryState } from "@treff/adapters/memory"
 * import { ada, cast } from "@treff/domain/testing"
 *
 * const state = memoryState(cast)
 * strictEqual(state.accounts.get(ada.id)?.firstName, "Ada")
 * ```
 */
export const cast = {
  companies: [acme],
  accounts: [mia, ada, bo, cleo],
  offers: [offer],
  offerSends: [offerSent],
  invitations: [invitation]
} as const
