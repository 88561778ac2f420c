import * as Effect from "effect/Effect"
import type { PageRequest } from "../../../kernel/page.ts"
import type { Caller } from "../../model/account/account.ts"
import { mayActOnMembers } from "../../model/account/member-access.ts"
import { Accounts, type MemberCursor } from "../../ports/accounts.ts"
import { requireMember, requireRole } from "../require-member.ts"

/**
 * The members of the company, newest first. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany` or
 * `StoreUnavailable`. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { listMembers, noAccount } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const use = listMembers(mia, { number: 1, limit: 20 })
 * const { rows } = await Effect.runPromise(Effect.provide(use, layerMemory(memoryState({ accounts: [mia] }))))
 * deepStrictEqual(rows.map(({ value }) => value.id), ["mia"])
 * ```
 */
export const listMembers = Effect.fn("listMembers")(function* (claimed: Caller, request: PageRequest<MemberCursor>) {
  yield* requireRole(mayActOnMembers(claimed, "list"))
  const { caller, page } = yield* (yield* Accounts).members(claimed, request)
  yield* requireMember(caller)
  return page
})
