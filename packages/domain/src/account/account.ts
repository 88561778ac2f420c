/** What a person may be in Treff. Source: `002`, `003`, `004`. */
export type Role = "hiring_manager" | "recruiter" | "candidate"

/**
 * What a recruiter may be within the company: an admin acts on everybody's offers, a user on the own ones. Source:
 * `003`, roles.
 */
export type SubRole = "recruiter_admin" | "recruiter_user"

/**
 * Who calls, as a token says it or as the account says it now. Source: `http.md`, tokens.
 *
 * - `subRole` is null for everybody but recruiters.
 * - `companyId` is null for candidates, for members who have left, and in tokens that don't name a company.
 */
export interface Caller {
  readonly id: string
  readonly role: Role
  readonly subRole: SubRole | null
  readonly companyId: string | null
}

/**
 * A caller whose account belongs to a company: all that recruiters and hiring managers do, they do as this. Source:
 * `http.md`, tokens.
 */
export interface Member extends Caller {
  readonly companyId: string
}

/** Somebody by name. Source: `003`, `004`. */
export interface Person {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
}

/**
 * A person who can sign in. `version` moves with every change, so that a commit can rely on the account as it was read.
 * `locale` is that of the mails, null: English. Source: `002`, `003`, `004`; `http.md`, notifications.
 */
export interface Account extends Caller {
  readonly version: number
  readonly email: string
  readonly username: string | null
  readonly firstName: string
  readonly lastName: string
  readonly locale: string | null
}

/**
 * The tenant: nothing of one company is visible to another. `creatorId` is the account that made it, null when nobody's
 * did. Source: `002`.
 */
export interface Company {
  readonly id: string
  readonly name: string
  readonly creatorId: string | null
}
