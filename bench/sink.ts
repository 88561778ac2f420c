import type { Worker } from "../apps/local/src/platform.ts"
import { freePort } from "../apps/local/src/port.ts"

const worker = (name: string, contents: string) => ({
  name,
  compatibilityDate: "2026-10-23",
  manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm" as const, contents } } }
})

/** A queue whose consumer does nothing: for what publishes to it, a queue like any other, and nothing more to wait for. */
export const sinkQueue = "bench-sink"

export const sink: Worker = {
  config: {
    ...worker("bench-sink", "export default { queue() {} }"),
    triggers: [{ type: "queue", name: sinkQueue, maxBatchSize: 100, maxBatchTimeout: 1 }]
  }
}

/** Takes each mail at once, as Resend answers it, and forgets it. */
export const mailSink = async (): Promise<{ readonly worker: Worker; readonly url: string }> => {
  const port = await freePort()
  return {
    url: `http://127.0.0.1:${port}/emails`,
    worker: {
      config: worker("bench-mail-sink", `export default { fetch: () => Response.json({ id: "taken" }) }`),
      dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port }] }
    }
  }
}
