import { execFile } from "node:child_process"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { freshDatabase } from "../database.ts"
import { type Program, programsOf } from "./programs.ts"

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")
const node = process.execPath
const tsc = join(root, "node_modules/typescript/bin/tsc")

let folder: string
beforeAll(async () => {
  // Within the repository, so that the packages are found as an embedder's program finds them.
  await mkdir(join(root, ".treff"), { recursive: true })
  folder = await mkdtemp(join(root, ".treff/snippets-"))
  for (const name of ["domain", "adapters"]) {
    await run(node, [tsc, "-p", `packages/${name}/tsconfig.build.json`], { cwd: root })
  }
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

const runProgram = async ({ name, text }: Program, env: Readonly<Record<string, string>>) => {
  const file = join(folder, `${name}.ts`)
  await writeFile(file, text)
  const { stdout } = await run(node, [file], { env: { ...process.env, ...env } })
  return stdout
}

describe("the programs of docs/embedding.md, over the packages as they are published", async () => {
  const programs = await programsOf("docs/embedding.md")

  it("are three", () => {
    expect(programs.map(({ name }) => name)).toEqual(["memory", "mails", "postgres"])
  })

  it.each(programs)("print what the page says: $name", async (program) => {
    const { url, pool } = await freshDatabase()
    expect(await runProgram(program, { DATABASE_URL: url })).toBe(program.prints)
    await pool.end()
  })

  it("begin with one of thirty lines", () => {
    expect(programs[0]?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(30)
  })
})

describe("the program of the README", async () => {
  const [program = { name: "", text: "", prints: "" }, ...more] = await programsOf("README.md")

  it("is one of twenty-five lines", () => {
    expect([program.text.trimEnd().split("\n").length <= 25, more]).toEqual([true, []])
  })

  it("prints what the page says", async () => {
    expect(await runProgram({ ...program, name: "readme" }, {})).toBe(program.prints)
  })
})
