import type { IssuerUnavailable, TokenInvalid } from "@treff/adapters/jwt"
import { type InputIssue, wireField } from "@treff/adapters/wire"
import type { StaleVersion, StoreUnavailable, VersionMismatch } from "@treff/domain/events"
import type {
  AlreadyInACompany,
  CallerStale,
  InvalidCompanyName,
  InvalidEmail,
  InvalidProfile,
  IsAHiringManager,
  MemberIsCreator,
  MemberIsYou,
  MemberNotFound,
  NoCompany,
  NotARecruiter,
  RoleNotAllowed,
  SignInTokenUnknown
} from "@treff/domain/identity"
import type {
  AlreadyInvited,
  AlreadyMember,
  Declined,
  InvalidInvitation,
  InvalidInvitationBulk,
  InvitationNotFound,
  InvitationNotOpen,
  InvitationNotPending,
  NotInvited,
  NotInviter,
  OverLimit,
  ResentTooOften,
  SignInRequired,
  TokenUnknown,
  UsernameTaken
} from "@treff/domain/invitations"
import type { IllegalTransition } from "@treff/domain/kernel"
import type { NotificationNotFound } from "@treff/domain/notifications"
import type {
  AlreadyAnswered,
  DuplicateInRequest,
  InvalidBulk,
  InvalidMessage,
  InvalidOffer,
  NotOwner,
  NotRecipient,
  OfferDatesPassed,
  OfferNotActive,
  OfferNotFound,
  OfferSentNotFound,
  RecruiterUnknown,
  SendRefusal,
  StatusOutOfOrder
} from "@treff/domain/offers"
import type { Context, TypedResponse } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import * as z from "zod"
import { withoutSecret } from "./secret-path.ts"

/** The request itself is wrong, before anything is asked of the domain. */
export type RequestFailure =
  | { readonly _tag: "InvalidInput"; readonly issues: ReadonlyArray<InputIssue> }
  | { readonly _tag: "BodyTooLarge" }
  | { readonly _tag: "MediaTypeNotSupported" }
  | { readonly _tag: "MethodNotAllowed" }
  | { readonly _tag: "RouteNotFound" }
  | { readonly _tag: "TokenMissing" }
  | { readonly _tag: "Unexpected" }

/** A token of another issuer names an address that is no account's. */
export interface AddressUnknown {
  readonly _tag: "AddressUnknown"
}

/** Everything that a request can end in, but success. */
export type Failure =
  | RequestFailure
  | TokenInvalid
  | AddressUnknown
  | IssuerUnavailable
  | CallerStale
  | NoCompany
  | RoleNotAllowed
  | NotOwner
  | NotRecipient
  | OfferNotFound
  | InvalidOffer
  | RecruiterUnknown
  | IllegalTransition
  | OfferNotActive
  | OfferDatesPassed
  | OfferSentNotFound
  | InvalidMessage
  | InvalidBulk
  | SendRefusal
  | StatusOutOfOrder
  | AlreadyAnswered
  | NotificationNotFound
  | InvalidInvitation
  | InvalidInvitationBulk
  | AlreadyMember
  | AlreadyInvited
  | Declined
  | OverLimit
  | InvitationNotFound
  | NotInviter
  | InvitationNotPending
  | ResentTooOften
  | TokenUnknown
  | InvitationNotOpen
  | InvalidProfile
  | UsernameTaken
  | SignInRequired
  | NotInvited
  | AlreadyInACompany
  | IsAHiringManager
  | MemberNotFound
  | MemberIsYou
  | MemberIsCreator
  | NotARecruiter
  | InvalidCompanyName
  | InvalidEmail
  | SignInTokenUnknown
  | VersionMismatch
  | StaleVersion
  | StoreUnavailable

export type FailureTag = Failure["_tag"]

interface ProblemKind {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly title: string
  /** What the caller can do about it. */
  readonly detail: string
}

const invalidInput = {
  status: 400,
  code: "invalid-input",
  title: "The request is not valid",
  detail: "Correct the fields named in errors and send the request again."
} as const

/**
 * The one table of all problems: a failure without a line here does not compile. What can only be wrong with a part of a
 * request has the status of the answer in which it is told.
 */
export const problems = {
  DuplicateInRequest: {
    status: 201,
    code: "duplicate-in-request",
    title: "Named more than once",
    detail: "The candidate stands further up in candidateIds, and that counts. There is nothing to do."
  },
  InvalidInput: invalidInput,
  InvalidOffer: invalidInput,
  InvalidMessage: invalidInput,
  InvalidBulk: invalidInput,
  InvalidInvitation: invalidInput,
  InvalidInvitationBulk: invalidInput,
  InvalidProfile: invalidInput,
  InvalidCompanyName: invalidInput,
  InvalidEmail: invalidInput,
  CandidateUnknown: {
    status: 400,
    code: "candidate-unknown",
    title: "No such candidate",
    detail: "Name the account of a candidate. Check the id."
  },
  StatusOutOfOrder: {
    status: 400,
    code: "illegal-transition",
    title: "Not the next step",
    detail:
      "A send goes from sent to viewed to responded, never back, and its candidate skips no step. Read it again to see where it is."
  },
  OfferNotActive: {
    status: 400,
    code: "offer-not-active",
    title: "The offer is not active",
    detail:
      "Only an active offer can be sent, answered or handed over. Enable it first, or wait until its company does."
  },
  RecruiterUnknown: {
    status: 400,
    code: "recruiter-unknown",
    title: "No such recruiter",
    detail: "Name a recruiter who belongs to your company."
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
  SignInTokenUnknown: {
    status: 400,
    code: "token-unknown",
    title: "The link is not known",
    detail: "A link signs in once, within 15 minutes. Ask for another one."
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
    detail: "Somebody has this user name, in whatever letter case. Choose another one; the invitation stays open."
  },
  TokenMissing: {
    status: 401,
    code: "token-missing",
    title: "No token",
    detail: "Send a token in the header Authorization: Bearer."
  },
  TokenInvalid: {
    status: 401,
    code: "token-invalid",
    title: "The token is not valid",
    detail: "Sign in again and send the new token."
  },
  CallerStale: {
    status: 401,
    code: "token-stale",
    title: "The token is out of date",
    detail: "The account has changed since the token was issued. Sign in again and send the new token."
  },
  AddressUnknown: {
    status: 401,
    code: "token-invalid",
    title: "The token is not valid",
    detail: "No account has the e-mail address of this token. Ask to be invited by that address."
  },
  SignInRequired: {
    status: 401,
    code: "sign-in-required",
    title: "Sign in first",
    detail: "There is an account with the address that was invited. Sign in to it, and accept with its token."
  },
  RoleNotAllowed: {
    status: 403,
    code: "role-not-allowed",
    title: "Not for this role",
    detail: "Your role does not allow this. Ask an admin of your company."
  },
  NoCompany: {
    status: 403,
    code: "no-company",
    title: "No company",
    detail: "Your account belongs to no company. Ask to be invited into one."
  },
  NotOwner: {
    status: 403,
    code: "not-owner",
    title: "Not your offer",
    detail: "The offer belongs to a colleague. Ask its owner or an admin of your company."
  },
  NotRecipient: {
    status: 403,
    code: "not-recipient",
    title: "Not sent to you",
    detail: "This was not sent to you, or its offer is not active at the moment. Look at what GET /offer-sends lists."
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
  OfferNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such offer, or it is another company's. Check the id."
  },
  OfferSentNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such send, or it ended with its offer. Check the id."
  },
  NotificationNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such notification of yours. Check the id."
  },
  InvitationNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is no such invitation, or it is another company's. Check the id."
  },
  MemberNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "Your company has no such member. Check the id."
  },
  RouteNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is nothing at this address. /docs shows what there is."
  },
  MethodNotAllowed: {
    status: 405,
    code: "method-not-allowed",
    title: "Method not allowed",
    detail: "Use one of the methods named in the header Allow."
  },
  IllegalTransition: {
    status: 409,
    code: "illegal-transition",
    title: "Not possible in this state",
    detail: "The offer's present state does not allow this. Read it again to see its state."
  },
  OfferDatesPassed: {
    status: 409,
    code: "offer-dates-passed",
    title: "The offer's dates have passed",
    detail: "Update the offer with startDateJob and expiredDate in the future, then enable it."
  },
  AlreadySent: {
    status: 409,
    code: "already-sent",
    title: "Sent already",
    detail: "The candidate has this offer already. GET /offer-sends, with offerId and candidateId, finds the send."
  },
  Withdrawn: {
    status: 409,
    code: "withdrawn",
    title: "The candidate has withdrawn",
    detail:
      "The candidate is not available for this offer. It can be sent to them anew once it is opened for another term."
  },
  AlreadyAnswered: {
    status: 409,
    code: "already-answered",
    title: "Answered already",
    detail: "You have answered this offer, so you can't withdraw any more. Tell the recruiter instead."
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
  MemberIsYou: {
    status: 409,
    code: "own-membership",
    title: "That is you",
    detail: "Nobody removes themselves. Ask another hiring manager of your company."
  },
  MemberIsCreator: {
    status: 409,
    code: "company-creator",
    title: "They made the company",
    detail: "Whoever made the company stays in it. There is nothing to do."
  },
  NotARecruiter: {
    status: 409,
    code: "illegal-transition",
    title: "Not a recruiter",
    detail: "Only recruiters have a sub-role. List the members to see who is one."
  },
  StaleVersion: {
    status: 409,
    code: "stale-version",
    title: "Somebody else was faster",
    detail: "What you change kept changing meanwhile, and nothing was written. Read it again and repeat the request."
  },
  VersionMismatch: {
    status: 412,
    code: "stale-version",
    title: "It has changed",
    detail: "If-Match names another version than the present one. Read again what you change, and decide anew."
  },
  BodyTooLarge: {
    status: 413,
    code: "body-too-large",
    title: "The body is too large",
    detail: "A body may hold 256 KiB at the most."
  },
  MediaTypeNotSupported: {
    status: 415,
    code: "media-type-not-supported",
    title: "Media type not supported",
    detail: "Send JSON, with the header Content-Type: application/json."
  },
  OverLimit: {
    status: 429,
    code: "over-limit",
    title: "Too many invitations",
    detail:
      "So many invitations may not be open, or be sent within a day. Repeat the request after the time in Retry-After."
  },
  Unexpected: {
    status: 500,
    code: "internal-error",
    title: "Something went wrong here",
    detail: "This is a mistake of ours, and it was recorded. Repeating the request may help."
  },
  StoreUnavailable: {
    status: 503,
    code: "store-unavailable",
    title: "The store is out of reach",
    detail: "Nothing is half written. Repeat the request after the time in Retry-After."
  },
  IssuerUnavailable: {
    status: 503,
    code: "issuer-unavailable",
    title: "The token's issuer is out of reach",
    detail: "The keys of whoever issued the token can't be had. Repeat the request after the time in Retry-After."
  }
} as const satisfies Record<FailureTag | DuplicateInRequest["_tag"], ProblemKind>

/** The status that a failure is answered with, as a literal type. */
export type StatusOf<T extends FailureTag> = (typeof problems)[T]["status"]

const codes = [...new Set(Object.values(problems).flatMap(({ status, code }) => (status === 201 ? [] : [code])))]

/** How every problem looks: RFC 9457, with a stable code, and for bad input what is wrong with which field. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "what the caller can do about it" }),
    instance: z.string().meta({ description: "the path that was asked for, with … for the token of a link" }),
    code: z.enum(codes),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON pointer (RFC 6901) to the field; empty for the whole body" }),
          message: z.string()
        })
      )
      .optional()
      .meta({ description: "with invalid-input and username-taken: what is wrong with which field" })
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" })

/** The answers that failures end in, each with its literal status, so that a route must declare it. */
export type ProblemAnswer<F extends Failure> = F extends Failure
  ? Response & TypedResponse<z.infer<typeof Problem>, StatusOf<F["_tag"]>, "json">
  : never

/** Answers a failure as RFC 9457 `application/problem+json`. */
export const answerProblem = <F extends Failure>(c: Context, failure: F): ProblemAnswer<F> => {
  const { status, code, title, detail } = problems[failure._tag]
  if (status === 401) c.header("WWW-Authenticate", challenge(failure))
  if (status === 503) c.header("Retry-After", "5")
  if (failure._tag === "OverLimit") c.header("Retry-After", String(Math.max(1, Math.ceil(failure.wait / 1_000))))
  const problem: z.infer<typeof Problem> = {
    type: `urn:treff:problem:${code}`,
    title,
    status,
    detail,
    instance: withoutSecret(c.req.path),
    code,
    ...issuesOf(failure)
  }
  // The table's literal types are lost in the union of all failures and restored by the signature.
  return c.json(problem, status, { "Content-Type": "application/problem+json" }) as ProblemAnswer<F>
}

/** RFC 6750: no error is named when no token was sent. */
const challenge = (failure: Failure) =>
  failure._tag === "TokenMissing" || failure._tag === "SignInRequired"
    ? 'Bearer realm="treff"'
    : 'Bearer realm="treff", error="invalid_token"'

const issuesOf = (failure: Failure): { errors?: Array<InputIssue> } => {
  switch (failure._tag) {
    case "InvalidInput":
      return { errors: [...failure.issues] }
    case "InvalidOffer":
      return { errors: failure.issues.map(({ field, message }) => ({ pointer: `/${wireField[field]}`, message })) }
    case "InvalidMessage":
      return { errors: [{ pointer: "/message", message: failure.message }] }
    case "InvalidBulk":
      return { errors: [{ pointer: "/candidateIds", message: failure.message }] }
    case "InvalidInvitation":
    case "InvalidProfile":
      return { errors: failure.issues.map(({ field, message }) => ({ pointer: `/${field}`, message })) }
    case "InvalidInvitationBulk":
      return { errors: [{ pointer: "", message: failure.message }] }
    case "InvalidCompanyName":
      return { errors: [{ pointer: "/name", message: failure.message }] }
    case "InvalidEmail":
      return { errors: [{ pointer: "/email", message: failure.message }] }
    case "UsernameTaken":
      return { errors: [{ pointer: "/username", message: "is taken" }] }
    default:
      return {}
  }
}
