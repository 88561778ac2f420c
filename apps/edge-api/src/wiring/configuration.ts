import type { OidcIssuer } from "@treff/adapters/jwt"
import { isPublicUrl } from "@treff/adapters/mail-templates"
import { sealingKeysOf } from "@treff/adapters/secrets"
import * as Redacted from "effect/Redacted"
import * as z from "zod"
import type { Env } from "./env.ts"

/** A setting is missing or can't be right. Its message names it, and repeats nothing of what it holds. */
export class ConfigurationInvalid extends Error {
  override readonly name = "ConfigurationInvalid"
}

/** A JWK (RFC 7517). */
export interface Jwk {
  readonly kty: string
  readonly [parameter: string]: string
}

/** The settings of wrangler.toml and the secrets, read and checked: what can't be right is said before anything is done. */
export const readConfiguration = (env: Env) => {
  const keys = jsonOf(env, "JWT_PUBLIC_KEYS", z.array(AnyJwk).min(1)).map(publicPartOf)
  const algorithms = listOf(env, "JWT_ALGORITHMS")
  const tokens = { issuer: textOf(env, "JWT_ISSUER"), audience: textOf(env, "JWT_AUDIENCE") }
  return {
    keys,
    tokens,
    algorithms,
    privateKey: privateKeyOf(env, keys, algorithms),
    tokenLifetime: numberOf(env, "JWT_LIFETIME_SECONDS"),
    issuers: issuersOf(env, tokens.issuer),
    sealingKeys: sealingKeysOf(env.SEALING_KEYS ?? ""),
    publicUrl: publicUrlOf(env),
    corsOrigins: listOf(env, "CORS_ORIGINS"),
    invitations: {
      lifetime: numberOf(env, "INVITATION_LIFETIME_HOURS") * 3_600_000,
      openAtMost: numberOf(env, "INVITATIONS_OPEN_PER_COMPANY"),
      sentAtMost: numberOf(env, "INVITATIONS_SENT_PER_DAY")
    }
  }
}

type Setting = { [N in keyof Env]: Env[N] extends string ? N : never }[keyof Env] & string

const AnyJwk = z.object({ kty: z.string() }).catchall(z.string())

/** What is public of a key (RFC 7518): a private part that was configured by mistake goes no further than this. */
const publicPartOf = (key: Jwk): Jwk => {
  const parameters = Object.entries(key).filter(([name]) => publicParameters.has(name))
  return { kty: key.kty, ...Object.fromEntries(parameters) }
}
const publicParameters = new Set(["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"])

/** Tokens that it signs are accepted here: by a key that we serve, and by an algorithm that we believe. */
const privateKeyOf = (env: Env, keys: ReadonlyArray<Jwk>, algorithms: ReadonlyArray<string>) => {
  const key = jsonOf(env, "JWT_PRIVATE_KEY", AnyJwk.extend({ kid: z.string(), alg: z.string(), d: z.string() }))
  const served = keys.find(({ kid }) => kid === key.kid)
  if (served === undefined) throw invalid("JWT_PRIVATE_KEY", "has a kid that no key of JWT_PUBLIC_KEYS has")
  const isItsPair = ["kty", "crv", "x", "y", "n", "e"].every((parameter) => served[parameter] === key[parameter])
  if (!isItsPair) throw invalid("JWT_PRIVATE_KEY", "is not the pair of the key of JWT_PUBLIC_KEYS that has its kid")
  if (!algorithms.includes(key.alg)) throw invalid("JWT_PRIVATE_KEY", "has an alg that is not among JWT_ALGORITHMS")
  return Redacted.make(key)
}

/** Keys are fetched over TLS, but from the very machine. */
const KeysUri = z.url({ protocol: /^https?$/ }).refine((uri) => {
  const { protocol, hostname } = new URL(uri)
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
}, "must be an https address")

const issuersOf = (env: Env, own: string): ReadonlyArray<OidcIssuer> => {
  const issuers = jsonOf(
    env,
    "OIDC_ISSUERS",
    z
      .array(
        z.strictObject({
          issuer: z.string().min(1),
          audience: z.string().min(1),
          jwksUri: KeysUri,
          emailClaim: z.string().min(1).optional(),
          verifiedClaim: z.string().min(1).optional(),
          // Whoever knows the issuer's public keys could sign with any other kind.
          algorithms: z
            .array(z.string().regex(/^(RS|PS|ES)(256|384|512)$|^Ed(DSA|25519)$/))
            .min(1)
            .optional()
        })
      )
      .refine(
        (all) => all.every(({ emailClaim = "email", verifiedClaim }) => emailClaim === "email" || verifiedClaim),
        "needs a verifiedClaim beside an emailClaim: email_verified speaks of email alone"
      )
  )
  const names = [own, ...issuers.map(({ issuer }) => issuer)]
  if (new Set(names).size < names.length) throw invalid("OIDC_ISSUERS", "names an issuer twice, or JWT_ISSUER")
  return issuers
}

const publicUrlOf = (env: Env): string => {
  const text = textOf(env, "PUBLIC_URL")
  if (isPublicUrl(text)) return text
  throw invalid("PUBLIC_URL", "must be an address such as https://treff.example, without a path or a slash at its end")
}

const invalid = (name: Setting, rule: string) => new ConfigurationInvalid(`${name} ${rule}.`)

const textOf = (env: Env, name: Setting): string => {
  const text: unknown = env[name]
  if (typeof text !== "string" || text === "") throw invalid(name, "is not set")
  return text
}

const numberOf = (env: Env, name: Setting): number => {
  const text = textOf(env, name)
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid(name, "must be a whole number, 1 or more")
  return Number(text)
}

const listOf = (env: Env, name: Setting): ReadonlyArray<string> =>
  (env[name] ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "")

const jsonOf = <S extends z.ZodType>(env: Env, name: Setting, schema: S): z.output<S> => {
  const read = schema.safeParse(parsed(textOf(env, name)))
  if (read.success) return read.data
  const places = read.error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`)
  throw invalid(name, `is not what it must be (${places.join("; ")})`)
}

/** What is no JSON is nothing: the parser's own message would repeat some of it. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
