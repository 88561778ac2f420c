import { defineConfig } from "vitest/config"
import config from "./vitest.config.ts"

// Hours of traffic and faults, by hand: one file at a time, with the whole machine for itself.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ["test/soak/**/*.test.ts", "test/edge/bad-input.test.ts"],
    exclude: [],
    env: {
      ...config.test?.env,
      BAD_INPUT_RUNS: "2000",
      // One of these tests calls npm's registry, which on some machines answers with a certificate of their own.
      NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? ""
    },
    maxWorkers: 1,
    testTimeout: 0
  }
})
