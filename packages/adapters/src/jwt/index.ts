import type { Caller } from "@treff/domain/account"
import type { Instant } from "@treff/domain/time"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from "jose"
import * as z from "zod"

/** A token that is not to be believed: broken, expired, of another issuer, for another audience, or saying the impossible. */
export class TokenInvalid extends Data.TaggedError("TokenInvalid")<{ readonly reason: string }> {}

export interface TokenSettings {
  /** The keys that tokens may be signed with: room for two, so that one can be replaced without a gap. */
  readonly keys: ReadonlyArray<JWK & { readonly kty: string }>
  readonly issuer: string
  readonly audience: string
  /** The accepted algorithms; what a token says of itself is not asked. */
  readonly algorithms: ReadonlyArray<string>
}

/** How far the clocks of issuer and verifier may be apart, in seconds. */
const leeway = 30

const Claims = z
  .object({
    sub: z.uuid(),
    role: z.enum(["hiring_manager", "recruiter", "candidate"]),
    subRole: z.enum(["recruiter_admin", "recruiter_user"]).nullish(),
    companyId: z.uuid().nullish()
  })
  .refine(({ role, subRole }) => (role === "recruiter") === (subRole != null), "only recruiters have a sub-role")

/**
 * Verifies tokens against a key set, at a given instant: signature, `iss`, `aud`, `exp`, `nbf`, and the claims that say who
 * calls. Whether the account still agrees is for the store to say.
 */
export const makeTokenVerifier = ({ keys, issuer, audience, algorithms }: TokenSettings) => {
  const keySet = createLocalJWKSet({ keys: [...keys] })
  return Effect.fn("verifyToken")(function* (token: string, at: Instant) {
    const { payload } = yield* Effect.tryPromise({
      try: () =>
        jwtVerify(token, keySet, {
          issuer,
          audience,
          algorithms: [...algorithms],
          clockTolerance: leeway,
          currentDate: new Date(at),
          requiredClaims: ["exp", "sub"]
        }),
      catch: (error) => new TokenInvalid({ reason: (error as { readonly code?: string }).code ?? "ERR_UNKNOWN" })
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success) return yield* new TokenInvalid({ reason: "claims" })
    const { sub, role, subRole, companyId } = claims.data
    return { id: sub, role, subRole: subRole ?? null, companyId: companyId ?? null } satisfies Caller
  })
}

/** The claims of our own tokens beside the registered ones. */
export interface TokenClaims extends Caller {
  readonly email: string
  readonly username: string | null
}

/** Signs a token of our own, valid from `at` for `lifetime` seconds; the key's `kid` and `alg` go into its header. */
export const signToken = async (
  key: Redacted.Redacted<JWK>,
  { id, ...claims }: TokenClaims,
  {
    issuer,
    audience,
    at,
    lifetime
  }: {
    readonly issuer: string
    readonly audience: string
    readonly at: Instant
    readonly lifetime: number
  }
): Promise<string> => {
  const jwk = Redacted.value(key)
  const { alg = "ES256", kid } = jwk
  const issuedAt = Math.floor(at / 1000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg, typ: "JWT", ...(kid === undefined ? {} : { kid }) })
    .setSubject(id)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(await importJWK(jwk, alg))
}
