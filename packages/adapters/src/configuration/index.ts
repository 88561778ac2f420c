import { readSettings } from "./read-settings.ts"
import { ApiSettings, ConsumerSettings } from "./schema.ts"

export type { Jwk } from "./keys.ts"
export { ConfigurationInvalid } from "./read-settings.ts"

/** The configuration of the API: its settings and secrets, read and checked. */
export type ApiConfiguration = ReturnType<typeof readApiConfiguration>

/** The configuration of the queue's consumer. What may be missing is undefined. */
export type ConsumerConfiguration = ReturnType<typeof readConsumerConfiguration>

/**
 * Reads the configuration of the API from the bindings of a worker, or from the environment of a process. Throws
 * `ConfigurationInvalid`, which says all that is wrong with it. See docs/deploying.md.
 *
 * @example
 * ```ts
 * import { ConfigurationInvalid, readApiConfiguration } from "@treff/adapters/configuration"
 * import { throws } from "node:assert"
 *
 * const env = { JWT_LIFETIME_SECONDS: "0", PUBLIC_URL: "treff.example" }
 * const says = (mistake: string) => (error: ConfigurationInvalid) => error.mistakes.includes(mistake)
 * throws(() => readApiConfiguration(env), says("JWT_ISSUER is not set."))
 * throws(() => readApiConfiguration(env), says("JWT_LIFETIME_SECONDS must be a whole number, 1 or more."))
 * ```
 */
export const readApiConfiguration = (env: object) => {
  const settings = readSettings(ApiSettings, env)
  return {
    databaseUrl: settings.DATABASE_URL,
    keys: settings.JWT_PUBLIC_KEYS,
    privateKey: settings.JWT_PRIVATE_KEY,
    tokens: { issuer: settings.JWT_ISSUER, audience: settings.JWT_AUDIENCE },
    algorithms: settings.JWT_ALGORITHMS,
    tokenLifetime: settings.JWT_LIFETIME_SECONDS,
    issuers: settings.OIDC_ISSUERS,
    sealingKeys: settings.SEALING_KEYS,
    publicUrl: settings.PUBLIC_URL,
    corsOrigins: settings.CORS_ORIGINS,
    invitations: {
      lifetime: settings.INVITATION_LIFETIME_HOURS * 3_600_000,
      openAtMost: settings.INVITATIONS_OPEN_PER_COMPANY,
      sentAtMost: settings.INVITATIONS_SENT_PER_DAY
    }
  }
}

/**
 * Reads the configuration of the queue's consumer from the bindings of a worker, or from the environment of a process. Throws
 * `ConfigurationInvalid`, which says all that is wrong with it. `RESEND_API_KEY`, `SEALING_KEYS` and `PUBLIC_URL` may be
 * missing: mails that need one of them wait until it is set. See docs/deploying.md.
 *
 * @example
 * ```ts
 * import { readConsumerConfiguration } from "@treff/adapters/configuration"
 * import { strictEqual, throws } from "node:assert"
 *
 * const env = { DATABASE_URL: "postgresql://treff:secret@localhost/treff", MAIL_FROM: "no-reply@treff.example" }
 * const { retrySeconds, publicUrl } = readConsumerConfiguration({ ...env, RETRY_SECONDS: "10" })
 * strictEqual(retrySeconds, 10)
 * strictEqual(publicUrl, undefined)
 * throws(() => readConsumerConfiguration({ ...env, RETRY_SECONDS: "ten" }), /^ConfigurationInvalid: RETRY_SECONDS must be/)
 * ```
 */
export const readConsumerConfiguration = (env: object) => {
  const settings = readSettings(ConsumerSettings, env)
  return {
    databaseUrl: settings.DATABASE_URL,
    retrySeconds: settings.RETRY_SECONDS,
    mailFrom: settings.MAIL_FROM,
    publicUrl: settings.PUBLIC_URL,
    sealingKeys: settings.SEALING_KEYS,
    resendApiKey: settings.RESEND_API_KEY
  }
}
