import * as Redacted from "effect/Redacted"
import * as z from "zod"
import { json } from "./setting.ts"

/** A JSON Web Key (RFC 7517). */
export interface Jwk {
  readonly kty: string
  readonly [parameter: string]: string
}

const AnyJwk = z.object({ kty: z.string() }).catchall(z.string())

/** What is public of a key (RFC 7518): a private part that was configured by mistake goes no further than this. */
const publicPartOf = (key: Jwk): Jwk => {
  const parameters = Object.entries(key).filter(([name]) => publicParameters.has(name))
  return { kty: key.kty, ...Object.fromEntries(parameters) }
}
const publicParameters = new Set(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"])

export const publicKeys = json(z.array(AnyJwk).min(1)).transform((keys): ReadonlyArray<Jwk> => keys.map(publicPartOf))

export const privateKey = json(AnyJwk.extend({ kid: z.string(), alg: z.string(), d: z.string() })).transform((key) =>
  Redacted.make(key)
)

/** Why tokens that a private key signs would not be accepted: by a key that is served, and by an accepted algorithm. */
export const rejectionOf = (
  key: z.output<typeof privateKey>,
  keys: ReadonlyArray<Jwk>,
  algorithms: ReadonlyArray<string>
): string | undefined => {
  const signing = Redacted.value(key)
  const served = keys.find(({ kid }) => kid === signing.kid)
  if (served === undefined) return "has a kid that no key of JWT_PUBLIC_KEYS has"
  const isItsPair = ["kty", "crv", "x", "y", "n", "e"].every((parameter) => served[parameter] === signing[parameter])
  if (!isItsPair) return "is not the pair of the key of JWT_PUBLIC_KEYS that has its kid"
  return algorithms.includes(signing.alg) ? undefined : "has an alg that is not among JWT_ALGORITHMS"
}
