import { layerSecrets } from "@treff/adapters/secrets"
import { Secrets } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { base64url, CompactEncrypt, decodeProtectedHeader } from "jose"
import { assert, describe, it } from "vitest"

const aKey = () => Redacted.make(base64url.encode(crypto.getRandomValues(new Uint8Array(32))))
const bytesOf = (key: Redacted.Redacted) => base64url.decode(Redacted.value(key))

const key = aKey()
const use = <A>(f: (secrets: Secrets["Service"]) => Effect.Effect<A>, keys = [key]): Promise<A> =>
  Effect.runPromise(Effect.provide(Secrets.use(f), layerSecrets(keys)))
const issue = (keys?: Array<Redacted.Redacted>) => use((secrets) => secrets.issue, keys)
const hash = (token: string) => use((secrets) => secrets.hash(token))
const open = async (sealed: string, keys?: Array<Redacted.Redacted>) => {
  const token = await use((secrets) => secrets.open(sealed), keys)
  return token === null ? null : Redacted.value(token)
}
const seal = (text: string, header: { alg: string; enc: string }, by: Uint8Array) =>
  new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(header).encrypt(by)

describe("a token", () => {
  it("is 256 bits, url-safe, and never the same again", async () => {
    const issued = await Promise.all(Array.from({ length: 300 }, () => issue()))
    const tokens = await Promise.all(issued.map(({ sealed }) => open(sealed)))
    for (const token of tokens) assert.match(token ?? "", /^[A-Za-z0-9_-]{43}$/)
    assert.strictEqual(new Set(tokens).size, tokens.length)
    assert.strictEqual(new Set(issued.map(({ sealed }) => sealed)).size, tokens.length)
    assert.strictEqual(new Set(issued.map((secret) => secret.hash)).size, tokens.length)
  })

  it("is found by its hash, and stands neither in it nor in what is sealed", async () => {
    const { hash: kept, sealed } = await issue()
    const token = await open(sealed)
    assert.isNotNull(token)
    assert.strictEqual(await hash(token), kept)
    for (const part of [kept, ...sealed.split(".")]) {
      assert.notInclude(part, token)
      if (part !== "") assert.notInclude(new TextDecoder().decode(base64url.decode(part)), token)
    }
  })

  it("is shown by nothing that prints it", async () => {
    const { sealed } = await issue()
    const token = await use((secrets) => secrets.open(sealed))
    assert.isNotNull(token)
    assert.notInclude(`${String(token)} ${JSON.stringify({ token })}`, Redacted.value(token))
  })
})

it("hashes any text by SHA-256, equal ones alike and others not", async () => {
  assert.strictEqual(await hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (one, other) => {
      assert.match(await hash(one), /^[\w-]{43}$/)
      assert.strictEqual((await hash(one)) === (await hash(other)), one === other)
    }),
    { numRuns: 30 }
  )
  // No token is ill-formed; whoever asks for one is answered all the same.
  assert.match(await hash("\ud800"), /^[\w-]{43}$/)
})

describe("what is sealed", () => {
  it("is a JWE that the key itself encrypts", async () => {
    const { sealed } = await issue()
    assert.deepStrictEqual(decodeProtectedHeader(sealed), { alg: "dir", enc: "A256GCM" })
    assert.strictEqual(sealed.split(".")[1], "")
  })

  it("is not opened when a bit of it was changed", async () => {
    const { sealed } = await issue()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 2, 3, 4), fc.nat(), async (part, at) => {
        const parts = sealed.split(".")
        const bytes = base64url.decode(parts[part] ?? "")
        const index = Math.floor(at / 8) % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ (1 << (at % 8))
        assert.isNull(await open(parts.with(part, base64url.encode(bytes)).join(".")))
      })
    )
  })

  it("is not opened when it was cut, swapped, or mixed with another", async () => {
    const [one, other] = [(await issue()).sealed.split("."), (await issue()).sealed.split(".")]
    for (let length = 0; length < one.join(".").length; length++)
      assert.isNull(await open(one.join(".").slice(0, length)))
    for (const part of [2, 3, 4]) assert.isNull(await open(one.with(part, other[part] ?? "").join(".")))
    assert.isNull(await open(one.toReversed().join(".")))
    assert.isNull(await open([...one, ""].join(".")))
  })

  it("is distinguished from what is not sealed at all", async () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w-]*(\.[\w-]*){4}$/))
    await fc.assert(fc.asyncProperty(text, async (sealed) => assert.isNull(await open(sealed))))
  })

  it("is not opened where the sealing is another than ours, though the key be the same", async () => {
    const ours = { alg: "dir", enc: "A256GCM" }
    assert.strictEqual(await open(await seal("token", ours, bytesOf(key))), "token")
    assert.isNull(await open(await seal("token", { ...ours, enc: "A128CBC-HS256" }, bytesOf(key))))
    assert.isNull(await open(await seal("token", { ...ours, alg: "A256KW" }, bytesOf(key))))
  })
})

describe("the sealing keys", () => {
  it("are replaced without a mail being lost: the first seals, any opens", async () => {
    const [older, newer] = [aKey(), aKey()]
    const before = await issue([older])
    // First everybody learns to open with the new key, then it seals, then the old one goes.
    const waiting = await issue([older, newer])
    const after = await issue([newer, older])
    for (const { sealed, hash: kept } of [before, waiting, after]) {
      for (const keys of [
        [older, newer],
        [newer, older]
      ]) {
        const token = await open(sealed, keys)
        assert.strictEqual(token === null ? null : await hash(token), kept)
      }
    }
    assert.isNull(await open(before.sealed, [newer]))
    assert.isNull(await open(waiting.sealed, [newer]))
    assert.isNotNull(await open(after.sealed, [newer]))
  })

  it("have to be given", () => {
    assert.throws(() => layerSecrets([]), /^There is no sealing key/)
  })

  it.each([
    ["empty", ""],
    ["31 bytes", "A".repeat(42)],
    ["33 bytes", "A".repeat(44)],
    ["padded", `${"A".repeat(43)}=`],
    ["base64, but not url-safe", `+/${"A".repeat(41)}`],
    ["32 bytes with bits to spare", `${"A".repeat(42)}B`],
    ["with a line break", `${"A".repeat(43)}\n`],
    ["a pass phrase", "correct horse battery staple"]
  ])("are refused when one is %s, and not repeated", (_, wrong) => {
    const message = "Sealing key 2 of those given is not 32 bytes in base64url without padding."
    assert.throws(() => layerSecrets([key, Redacted.make(wrong)]), new RegExp(`^${message}$`))
  })

  it("may be any 32 bytes", () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (bytes) => {
        const keys = [Redacted.make(base64url.encode(bytes))]
        const { sealed, hash: kept } = await issue(keys)
        assert.strictEqual(await hash((await open(sealed, keys)) ?? ""), kept)
      })
    ))
})
