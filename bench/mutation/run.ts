import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { draw } from "./draw.ts"
import { instrument } from "./instrument.ts"
import { mutantsOf } from "./mutants.ts"
import { type Result, reportOf } from "./report.ts"
import { startSession } from "./session.ts"
import { copyTree } from "./tree.ts"

// Tries whether the tests notice small mistakes in the domain and its adapters, and prints which ones they do not notice.
// Progress goes to stderr, the report to stdout. `--root` names another tree to try, which has its packages installed.

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    mutants: { type: "string", default: "200" },
    root: { type: "string", default: join(import.meta.dirname, "../..") }
  }
})
const seed = Number(values.seed)
const count = Number(values.mutants)
const root = resolve(values.root)
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(count) || count < 1) {
  throw new Error("--seed and --mutants are whole numbers.")
}

const folders = ["packages/domain/src", "packages/adapters/src"]
const tests = ["test/domain", "test/adapters", "test/contract"]
const begun = performance.now()
const copy = copyTree(root)
try {
  const sources = folders.flatMap((folder) =>
    readdirSync(join(copy, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .sort()
  )
  const candidates = sources.flatMap((file) => mutantsOf(file, readFileSync(join(copy, file), "utf8")))
  const drawn = draw(candidates, seed, count)
  console.error(`Seed ${seed}: ${drawn.length} of ${candidates.length} mutants, in ${copy}`)
  for (const [file, mutants] of Map.groupBy(drawn, ({ file }) => file)) {
    writeFileSync(join(copy, file), instrument(readFileSync(join(copy, file), "utf8"), mutants))
  }
  const setupFile = join(copy, "test/mutation-setup.ts")
  copyFileSync(join(import.meta.dirname, "setup.ts"), setupFile)

  const include = tests.map((folder) => `${folder}/**/*.test.ts`)
  const session = await startSession(copy, setupFile, include, seed)
  try {
    const files = await session.explore(({ name, milliseconds, mutants }) =>
      console.error(`${(milliseconds / 1_000).toFixed(1)} s, ${mutants.size} mutants executed: ${name}`)
    )
    const results: Array<Result> = []
    for (const mutant of drawn) {
      const { number, file, line, enclosing, operator, before, after } = mutant
      const covering = files.filter(({ mutants }) => mutants.has(number))
      const timeLimit = 60_000 + 3 * covering.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
      const specifications = covering.map(({ specification }) => specification)
      const tried = covering.length === 0 ? undefined : await session.run(specifications, number, timeLimit)
      const outcome = tried === undefined ? "not executed" : tried.type === "succeeded" ? "survived" : tried.type
      results.push({ ...mutant, outcome })
      const why = tried?.type === "failed" ? ` by ${tried.test}: ${tried.message.split("\n")[0]}` : ""
      const what = `${file}:${line} ${enclosing}, ${operator}: ${before} => ${after}`
      console.error(`${number}/${drawn.length} ${outcome}${why} | ${what} (${covering.length} files)`)
    }
    const lines = new Set(candidates.map(({ file, line }) => `${file}:${line}`)).size
    const seconds = (performance.now() - begun) / 1_000
    console.log(
      reportOf(results, { seed, folders, tests, files: files.length, candidates: candidates.length, lines, seconds })
    )
  } finally {
    await session.stop()
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
// Vitest takes each mutant that was killed for a failure of its own.
process.exitCode = 0
