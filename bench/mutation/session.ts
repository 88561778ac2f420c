import { mkdtempSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Reporter, TestSpecification } from "vitest/node"

/** What came of a run of files: whether all succeeded, and if not, which test failed first and with what. */
type Outcome =
  | { readonly type: "succeeded" }
  | { readonly type: "failed" | "timed out"; readonly test: string; readonly message: string }

/** One file of tests, how long it takes by itself, and the mutants that it executes. */
export interface TestFile {
  readonly specification: TestSpecification
  readonly name: string
  readonly milliseconds: number
  readonly mutants: ReadonlySet<number>
}

export type Session = Awaited<ReturnType<typeof startSession>>

/**
 * Starts vitest once for all runs in a tree, with its own configuration. Each run has a new worker, so that modules are
 * evaluated anew with the mutant of the run; its files share that worker, one after the other, until the first failure.
 */
export const startSession = async (root: string, setupFile: string, include: ReadonlyArray<string>, seed: number) => {
  const entry = createRequire(join(root, "package.json")).resolve("vitest/node")
  const { createVitest, BaseSequencer }: typeof import("vitest/node") = await import(pathToFileURL(entry).href)
  class AsGiven extends BaseSequencer {
    override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
      return files
    }
  }
  // Vitest's own result has what earlier runs made of other files, too.
  let first: Outcome | undefined
  const note = (test: string, error: unknown): void => {
    const message = error instanceof Object && "message" in error ? String(error.message) : String(error)
    first ??= { type: /^(Test|Hook) timed out/.test(message) ? "timed out" : "failed", test, message }
  }
  const reporter: Reporter = {
    onTestCaseResult: (test) => {
      const { state, errors } = test.result()
      if (state === "failed") note(`${test.module.relativeModuleId}: ${test.fullName}`, errors?.[0])
    },
    onTestSuiteResult: (suite) => {
      for (const error of suite.errors()) note(`${suite.module.relativeModuleId}: ${suite.fullName}`, error)
    },
    onTestModuleEnd: (module) => {
      for (const error of module.errors()) note(module.relativeModuleId, error)
    }
  }
  const vitest = await createVitest(
    {
      root,
      config: join(root, "vitest.config.ts"),
      watch: false,
      maxWorkers: 1,
      bail: 1,
      reporters: [reporter],
      setupFiles: [setupFile],
      include: [...include],
      sequence: { sequencer: AsGiven }
    },
    { logLevel: "error", clearScreen: false }
  )
  await vitest.standalone()
  const reports = mkdtempSync(join(root, "executed-"))

  const run = async (
    specifications: ReadonlyArray<TestSpecification>,
    mutant: number,
    timeLimit: number,
    executedFile: string | null = null
  ): Promise<Outcome> => {
    vitest.getRootProject().provide("mutation", { mutant, seed, executedFile })
    first = undefined
    const late: Outcome = { type: "timed out", test: "a test", message: `no end after ${timeLimit} ms` }
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      // The first call waits for a test that may never return; the second one ends its worker.
      void vitest.cancelCurrentRun("keyboard-input")
      void vitest.cancelCurrentRun("keyboard-input")
    }, timeLimit)
    try {
      const { unhandledErrors } = await vitest.runTestSpecifications([...specifications])
      if (isLate) return late
      const [error] = unhandledErrors
      if (error !== undefined) note("outside of the tests", error)
      return first ?? { type: "succeeded" }
    } catch (error) {
      if (isLate) return late
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs each file by itself with no mutant switched on; all of them must succeed. */
  const explore = async (onFile: (file: TestFile) => void): Promise<ReadonlyArray<TestFile>> => {
    const files: Array<TestFile> = []
    for (const [index, specification] of (await vitest.globTestSpecifications()).entries()) {
      const executedFile = join(reports, `${index}.json`)
      const begun = performance.now()
      const outcome = await run([specification], 0, 600_000, executedFile)
      if (outcome.type !== "succeeded") {
        throw new Error(`${specification.moduleId} fails without a mutant: ${JSON.stringify(outcome)}`)
      }
      const milliseconds = performance.now() - begun
      const mutants: ReadonlyArray<number> = JSON.parse(readFileSync(executedFile, "utf8"))
      const name = specification.moduleId.slice(root.length + 1)
      const file = { specification, name, milliseconds, mutants: new Set(mutants) }
      files.push(file)
      onFile(file)
    }
    return files.sort((a, b) => a.milliseconds - b.milliseconds)
  }

  return { run, explore, stop: () => vitest.close() }
}
