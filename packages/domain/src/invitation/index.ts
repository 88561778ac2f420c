export { acceptInvitation, type NotInvited, type SignInRequired, type UsernameTaken } from "./accept-invitation.ts"
export type { InvitationChange, InvitationNotFound } from "./change-invitation.ts"
export { decideInvitation, settleInvitation } from "./decide-invitation.ts"
export { declineInvitation } from "./decline-invitation.ts"
export { expireDueInvitations } from "./expire-due-invitations.ts"
export type { TokenUnknown } from "./hold-invitation.ts"
export * from "./invitation.ts"
export { type InvitationAction, mayEver, mayRevoke, type NotInviter } from "./invitation-access.ts"
export { invitationMachine } from "./invitation-lifecycle.ts"
export { reactToInvitations } from "./invitation-reactions.ts"
export {
  bulkRule,
  declinedFor,
  type InvalidInvitation,
  type InvitationContent,
  InvitationSettings,
  inviteLimit,
  type OverLimit,
  personalMessageLimit,
  type Tally
} from "./invitation-rules.ts"
export {
  type AlreadyInvited,
  type AlreadyMember,
  type Declined,
  type InviteRefusal,
  inviteRecruiter
} from "./invite-recruiter.ts"
export { type InvalidInvitationBulk, type InviteOutcome, inviteRecruitersInBulk } from "./invite-recruiters-in-bulk.ts"
export { listInvitations } from "./list-invitations.ts"
export { readInvitation } from "./read-invitation.ts"
export { resendInvitation } from "./resend-invitation.ts"
export { revokeInvitation } from "./revoke-invitation.ts"
