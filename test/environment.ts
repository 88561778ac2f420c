import { generateSealingKey } from "../apps/local/src/keys.ts"

/** What both apps read their settings and secrets from, but for the address of the database: tokens are signed with `key`. */
export const environmentWith = <K extends { readonly d?: unknown }>(key: K) => {
  const { d: _, ...publicKey } = key
  return {
    JWT_PUBLIC_KEYS: JSON.stringify([publicKey]),
    JWT_PRIVATE_KEY: JSON.stringify(key),
    JWT_ISSUER: "https://treff.example",
    JWT_AUDIENCE: "treff",
    JWT_ALGORITHMS: "ES256",
    JWT_LIFETIME_SECONDS: "3600",
    OIDC_ISSUERS: "[]",
    SEALING_KEYS: generateSealingKey(),
    PUBLIC_URL: "https://treff.example",
    INVITATION_LIFETIME_HOURS: "72",
    INVITATIONS_OPEN_PER_COMPANY: "500",
    INVITATIONS_SENT_PER_DAY: "200",
    CORS_ORIGINS: "",
    RETRY_SECONDS: "10",
    MAIL_FROM: "no-reply@treff.example"
  }
}
