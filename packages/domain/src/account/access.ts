import type { Caller, Member } from "./account.ts"

/** The role does not allow this call at all, whatever it is about. */
export interface RoleNotAllowed {
  readonly _tag: "RoleNotAllowed"
}

/** A recruiter or hiring manager who belongs to no company (any more) asked for something of a company's. */
export interface NoCompany {
  readonly _tag: "NoCompany"
}

/** Who may do in the own company all that there is to do with offers: its admins and its hiring managers. */
export const isAdmin = (caller: Caller): boolean =>
  caller.role === "hiring_manager" || caller.subRole === "recruiter_admin"

/** Whether the caller is of the company's side: candidates belong to none. */
export const isMember = (caller: Caller): caller is Member => caller.companyId !== null && caller.role !== "candidate"
