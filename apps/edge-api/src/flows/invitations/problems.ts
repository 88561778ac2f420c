import type { InvalidProfile } from "@treff/domain/identity"
import type { InvalidInvitation, InvalidInvitationBulk, OverLimit } from "@treff/domain/invitations"
import type { Problems } from "../../http/problem.ts"
import { challengeWithoutToken, invalidInput } from "../../http/shared-problems.ts"

export const invitationProblems = {
  InvalidInvitation: {
    ...invalidInput,
    issues: ({ issues }: InvalidInvitation) => issues.map(({ field, message }) => ({ pointer: `/${field}`, message }))
  },
  InvalidProfile: {
    ...invalidInput,
    issues: ({ issues }: InvalidProfile) => issues.map(({ field, message }) => ({ pointer: `/${field}`, message }))
  },
  InvalidInvitationBulk: {
    ...invalidInput,
    issues: ({ message }: InvalidInvitationBulk) => [{ pointer: "", message }]
  },
  AlreadyMember: {
    status: 400,
    code: "already-member",
    title: "A member already",
    detail: "Who has this address belongs to the company already. There is nothing to do."
  },
  AlreadyInvited: {
    status: 400,
    code: "already-invited",
    title: "Invited already",
    detail: "An invitation to this address is open. Wait for the answer, send it again, or revoke it first."
  },
  Declined: {
    status: 400,
    code: "declined",
    title: "Declined of late",
    detail: "Who has this address declined within the last 30 days. Ask them before you invite them again."
  },
  InvitationNotPending: {
    status: 400,
    code: "illegal-transition",
    title: "Not possible in this state",
    detail:
      "Only an open invitation can be revoked, and only one that is open or has lapsed can be sent again. List the invitations to see where it is."
  },
  ResentTooOften: {
    status: 400,
    code: "resent-too-often",
    title: "Sent again too often",
    detail: "An invitation can be sent again three times. Once it has lapsed, or is revoked, invite the address anew."
  },
  TokenUnknown: {
    status: 400,
    code: "token-unknown",
    title: "The link is not known",
    detail: "Use the link of the latest mail; those before it are good no more. Or ask whoever invited you for another."
  },
  InvitationNotOpen: {
    status: 400,
    code: "invitation-not-open",
    title: "The invitation is not open",
    detail: "It was answered or revoked, or it has lapsed. Ask whoever invited you for another."
  },
  UsernameTaken: {
    status: 400,
    code: "username-taken",
    title: "The user name is taken",
    detail: "Somebody has this user name, in whatever letter case. Choose another one; the invitation stays open.",
    issues: () => [{ pointer: "/username", message: "is taken" }]
  },
  SignInRequired: {
    status: 401,
    code: "sign-in-required",
    title: "Sign in first",
    detail: "There is an account with the address that was invited. Sign in to it, and accept with its token.",
    headers: challengeWithoutToken
  },
  NotInviter: {
    status: 403,
    code: "not-owner",
    title: "Not your invitation",
    detail: "A colleague sent this invitation. Ask them, or whoever made the company, to revoke it."
  },
  NotInvited: {
    status: 403,
    code: "not-invited",
    title: "Somebody else was invited",
    detail: "You are signed in to another account than that of the invited address. Sign in to that one."
  },
  InvitationNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such invitation, or it is another company's. Check the id."
  },
  AlreadyInACompany: {
    status: 409,
    code: "already-in-a-company",
    title: "In a company already",
    detail: "Your account belongs to another company. One of its hiring managers can remove you from it; then accept."
  },
  IsAHiringManager: {
    status: 409,
    code: "is-a-hiring-manager",
    title: "A hiring manager",
    detail: "A hiring manager can't become a recruiter. Ask to be invited by another address."
  },
  OverLimit: {
    status: 429,
    code: "over-limit",
    title: "Too many invitations",
    detail:
      "So many invitations may not be open, or be sent within a day. Repeat the request after the time in Retry-After.",
    headers: ({ wait }: OverLimit) => ({ "Retry-After": String(Math.max(1, Math.ceil(wait / 1_000))) })
  }
} as const satisfies Problems
