import { makeTokenVerifier } from "@treff/adapters/jwt"
import { neonDatabase } from "@treff/adapters/neon"
import * as Redacted from "effect/Redacted"
import type { Env } from "./env.ts"

/** What is made of the configuration once per isolate; it holds nothing that belongs to a request. */
export const wiringOf = (env: Env): Wiring => {
  const known = wirings.get(env)
  if (known !== undefined) return known
  const keys = (JSON.parse(env.JWT_PUBLIC_KEYS) as ReadonlyArray<PublicKey>).map(publicPartOf)
  const wiring = {
    database: neonDatabase(Redacted.make(env.DATABASE_URL), env.NEON_FETCH_ENDPOINT),
    keys,
    verifyToken: makeTokenVerifier({
      keys,
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE,
      algorithms: listOf(env.JWT_ALGORITHMS)
    }),
    corsOrigins: listOf(env.CORS_ORIGINS)
  }
  wirings.set(env, wiring)
  return wiring
}

/** A public JWK (RFC 7517), as it is served. */
export interface PublicKey {
  readonly kty: string
  readonly [parameter: string]: string
}

/** What is public of a key (RFC 7518): a private part that was configured by mistake goes no further than this. */
const publicPartOf = (key: PublicKey): PublicKey => {
  const parameters = Object.entries(key).filter(([name]) => publicParameters.has(name))
  return { kty: key.kty, ...Object.fromEntries(parameters) }
}
const publicParameters = new Set(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"])

interface Wiring {
  readonly database: ReturnType<typeof neonDatabase>
  readonly keys: ReadonlyArray<PublicKey>
  readonly verifyToken: ReturnType<typeof makeTokenVerifier>
  readonly corsOrigins: ReadonlyArray<string>
}

const wirings = new WeakMap<Env, Wiring>()

const listOf = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")
