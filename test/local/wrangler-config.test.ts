import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { unstable_readConfig } from "wrangler"
import { readWranglerConfig } from "../../apps/local/src/wrangler-config.ts"

const ours = await readWranglerConfig()

describe("our reading of wrangler.toml", () => {
  it.each([
    ["edgeApi", ""],
    ["queueConsumer", "queue-consumer"]
  ] as const)("gives the %s what wrangler gives its environment %j", (worker, env) => {
    const path = join(import.meta.dirname, "../../wrangler.toml")
    const { name, main, compatibility_date, compatibility_flags, vars, queues, triggers } = unstable_readConfig(
      { config: path, env },
      { hideWarnings: true }
    )
    assert.deepEqual(ours[worker] as unknown, {
      name,
      main,
      compatibilityDate: compatibility_date,
      compatibilityFlags: compatibility_flags,
      vars,
      producers: queues.producers ?? [],
      consumers: queues.consumers ?? [],
      crons: triggers.crons ?? []
    })
  })
})
