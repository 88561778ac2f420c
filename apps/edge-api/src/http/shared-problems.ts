import type { InputIssue } from "@treff/adapters/wire"
import type { Problems } from "./problem.ts"

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

/** The problem of every request that is not valid; which fields are wrong is for each failure to say. */
export const invalidInput = {
  status: 400,
  code: "invalid-input",
  title: "The request is not valid",
  detail: "Correct the fields named in errors and send the request again."
} as const

/** RFC 6750: no error is named when no token was sent. */
export const challengeWithoutToken = () => ({ "WWW-Authenticate": 'Bearer realm="treff"' })
const challenge = () => ({ "WWW-Authenticate": 'Bearer realm="treff", error="invalid_token"' })

const retrySoon = () => ({ "Retry-After": "5" })

/** What is wrong with a request, or with who sends it. */
export const requestProblems = {
  InvalidInput: {
    ...invalidInput,
    issues: ({ issues }: Extract<RequestFailure, { readonly _tag: "InvalidInput" }>) => issues
  },
  TokenMissing: {
    status: 401,
    code: "token-missing",
    title: "No token",
    detail: "Send a token in the header Authorization: Bearer.",
    headers: challengeWithoutToken
  },
  TokenInvalid: {
    status: 401,
    code: "token-invalid",
    title: "The token is not valid",
    detail: "Sign in again and send the new token.",
    headers: challenge
  },
  CallerStale: {
    status: 401,
    code: "token-stale",
    title: "The token is out of date",
    detail: "The account has changed since the token was issued. Sign in again and send the new token.",
    headers: challenge
  },
  AddressUnknown: {
    status: 401,
    code: "token-invalid",
    title: "The token is not valid",
    detail: "No account has the e-mail address of this token. Ask to be invited by that address.",
    headers: challenge
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
  MethodNotAllowed: {
    status: 405,
    code: "method-not-allowed",
    title: "Method not allowed",
    detail: "Use one of the methods named in the header Allow."
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
  }
} as const satisfies Problems

/** What may keep any request from being done, valid as it is. */
export const serviceProblems = {
  RouteNotFound: {
    status: 404,
    code: "not-found",
    title: "Not found",
    detail: "There is nothing at this address. /docs shows what there is."
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
    detail: "Nothing is half written. Repeat the request after the time in Retry-After.",
    headers: retrySoon
  },
  IssuerUnavailable: {
    status: 503,
    code: "issuer-unavailable",
    title: "The token's issuer is out of reach",
    detail: "The keys of whoever issued the token can't be had. Repeat the request after the time in Retry-After.",
    headers: retrySoon
  }
} as const satisfies Problems

/** The problems that every flow shares. */
export const sharedProblems = { ...requestProblems, ...serviceProblems }
