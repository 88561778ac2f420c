import * as Effect from "effect/Effect"
import { refuse } from "../../kernel/refuse.ts"
import { mayRevoke, type NotInviter } from "../model/invitation-access.ts"
import { changeInvitation, type InvitationChange } from "./change-invitation.ts"

/**
 * Takes an invitation back: for who sent it, or made the company. Fails with `RoleNotAllowed`, `CallerStale`,
 * `NoCompany`, `InvitationNotFound`, `NotInviter`, `VersionMismatch`, `InvitationNotPending`, `StaleVersion` or
 * `StoreUnavailable`. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noAccount } from "@treff/domain/identity"
 * import { noInvitation, revokeInvitation } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const state = memoryState({ accounts: [mia] })
 * const sent = { ...noInvitation, id: "i1", companyId: "acme", inviterId: "mia", status: "pending", expiresAt: 9e12 }
 * state.invitations.set("i1", { version: 1, value: { ...sent, status: "pending" } })
 * const use = revokeInvitation({ caller: mia, id: "i1" })
 * await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(state.invitations.get("i1")?.value.status, "revoked")
 * ```
 */
export const revokeInvitation = Effect.fn("revokeInvitation")((change: InvitationChange) =>
  changeInvitation(change, "revoke", {
    checkAccess: ({ caller, value, creatorId }) =>
      mayRevoke(caller, value, creatorId) ? Effect.void : refuse<NotInviter>({ _tag: "NotInviter" }),
    choose: (_, at) => Effect.succeed({ command: { type: "Revoke", at } as const })
  })
)
