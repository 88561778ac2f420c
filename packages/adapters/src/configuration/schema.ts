import * as z from "zod"
import { issuers } from "./issuers.ts"
import { privateKey, publicKeys, rejectionOf } from "./keys.ts"
import { count, databaseUrl, list, publicUrl, sealingKeys, seconds, secret, sender, text } from "./setting.ts"

/** Every setting of the two workers, by its name in wrangler.toml, or of the secret. */
const Settings = z.object({
  /** Secret: PostgreSQL, as Neon gives it out. */
  DATABASE_URL: databaseUrl,
  /** Public keys that tokens may be signed with: a JSON array of one or two JWKs. */
  JWT_PUBLIC_KEYS: publicKeys,
  /** Secret: what our own tokens are signed with, a JWK with `kid` and `alg`; its public part is among JWT_PUBLIC_KEYS. */
  JWT_PRIVATE_KEY: privateKey,
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  /** The accepted algorithms, separated by commas. */
  JWT_ALGORITHMS: list,
  /** For how many seconds a token of ours is valid. */
  JWT_LIFETIME_SECONDS: count,
  /** A JSON array of `{ issuer, audience, jwksUri, emailClaim?, verifiedClaim?, algorithms? }`. */
  OIDC_ISSUERS: issuers,
  /** Secret: what the tokens of mails are sealed with, 32 bytes in base64url each, by commas; the first seals, any opens. */
  SEALING_KEYS: sealingKeys,
  /** Where people find the pages that mails link to, without a slash at its end. */
  PUBLIC_URL: publicUrl,
  /** For how many hours an invitation is open. */
  INVITATION_LIFETIME_HOURS: count,
  /** How many invitations of one company may be open at once. */
  INVITATIONS_OPEN_PER_COMPANY: count,
  /** How many invitations one person may send within 24 hours, those that are sent again among them. */
  INVITATIONS_SENT_PER_DAY: count,
  /** The origins that may call from a browser, separated by commas. */
  CORS_ORIGINS: list,
  /** The delay before a message's second try, in seconds; it grows from try to try. */
  RETRY_SECONDS: seconds,
  /** Whom mails are from, at a domain that is verified at Resend. */
  MAIL_FROM: sender,
  /** Secret: what mails are sent with. */
  RESEND_API_KEY: secret
})

/** The settings of the API, all of which it needs. */
export const ApiSettings = Settings.omit({ RETRY_SECONDS: true, MAIL_FROM: true, RESEND_API_KEY: true })
  .superRefine(
    ({ JWT_PRIVATE_KEY, JWT_PUBLIC_KEYS, JWT_ALGORITHMS }, context) => {
      const message = rejectionOf(JWT_PRIVATE_KEY, JWT_PUBLIC_KEYS, JWT_ALGORITHMS)
      if (message !== undefined) context.addIssue({ code: "custom", path: ["JWT_PRIVATE_KEY"], message })
    },
    { when: areRight("JWT_PRIVATE_KEY", "JWT_PUBLIC_KEYS", "JWT_ALGORITHMS") }
  )
  .superRefine(
    ({ JWT_ISSUER, OIDC_ISSUERS }, context) => {
      const names = [JWT_ISSUER, ...OIDC_ISSUERS.map(({ issuer }) => issuer)]
      if (new Set(names).size === names.length) return
      context.addIssue({ code: "custom", path: ["OIDC_ISSUERS"], message: "names an issuer twice, or JWT_ISSUER" })
    },
    { when: areRight("JWT_ISSUER", "OIDC_ISSUERS") }
  )

/** The settings of the queue's consumer. Without those that may be missing some mails wait, and all else is done. */
export const ConsumerSettings = Settings.pick({
  DATABASE_URL: true,
  RETRY_SECONDS: true,
  MAIL_FROM: true,
  PUBLIC_URL: true,
  SEALING_KEYS: true,
  RESEND_API_KEY: true
}).partial({ PUBLIC_URL: true, SEALING_KEYS: true, RESEND_API_KEY: true })

/** Settings are compared as soon as each of them by itself is right, so that all mistakes are found at once. */
function areRight(...names: ReadonlyArray<keyof typeof Settings.shape>) {
  return ({ issues }: z.core.ParsePayload) => !issues.some(({ path }) => names.some((name) => name === path?.[0]))
}
