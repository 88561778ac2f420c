import type { Caller } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createLocalJWKSet, importJWK, type JWK, SignJWT } from "jose"
import * as z from "zod"
import { believe, TokenInvalid, whyInvalid } from "./believe.ts"

/** Which tokens are believed. See docs/flows/identity.md. */
export interface TokenSettings {
  /** The keys that tokens may be signed with: room for two, so that one can be replaced without a gap. */
  readonly keys: ReadonlyArray<JWK & { readonly kty: string }>
  readonly issuer: string
  readonly audience: string
  /** The accepted algorithms; what a token says of itself is not asked. */
  readonly algorithms: ReadonlyArray<string>
}

const Claims = z
  .object({
    sub: z.uuid(),
    role: z.enum(["hiring_manager", "recruiter", "candidate"]),
    subRole: z.enum(["recruiter_admin", "recruiter_user"]).nullish(),
    companyId: z.uuid().nullish()
  })
  .refine(({ role, subRole }) => (role === "recruiter") === (subRole != null), "only recruiters have a sub-role")

/**
 * Verifies tokens against a key set, at a given instant: signature, `iss`, `aud`, `exp`, `nbf`, and the claims that say
 * who calls. Whether the account still agrees is for the store to say. The verifier fails with `TokenInvalid`. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { makeTokenVerifier, signToken } from "@treff/adapters/jwt"
 * import { ada } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 * import { exportJWK, generateKeyPair } from "jose"
 *
 * const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true })
 * const treff = { issuer: "https://treff.example", audience: "treff" }
 * const token = await signToken(Redacted.make(await exportJWK(privateKey)), ada, { ...treff, at: 0, lifetime: 3_600 })
 * const keys = [{ ...(await exportJWK(publicKey)), kty: "EC" }]
 * const verify = makeTokenVerifier({ ...treff, keys, algorithms: ["ES256"] })
 * strictEqual((await Effect.runPromise(verify(token, 3_599_000))).id, ada.id)
 * ```
 */
export const makeTokenVerifier = ({ keys, issuer, audience, algorithms }: TokenSettings) => {
  const keySet = createLocalJWKSet({ keys: [...keys] })
  return Effect.fn("verifyToken")(function* (token: string, at: Instant) {
    const payload = yield* Effect.tryPromise({
      try: () => believe(token, keySet, { issuer, audience, algorithms, requiredClaims: ["exp", "sub"], at }),
      catch: (error) => error
    }).pipe(Effect.catch(whyInvalid))
    const claims = Claims.safeParse(payload)
    if (!claims.success) return yield* new TokenInvalid({ reason: "claims" })
    const { sub, role, subRole, companyId } = claims.data
    return { id: sub, role, subRole: subRole ?? null, companyId: companyId ?? null } satisfies Caller
  })
}

/** The claims of our own tokens beside the registered ones. See docs/flows/identity.md. */
export interface TokenClaims extends Caller {
  readonly email: string
  readonly username: string | null
}

/**
 * Signs a token of our own, valid from `at` (milliseconds) for `lifetime` (seconds); the key's `kid` and `alg` go into
 * its header. Rejects when the key is none to sign with. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { signToken } from "@treff/adapters/jwt"
 * import { ada } from "@treff/domain/testing"
 * import * as Redacted from "effect/Redacted"
 * import { decodeJwt, exportJWK, generateKeyPair } from "jose"
 *
 * const { privateKey } = await generateKeyPair("ES256", { extractable: true })
 * const key = Redacted.make(await exportJWK(privateKey))
 * const token = await signToken(key, ada, { issuer: "https://treff.example", audience: "treff", at: 0, lifetime: 3_600 })
 * strictEqual(decodeJwt(token).exp, 3_600)
 * ```
 */
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
