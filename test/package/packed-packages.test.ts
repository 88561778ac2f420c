import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { freshDatabase, type TestDatabase } from "../database.ts"
import { installPackages } from "./installed-packages.ts"
import { type Program, programsOf } from "./programs.ts"

// Runs the programs of the README, of docs/embedding.md and of docs/writing-an-adapter.md in a project outside of the
// repository, over the packages as they are published.

const run = promisify(execFile)
const root = join(import.meta.dirname, "../..")

/** The files of docs/writing-an-adapter.md: each `ts` block that names one. */
const page = new Map(
  [...readFileSync(join(root, "docs/writing-an-adapter.md"), "utf8").matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(
    ([, name = "", text = ""]) => [name, text]
  )
)

/** A file of the page with something else in one place. */
const changed = (name: string, from: string, to: string): string => {
  const [before = "", after, ...more] = (page.get(name) ?? "").split(from)
  assert.isTrue(after !== undefined && more.length === 0, `${name} has this once: ${from}`)
  return `${before}${to}${after}`
}

/** Adapters that a suite has to find fault with: a mailer that keeps its last mail only, and a store with one port that is wrong. */
const broken = new Map([
  ["broken-mailer.ts", changed("file-mailer.ts", "mail.id", '"last"')],
  ["broken-mailer.test.ts", changed("file-mailer.test.ts", "./file-mailer.ts", "./broken-mailer.ts")],
  [
    "broken-store.test.ts",
    `import { memoryStore } from "@treff/contract-tests/memory"
import { storeContract } from "@treff/contract-tests/store"
import { EventLog } from "@treff/domain/events"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const store = memoryStore()
const empty = Layer.succeed(EventLog, EventLog.of({ typesAfter: () => Effect.succeed([]) }))
storeContract({ ...store, name: "a store whose log is empty", layer: Layer.merge(store.layer, empty) })
`
  ]
])

/** As much of vitest's report as is needed here. */
interface Report {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    /** Why its tests could not be run, where they could not. */
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly status: string
      readonly fullName: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

let place: string
let project: string
let database: TestDatabase
let report: Report
let compiled: string

beforeAll(async () => {
  database = await freshDatabase()
  // By its real path, as Node knows the files in it.
  place = mkdtempSync(join(realpathSync(tmpdir()), "treff-outside-"))
  // What the pages install; the rest only types need.
  const installed = ["effect", "vitest", "@effect/vitest", "pg", "drizzle-orm", "@types/node", "@types/pg"]
  project = await installPackages(place, installed)
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }))
  for (const [name, text] of [...page, ...broken]) writeFileSync(join(project, name), text)
  const env = { ...process.env, TEST_DATABASE_URL: database.url }
  const argv = [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--pool=threads",
    "--no-isolate",
    "--maxWorkers=1",
    "--reporter=json",
    "--outputFile=report.json"
  ]
  // In one thread, since other tests run beside these. It fails, since two of the suites have to.
  const output = await run(process.execPath, argv, { cwd: project, env, timeout: 180_000 }).catch((error) => error)
  assert.strictEqual(output.code, 1, output.stderr)
  report = JSON.parse(readFileSync(join(project, "report.json"), "utf8"))
  const tsc = [join(root, "node_modules/typescript/bin/tsc"), "-p", ".", "--pretty", "false", "--checkers", "1"]
  compiled = (await run(process.execPath, tsc, { cwd: project }).catch((error) => error)).stdout
}, 240_000)

afterAll(async () => {
  await database?.stop()
  rmSync(place, { recursive: true, force: true })
})

/** As strict as an embedder may be. */
const compilerOptions = {
  target: "es2024",
  module: "nodenext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true
}

/** How many tests a file has, how many of them succeeded, and which ones failed. */
const resultsOf = (file: string) => {
  const found = report.testResults.find(({ name }) => basename(name) === file)
  const results = found?.assertionResults ?? []
  assert.isNotEmpty(results, found?.message)
  return {
    tests: results.length,
    succeeded: results.filter(({ status }) => status === "passed").length,
    failed: results.flatMap(({ status, fullName, failureMessages }) =>
      status === "failed" ? [{ name: fullName, reasons: failureMessages }] : []
    )
  }
}

describe("the contract tests, outside of the repository", () => {
  it("compile with the files of the page", () => {
    assert.sameMembers(
      [...page.keys()],
      ["file-mailer.ts", "file-mailer.test.ts", "memory-store.test.ts", "postgres-store.test.ts"]
    )
    assert.strictEqual(compiled, "")
  })

  it.each([
    ["the mailer of the page", "file-mailer.test.ts", 8],
    ["the store in memory", "memory-store.test.ts", 150],
    ["the store in PostgreSQL", "postgres-store.test.ts", 150]
  ] as const)("all succeed for %s, and none is skipped", (_, file, atLeast) => {
    const { tests, succeeded, failed } = resultsOf(file)
    assert.deepStrictEqual(failed, [])
    assert.strictEqual(succeeded, tests)
    assert.isAtLeast(tests, atLeast)
  })

  it("are the same for both stores", () => {
    assert.strictEqual(resultsOf("memory-store.test.ts").tests, resultsOf("postgres-store.test.ts").tests)
  })

  it.each([
    ["a mailer that keeps its last mail only", "broken-mailer.test.ts", "carries each mail, to whom it is for"],
    ["a store whose log is empty", "broken-store.test.ts", "EventLog answers the types of what followed a sequence"]
  ])("fail for %s, where it is wrong and not elsewhere", (_, file, test) => {
    const { tests, succeeded, failed } = resultsOf(file)
    assert.isTrue(
      failed.some(({ name }) => name.includes(test)),
      JSON.stringify(failed, null, 2)
    )
    assert.isAbove(succeeded, tests / 2)
    assert.strictEqual(succeeded + failed.length, tests)
  })
})

/** Runs a program in the project, and answers what it prints. */
const runProgram = async ({ name, text }: Program, env: Readonly<Record<string, string>> = {}) => {
  writeFileSync(join(project, `${name}.ts`), text)
  return (await run(process.execPath, [`${name}.ts`], { cwd: project, env: { ...process.env, ...env } })).stdout
}

describe("the programs of docs/embedding.md", async () => {
  const programs = await programsOf("docs/embedding.md")

  it("are three", () => {
    assert.deepStrictEqual(
      programs.map(({ name }) => name),
      ["memory", "mails", "postgres"]
    )
  })

  it.each(programs)("print what the page says: $name", async (program) => {
    const { url, pool } = await freshDatabase()
    assert.strictEqual(await runProgram(program, { DATABASE_URL: url }), program.prints)
    await pool.end()
  })

  it("begin with one of thirty lines", () => {
    assert.isAtMost(programs[0]?.text.trimEnd().split("\n").length ?? Number.NaN, 30)
  })
})

describe("the program of the README", async () => {
  const [program = assert.fail("there is none"), ...more] = await programsOf("README.md")

  it("is one of twenty-five lines", () => {
    assert.isAtMost(program.text.trimEnd().split("\n").length, 25)
    assert.isEmpty(more)
  })

  it("prints what the page says", async () => {
    assert.strictEqual(await runProgram({ ...program, name: "readme" }), program.prints)
  })
})
