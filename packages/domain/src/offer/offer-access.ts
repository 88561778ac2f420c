import { type Caller, isAdmin } from "../account/index.ts"
import type { Offer } from "./offer.ts"

/** What somebody may want to do with offers. Source: the table of `offers.md`. */
export type OfferAction =
  | "list"
  | "read"
  | "create"
  | "update"
  | "enable"
  | "disable"
  | "archive"
  | "delete"
  | "transfer"
  | "history"

/** A recruiter_user may act on own offers only. Source: `003`, roles. */
export interface NotOwner {
  readonly _tag: "NotOwner"
}

/** The offer was not sent to this candidate, or is not active. Source: `003`, roles. */
export interface NotRecipient {
  readonly _tag: "NotRecipient"
}

/**
 * What a caller may ever do with offers, by role alone. Source: `003`, roles; the table of `offers.md`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayEver } from "@treff/domain/offer"
 *
 * const ada = { id: "ada", role: "recruiter", subRole: "recruiter_user", companyId: "acme" } as const
 * strictEqual(mayEver(ada, "archive"), true)
 * strictEqual(mayEver(ada, "delete"), false)
 * ```
 */
export const mayEver = (caller: Caller, action: OfferAction): boolean => whoMay[action](caller)

const anybody = () => true
const companySide = (caller: Caller) => caller.role !== "candidate"

const whoMay: Readonly<Record<OfferAction, (caller: Caller) => boolean>> = {
  list: anybody,
  read: anybody,
  create: companySide,
  update: companySide,
  enable: companySide,
  disable: companySide,
  archive: companySide,
  delete: isAdmin,
  transfer: isAdmin,
  history: companySide
}

/**
 * Whose offers a caller sees and acts on: all of the company, the own ones, or those that were sent to them. Source:
 * `003`, roles.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { scopeOf } from "@treff/domain/offer"
 *
 * const ada = { id: "ada", role: "recruiter", subRole: "recruiter_user", companyId: "acme" } as const
 * strictEqual(scopeOf(ada), "own")
 * ```
 */
export const scopeOf = (caller: Caller): "company" | "own" | "received" =>
  caller.role === "candidate" ? "received" : isAdmin(caller) ? "company" : "own"

/**
 * Whether an offer of the caller's company is within the caller's reach. Source: `003`, roles.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { reaches } from "@treff/domain/offer"
 *
 * const ada = { id: "ada", role: "recruiter", subRole: "recruiter_user", companyId: "acme" } as const
 * strictEqual(reaches(ada, { ownerId: "ada" }), true)
 * strictEqual(reaches(ada, { ownerId: "bo" }), false)
 * ```
 */
export const reaches = (caller: Caller, offer: Pick<Offer, "ownerId">): boolean =>
  scopeOf(caller) === "company" || offer.ownerId === caller.id
