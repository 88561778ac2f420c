import { chmod, mkdir, readdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it, vi } from "vitest"
import { startDatabase } from "../../apps/local/src/database.ts"
import { assertRefused, withFolder } from "./start.ts"

vi.setConfig({ testTimeout: 60_000 })

/** Programs of this name that do what a shell script says. */
const withPrograms = (
  scripts: { readonly initdb: string; readonly postgres: string },
  work: (programs: string, folder: string) => Promise<void>
) =>
  withFolder(async (folder) => {
    const programs = join(folder, "programs")
    for (const place of [programs, join(programs, "bin")]) {
      await mkdir(place)
      await chmod(place, 0o755)
    }
    for (const [name, script] of Object.entries(scripts)) {
      const file = join(programs, "bin", name)
      await writeFile(file, `#!/bin/sh\n${script}\n`)
      await chmod(file, 0o755)
    }
    await work(programs, join(folder, "postgres"))
  })

const version = "echo 18.4"

describe("PostgreSQL that can't run on this platform", () => {
  it("is replaced by PGlite, which is said in a sentence", () =>
    withPrograms({ initdb: version, postgres: "echo no libicu.so.60 >&2; exit 127" }, async (programs, folder) => {
      const said = vi.spyOn(console, "error").mockImplementation(() => {})
      const database = await startDatabase({ folder, programs })
      await database.stop()
      assert.strictEqual(database.kind, "pglite")
      assert.deepStrictEqual(said.mock.calls, [
        ["PostgreSQL can't run here (no libicu.so.60): PGlite does its part, one connection at a time."]
      ])
      said.mockRestore()
    }))
})

describe("PostgreSQL that fails for another reason", () => {
  const failing = `[ "$1" = --version ] && ${version} && exit; echo "No space left on device" >&2; exit 1`

  it("says so, and nothing takes its place", () =>
    withPrograms({ initdb: failing, postgres: version }, async (programs, folder) => {
      const sentence = /^PostgreSQL can't make its data in .*data:\nNo space left on device$/
      await assertRefused(startDatabase({ folder, programs }), sentence)
      assert.deepStrictEqual(await readdir(folder), ["password"])
      // The reason has passed.
      const database = await startDatabase({ folder })
      await database.stop()
      assert.strictEqual(database.kind, "embedded")
    }))
})
