import type { TokenInvalid } from "@treff/adapters/jwt"
import { type InputIssue, wireField } from "@treff/adapters/wire"
import type { NoCompany, RoleNotAllowed } from "@treff/domain/account"
import type { NotificationNotFound } from "@treff/domain/notification"
import type {
  InvalidOffer,
  NotOwner,
  OfferNotDue,
  OfferNotFound,
  OfferRefusal,
  RecruiterUnknown,
  VersionMismatch
} from "@treff/domain/offer"
import type {
  AlreadyAnswered,
  DuplicateInRequest,
  InvalidBulk,
  InvalidMessage,
  NotRecipient,
  OfferSentNotFound,
  SendRefusal,
  StatusOutOfOrder
} from "@treff/domain/offer-sent"
import type { CallerStale, StaleVersion, StoreUnavailable } from "@treff/domain/ports"
import type { Context, TypedResponse } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import * as z from "zod"

/** The request itself is wrong, before anything is asked of the domain. */
export type RequestFailure =
  | { readonly _tag: "InvalidInput"; readonly issues: ReadonlyArray<InputIssue> }
  | { readonly _tag: "BodyTooLarge" }
  | { readonly _tag: "MediaTypeNotSupported" }
  | { readonly _tag: "MethodNotAllowed" }
  | { readonly _tag: "RouteNotFound" }
  | { readonly _tag: "TokenMissing" }
  | { readonly _tag: "Unexpected" }

/** Everything that a request can end in, but success. */
export type Failure =
  | RequestFailure
  | TokenInvalid
  | CallerStale
  | NoCompany
  | RoleNotAllowed
  | NotOwner
  | NotRecipient
  | OfferNotFound
  | InvalidOffer
  | RecruiterUnknown
  | Exclude<OfferRefusal, OfferNotDue>
  | OfferSentNotFound
  | InvalidMessage
  | InvalidBulk
  | SendRefusal
  | StatusOutOfOrder
  | AlreadyAnswered
  | NotificationNotFound
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
    instance: z.string().meta({ description: "the path that was asked for" }),
    code: z.enum(codes),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON pointer (RFC 6901) to the field; empty for the whole body" }),
          message: z.string()
        })
      )
      .optional()
      .meta({ description: "with invalid-input: what is wrong with which field" })
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
  const problem: z.infer<typeof Problem> = {
    type: `urn:treff:problem:${code}`,
    title,
    status,
    detail,
    instance: c.req.path,
    code,
    ...issuesOf(failure)
  }
  // The table's literal types are lost in the union of all failures and restored by the signature.
  return c.json(problem, status, { "Content-Type": "application/problem+json" }) as ProblemAnswer<F>
}

/** RFC 6750: no error is named when no token was sent. */
const challenge = (failure: Failure) =>
  failure._tag === "TokenMissing" ? 'Bearer realm="treff"' : 'Bearer realm="treff", error="invalid_token"'

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
    default:
      return {}
  }
}
