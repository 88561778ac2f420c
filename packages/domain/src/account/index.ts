export type { NoCompany, RoleNotAllowed } from "./access.ts"
export { isAdmin, isMember } from "./access.ts"
export type { Account, Caller, Company, Member, Person, Role, SubRole } from "./account.ts"
