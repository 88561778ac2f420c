import * as Effect from "effect/Effect"
import type { SubRole } from "../../model/account/account-events.ts"
import { changeMember, type MemberChange } from "./change-member.ts"

/**
 * Makes a recruiter of the company its admin, or a user again; the same once more changes nothing. Answers the account
 * as it is then; the recruiter's tokens are stale from the next request on. Fails with `RoleNotAllowed`, `CallerStale`,
 * `NoCompany`, `MemberNotFound`, `NotARecruiter`, `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See
 * docs/flows/identity.md.
 */
export const changeSubRole = Effect.fn("changeSubRole")((change: MemberChange, subRole: SubRole) =>
  changeMember(change, "changeSubRole", (_, at) =>
    Effect.succeed({ type: "ChangeSubRole", at, subRole } as const)
  ).pipe(
    Effect.catchTag("IllegalTransition", Effect.die) // only who is outside of a company: a member was found
  )
)
