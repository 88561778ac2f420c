import { createHash, randomBytes, webcrypto } from "node:crypto"
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

type Jwk = webcrypto.JsonWebKey & { readonly kid: string; readonly alg: "ES256"; readonly use: "sig" }

interface SandboxKeys {
  /** The key that signs the sandbox's tokens, as a JWK with its `kid`. */
  readonly privateKey: Jwk
  /** What the workers get as JWT_PUBLIC_KEYS: a JSON array of public JWKs. */
  readonly publicKeys: string
  /** What the workers get as SEALING_KEYS. */
  readonly sealingKeys: string
}

/** Where a sandbox keeps its keys. */
export const keyFiles = (folder: string) => ({
  signing: join(folder, "key.json"),
  sealing: join(folder, "sealing-key.json")
})

/** The sandbox's own keys: each made once, kept in a file for its owner alone, accepted by nothing else. */
export const loadKeys = async (folder: string): Promise<SandboxKeys> => {
  const files = keyFiles(folder)
  const privateKey = (await readKey<Jwk>(files.signing)) ?? (await keepKey(files.signing, await generateKey()))
  const sealingKeys = (await readKey<string>(files.sealing)) ?? (await keepKey(files.sealing, generateSealingKey()))
  const { d: _, ...publicKey } = privateKey
  return { privateKey, publicKeys: JSON.stringify([publicKey]), sealingKeys }
}

/** A key that seals, as SEALING_KEYS has them. */
export const generateSealingKey = (): string => randomBytes(32).toString("base64url")

/** A key pair that is kept nowhere, for tests. */
export const generateKey = async (): Promise<Jwk> => {
  const { privateKey } = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify"
  ])
  const { kty, crv, x, y, d } = (await webcrypto.subtle.exportKey("jwk", privateKey)) as Required<webcrypto.JsonWebKey>
  // RFC 7638: the thumbprint of a key is over its required members, in this order.
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url")
  return { kty, crv, x, y, d, kid, alg: "ES256", use: "sig" }
}

const readKey = async <K>(file: string): Promise<K | undefined> => {
  try {
    return JSON.parse(await readFile(file, "utf8"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw new Error(`The sandbox's key in ${file} can't be read; remove that file and a new one is made.`, {
      cause: error
    })
  }
}

const keepKey = async <K>(file: string, key: K): Promise<K> => {
  await mkdir(dirname(file), { recursive: true })
  // Written whole and then renamed: a kill in between leaves no half of a key behind.
  await writeFile(`${file}.new`, JSON.stringify(key), { mode: 0o600 })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
  return key
}
