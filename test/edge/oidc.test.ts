import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { aManager, type CompanyWithPeople, hour, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { decodeJwt, importJWK, type JWK, SignJWT } from "jose"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { generateIssuerKey, type IssuedClaims, type OidcServer, startOidcServer } from "../oidc-server.ts"
import { until } from "../until.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

// ID tokens of real OpenID Connect servers, had by the authorization code flow.

let key: JWK
let issuer: OidcServer
/** One that names the address by another claim. */
let office: OidcServer
/** One that nobody has configured. */
let stranger: OidcServer
/** One that is configured, and gives no keys: each answers in its own way. */
let silent: Awaited<ReturnType<typeof startSilent>>
let edge: Edge
let cast: ReturnType<typeof castOf>
let ours: CompanyWithPeople
let cleo: Account

const startSilent = async () => {
  const server = createServer((request, response) => {
    if (request.url === "/lost") request.socket.destroy()
    else if (request.url === "/page") response.writeHead(200).end("<h1>Hello</h1>")
    else if (request.url === "/shape") response.writeHead(200).end(JSON.stringify({ keys: "none" }))
    else if (request.url === "/moved") response.writeHead(302, { Location: issuer.jwksUri }).end()
    else response.writeHead(503).end()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, stop: () => new Promise<void>((resolve) => void server.close(() => resolve())) }
}
const silences = ["down", "lost", "page", "shape", "moved"]

beforeAll(async () => {
  key = await generateIssuerKey("one")
  issuer = await startOidcServer({ clients: ["treff", "another"], key })
  office = await startOidcServer({ clients: ["treff-of-the-office"], key: await generateIssuerKey("one") })
  stranger = await startOidcServer({ clients: ["treff"], key })
  silent = await startSilent()
  const issuers = [
    { issuer: issuer.issuer, audience: "treff", jwksUri: issuer.jwksUri },
    {
      issuer: office.issuer,
      audience: "treff-of-the-office",
      jwksUri: office.jwksUri,
      emailClaim: "upn",
      verifiedClaim: "upn_verified"
    },
    ...silences.map((way) => ({ issuer: `https://${way}.example`, audience: "treff", jwksUri: `${silent.url}/${way}` }))
  ]
  edge = await openEdge({ bindings: { edgeApi: { OIDC_ISSUERS: { type: "text", value: JSON.stringify(issuers) } } } })
  cast = castOf(edge)
  ours = await edge.addCompany()
  cleo = await edge.addCandidate({ email: "Cleo.Vik@Example.org" })
})
afterEach(async () => {
  issuer.setDown(false)
  await edge.moveClock(0)
})
afterAll(async () => {
  await edge.close()
  for (const server of [issuer, office, stranger, silent]) await server.stop()
})

const verified = (email: string, more: object = {}): IssuedClaims => ({
  sub: newId(),
  email,
  email_verified: true,
  ...more
})
const offersBy = (token: string) => edge.call("GET", "/offers", { token })
const assertRefused = (answer: Answer) => {
  assert.strictEqual(statusAndCode(answer), "401 token-invalid")
  assert.strictEqual(answer.headers.get("www-authenticate"), 'Bearer realm="treff", error="invalid_token"')
}

/** A token as the issuer would sign it, had it not better things to do. */
const forged = async (
  claims: object,
  { by = key, alg = "RS256", kid = "one" }: { readonly by?: JWK; readonly alg?: string; readonly kid?: string } = {}
) => {
  const now = Math.floor(edge.now() / 1_000)
  return new SignJWT({ iss: issuer.issuer, aud: "treff", iat: now, exp: now + 60, ...verified(cleo.email), ...claims })
    .setProtectedHeader({ alg, kid })
    .sign(await importJWK(by, alg))
}

describe("an ID token of a configured issuer", () => {
  it("is accepted when twenty come at once, before any key is known: none waits for what another one fetches", async () => {
    const token = await issuer.idTokenFor(verified(cleo.email))
    const answers = await Promise.all(Array.from({ length: 20 }, () => offersBy(token)))
    assert.deepStrictEqual([...new Set(answers.map(statusAndCode))], ["200"])
  })

  it("is accepted on every route, as the account with its address, in any letter case", async () => {
    const token = await issuer.idTokenFor(verified("cleo.vik@example.ORG"))
    const { iss, aud, email_verified } = decodeJwt(token)
    assert.deepStrictEqual([iss, aud, email_verified], [issuer.issuer, "treff", true])
    for (const path of ["/offers", "/offer-sends", "/notifications"]) {
      assert.strictEqual((await edge.call("GET", path, { token })).status, 200, path)
    }
  })

  it("is of the role and the company that the account has now", async () => {
    const recruiter = await issuer.idTokenFor(verified(ours.recruiter.email))
    const made = await edge.call("POST", "/offers", { token: recruiter, body: cast.contentAhead() })
    assert.deepStrictEqual([made.status, made.json.recruiterId], [201, ours.recruiter.id])
    assert.strictEqual(
      statusAndCode(await edge.call("GET", "/api/members", { token: recruiter })),
      "403 role-not-allowed"
    )
    await edge.as(ours.manager)("PATCH", `/api/members/${ours.recruiter.id}`, { body: { subRole: "recruiter_admin" } })
    assert.strictEqual((await edge.call("GET", "/api/members", { token: recruiter })).status, 200)
    const candidate = await issuer.idTokenFor(verified(cleo.email))
    assert.strictEqual(
      statusAndCode(await edge.call("POST", "/offers", { token: candidate, body: {} })),
      "403 role-not-allowed"
    )
    const manager = await issuer.idTokenFor(verified(ours.manager.email))
    assert.strictEqual((await edge.call("GET", "/api/invitations", { token: manager })).status, 200)
    const unbound = aManager(null)
    await edge.addAccount(unbound)
    const boundless = await issuer.idTokenFor(verified(unbound.email))
    assert.strictEqual(statusAndCode(await edge.call("GET", "/offers", { token: boundless })), "403 no-company")
  })

  it("costs one round trip more than our own", async () => {
    const token = await issuer.idTokenFor(verified(cleo.email))
    const answer = await offersBy(token)
    assert.strictEqual(answer.headers.get("server-timing"), 'round-trips;desc="2"')
  })

  it("accepts an invitation of its own address, and of no other", async () => {
    const dan = await edge.addCandidate()
    const { token } = await cast.invited(ours.manager, dan.email)
    const accept = async (claims: IssuedClaims) =>
      edge.call("POST", `/api/invitations/accept/${token}`, { token: await issuer.idTokenFor(claims) })
    assert.strictEqual(statusAndCode(await accept(verified(cleo.email))), "403 not-invited")
    assert.strictEqual((await accept(verified(dan.email))).status, 200)
  })

  it("names its address by the claim that is configured for its issuer", async () => {
    const tokenOf = (claims: object) => office.idTokenFor(verified("someone@else.example", claims))
    assert.strictEqual((await offersBy(await tokenOf({ upn: cleo.email, upn_verified: true }))).status, 200)
    // That the other address is verified says nothing of this one.
    assertRefused(await offersBy(await tokenOf({ upn: cleo.email })))
    assertRefused(await offersBy(await tokenOf({ upn: cleo.email, upn_verified: false })))
    assertRefused(await offersBy(await office.idTokenFor(verified(cleo.email, { upn_verified: true }))))
  })

  it.each([
    ["not verified", { email_verified: false }],
    ["verified in words only", { email_verified: "true" }],
    ["verified or not, who knows", { email_verified: undefined }],
    ["no text", { email: 7 }],
    ["none, and no store could even look for it", { email: "cleo.vik@example.org\u0000" }],
    ["missing", { email: undefined }]
  ])("is refused where the address is %s", async (_, claims) => {
    assertRefused(await offersBy(await issuer.idTokenFor(verified(cleo.email, claims))))
  })

  it("is refused where no account has its address, with a sentence of its own", async () => {
    const answer = await offersBy(await issuer.idTokenFor(verified("nobody@example.org")))
    assertRefused(answer)
    assert.match(answer.json.detail, /^No account has the e-mail address of this token\./)
  })

  it("is refused where it is for another client", async () => {
    assertRefused(await offersBy(await issuer.idTokenFor(verified(cleo.email), "another")))
  })

  it("is refused where it is of another issuer, even with the same keys", async () => {
    assertRefused(await offersBy(await stranger.idTokenFor(verified(cleo.email))))
  })

  it("is refused when it has expired, by the time of the workers, with 30 seconds of leeway", async () => {
    const token = await issuer.idTokenFor(verified(cleo.email))
    await edge.moveClock(hour - 5_000)
    assert.strictEqual((await offersBy(token)).status, 200)
    await edge.moveClock(hour + 20_000)
    assert.strictEqual((await offersBy(token)).status, 200)
    await edge.moveClock(hour + 35_000)
    assertRefused(await offersBy(token))
  })

  it("is accepted when it is forged well, so that what follows says something", async () => {
    assert.strictEqual((await offersBy(await forged({}))).status, 200)
    const now = Math.floor(edge.now() / 1_000)
    assert.strictEqual((await offersBy(await forged({ nbf: now + 20 }))).status, 200)
  })

  it("is refused before its time, without an end, and for another one", async () => {
    const now = Math.floor(edge.now() / 1_000)
    assertRefused(await offersBy(await forged({ nbf: now + 60 })))
    assertRefused(await offersBy(await forged({ exp: undefined })))
    assertRefused(await offersBy(await forged({ exp: now - 60 })))
    assertRefused(await offersBy(await forged({ aud: ["another", "more"] })))
  })

  it("is refused when another key signed it, by whatever name, or none did", async () => {
    const other = await generateIssuerKey("one")
    assertRefused(await offersBy(await forged({}, { by: other })))
    assertRefused(await offersBy(await forged({}, { by: other, kid: "two" })))
    const [, payload = ""] = (await forged({})).split(".")
    const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString("base64url")
    assertRefused(await offersBy(`${header({ alg: "none" })}.${payload}.`))
    assertRefused(await offersBy(`${header({ alg: "none" })}.${payload}.x`))
  })

  it("is refused when it is signed by an algorithm that is not configured, were the key the issuer's own", async () => {
    assertRefused(await offersBy(await forged({}, { by: { ...key, alg: "PS256" }, alg: "PS256" })))
    // The public key as the secret of a signature that is none.
    const { n = "" } = key
    const [, payload = ""] = (await forged({})).split(".")
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: "one" })).toString("base64url")
    const signature = createHmac("sha256", Buffer.from(n, "base64url"))
      .update(`${header}.${payload}`)
      .digest("base64url")
    assertRefused(await offersBy(`${header}.${payload}.${signature}`))
  })

  it("is not mistaken for one of ours, nor ours for one of it", async () => {
    const { issuer: iss, audience: aud } = edge.platform.tokens
    assertRefused(await offersBy(await forged({ iss, aud, ...ours.manager, sub: ours.manager.id })))
    assert.strictEqual((await edge.as(ours.manager)("GET", "/offers")).status, 200)
  })
})

describe("an issuer whose keys can't be had", () => {
  it.each(silences)("is 503 with Retry-After: %s", async (way) => {
    const answer = await offersBy(await forged({ iss: `https://${way}.example` }))
    assert.strictEqual(statusAndCode(answer), "503 issuer-unavailable")
    assert.strictEqual(answer.headers.get("retry-after"), "5")
  })

  it("keeps nobody out whose keys are known", async () => {
    issuer.setDown(true)
    assert.strictEqual((await offersBy(await forged({}))).status, 200)
    assert.strictEqual((await edge.as(ours.manager)("GET", "/offers")).status, 200)
  })
})

describe("when the issuer changes its key", () => {
  it("a token of the new one is accepted within seconds, and one of the old one as long as that is published", async () => {
    const before = await issuer.idTokenFor(verified(cleo.email))
    const second = await generateIssuerKey("two")
    issuer.rotate(second, key)
    const between = await issuer.idTokenFor(verified(cleo.email))
    await until("the new key is known", async () => (await offersBy(between)).status === 200)
    assert.strictEqual((await offersBy(before)).status, 200)

    const third = await generateIssuerKey("three")
    issuer.rotate(third)
    const after = await issuer.idTokenFor(verified(cleo.email))
    await until("the newest key is known", async () => (await offersBy(after)).status === 200)
    assertRefused(await offersBy(before))
    assertRefused(await offersBy(between))
  })
})
