import type { Instant } from "../../../kernel/time.ts"

/** The kinds of employment. See docs/flows/offers.md. */
export const employmentTypes = ["permanent", "fixed_term", "apprenticeship", "internship", "freelance"] as const
/** One of {@link employmentTypes}. */
export type EmploymentType = (typeof employmentTypes)[number]

/** What an offer that exists can be. See docs/flows/offers.md. */
export const offerStatuses = ["active", "disabled", "archived", "expired"] as const
/** One of {@link offerStatuses}. */
export type OfferStatus = (typeof offerStatuses)[number]

/**
 * What its author writes of an offer. See docs/flows/offers.md.
 *
 * - `salary`: an amount or a range, as text.
 * - `jobStartsAt`, `expiresAt`: at the earlier of the two the offer expires.
 * - `contractEndsAt`: the end of the employment; a permanent one has none.
 */
export interface OfferContent {
  readonly title: string
  readonly description: string
  readonly employmentType: EmploymentType
  readonly salary: string
  readonly attachmentUrl: string | null
  readonly jobStartsAt: Instant
  readonly expiresAt: Instant
  readonly contractEndsAt: Instant | null
  readonly quizRequired: boolean
}

/** The fields that an author writes. */
export const offerFields = [
  "title",
  "description",
  "employmentType",
  "salary",
  "attachmentUrl",
  "jobStartsAt",
  "expiresAt",
  "contractEndsAt",
  "quizRequired"
] as const satisfies ReadonlyArray<keyof OfferContent>
/** One of {@link offerFields}. */
export type OfferField = keyof OfferContent

/**
 * What is known of an offer beside its status. `term` counts the times it was opened: archiving and expiring end a
 * term, enabling it again begins the next. See docs/flows/offers.md.
 */
export interface OfferFacts extends OfferContent {
  readonly id: string
  readonly companyId: string
  readonly ownerId: string
  readonly quizId: string | null
  readonly term: number
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** An offer that exists. */
export interface Offer extends OfferFacts {
  readonly status: OfferStatus
}

/** An offer's owner, title and state, without its long texts. */
export type OfferOutline = Pick<
  Offer,
  "id" | "companyId" | "ownerId" | "title" | "term" | "status" | "jobStartsAt" | "expiresAt"
>

/** An offer anywhere in its life, before it is made and after it is deleted included. */
export interface OfferState extends OfferFacts {
  readonly status: "none" | OfferStatus | "gone"
}

/** Before its creation nothing is known of an offer. */
export const noOffer: OfferState = {
  id: "",
  companyId: "",
  ownerId: "",
  title: "",
  description: "",
  employmentType: "permanent",
  salary: "",
  attachmentUrl: null,
  jobStartsAt: 0,
  expiresAt: 0,
  contractEndsAt: null,
  quizRequired: false,
  quizId: null,
  term: 0,
  createdAt: 0,
  updatedAt: 0,
  status: "none"
}

/**
 * The instant at which the offer expires: the earlier of its two dates. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { endsAt } from "@treff/domain/offers"
 *
 * strictEqual(endsAt({ jobStartsAt: 2_000, expiresAt: 1_000 }), 1_000)
 * ```
 */
export const endsAt = (offer: Pick<OfferContent, "jobStartsAt" | "expiresAt">): Instant =>
  Math.min(offer.jobStartsAt, offer.expiresAt)

/**
 * Whether the instant at which the offer expires has come. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isDue } from "@treff/domain/offers"
 *
 * strictEqual(isDue({ jobStartsAt: 200, expiresAt: 300 }, 200), true)
 * ```
 */
export const isDue = (offer: Pick<OfferContent, "jobStartsAt" | "expiresAt">, at: Instant): boolean =>
  endsAt(offer) <= at

/** What may be asked of an offer, and when: `at` is the instant at which it is decided. See docs/flows/offers.md. */
export type OfferCommand = { readonly at: Instant } & (
  | {
      readonly type: "Create"
      readonly id: string
      readonly companyId: string
      readonly ownerId: string
      readonly content: OfferContent
    }
  | { readonly type: "Update"; readonly content: OfferContent }
  | { readonly type: "Enable" }
  | { readonly type: "Disable" }
  | { readonly type: "Archive" }
  | { readonly type: "Expire" }
  | { readonly type: "Transfer"; readonly newOwnerId: string; readonly ownerHasLeft: boolean }
  | { readonly type: "Delete" }
)

/** Only an active offer is transferred, unless its owner has left the company. See docs/flows/offers.md. */
export interface OfferNotActive {
  readonly _tag: "OfferNotActive"
  readonly status: OfferState["status"]
}

/** An offer is enabled only while both of its dates lie ahead; `endsAt` has passed. See docs/flows/offers.md. */
export interface OfferDatesPassed {
  readonly _tag: "OfferDatesPassed"
  readonly endsAt: Instant
}

/** Expiry before its time, `endsAt`: only the passing of time asks for it, and ignores this. */
export interface OfferNotDue {
  readonly _tag: "OfferNotDue"
  readonly endsAt: Instant
}
