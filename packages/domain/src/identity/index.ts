export { agrees, isAdmin, isManager, isMember, type NoCompany, type RoleNotAllowed } from "./model/account/access.ts"
export {
  type Account,
  type AccountCommand,
  type AccountEvent,
  type AccountFacts,
  type AccountState,
  type AlreadyInACompany,
  accountRefusals,
  type Caller,
  type IsAHiringManager,
  type Joining,
  type Member,
  type NotARecruiter,
  noAccount,
  type Person,
  type Role,
  type SubRole
} from "./model/account/account.ts"
export { accountMachine, decideAccount } from "./model/account/account-lifecycle.ts"
export {
  checkProfile,
  emailKey,
  emailLimit,
  type InvalidProfile,
  isEmail,
  nameLimit,
  type Profile,
  type ProfileIssue
} from "./model/account/account-rules.ts"
export {
  type MemberAction,
  type MemberIsCreator,
  type MemberIsYou,
  mayActOnMembers,
  removalRefusal
} from "./model/account/member-access.ts"
export {
  type Company,
  type CompanyCommand,
  type CompanyEvent,
  type CompanyState,
  noCompany
} from "./model/company/company.ts"
export { companyMachine, decideCompany } from "./model/company/company-lifecycle.ts"
export { Accounts, type FoundMember, type MemberCursor } from "./ports/accounts.ts"
export { Secrets } from "./ports/secrets.ts"
export { type SignInRequest, SignIns } from "./ports/sign-ins.ts"
export type { MemberChange, MemberNotFound } from "./use-cases/account/change-member.ts"
export { changeSubRole } from "./use-cases/account/change-sub-role.ts"
export { listMembers } from "./use-cases/account/list-members.ts"
export { removeMember } from "./use-cases/account/remove-member.ts"
export { companyNameLimit, type InvalidCompanyName, renameCompany } from "./use-cases/company/rename-company.ts"
export { forgetSignIns } from "./use-cases/sign-in/forget-sign-ins.ts"
export { type InvalidEmail, requestSignIn, signInLifetime, signInLimit } from "./use-cases/sign-in/request-sign-in.ts"
export { type SignInTokenUnknown, signIn } from "./use-cases/sign-in/sign-in.ts"
