import type { IllegalTransition } from "../decider.ts"
import type { Instant } from "../time/index.ts"

/** Source of this whole folder: `003` (offers, their states and their expiry). */
export const employmentTypes = ["permanent", "fixed_term", "apprenticeship", "internship", "freelance"] as const
export type EmploymentType = (typeof employmentTypes)[number]

export const offerStatuses = ["active", "disabled", "archived", "expired"] as const
export type OfferStatus = (typeof offerStatuses)[number]

/**
 * What its author writes of an offer.
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

export type OfferField = keyof OfferContent

/**
 * What is known of an offer beside its status. `term` counts the times it was opened: archiving and expiring end a term,
 * enabling it again begins the next.
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

/** The instant at which the offer expires: the earlier of its two dates. */
export const endsAt = (offer: Pick<OfferContent, "jobStartsAt" | "expiresAt">): Instant =>
  Math.min(offer.jobStartsAt, offer.expiresAt)

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

/** Which date ended an offer's term. */
export type ExpiryReason = "job_started" | "expired_date"

/** What has happened to an offer. Events carry ids, states, times and names of fields; never what a person wrote. */
export type OfferEvent = { readonly at: Instant } & (
  | {
      readonly type: "offer.created"
      readonly data: {
        readonly ownerId: string
        readonly term: number
        readonly jobStartsAt: Instant
        readonly expiresAt: Instant
      }
    }
  | {
      readonly type: "offer.updated"
      readonly data: {
        readonly fields: ReadonlyArray<OfferField>
        readonly jobStartsAt: Instant
        readonly expiresAt: Instant
      }
    }
  | { readonly type: "offer.enabled"; readonly data: { readonly term: number } }
  | { readonly type: "offer.disabled"; readonly data: { readonly term: number } }
  | { readonly type: "offer.archived"; readonly data: { readonly term: number } }
  | { readonly type: "offer.expired"; readonly data: { readonly term: number; readonly reason: ExpiryReason } }
  | { readonly type: "offer.transferred"; readonly data: { readonly fromOwnerId: string; readonly toOwnerId: string } }
  | { readonly type: "offer.deleted"; readonly data: { readonly term: number; readonly ownerId: string } }
)

/** Only an active offer is transferred, unless its owner has left the company. */
export interface OfferNotActive {
  readonly _tag: "OfferNotActive"
  readonly status: OfferStatus
}

/** An offer is enabled only while both of its dates lie ahead. */
export interface OfferDatesPassed {
  readonly _tag: "OfferDatesPassed"
  readonly endsAt: Instant
}

/** Expiry before its time: only the sweep and {@link settle} ask for it, and they ignore this. */
export interface OfferNotDue {
  readonly _tag: "OfferNotDue"
  readonly endsAt: Instant
}

export type OfferRefusal = OfferNotActive | OfferDatesPassed | OfferNotDue | IllegalTransition

/** In which ways an offer that exists refuses each command; the tests hold the chart to it. */
export const offerRefusals = {
  Create: ["IllegalTransition"],
  Update: ["IllegalTransition"],
  Enable: ["OfferDatesPassed"],
  Disable: ["IllegalTransition"],
  Archive: [],
  Expire: ["OfferNotDue", "IllegalTransition"],
  Transfer: ["OfferNotActive"],
  Delete: []
} as const satisfies Record<OfferCommand["type"], ReadonlyArray<OfferRefusal["_tag"]>>

export type OfferRefusalOf<C extends OfferCommand> = Extract<
  OfferRefusal,
  { readonly _tag: (typeof offerRefusals)[C["type"]][number] }
>
