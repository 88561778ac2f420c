import { ConfigurationInvalid, readApiConfiguration, readConsumerConfiguration } from "@treff/adapters/configuration"
import { neonDatabase } from "@treff/adapters/neon"
import * as Redacted from "effect/Redacted"
import { assert, describe, it } from "vitest"
import { generateKey } from "../../apps/local/src/keys.ts"
import { environmentWith } from "../environment.ts"

const key = await generateKey()
const other = await generateKey()
const { d: _, ...publicKey } = key
const issuer = { issuer: "https://id.example", audience: "treff", jwksUri: "https://id.example/jwks" }
const issuers = (...supplied: ReadonlyArray<object>) => ({ OIDC_ISSUERS: JSON.stringify(supplied) })

const settings = { ...environmentWith(key), DATABASE_URL: "postgresql://treff:secret@db.example/treff" }

/** What is said of settings that are refused: a sentence for each mistake. */
const mistakesOf = (read: (env: object) => unknown, env: object): ReadonlyArray<string> => {
  try {
    read(env)
  } catch (error) {
    if (error instanceof ConfigurationInvalid) return error.mistakes
    throw error
  }
  return []
}

describe("the configuration of the API", () => {
  it("is read", () => {
    const { invitations, tokenLifetime, keys } = readApiConfiguration(settings)
    assert.deepStrictEqual(invitations, { lifetime: 72 * 3_600_000, openAtMost: 500, sentAtMost: 200 })
    assert.deepStrictEqual([tokenLifetime, keys], [3_600, [publicKey]])
  })

  it("may name issuers, whose keys are fetched over TLS, or from the very machine", () => {
    for (const jwksUri of ["https://id.example/jwks", "http://127.0.0.1:8080/jwks", "http://localhost/jwks"]) {
      const [read] = readApiConfiguration({ ...settings, ...issuers({ ...issuer, jwksUri }) }).issuers
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
    ],
    ["no sealing key", { SEALING_KEYS: "" }, "SEALING_KEYS is not set."],
    [
      "a sealing key that is too short",
      { SEALING_KEYS: `${settings.SEALING_KEYS},c2hvcnQ` },
      "SEALING_KEYS can't be used. Sealing key 2 of those given is not 32 bytes in base64url without padding."
    ],
    ["no address of a database", { DATABASE_URL: "" }, "DATABASE_URL is not set."],
    ["the address of something else", { DATABASE_URL: "https://treff:secret@db.example/treff" }, "DATABASE_URL must be"]
  ])("is refused with %s", (_, changes, reason) => {
    const mistakes = mistakesOf(readApiConfiguration, { ...settings, ...changes })
    assert.lengthOf(mistakes, 1)
    assert.include(mistakes[0], reason)
    for (const secret of [String(key.d), "c2hvcnQ", "treff:secret"]) assert.notInclude(mistakes[0], secret)
  })

  it("is refused with all that is wrong at once, whatever else is wrong", () => {
    const { JWT_AUDIENCE: _, ...rest } = settings
    const wrong = {
      JWT_PRIVATE_KEY: JSON.stringify(other),
      JWT_LIFETIME_SECONDS: "0",
      ...issuers(issuer, issuer),
      PUBLIC_URL: "treff.example"
    }
    assert.sameMembers(
      mistakesOf(readApiConfiguration, { ...rest, ...wrong }).map((mistake) => mistake.split(" ")[0] ?? ""),
      ["JWT_AUDIENCE", "JWT_PRIVATE_KEY", "JWT_LIFETIME_SECONDS", "OIDC_ISSUERS", "PUBLIC_URL"]
    )
    assert.lengthOf(mistakesOf(readApiConfiguration, {}), 12, "all but what has a default")
  })
})

describe("the configuration of the consumer", () => {
  const { DATABASE_URL, SEALING_KEYS, PUBLIC_URL } = settings
  const needed = { DATABASE_URL, RETRY_SECONDS: "0.5", MAIL_FROM: "Treff <no-reply@treff.example>" }

  it("is read", () => {
    const read = readConsumerConfiguration({ ...needed, SEALING_KEYS, PUBLIC_URL, RESEND_API_KEY: "re_secret" })
    assert.deepInclude(read, { retrySeconds: 0.5, mailFrom: needed.MAIL_FROM, publicUrl: PUBLIC_URL })
    assert.lengthOf(read.sealingKeys ?? [], 1)
    assert.notInclude(JSON.stringify(read), "secret")
  })

  it("may lack what some mails wait for", () => {
    const absent = { publicUrl: undefined, sealingKeys: undefined, resendApiKey: undefined }
    assert.deepInclude(readConsumerConfiguration(needed), absent)
    const empty = { PUBLIC_URL: "", SEALING_KEYS: "", RESEND_API_KEY: "" }
    assert.deepInclude(readConsumerConfiguration({ ...needed, ...empty }), absent)
  })

  it.each([
    ["RETRY_SECONDS", "ten"],
    ["RETRY_SECONDS", "-1"],
    ["RETRY_SECONDS", "43201"],
    ["RETRY_SECONDS", ""],
    ["MAIL_FROM", "nobody"],
    ["MAIL_FROM", ""],
    ["DATABASE_URL", "db.example"],
    ["SEALING_KEYS", "c2hvcnQ"],
    ["PUBLIC_URL", "treff.example"]
  ])("is refused where %s is %j, as the only mistake", (name, value) => {
    const [mistake, ...more] = mistakesOf(readConsumerConfiguration, {
      ...needed,
      SEALING_KEYS,
      PUBLIC_URL,
      [name]: value
    })
    assert.match(mistake ?? "", new RegExp(`^${name} .+\\.$`))
    assert.deepStrictEqual(more, [])
  })

  it("is refused with all that is wrong at once", () => {
    assert.lengthOf(mistakesOf(readConsumerConfiguration, { RETRY_SECONDS: "ten", MAIL_FROM: "nobody" }), 3)
  })
})

describe("a database of Neon's", () => {
  it.each([
    "",
    "db.example",
    "https://treff:secret@db.example/treff",
    "postgresql://db.example/treff",
    "postgresql://a@b"
  ])("can't be made of the address %j, which is said at once and not repeated", (url) => {
    assert.throws(
      () => neonDatabase(Redacted.make(url)),
      /^The address of the database must be written like postgresql:/
    )
    assert.throws(() => neonDatabase(Redacted.make(url)), /^(?!.*secret)/)
  })
})
