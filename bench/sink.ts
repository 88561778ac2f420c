import type { Worker } from "../apps/local/src/platform.ts"

/** A queue whose consumer does nothing: for what publishes to it, a queue like any other, and nothing more to wait for. */
export const sinkQueue = "bench-sink"

export const sink: Worker = {
  config: {
    name: "bench-sink",
    compatibilityDate: "2026-10-23",
    manifest: {
      mainModule: "worker.js",
      modules: { "worker.js": { type: "esm", contents: "export default { queue() {} }" } }
    },
    triggers: [{ type: "queue", name: sinkQueue, maxBatchSize: 100, maxBatchTimeout: 1 }]
  }
}
