import { assert, describe, it } from "vitest"
import { readConfiguration } from "../../apps/edge-api/src/wiring/configuration.ts"
import { generateKey, generateSealingKey } from "../../apps/local/src/keys.ts"
import { openStage } from "../stage.ts"

const key = await generateKey()
const other = await generateKey()
const { d: _, ...publicKey } = key
const issuer = { issuer: "https://id.example", audience: "treff", jwksUri: "https://id.example/jwks" }
const issuers = (...given: ReadonlyArray<object>) => ({ OIDC_ISSUERS: JSON.stringify(given) })

const settings: Parameters<typeof readConfiguration>[0] = {
  DATABASE_URL: "postgres://db.example/treff",
  JWT_PUBLIC_KEYS: JSON.stringify([publicKey]),
  JWT_ISSUER: "https://treff.example",
  JWT_AUDIENCE: "treff",
  JWT_ALGORITHMS: "ES256",
  JWT_PRIVATE_KEY: JSON.stringify(key),
  JWT_LIFETIME_SECONDS: "43200",
  OIDC_ISSUERS: "[]",
  SEALING_KEYS: generateSealingKey(),
  PUBLIC_URL: "https://treff.example",
  INVITATION_LIFETIME_HOURS: "72",
  INVITATIONS_OPEN_PER_COMPANY: "500",
  INVITATIONS_SENT_PER_DAY: "200",
  CORS_ORIGINS: "",
  EVENTS: { sendBatch: async () => {} }
}

describe("the configuration of the API", () => {
  it("is read", () => {
    const { invitations, tokenLifetime, keys } = readConfiguration(settings)
    assert.deepStrictEqual(invitations, { lifetime: 72 * 3_600_000, openAtMost: 500, sentAtMost: 200 })
    assert.deepStrictEqual([tokenLifetime, keys], [43_200, [publicKey]])
  })

  it("may name issuers, whose keys are fetched over TLS, or from the very machine", () => {
    for (const jwksUri of ["https://id.example/jwks", "http://127.0.0.1:8080/jwks", "http://localhost/jwks"]) {
      const [read] = readConfiguration({ ...settings, ...issuers({ ...issuer, jwksUri }) }).issuers
      assert.strictEqual(read?.jwksUri, jwksUri)
    }
  })

  it.each<readonly [said: string, changes: Partial<typeof settings>, reason: string]>([
    [
      "a private key that no public key belongs to",
      { JWT_PRIVATE_KEY: JSON.stringify(other) },
      "JWT_PRIVATE_KEY has a kid that no key of JWT_PUBLIC_KEYS has."
    ],
    [
      "a private key with the kid of another",
      { JWT_PRIVATE_KEY: JSON.stringify({ ...other, kid: key.kid }) },
      "JWT_PRIVATE_KEY is not the pair of the key of JWT_PUBLIC_KEYS that has its kid."
    ],
    [
      "a private key of an algorithm that is not accepted",
      { JWT_ALGORITHMS: "RS256, EdDSA" },
      "JWT_PRIVATE_KEY has an alg that is not among JWT_ALGORITHMS."
    ],
    [
      "a public key for a private one",
      { JWT_PRIVATE_KEY: JSON.stringify(publicKey) },
      "JWT_PRIVATE_KEY is not what it must be"
    ],
    ["a private key that is no JSON", { JWT_PRIVATE_KEY: String(key.d) }, "JWT_PRIVATE_KEY is not what it must be"],
    ["no private key", { JWT_PRIVATE_KEY: "" }, "JWT_PRIVATE_KEY is not set."],
    ["no public key", { JWT_PUBLIC_KEYS: "[]" }, "JWT_PUBLIC_KEYS is not what it must be"],
    ["no audience", { JWT_AUDIENCE: "" }, "JWT_AUDIENCE is not set."],
    [
      "an issuer without TLS",
      issuers({ ...issuer, jwksUri: "http://id.example/jwks" }),
      "OIDC_ISSUERS is not what it must be"
    ],
    [
      "an issuer whose tokens anybody can sign",
      issuers({ ...issuer, algorithms: ["HS256"] }),
      "OIDC_ISSUERS is not what it must be"
    ],
    [
      "an issuer of tokens that nobody signs",
      issuers({ ...issuer, algorithms: ["none"] }),
      "OIDC_ISSUERS is not what it must be"
    ],
    ["an issuer without an audience", issuers({ ...issuer, audience: "" }), "OIDC_ISSUERS is not what it must be"],
    [
      "a setting of an issuer that there is not",
      issuers({ ...issuer, email: "upn" }),
      "OIDC_ISSUERS is not what it must be"
    ],
    [
      "an address of another claim, of which nothing says that it is verified",
      issuers({ ...issuer, emailClaim: "upn" }),
      "OIDC_ISSUERS is not what it must be"
    ],
    ["an issuer twice", issuers(issuer, issuer), "OIDC_ISSUERS names an issuer twice, or JWT_ISSUER."],
    [
      "ourselves as another issuer",
      issuers({ ...issuer, issuer: "https://treff.example" }),
      "OIDC_ISSUERS names an issuer twice, or JWT_ISSUER."
    ],
    [
      "a slash at the end of the public address",
      { PUBLIC_URL: "https://treff.example/" },
      "PUBLIC_URL must be an address"
    ],
    ["a public address without a scheme", { PUBLIC_URL: "treff.example" }, "PUBLIC_URL must be an address"],
    ["a lifetime of nothing", { JWT_LIFETIME_SECONDS: "0" }, "JWT_LIFETIME_SECONDS must be a whole number, 1 or more."],
    [
      "a limit in words",
      { INVITATIONS_SENT_PER_DAY: "many" },
      "INVITATIONS_SENT_PER_DAY must be a whole number, 1 or more."
    ]
  ])("is refused with %s", (_, changes, reason) => {
    try {
      readConfiguration({ ...settings, ...changes })
    } catch (error) {
      const { name, message } = error as Error
      assert.strictEqual(name, "ConfigurationInvalid")
      assert.include(message, reason)
      assert.notInclude(message, String(key.d))
      return
    }
    assert.fail("it was read")
  })

  it.each([
    ["JWT_PRIVATE_KEY", "not JSON, but a secret", "JWT_PRIVATE_KEY is not what it must be"],
    ["SEALING_KEYS", "a secret", "SEALING_KEYS can't be used."],
    ["SEALING_KEYS", "", "SEALING_KEYS can't be used."]
  ])("that can't be right is said in the log, and nothing is served: %s = %j", async (name, value, reason) => {
    const logs: Array<string> = []
    const bindings = { edgeApi: { [name]: { type: "text", value } } } as const
    const stage = await openStage({ bindings, onLog: ({ message }) => logs.push(message) })
    const answer = await stage.call("GET", "/health/live")
    await stage.close()
    assert.deepStrictEqual([answer.status, answer.json.code], [500, "internal-error"])
    assert.include(logs.join("\n"), reason)
    assert.notInclude(logs.join("\n"), "a secret")
  })
})
