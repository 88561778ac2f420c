import * as Effect from "effect/Effect"
import { refuse } from "../../kernel/refuse.ts"
import { mayRevoke, type NotInviter } from "../model/invitation-access.ts"
import { changeInvitation, type InvitationChange } from "./change-invitation.ts"

/**
 * Takes an invitation back: for who sent it, or made the company. Fails with `RoleNotAllowed`, `CallerStale`,
 * `NoCompany`, `InvitationNotFound`, `NotInviter`, `VersionMismatch`, `InvitationNotPending`, `StaleVersion` or
 * `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const revokeInvitation = Effect.fn("revokeInvitation")((change: InvitationChange) =>
  changeInvitation(change, "revoke", {
    checkAccess: ({ caller, value, creatorId }) =>
      mayRevoke(caller, value, creatorId) ? Effect.void : refuse<NotInviter>({ _tag: "NotInviter" }),
    choose: (_, at) => Effect.succeed({ command: { type: "Revoke", at } as const })
  })
)
