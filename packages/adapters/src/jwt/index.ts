export { TokenInvalid } from "./believe.ts"
export { IssuerUnavailable, makeIssuerVerifier, type OidcIssuer } from "./issuers.ts"
export { makeTokenVerifier, signToken, type TokenClaims, type TokenSettings } from "./own-tokens.ts"
