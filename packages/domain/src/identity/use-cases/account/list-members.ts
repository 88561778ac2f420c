import * as Effect from "effect/Effect"
import type { PageRequest } from "../../../kernel/page.ts"
import type { Caller } from "../../model/account/account.ts"
import { mayActOnMembers } from "../../model/account/member-access.ts"
import { Accounts, type MemberCursor } from "../../ports/accounts.ts"
import { requireMember, requireRole } from "../require-member.ts"

/**
 * The members of the company, newest first. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany` or
 * `StoreUnavailable`. See docs/flows/identity.md.
 */
export const listMembers = Effect.fn("listMembers")(function* (claimed: Caller, request: PageRequest<MemberCursor>) {
  yield* requireRole(mayActOnMembers(claimed, "list"))
  const { caller, page } = yield* (yield* Accounts).members(claimed, request)
  yield* requireMember(caller)
  return page
})
