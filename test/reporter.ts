import type { Reporter, TestModule } from "vitest/node"

/** Prints `N passed, N failed` alone on the last line, so that any CI can count what ran. */
export default class Count implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: 0, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== "pending") count[state]++
      }
      // A file or a group that broke outside its tests counts as one failure; it would be lost otherwise.
      if (module.state() === "failed" && module.errors().length > 0) count.failed++
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) count.failed++
    }
    count.failed += unhandledErrors.length
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ""
    // Whatever else reports the end of the run does so now; this line comes after it.
    process.once("exit", () => process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`))
  }
}
