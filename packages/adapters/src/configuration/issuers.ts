import * as z from "zod"
import { json } from "./setting.ts"

/** Keys are fetched over TLS, except from the machine itself. */
const KeysUri = z.url({ protocol: /^https?$/ }).refine((uri) => {
  const { protocol, hostname } = new URL(uri)
  return protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
}, "must be an https address")

/** Whoever knows the issuer's public keys could sign with any other kind of algorithm. */
const Algorithm = z.string().regex(/^(RS|PS|ES)(256|384|512)$|^Ed(DSA|25519)$/)

const Issuer = z.strictObject({
  issuer: z.string().min(1),
  audience: z.string().min(1),
  jwksUri: KeysUri,
  emailClaim: z.string().min(1).optional(),
  verifiedClaim: z.string().min(1).optional(),
  algorithms: z.array(Algorithm).min(1).optional()
})

/** OpenID Connect issuers whose ID tokens are accepted beside our own tokens. */
export const issuers = json(
  z
    .array(Issuer)
    .refine(
      (all) => all.every(({ emailClaim = "email", verifiedClaim }) => emailClaim === "email" || verifiedClaim),
      "needs a verifiedClaim beside an emailClaim: email_verified speaks of email alone"
    )
)
