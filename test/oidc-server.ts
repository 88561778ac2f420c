import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { exportJWK, generateKeyPair, type JWK } from "jose"
import { Provider } from "oidc-provider"

/** Who signs in at an issuer, and what it says of them beside `sub`. */
export interface IssuedClaims {
  readonly sub: string
  readonly [claim: string]: unknown
}

/** A private key of an issuer, as a JWK. */
export const generateIssuerKey = async (kid: string, alg = "RS256"): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg, use: "sig" }
}

/**
 * A real OpenID Connect server. Whoever is sent there is signed in at once as who is named, for there is nobody to ask;
 * all else is as in production: the code, its proof (PKCE), and the ID token that is had for it.
 */
export const startOidcServer = async (settings: { readonly clients: ReadonlyArray<string>; readonly key: JWK }) => {
  const callback = "https://treff.example/callback"
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** What is said of whom. */
  const people = new Map<string, IssuedClaims>()
  let down = false

  const providerWith = (keys: ReadonlyArray<JWK>) => {
    const provider = new Provider(issuer, {
      clients: settings.clients.map((client_id) => ({
        client_id,
        client_secret: `secret of ${client_id}`,
        redirect_uris: [callback],
        id_token_signed_response_alg: "RS256"
      })),
      jwks: { keys: keys as Array<JWK & { readonly kty: string }> },
      cookies: { keys: ["of this test"] },
      claims: { openid: ["sub"], email: ["email", "email_verified", "upn", "upn_verified"] },
      conformIdTokenClaims: false, // they are in the ID token itself
      features: { devInteractions: { enabled: false } },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 3_600, Interaction: 60, Session: 60 },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub) => {
        const claims = people.get(sub)
        return claims && { accountId: sub, claims: () => claims }
      },
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({
          clientId: oidc.client?.clientId ?? "",
          accountId: oidc.session?.accountId ?? ""
        })
        grant.addOIDCScope("openid email")
        await grant.save()
        return grant
      }
    })
    return { provider, handle: provider.callback() }
  }
  let current = providerWith([settings.key])

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (down) return response.writeHead(500).end("down")
    if (!request.url?.startsWith("/interaction/")) return current.handle(request, response)
    const { params } = await current.provider.interactionDetails(request, response)
    const login = { accountId: String(params.login_hint) }
    return current.provider.interactionFinished(request, response, { login })
  }

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,

    /** Signs somebody in, as a browser and the application of `client` do it, and answers the ID token. */
    idTokenFor: async (claims: IssuedClaims, client: string = settings.clients[0] ?? ""): Promise<string> => {
      people.set(claims.sub, claims)
      const verifier = "a-verifier-of-the-forty-three-characters-it-needs"
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))
      const asked = new URLSearchParams({
        client_id: client,
        response_type: "code",
        redirect_uri: callback,
        scope: "openid email",
        login_hint: claims.sub,
        code_challenge: Buffer.from(digest).toString("base64url"),
        code_challenge_method: "S256"
      })
      const cookies = new Map<string, string>()
      let next = `${issuer}/auth?${asked}`
      while (!next.startsWith(callback)) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ")
        const response = await fetch(next, { redirect: "manual", headers: { cookie } })
        for (const set of response.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? []
          cookies.set(name, value)
        }
        const location = response.headers.get("location")
        if (location === null) throw new Error(`The issuer answered ${response.status} ${await response.text()}`)
        next = new URL(location, next).href
      }
      const code = new URL(next).searchParams.get("code")
      if (code === null) throw new Error(`The issuer gave no code: ${next}`)
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        headers: { Authorization: `Basic ${btoa(`${client}:${encodeURIComponent(`secret of ${client}`)}`)}` },
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code,
          redirect_uri: callback,
          code_verifier: verifier
        })
      })
      const { id_token } = (await response.json()) as { readonly id_token?: string }
      if (id_token === undefined) throw new Error(`The issuer gave no ID token: ${response.status}`)
      return id_token
    },

    /** From now on it signs by the first of these keys, and publishes all. */
    rotate: (...keys: ReadonlyArray<JWK>): void => {
      current = providerWith(keys)
    },

    /** Whether it answers nobody. */
    setDown: (is: boolean): void => {
      down = is
    },

    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

export type OidcServer = Awaited<ReturnType<typeof startOidcServer>>
