export {
  actorKinds,
  actorOf,
  agrees,
  isAdmin,
  isManager,
  isMember,
  type NoCompany,
  type RoleNotAllowed
} from "./model/account/access.ts"
export {
  type Account,
  type AccountCommand,
  type AccountFacts,
  type AccountState,
  type AccountStatus,
  type AlreadyInACompany,
  accountStatuses,
  type Caller,
  type IsAHiringManager,
  type Member,
  type NotARecruiter,
  noAccount
} from "./model/account/account.ts"
export {
  type AccountEvent,
  accountEvents,
  type Role,
  roles,
  type SubRole,
  subRoles
} from "./model/account/account-events.ts"
export { accountLifecycle } from "./model/account/account-lifecycle.ts"
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
export { type Person, person, personOf } from "./model/account/person.ts"
export {
  type Company,
  type CompanyCommand,
  type CompanyState,
  companyStatuses,
  noCompany
} from "./model/company/company.ts"
export { type CompanyEvent, companyEvents } from "./model/company/company-events.ts"
export { companyLifecycle } from "./model/company/company-lifecycle.ts"
export { type Locale, locales } from "./model/locale.ts"
export { type SignInContent, signInTemplates } from "./model/sign-in/sign-in-templates.ts"
export type { TokenSecret } from "./model/token-secret.ts"
export { Accounts, CallerStale, type FoundMember, type MemberCursor } from "./ports/accounts.ts"
export { Secrets } from "./ports/secrets.ts"
export { type MailedSignIn, type SignInRequest, SignIns } from "./ports/sign-ins.ts"
export type { MemberChange, MemberNotFound } from "./use-cases/account/change-member.ts"
export { changeSubRole } from "./use-cases/account/change-sub-role.ts"
export { listMembers } from "./use-cases/account/list-members.ts"
export { removeMember } from "./use-cases/account/remove-member.ts"
export { companyNameLimit, type InvalidCompanyName, renameCompany } from "./use-cases/company/rename-company.ts"
export { identityReactions } from "./use-cases/reactions.ts"
export { requireMember, requireRole } from "./use-cases/require-member.ts"
export { forgetSignIns } from "./use-cases/sign-in/forget-sign-ins.ts"
export { type InvalidEmail, requestSignIn, signInLifetime, signInLimit } from "./use-cases/sign-in/request-sign-in.ts"
export { type SignInTokenUnknown, signIn } from "./use-cases/sign-in/sign-in.ts"
