import type { Reporter, TestModule } from "vitest/node"

/** Prints `N passed, N failed` alone on the last line, so that any CI can count what ran. */
export default class Count implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const states: Array<string> = []
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        states.push(state)
      }
      // A file or a group that broke outside its tests counts as one failure; it would be lost otherwise.
      if (module.state() === "failed" && module.errors().length > 0) states.push("failed")
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) states.push("failed")
    }
    for (const _ of unhandledErrors) states.push("failed")
    const count = (wanted: string) => states.filter((state) => state === wanted).length
    const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : ""
    // Whatever else reports the end of the run does so now; this line comes after it.
    process.once("exit", () => process.stdout.write(`${count("passed")} passed, ${count("failed")} failed${skipped}\n`))
  }
}
