import * as Effect from "effect/Effect"
import type { SubRole } from "../../model/account/account-events.ts"
import { changeMember, type MemberChange } from "./change-member.ts"

/**
 * Makes a recruiter of the company its admin, or a user again; the same once more changes nothing. Answers the account
 * as it is then; the recruiter's tokens are stale from the next request on. Fails with `RoleNotAllowed`, `CallerStale`,
 * `NoCompany`, `MemberNotFound`, `NotARecruiter`, `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { changeSubRole, noAccount } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const acme = { id: "acme", version: 0, name: "Acme", creatorId: "mia", createdAt: 0 }
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const subRole = "recruiter_user"
 * const ada = { ...mia, id: "ada", email: "a@b.eu", role: "recruiter", subRole } as const
 * const layers = Layer.mergeAll(layerMemory(memoryState({ companies: [acme], accounts: [mia, ada] })), layerUuid)
 * const use = changeSubRole({ caller: mia, id: "ada" }, "recruiter_admin")
 * strictEqual((await Effect.runPromise(Effect.provide(use, layers))).value.subRole, "recruiter_admin")
 * ```
 */
export const changeSubRole = Effect.fn("changeSubRole")((change: MemberChange, subRole: SubRole) =>
  changeMember(change, "changeSubRole", (_, at) => Effect.succeed({ type: "ChangeSubRole", at, subRole } as const))
)
