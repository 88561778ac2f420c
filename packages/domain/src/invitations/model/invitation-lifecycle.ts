import { emailKey } from "../../identity/model/account/account-rules.ts"
import { lifecycle, rulesOn } from "../../kernel/lifecycle.ts"
import {
  type InvitationCommand,
  type InvitationNotDue,
  type InvitationNotOpen,
  type InvitationNotPending,
  type InvitationState,
  invitationStatuses,
  isExpired,
  noInvitation,
  type ResentTooOften,
  resendLimit
} from "./invitation.ts"
import { invitationEvents } from "./invitation-events.ts"

const { event } = invitationEvents
const { when, happened } = rulesOn<InvitationState, InvitationCommand>()

const guards = {
  due: when("Expire", (invitation, { at }) => isExpired(invitation, at)),
  "sent again too often": when("Resend", ({ resends }) => resends >= resendLimit)
}

/** What can't be used any more is not kept for a mail either. */
const closedAt = (at: number) => ({ sealedToken: null, updatedAt: at })

const decisions = {
  created: when("Invite", (_, { type: __, at, secret, ...facts }) =>
    happened(event("created", at, { inviterId: facts.inviterId, resends: 0, expiresAt: facts.expiresAt }), {
      ...facts,
      tokenHash: secret.hash,
      sealedToken: secret.sealed,
      resends: 0,
      createdAt: at,
      updatedAt: at
    })
  ),
  accepted: when("Accept", ({ inviterId }, { at, accountId }) =>
    happened(event("accepted", at, { inviterId, accountId }), closedAt(at))
  ),
  declined: when("Decline", ({ inviterId }, { at }) => happened(event("declined", at, { inviterId }), closedAt(at))),
  revoked: when("Revoke", ({ inviterId }, { at }) => happened(event("revoked", at, { inviterId }), closedAt(at))),
  resent: when("Resend", ({ inviterId, resends }, { at, expiresAt, secret }) =>
    happened(event("resent", at, { inviterId, resends: resends + 1, expiresAt }), {
      tokenHash: secret.hash,
      sealedToken: secret.sealed,
      resends: resends + 1,
      expiresAt,
      updatedAt: at
    })
  ),
  // It happened when its time came, whenever that is noticed.
  expired: when("Expire", ({ inviterId, expiresAt }) =>
    happened(event("expired", expiresAt, { inviterId }), closedAt(expiresAt))
  )
}

const refusals = {
  "not open": when(["Accept", "Decline"], ({ status }): InvitationNotOpen => ({ _tag: "InvitationNotOpen", status })),
  "not pending": when(
    ["Revoke", "Resend"],
    ({ status }): InvitationNotPending => ({ _tag: "InvitationNotPending", status })
  ),
  "resent too often": when("Resend", (): ResentTooOften => ({ _tag: "ResentTooOften" })),
  "not due": when("Expire", (): InvitationNotDue => ({ _tag: "InvitationNotDue" }))
}

// Moves that several statuses share.
const resend = [
  { guard: "sent again too often", actions: "resent too often" },
  { target: "pending", actions: "resent" }
] as const
const closed = {
  Accept: { actions: "not open" },
  Decline: { actions: "not open" },
  Revoke: { actions: "not pending" },
  Resend: { actions: "not pending" }
} as const

/**
 * What may become of an invitation: the law. See docs/flows/invitations.md; the picture of it is
 * docs/charts/invitation.svg.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { invitationLifecycle, noInvitation } from "@treff/domain/invitations"
 *
 * const invitation = { ...noInvitation, status: "pending", expiresAt: 100 } as const
 * strictEqual(invitationLifecycle.asOf(invitation, 99).state.status, "pending")
 * strictEqual(invitationLifecycle.asOf(invitation, 100).state.status, "expired")
 * ```
 */
export const invitationLifecycle = lifecycle({
  kind: "invitation",
  events: invitationEvents,
  none: noInvitation,
  statuses: invitationStatuses,
  isDue: isExpired,
  /** A token is one invitation's, and an address has one open invitation of a company at the most. */
  uniqueKeys: ({ tokenHash, status, companyId, email }) => [
    ["token", tokenHash],
    ...(status === "pending" ? [["pending", companyId, emailKey(email)]] : [])
  ],
  guards,
  decisions,
  refusals,
  chart: {
    none: { on: { Invite: { target: "pending", actions: "created" } } },
    pending: {
      on: {
        Accept: { target: "accepted", actions: "accepted" },
        Decline: { target: "declined", actions: "declined" },
        Revoke: { target: "revoked", actions: "revoked" },
        Resend: resend,
        Expire: [{ guard: "due", target: "expired", actions: "expired" }, { actions: "not due" }]
      }
    },
    expired: { on: { ...closed, Resend: resend } },
    accepted: { on: closed },
    revoked: { on: closed },
    declined: { on: closed }
  }
})
