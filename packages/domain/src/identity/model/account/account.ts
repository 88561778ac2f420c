import type { Instant } from "../../../kernel/time.ts"
import type { Role, SubRole } from "./account-events.ts"

/**
 * Who calls, as a token says it or as the account says it now. See docs/flows/identity.md.
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
 * A caller whose account belongs to a company: all that recruiters and hiring managers do, they do as this. See
 * docs/flows/identity.md.
 */
export interface Member extends Caller {
  readonly companyId: string
}

/**
 * A person who can sign in. `version` moves with every change, so that a commit can rely on the account as it was read.
 * `locale` is that of the mails, null: English. See docs/flows/notifications.md.
 */
export interface Account extends Caller {
  readonly version: number
  readonly email: string
  readonly username: string | null
  readonly firstName: string
  readonly lastName: string
  readonly locale: string | null
}

/** All that Treff keeps of an account. `contactNumber` is in E.164. See docs/flows/identity.md. */
export interface AccountFacts extends Omit<Account, "version"> {
  readonly contactNumber: string | null
  readonly emailVerified: boolean
  readonly profileComplete: boolean
  readonly createdAt: Instant
}

/** What an account that exists can be: outside of any company, or a member of one. */
export const accountStatuses = ["outside", "member"] as const
/** One of {@link accountStatuses}. */
export type AccountStatus = (typeof accountStatuses)[number]

/** An account anywhere in its life. */
export interface AccountState extends AccountFacts {
  readonly status: "none" | AccountStatus
}

/** Before it is made nothing is known of an account. */
export const noAccount: AccountState = {
  id: "",
  role: "candidate",
  subRole: null,
  companyId: null,
  email: "",
  username: null,
  firstName: "",
  lastName: "",
  locale: null,
  contactNumber: null,
  emailVerified: false,
  profileComplete: false,
  createdAt: 0,
  status: "none"
}

/** What may be asked of an account, and when. See docs/flows/identity.md. */
export type AccountCommand = { readonly at: Instant } & (
  | ({ readonly type: "Create"; readonly companyId: string; readonly invitationId: string } & Pick<
      AccountFacts,
      "id" | "email" | "username" | "firstName" | "lastName" | "contactNumber" | "locale"
    >)
  | { readonly type: "Join"; readonly companyId: string; readonly invitationId: string }
  | { readonly type: "JoinOwnCompany"; readonly companyId: string }
  | { readonly type: "ChangeSubRole"; readonly subRole: SubRole }
  | { readonly type: "Leave" }
)

/** Who is in a company joins no other. See docs/flows/identity.md. */
export interface AlreadyInACompany {
  readonly _tag: "AlreadyInACompany"
}

/** A hiring manager makes a company, and joins none as a recruiter. See docs/flows/identity.md. */
export interface IsAHiringManager {
  readonly _tag: "IsAHiringManager"
}

/** Only recruiters have a sub-role. See docs/flows/identity.md. */
export interface NotARecruiter {
  readonly _tag: "NotARecruiter"
}
