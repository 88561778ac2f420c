import { defineConfig } from "vitest/config"
import config from "./vitest.config.ts"

// Hours of traffic and faults, by hand: one file at a time, with the whole machine for itself.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["test/soak/**/*.test.ts", "test/edge/bad-input.test.ts"],
    exclude: [],
    env: { BAD_INPUT_RUNS: "2000" },
    maxWorkers: 1,
    testTimeout: 0
  }
})
