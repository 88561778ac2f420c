import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = join(import.meta.dirname, "../..")

/** A checkout with nothing but the launcher in it, and stand-ins for npm and the programs that it would install. */
let place = ""
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(place, path)), { recursive: true })
  writeFileSync(join(place, path), text)
}
const noteArguments = (file: string) => `
const { appendFileSync } = require("node:fs")
appendFileSync(${JSON.stringify(file)}, process.argv.slice(2).join(" ") + "\\n")
`
const launch = (command: string, ...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, [join(place, "run.mjs"), command, ...args], {
    encoding: "utf8",
    env: { ...process.env, npm_execpath: join(place, "npm-cli.js"), npm_lifecycle_event: undefined }
  })
const noted = (file: string) => readFileSync(join(place, file), "utf8").trim().split("\n")

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "treff-launcher-"))
  copyFileSync(join(root, "run.mjs"), join(place, "run.mjs"))
  write("package-lock.json", "{}")
  write("npm-cli.js", noteArguments(join(place, "npm.txt")))
  write("node_modules/typescript/bin/tsc", noteArguments(join(place, "tsc.txt")))
  write("node_modules/drizzle-kit/bin.cjs", noteArguments(join(place, "drizzle-kit.txt")))
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

describe("run.mjs", () => {
  it("installs everything, whatever NODE_ENV or the user's settings omit", () => {
    launch("build")
    const [ci = "", ...more] = noted("npm.txt")
    expect(ci.split(" ")).toEqual(expect.arrayContaining(["ci", "--include=dev", "--include=optional"]))
    expect(more).toEqual([])
  })

  it("builds all packages, and keeps nothing of an older build", () => {
    const stale = ["domain", "adapters", "contract-tests"].map((name) => `packages/${name}/dist/renamed/index.js`)
    for (const path of stale) write(path, "")
    rmSync(join(place, "tsc.txt"), { force: true })
    expect(launch("build")).toMatchObject({ status: 0, stderr: "" })
    expect(stale.filter((path) => existsSync(join(place, path)))).toEqual([])
    expect(noted("tsc.txt")).toEqual([
      "-p packages/domain/tsconfig.build.json --checkers 1",
      "-p packages/adapters/tsconfig.build.json --checkers 1",
      "-p packages/contract-tests/tsconfig.build.json --checkers 1"
    ])
  })

  it("asks for the name of a migration", () => {
    expect(launch("migration")).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Name the migration/) })
    expect(launch("migration", "offer_places").status).toBe(0)
    expect(noted("drizzle-kit.txt")).toEqual(["generate --name offer_places"])
  })
})
