import { setup } from "xstate"
import type { AlreadySo } from "../../kernel/decider.ts"
import {
  hasLapsed,
  type InvitationCommand,
  type InvitationEvent,
  type InvitationFacts,
  type InvitationNotDue,
  type InvitationNotOpen,
  type InvitationNotPending,
  type InvitationStatus,
  noInvitation,
  type ResentTooOften,
  resendLimit
} from "./invitation.ts"

type Outcome =
  | InvitationEvent
  | InvitationNotOpen
  | InvitationNotPending
  | ResentTooOften
  | InvitationNotDue
  | AlreadySo
type Given<C extends InvitationCommand["type"]> = {
  readonly context: InvitationFacts
  readonly event: Extract<InvitationCommand, { readonly type: C }>
}

const chart = setup({
  types: { context: {} as InvitationFacts, events: {} as InvitationCommand },
  guards: {
    due: ({ context, event }) => hasLapsed(context, event.at),
    "sent again too often": ({ context }) => context.resends >= resendLimit
  },
  // Inert: the outcome is read from the action, which never runs.
  actions: { decided: (_, _outcome: Outcome) => {} }
})

const begin = chart.assign(({ event }) => {
  if (event.type !== "Invite") return {}
  const { type: _, at, secret, ...facts } = event
  return { ...facts, tokenHash: secret.hash, sealedToken: secret.sealed, resends: 0, createdAt: at, updatedAt: at }
})
/** What can't be used any more is not kept for a mail either. */
const close = chart.assign({ sealedToken: null, updatedAt: ({ event }) => event.at })
const lapse = chart.assign({ sealedToken: null, updatedAt: ({ context }) => context.expiresAt })
const sendAgain = chart.assign(({ context, event }) => {
  if (event.type !== "Resend") return {}
  const { at, expiresAt, secret } = event
  const token = { tokenHash: secret.hash, sealedToken: secret.sealed, resends: context.resends + 1 }
  return { ...token, expiresAt, updatedAt: at }
})

const created = ({ event: { at, inviterId, expiresAt } }: Given<"Invite">): InvitationEvent => ({
  type: "invitation.created",
  at,
  data: { inviterId, resends: 0, expiresAt }
})
const accepted = ({ context: { inviterId }, event: { at, accountId } }: Given<"Accept">): InvitationEvent => ({
  type: "invitation.accepted",
  at,
  data: { inviterId, accountId }
})
const declined = ({ context: { inviterId }, event: { at } }: Given<"Decline">): InvitationEvent => ({
  type: "invitation.declined",
  at,
  data: { inviterId }
})
const revoked = ({ context: { inviterId }, event: { at } }: Given<"Revoke">): InvitationEvent => ({
  type: "invitation.revoked",
  at,
  data: { inviterId }
})
const resent = ({ context: { inviterId, resends }, event: { at, expiresAt } }: Given<"Resend">): InvitationEvent => ({
  type: "invitation.resent",
  at,
  data: { inviterId, resends: resends + 1, expiresAt }
})
/** It happened when its time came, whenever that is noticed. */
const expired = ({ context: { inviterId, expiresAt } }: Given<"Expire">): InvitationEvent => ({
  type: "invitation.expired",
  at: expiresAt,
  data: { inviterId }
})

// Moves that several statuses share.
const notOpen = (status: InvitationStatus) =>
  ({ actions: { type: "decided", params: { _tag: "InvitationNotOpen", status } } }) as const
const notPending = (status: InvitationStatus) =>
  ({ actions: { type: "decided", params: { _tag: "InvitationNotPending", status } } }) as const
const sendAgainUnlessTooOften = [
  { guard: "sent again too often", actions: { type: "decided", params: { _tag: "ResentTooOften" } } },
  { target: "pending", actions: [{ type: "decided", params: resent }, sendAgain] }
] as const
const closed = (status: InvitationStatus) =>
  ({
    Accept: notOpen(status),
    Decline: notOpen(status),
    Revoke: notPending(status),
    Resend: notPending(status)
  }) as const

/**
 * What may become of an invitation: the law. Source: `recruiter-invitations.md`, states. The picture of it is in
 * `docs/charts/invitation.svg`.
 */
export const invitationMachine = chart.createMachine({
  id: "invitation",
  initial: "none",
  context: noInvitation,
  states: {
    none: { on: { Invite: { target: "pending", actions: [{ type: "decided", params: created }, begin] } } },
    pending: {
      on: {
        Accept: { target: "accepted", actions: [{ type: "decided", params: accepted }, close] },
        Decline: { target: "declined", actions: [{ type: "decided", params: declined }, close] },
        Revoke: { target: "revoked", actions: [{ type: "decided", params: revoked }, close] },
        Resend: sendAgainUnlessTooOften,
        Expire: [
          { guard: "due", target: "expired", actions: [{ type: "decided", params: expired }, lapse] },
          { actions: { type: "decided", params: { _tag: "InvitationNotDue" } } }
        ]
      }
    },
    expired: { on: { ...closed("expired"), Resend: sendAgainUnlessTooOften } },
    accepted: { on: closed("accepted") },
    revoked: { on: closed("revoked") },
    declined: { on: closed("declined") }
  }
})
