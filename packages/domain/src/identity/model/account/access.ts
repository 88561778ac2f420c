import type { Actor } from "../../../events/model/actor.ts"
import type { Caller, Member } from "./account.ts"

/** The role does not allow this call at all, whatever it is about. See docs/flows/identity.md. */
export interface RoleNotAllowed {
  readonly _tag: "RoleNotAllowed"
}

/**
 * A recruiter or hiring manager who belongs to no company (any more) asked for something of a company's. See
 * docs/flows/identity.md.
 */
export interface NoCompany {
  readonly _tag: "NoCompany"
}

/**
 * Who may do in the own company all that there is to do with offers: its admins and its hiring managers. See
 * docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isAdmin } from "@treff/domain/identity"
 * import { ada, bo } from "@treff/domain/testing"
 *
 * strictEqual(isAdmin(ada), true)
 * strictEqual(isAdmin(bo), false)
 * ```
 */
export const isAdmin = (caller: Caller): boolean =>
  caller.role === "hiring_manager" || caller.subRole === "recruiter_admin"

/**
 * Whether the caller is a hiring manager: who invites recruiters, and looks after the company's members. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isManager } from "@treff/domain/identity"
 *
 * strictEqual(isManager({ id: "mia", role: "hiring_manager", subRole: null, companyId: null }), true)
 * ```
 */
export const isManager = (caller: Caller): boolean => caller.role === "hiring_manager"

/**
 * Whether the caller is of the company's side: candidates belong to none, nor do members who have left. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isMember } from "@treff/domain/identity"
 * import { cleo, mia } from "@treff/domain/testing"
 *
 * strictEqual(isMember(mia), true)
 * strictEqual(isMember(cleo), false)
 * ```
 */
export const isMember = (caller: Caller): caller is Member => caller.companyId !== null && caller.role !== "candidate"

/**
 * Whether an account is still what a token claims of it; a token that names no company contradicts none. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { agrees } from "@treff/domain/identity"
 * import { ada } from "@treff/domain/testing"
 *
 * strictEqual(agrees(ada, { ...ada, companyId: null }), true)
 * strictEqual(agrees(ada, { ...ada, companyId: "other" }), false)
 * ```
 */
export const agrees = (account: Caller, { id, role, subRole, companyId }: Caller): boolean =>
  account.id === id &&
  account.role === role &&
  account.subRole === subRole &&
  (companyId === null || account.companyId === companyId)

/** Who may have caused an event: somebody with an account, whoever was invited, or time alone. */
export const actorKinds = ["recruiter", "hiring_manager", "candidate", "system"] as const

/**
 * The caller, as the actor of what the caller does.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { actorOf } from "@treff/domain/identity"
 * import { mia } from "@treff/domain/testing"
 *
 * deepStrictEqual(actorOf(mia), { kind: "hiring_manager", id: mia.id })
 * ```
 */
export const actorOf = (caller: Caller): Actor => ({ kind: caller.role, id: caller.id })
