import { chmod, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, inject, vi } from "vitest"
import { removeDatabase } from "../../apps/local/src/database.ts"
import { type Sandbox, type SandboxOptions, startSandbox } from "../../apps/local/src/sandbox.ts"

// Sandboxes get the bundles that global-setup.ts has made for all tests. They are without Swagger UI, which no test of a sandbox
// asks for. A sandbox in a process of its own (lock.test.ts) makes its bundles itself.
vi.mock(import("../../apps/local/src/platform.ts"), async (original) => ({
  ...(await original()),
  bundleWorkers: async () => inject("bundles")
}))

/** A folder for a sandbox's state, and how to remove it. */
export const makeFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), "treff-sandbox-"))
  // PostgreSQL may have to run as another user, who must be able to enter the folder.
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

/** Asserts that a start fails with this message, which `npm start` would print. */
export const assertRefused = async (starting: Promise<unknown>, sentence: RegExp) => {
  const error = await starting.then(
    () => undefined,
    (error: Error) => error
  )
  assert.strictEqual(error?.name, "CommandError")
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
