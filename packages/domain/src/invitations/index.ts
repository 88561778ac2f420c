export {
  type Invitation,
  type InvitationCommand,
  type InvitationFacts,
  type InvitationNotDue,
  type InvitationNotOpen,
  type InvitationNotPending,
  type InvitationState,
  type InvitationStatus,
  invitationStatuses,
  isExpired,
  noInvitation,
  type ResentTooOften,
  resendLimit
} from "./model/invitation.ts"
export { type InvitationAction, mayActOnInvitations, mayRevoke, type NotInviter } from "./model/invitation-access.ts"
export { type InvitationEvent, invitationEvents } from "./model/invitation-events.ts"
export { invitationLifecycle } from "./model/invitation-lifecycle.ts"
export {
  bulkRule,
  declinedFor,
  type InvalidInvitation,
  type InvitationContent,
  InvitationSettings,
  inviteLimit,
  type OverLimit,
  personalMessageLimit,
  sentWithin,
  type Tally
} from "./model/invitation-rules.ts"
export { type InvitationNotification, invitationTemplates } from "./model/invitation-templates.ts"
export {
  type InvitationByToken,
  type InvitationCircumstances,
  type InvitationOrder,
  Invitations,
  type InvitationTallies,
  type Invitee,
  invitationOrders,
  type ListedInvitation,
  type MailDelivery,
  type MailedInvitation,
  type TallyTimes
} from "./ports/invitations.ts"
export {
  acceptInvitation,
  type NotInvited,
  type SignInRequired,
  type UsernameTaken
} from "./use-cases/accept-invitation.ts"
export type { InvitationChange, InvitationNotFound } from "./use-cases/change-invitation.ts"
export { declineInvitation } from "./use-cases/decline-invitation.ts"
export { expireDueInvitations } from "./use-cases/expire-due-invitations.ts"
export type { TokenUnknown } from "./use-cases/find-invitation-by-token.ts"
export {
  type AlreadyInvited,
  type AlreadyMember,
  type Declined,
  type InviteRefusal,
  inviteRecruiter
} from "./use-cases/invite-recruiter.ts"
export {
  type InvalidInvitationBulk,
  type InviteOutcome,
  inviteRecruitersInBulk
} from "./use-cases/invite-recruiters-in-bulk.ts"
export { listInvitations } from "./use-cases/list-invitations.ts"
export type { InvitationQuota } from "./use-cases/load-invitation-context.ts"
export { invitationReactions } from "./use-cases/reactions.ts"
export { readInvitation } from "./use-cases/read-invitation.ts"
export { resendInvitation } from "./use-cases/resend-invitation.ts"
export { revokeInvitation } from "./use-cases/revoke-invitation.ts"
