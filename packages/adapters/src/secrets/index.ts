import { Secrets } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { base64url, CompactEncrypt, compactDecrypt, errors } from "jose"

/** How a token is sealed: as a JWE by the key itself. */
const sealing = { alg: "dir", enc: "A256GCM" } as const

/**
 * One-time tokens, sealed by configured keys: each is 32 random bytes in base64url without padding, 43 characters, as
 * `openssl rand -base64 32 | tr +/ -_ | tr -d =` prints. The first seals, any opens: a new key is put first, and the
 * old one taken out when no mail waits any more that it sealed. Throws when there is no key, or one is not such; it
 * does not repeat it. `open` answers null for what no key opens, and for what is not sealed at all. It runs wherever
 * there is WebCrypto, and does no work until it is asked. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { Secrets } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const older = Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")
 * const newer = Redacted.make("MDEyMzQ1Njc4OTo7PD0-P0BBQkNERUZHSElKS0xNTk8")
 * const { sealed } = await Effect.runPromise(Effect.provide(Secrets.use(({ issue }) => issue), layerSecrets([older])))
 * const open = Secrets.use((secrets) => secrets.open(sealed))
 * const token = await Effect.runPromise(Effect.provide(open, layerSecrets([newer, older])))
 * strictEqual(token === null ? 0 : Redacted.value(token).length, 43)
 * ```
 */
export const layerSecrets = (keys: ReadonlyArray<Redacted.Redacted>): Layer.Layer<Secrets> => {
  // The bytes themselves: importing them takes some 10 µs each time, a tenth of the sealing; a cache saves nothing.
  const bytes = keys.map(bytesOf)
  const [first] = bytes
  if (first === undefined) throw new Error("There is no sealing key: at least one is needed.")
  return Layer.succeed(
    Secrets,
    Secrets.of({
      issue: Effect.withSpan(
        Effect.promise(async () => {
          const token = base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
          const [hash, sealed] = await Promise.all([hashOf(token), seal(token, first)])
          return { hash, sealed }
        }),
        "Secrets.issue"
      ),
      hash: Effect.fn("Secrets.hash")((token) => Effect.promise(() => hashOf(token))),
      open: Effect.fn("Secrets.open")(function* (sealed) {
        for (const key of bytes) {
          const token = yield* Effect.promise(() => open(sealed, key))
          if (token !== null) return Redacted.make(token)
        }
        return null
      })
    })
  )
}

/**
 * The sealing keys of a setting, in which commas are between them. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { sealingKeysOf } from "@treff/adapters/secrets"
 *
 * strictEqual(sealingKeysOf("MDEyMzQ1Njc4OTo7PD0-P0BBQkNERUZHSElKS0xNTk8, ").length, 1)
 * ```
 */
export const sealingKeysOf = (setting: string): ReadonlyArray<Redacted.Redacted> =>
  setting
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "")
    .map((key) => Redacted.make(key))

const bytesOf = (key: Redacted.Redacted, index: number): Uint8Array => {
  // One spelling a key: of the last character, two bits are over, and are nought.
  if (/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(Redacted.value(key))) return base64url.decode(Redacted.value(key))
  throw new Error(`Sealing key ${index + 1} of those given is not 32 bytes in base64url without padding.`)
}

const hashOf = async (token: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))))

const seal = (token: string, key: Uint8Array): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(token)).setProtectedHeader(sealing).encrypt(key)

const open = async (sealed: string, key: Uint8Array): Promise<string | null> => {
  const accepted = { keyManagementAlgorithms: [sealing.alg], contentEncryptionAlgorithms: [sealing.enc] }
  try {
    return new TextDecoder().decode((await compactDecrypt(sealed, key, accepted)).plaintext)
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}
