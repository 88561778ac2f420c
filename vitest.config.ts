import { defineConfig } from "vitest/config"
import Reporter from "./test/reporter.ts"
import { Mixed } from "./test/sequencer.ts"

// The workspace's packages are tested from their sources.
const conditions = ["source", "module", "node", "development|production"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["source", "module-sync", "node", "module", "import"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/soak/**"],
    globalSetup: ["test/global-setup.ts"],
    setupFiles: ["test/setup.ts"],
    // Threads share the process's compiled code: on two cores they start a third faster than processes do.
    pool: "threads",
    // Nothing that a file changes outlives it, so the modules need not be evaluated anew for each.
    isolate: false,
    // One more than there are cores where most tests are run: every other file waits for half of its time, and each further
    // thread compiles anew what it runs.
    maxWorkers: 3,
    // Of tests that are declared as concurrent: requests to one worker, in which that many of its connections are used.
    maxConcurrency: 8,
    sequence: { sequencer: Mixed },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ["default", new Reporter()]
  }
})
