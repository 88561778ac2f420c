import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { draw } from "./draw.ts"
import { instrument, type Numbered } from "./instrument.ts"
import { mutantsOf } from "./mutants.ts"
import { type Result, reportOf } from "./report.ts"
import { type Session, startSession, type TestFile } from "./session.ts"
import { copyTree } from "./tree.ts"

// Tries whether the tests notice small mistakes in the domain and its adapters, and prints which ones they do not notice.
// Progress goes to stderr, the report to stdout. `--root` names another tree to try, which has its packages installed;
// `--results` a file that keeps what came of each mutant, so that a run that was stopped goes on where it was.

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    mutants: { type: "string", default: "200" },
    root: { type: "string", default: join(import.meta.dirname, "../..") },
    results: { type: "string" }
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

  const results = resultsOf(drawn)
  if (results.length < drawn.length) {
    const include = tests.map((folder) => `${folder}/**/*.test.ts`)
    const session = await startSession(copy, setupFile, include, seed)
    try {
      const files = await session.explore(({ name, milliseconds, mutants }) =>
        console.error(`${(milliseconds / 1_000).toFixed(1)} s, ${mutants.size} mutants executed: ${name}`)
      )
      for (const mutant of drawn) {
        if (results.some(({ number }) => number === mutant.number)) continue
        const result = await tryOut(mutant, session, files)
        results.push(result)
        if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(result)}\n`)
        const { number, file, line, enclosing, operator, before, after, outcome, reason } = result
        console.error(
          `${number} ${outcome}: ${file}:${line} ${enclosing}, ${operator}: ${before} => ${after} ${reason}`
        )
      }
    } finally {
      await session.stop()
    }
  }
  const lines = new Set(candidates.map(({ file, line }) => `${file}:${line}`)).size
  console.log(reportOf(results, { seed, folders, tests, candidates: candidates.length, lines }))
} finally {
  rmSync(copy, { recursive: true, force: true })
}
// Vitest takes each mutant that was killed for a failure of its own.
process.exitCode = 0

/** What an earlier run has found out about these mutants. */
function resultsOf(drawn: ReadonlyArray<Numbered>): Array<Result> {
  if (values.results === undefined || !existsSync(values.results)) return []
  const lines = readFileSync(values.results, "utf8").trim().split("\n")
  const results = lines.map((line): Result => JSON.parse(line))
  const isOfThisRun = ({ number, file, line, replacement }: Result): boolean => {
    const mutant = drawn[number - 1]
    return mutant?.file === file && mutant.line === line && mutant.replacement === replacement
  }
  if (!results.every(isOfThisRun)) throw new Error(`${values.results} is of another seed or tree.`)
  return results
}

async function tryOut(mutant: Numbered, session: Session, files: ReadonlyArray<TestFile>): Promise<Result> {
  const covering = files.filter(({ mutants }) => mutants.has(mutant.number))
  if (covering.length === 0) return { ...mutant, outcome: "not executed", seconds: 0, reason: "" }
  const begun = performance.now()
  const timeLimit = 60_000 + 3 * covering.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const specifications = covering.map(({ specification }) => specification)
  const tried = await session.run(specifications, mutant.number, timeLimit)
  const seconds = Math.round((performance.now() - begun) / 1_000)
  if (tried.type === "succeeded") return { ...mutant, outcome: "survived", seconds, reason: "" }
  return { ...mutant, outcome: tried.type, seconds, reason: `${tried.test}: ${tried.message.split("\n")[0]}` }
}
