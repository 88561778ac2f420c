import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { assert, describe, it, vi } from "vitest"
import { lockFolder } from "../../apps/local/src/lock.ts"
import { startSandbox } from "../../apps/local/src/sandbox.ts"
import { assertRefused, call, withFolder, withSandbox } from "./start.ts"

// Starting a whole system takes seconds when the machine has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const children: Array<ChildProcess> = []
const stopAll = async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill("SIGTERM")
    await once(child, "exit")
  }
}

/** A sandbox in a process of its own; `outcome` when it runs, or when it has ended. */
const launch = (folder: string, ...args: ReadonlyArray<string>) => {
  const child = spawn(
    process.execPath,
    ["--conditions=source", join("test", "local", "sandbox-process.ts"), folder, ...args],
    { stdio: ["ignore", "pipe", "pipe"], detached: true }
  )
  children.push(child)
  let output = ""
  const outcome = new Promise<{ readonly code: number | null; readonly output: string }>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk
        if (output.startsWith("runs on ")) done({ code: null, output })
      })
    }
    child.once("close", (code) => done({ code, output }))
  })
  return { child, outcome }
}

const refusal = /^A sandbox runs on .* already \(process \d+, since [\dTZ:.-]+\): stop it first; nothing was changed\.$/

describe("a start while a sandbox runs", () => {
  it("is refused at once, whatever it was asked for, and the other's data and key stay", () =>
    withFolder((folder) =>
      withSandbox({ folder }, async ({ apiUrl, controlUrl, database }) => {
        const { token } = (await call("POST", `${controlUrl}/accounts`, { role: "recruiter", companyId: "new" })).body
        const key = await readFile(join(folder, "key.json"), "utf8")
        const begun = performance.now()
        for (const options of [{}, { fresh: true }, { databaseUrl: database.url }]) {
          await assertRefused(startSandbox({ folder, ...options }), refusal)
        }
        await assertRefused(startSandbox({ folder, apiPort: Number(new URL(apiUrl).port) }), refusal)
        assert.isBelow(performance.now() - begun, 1_500)
        assert.strictEqual(await readFile(join(folder, "key.json"), "utf8"), key)
        assert.strictEqual((await call("GET", `${apiUrl}/offers`, undefined, token)).status, 200)
      })
    ))

  it("is refused when both start at the same moment in a new folder: one runs, on PostgreSQL", () =>
    withFolder(async (folder) => {
      try {
        const both = [launch(folder), launch(folder, "--fresh")]
        const ends = await Promise.all(both.map(({ outcome }) => outcome))
        const runs = ends.findIndex(({ code }) => code === null)
        assert.strictEqual(ends[runs]?.output, "runs on embedded\n")
        const { code, output } = ends[1 - runs] ?? {}
        assert.strictEqual(code, 1)
        assert.match(output?.trimEnd() ?? "", refusal)
        assert.include(output, `(process ${both[runs]?.child.pid}, `)

        // Killed, it leaves PostgreSQL behind for a moment, and a lock that nobody holds.
        const { pid } = both[runs]?.child ?? {}
        assert(pid)
        // With its group: workerd would outlive it.
        process.kill(-pid, "SIGKILL")
        assert.strictEqual((await launch(folder, "--fresh").outcome).output, "runs on embedded\n")
      } finally {
        await stopAll()
      }
    }))
})

describe("the lock of a folder", () => {
  it("is waited for while its holder is stopping", () =>
    withFolder(async (folder) => {
      const first = await lockFolder(folder)
      await first.leaving()
      const second = lockFolder(folder)
      await sleep(100)
      await first.release()
      await (await second).release()
    }))

  it("is not waited for for ever", () =>
    withFolder(async (folder) => {
      const { leaving, release } = await lockFolder(folder)
      await leaving()
      await assertRefused(lockFolder(folder), /already \(another process\): stop it first; nothing was changed\.$/)
      await release()
    }))
})
