import { defineConfig } from "vitest/config"
import Reporter from "./test/reporter.ts"

// The workspace's packages are tested from their sources.
const conditions = ["source", "module", "node", "development|production"]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ["source", "module-sync", "node", "module", "import"] } },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/soak/**"],
    globalSetup: ["test/global-setup.ts"],
    // Threads share the process's compiled code: on two cores they start a third faster than processes do.
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ["default", new Reporter()]
  }
})
