import type { Instant } from "@treff/domain/kernel"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose"

/**
 * A token that is not to be believed: broken, expired, of another issuer, for another audience, or saying the
 * impossible. `reason` is for logs, and holds nothing of the token. See docs/flows/identity.md.
 */
export class TokenInvalid extends Data.TaggedError("TokenInvalid")<{ readonly reason: string }> {}

/** How far the clocks of issuer and verifier may be apart, in seconds. */
const leeway = 30

/** What a token says, once its signature, `iss`, `aud`, `exp` and `nbf` are verified; rejects with what jose throws. */
export const believe = async (
  token: string,
  keys: JWTVerifyGetKey,
  {
    issuer,
    audience,
    algorithms,
    requiredClaims,
    at
  }: {
    readonly issuer: string
    readonly audience: string
    readonly algorithms: ReadonlyArray<string>
    readonly requiredClaims: ReadonlyArray<string>
    readonly at: Instant
  }
): Promise<JWTPayload> => {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: leeway,
    currentDate: new Date(at),
    requiredClaims: [...requiredClaims]
  })
  return payload
}

/** Anything that jose throws but its own errors is about what was configured, not about the token. */
export const whyInvalid = (error: unknown): Effect.Effect<never, TokenInvalid> =>
  error instanceof errors.JOSEError ? Effect.fail(new TokenInvalid({ reason: error.code })) : Effect.die(error)
