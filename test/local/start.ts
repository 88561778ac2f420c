import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { removeDatabase } from "../../apps/local/src/database.ts"

/** A folder for a sandbox's state, and how to be rid of it. */
export const makeFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "treff-sandbox-"))
  // The database may have to run as somebody else, who must come through here.
  await chmod(folder, 0o711)
  return {
    folder,
    remove: async () => {
      await removeDatabase(join(folder, "postgres"))
      await rm(folder, { recursive: true, force: true })
    }
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a call answers is what its test looks at
  readonly body: any
}

/** Calls an address with an optional body and token; the answer's JSON, or null when there is none. */
export const call = async (method: string, url: string, body?: unknown, token?: string): Promise<Answer> => {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` })
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) }
}
