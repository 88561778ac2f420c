import * as Effect from "effect/Effect"
import { refuse } from "../../../kernel/refuse.ts"
import { removalRefusal } from "../../model/account/member-access.ts"
import { changeMember, type MemberChange } from "./change-member.ts"

/**
 * Removes a member from the company of the hiring manager who asks; the member's tokens are stale from the next request
 * on. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `MemberNotFound`, `MemberIsYou`, `MemberIsCreator`,
 * `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noAccount, removeMember } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const acme = { id: "acme", version: 0, name: "Acme", creatorId: "mia", createdAt: 0 }
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const subRole = "recruiter_user"
 * const ada = { ...mia, id: "ada", email: "a@b.eu", role: "recruiter", subRole } as const
 * const state = memoryState({ companies: [acme], accounts: [mia, ada] })
 * const use = removeMember({ caller: mia, id: "ada" })
 * await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(state.accounts.get("ada")?.companyId, null)
 * ```
 */
export const removeMember = Effect.fn("removeMember")((change: MemberChange) =>
  changeMember(change, "remove", ({ caller, value, creatorId }, at) => {
    const refusal = removalRefusal(caller, value, creatorId)
    return refusal === null ? Effect.succeed({ type: "Leave", at } as const) : refuse(refusal)
  })
)
