import { createHash, webcrypto } from "node:crypto"
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname } from "node:path"

type Jwk = webcrypto.JsonWebKey & { readonly kid: string; readonly alg: "ES256"; readonly use: "sig" }

export interface SandboxKeys {
  /** The key that signs the sandbox's tokens, as a JWK with its `kid`. */
  readonly privateKey: Jwk
  /** What the workers get as JWT_PUBLIC_KEYS: a JSON array of public JWKs. */
  readonly publicKeys: string
}

/** The sandbox's own key pair: made once, kept in `file` for its owner alone, accepted by nothing else. */
export const loadKeys = async (file: string): Promise<SandboxKeys> => {
  const privateKey = (await readKey(file)) ?? (await makeKey(file))
  const { d: _, ...publicKey } = privateKey
  return { privateKey, publicKeys: JSON.stringify([publicKey]) }
}

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

const readKey = async (file: string): Promise<Jwk | undefined> => {
  try {
    return JSON.parse(await readFile(file, "utf8"))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw new Error(`The sandbox's key in ${file} can't be read; remove that file and a new one is made.`, {
      cause: error
    })
  }
}

const makeKey = async (file: string): Promise<Jwk> => {
  const key = await generateKey()
  await mkdir(dirname(file), { recursive: true })
  // Written whole and then renamed: a kill in between leaves no half of a key behind.
  await writeFile(`${file}.new`, JSON.stringify(key), { mode: 0o600 })
  await chmod(`${file}.new`, 0o600)
  await rename(`${file}.new`, file)
  return key
}
