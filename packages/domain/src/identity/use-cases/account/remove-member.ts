import * as Effect from "effect/Effect"
import { refuse } from "../../../kernel/refuse.ts"
import { removalRefusal } from "../../model/account/member-access.ts"
import { changeMember, type MemberChange } from "./change-member.ts"

/**
 * Removes a member from the company of the hiring manager who asks; the member's tokens are stale from the next request
 * on. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `MemberNotFound`, `MemberIsYou`, `MemberIsCreator`,
 * `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/identity.md.
 */
export const removeMember = Effect.fn("removeMember")((change: MemberChange) =>
  changeMember(change, "remove", ({ caller, value, creatorId }, at) => {
    const refusal = removalRefusal(caller, value, creatorId)
    return refusal === null ? Effect.succeed({ type: "Leave", at } as const) : refuse(refusal)
  })
)
