import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, inject, vi } from "vitest"
import { removeDatabase } from "../../apps/local/src/database.ts"
import { type Sandbox, type SandboxOptions, startSandbox } from "../../apps/local/src/sandbox.ts"

// Sandboxes get the bundles of the whole run, which are without Swagger UI: no test of a sandbox asks for it. What is started
// in a process of its own (lock.test.ts) has the whole bundles.
vi.mock(import("../../apps/local/src/platform.ts"), async (original) => ({
  ...(await original()),
  bundleWorkers: async () => inject("bundles")
}))

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

export const withFolder = async (work: (folder: string) => Promise<void>) => {
  const { folder, remove } = await makeFolder()
  try {
    await work(folder)
  } finally {
    await remove()
  }
}

export const withSandbox = async <A>(options: SandboxOptions, work: (sandbox: Sandbox) => Promise<A>): Promise<A> => {
  const sandbox = await startSandbox(options)
  try {
    return await work(sandbox)
  } finally {
    await sandbox.stop()
  }
}

/** That a start ends with a sentence, as `npm start` prints it. */
export const assertRefused = async (starting: Promise<unknown>, sentence: RegExp) => {
  const error = await starting.then(
    () => undefined,
    (error: Error) => error
  )
  assert.strictEqual(error?.name, "Sentence")
  assert.match(error?.message ?? "", sentence)
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
