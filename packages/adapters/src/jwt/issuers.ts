import { isEmail } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { createRemoteJWKSet, decodeJwt, errors, type JWTVerifyGetKey } from "jose"
import { believe, TokenInvalid, whyInvalid } from "./believe.ts"

/**
 * The keys of an issuer could not be had, so its tokens can be neither believed nor refused for now. `cause` is for
 * logs. See docs/flows/identity.md.
 */
export class IssuerUnavailable extends Data.TaggedError("IssuerUnavailable")<{
  readonly issuer: string
  readonly cause: unknown
}> {}

/**
 * An OpenID Connect issuer whose ID tokens are believed. See docs/flows/identity.md.
 *
 * - `issuer` and `audience`: what `iss` and `aud` must be; the audience is our client id there.
 * - `jwksUri`: where its keys are.
 * - `emailClaim`: which claim is the address, `email` if left out. It counts only where `verifiedClaim` is true, which is
 *   `email_verified` if left out. That one speaks of `email` alone, so with another claim it has to be named.
 * - `algorithms`: those that are accepted, RS256 if left out; what a token says of itself is not asked.
 */
export interface OidcIssuer {
  readonly issuer: string
  readonly audience: string
  readonly jwksUri: string
  readonly emailClaim?: string | undefined
  readonly verifiedClaim?: string | undefined
  readonly algorithms?: ReadonlyArray<string> | undefined
}

/** Between two looks for a key that is not known yet, in milliseconds: who makes up a key's name causes no more than that. */
const pause = 5_000

/**
 * Verifies tokens of other issuers, at a given instant, and answers whose they are: a verified e-mail address, or null
 * where the token names none of these issuers. Keys are fetched when they are needed and kept for ten minutes; a new
 * one is looked for at once, but every five seconds at the most. The verifier fails with `TokenInvalid` or
 * `IssuerUnavailable`. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { makeIssuerVerifier } from "@treff/adapters/jwt"
 * import * as Effect from "effect/Effect"
 *
 * const verify = makeIssuerVerifier([
 *   { issuer: "https://id.example", audience: "treff", jwksUri: "https://id.example/jwks" }
 * ])
 * strictEqual(await Effect.runPromise(verify("of nobody known", 0)), null)
 * ```
 */
export const makeIssuerVerifier = (issuers: ReadonlyArray<OidcIssuer>) => {
  const known = new Map(issuers.map((issuer) => [issuer.issuer, { ...issuer, keys: keysOf(issuer) }]))
  return (token: string, at: Instant): Effect.Effect<string | null, TokenInvalid | IssuerUnavailable> => {
    const named = known.size === 0 ? undefined : known.get(issuerNamedBy(token))
    return named === undefined ? Effect.succeed(null) : verifyBy(named, token, at)
  }
}

const verifyBy = Effect.fn("verifyIssuedToken")(function* (
  {
    issuer,
    audience,
    emailClaim = "email",
    verifiedClaim = "email_verified",
    algorithms = ["RS256"],
    keys
  }: OidcIssuer & { readonly keys: JWTVerifyGetKey },
  token: string,
  at: Instant
) {
  const payload = yield* Effect.tryPromise({
    try: () => believe(token, keys, { issuer, audience, algorithms, requiredClaims: ["exp", "sub"], at }),
    catch: (error) => error
  }).pipe(Effect.catch(tokenFailure))
  const email = payload[emailClaim]
  // What is no address is nobody's, and no store is to be asked for it.
  const isVerified = typeof email === "string" && isEmail(email) && payload[verifiedClaim] === true
  return isVerified ? email : yield* new TokenInvalid({ reason: "email" })
})

const tokenFailure = (error: unknown): Effect.Effect<never, TokenInvalid | IssuerUnavailable> =>
  error instanceof IssuerUnavailable ? Effect.fail(error) : whyInvalid(error)

/** Whom a token names as its issuer, before anything of it is believed. */
const issuerNamedBy = (token: string): string => {
  try {
    return decodeJwt(token).iss ?? ""
  } catch {
    return ""
  }
}

/** The issuer's keys. In a worker no request waits for what another one began to fetch: jose sees to that. */
const keysOf = ({ issuer, jwksUri }: OidcIssuer): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: pause })
  return (header, token) =>
    keys(header, token).catch((error) => {
      throw isAboutToken(error) ? error : new IssuerUnavailable({ issuer, cause: error })
    })
}

/** The issuer answered, and none of its keys is the token's. */
const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported
