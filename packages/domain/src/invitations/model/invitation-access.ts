import { isManager } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import type { Invitation } from "./invitation.ts"

/**
 * What somebody may want to do with invitations, but for those who hold the token of one. See
 * docs/flows/invitations.md.
 */
export type InvitationAction = "invite" | "list" | "revoke" | "resend"

/** An invitation is revoked by who sent it, or by who made the company. See docs/flows/invitations.md. */
export interface NotInviter {
  readonly _tag: "NotInviter"
}

/**
 * Whether a caller may ever do this: hiring managers alone. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayActOnInvitations } from "@treff/domain/invitations"
 * import { ada, mia } from "@treff/domain/testing"
 *
 * strictEqual(mayActOnInvitations(ada, "invite"), false)
 * strictEqual(mayActOnInvitations(mia, "invite"), true)
 * ```
 */
export const mayActOnInvitations = (caller: Caller, _action: InvitationAction): boolean => isManager(caller)

/**
 * Whether a hiring manager of the company may revoke this invitation: the inviter, or who made the company. See
 * docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayRevoke } from "@treff/domain/invitations"
 * import { mia } from "@treff/domain/testing"
 *
 * strictEqual(mayRevoke(mia, { inviterId: "another" }, mia.id), true)
 * strictEqual(mayRevoke(mia, { inviterId: "another" }, "another"), false)
 * ```
 */
export const mayRevoke = (
  caller: Caller,
  { inviterId }: Pick<Invitation, "inviterId">,
  creatorId: string | null
): boolean => caller.id === inviterId || caller.id === creatorId
