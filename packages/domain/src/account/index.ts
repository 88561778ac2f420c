export type { NoCompany, RoleNotAllowed } from "./access.ts"
export { agrees, isAdmin, isManager, isMember } from "./access.ts"
export * from "./account.ts"
export { accountMachine, decideAccount } from "./account-lifecycle.ts"
export {
  checkProfile,
  emailKey,
  emailLimit,
  type InvalidProfile,
  isEmail,
  nameLimit,
  type Profile,
  type ProfileIssue
} from "./account-rules.ts"
export type { MemberChange, MemberNotFound } from "./change-member.ts"
export { changeSubRole } from "./change-sub-role.ts"
export { listMembers } from "./list-members.ts"
export { type MemberAction, type MemberIsCreator, type MemberIsYou, mayEver, removalRefusal } from "./member-access.ts"
export { removeMember } from "./remove-member.ts"
