import { isAdmin } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { Offer } from "./offer.ts"

/** What somebody may want to do with offers. See docs/flows/offers.md. */
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

/** A recruiter_user may act on own offers only. See docs/flows/offers.md. */
export interface NotOwner {
  readonly _tag: "NotOwner"
}

/**
 * What a caller may ever do with offers, by role alone. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayActOnOffers } from "@treff/domain/offers"
 * import { bo } from "@treff/domain/testing"
 *
 * strictEqual(mayActOnOffers(bo, "archive"), true)
 * strictEqual(mayActOnOffers(bo, "delete"), false)
 * ```
 */
export const mayActOnOffers = (caller: Caller, action: OfferAction): boolean => whoMay[action](caller)

const companySide = (caller: Caller) => caller.role !== "candidate"

const whoMay: Readonly<Record<OfferAction, (caller: Caller) => boolean>> = {
  list: companySide,
  read: companySide,
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
 * Whose offers somebody of the company's side sees and acts on: all of the company, or the own ones. See
 * docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { scopeOf } from "@treff/domain/offers"
 * import { bo } from "@treff/domain/testing"
 *
 * strictEqual(scopeOf(bo), "own")
 * ```
 */
export const scopeOf = (caller: Caller): "company" | "own" => (isAdmin(caller) ? "company" : "own")

/**
 * Whether the caller may read an offer of the own company. See docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayAccessOffer } from "@treff/domain/offers"
 * import { ada, bo, offer } from "@treff/domain/testing"
 *
 * strictEqual(mayAccessOffer(ada, offer), true)
 * strictEqual(mayAccessOffer(bo, offer), false)
 * ```
 */
export const mayAccessOffer = (caller: Caller, offer: Pick<Offer, "ownerId">): boolean =>
  caller.role !== "candidate" && (scopeOf(caller) === "company" || offer.ownerId === caller.id)
