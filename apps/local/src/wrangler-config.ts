import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parse } from "smol-toml"
import * as z from "zod"

const root = join(import.meta.dirname, "../../..")

/**
 * The settings of both deployed workers, from wrangler.toml, so that they are written once. Wrangler itself takes two
 * seconds of processor to load, so the file is read without it; a test compares both readings.
 */
export const readWranglerConfig = async (): Promise<WranglerConfig> => {
  const { env, vars, queues, ...inherited } = File.parse(parse(await readFile(join(root, "wrangler.toml"), "utf8")))
  return {
    edgeApi: Worker.parse({ ...inherited, vars, queues }),
    // An environment of wrangler's inherits all settings of the top level but its bindings: variables, queues and the like.
    queueConsumer: Worker.parse({ ...inherited, ...env["queue-consumer"] })
  }
}

const QueueSettings = z.object({
  queue: z.string(),
  max_batch_size: z.number().optional(),
  max_batch_timeout: z.number().optional(),
  max_retries: z.number().optional(),
  retry_delay: z.number().optional(),
  dead_letter_queue: z.string().optional()
})

const Worker = z
  .object({
    name: z.string(),
    main: z.string(),
    compatibility_date: z.string(),
    compatibility_flags: z.array(z.string()).default([]),
    vars: z.record(z.string(), z.string()).default({}),
    queues: z
      .object({
        producers: z.array(z.object({ binding: z.string(), queue: z.string() })).default([]),
        consumers: z.array(QueueSettings).default([])
      })
      .prefault({}),
    triggers: z.object({ crons: z.array(z.string()) }).default({ crons: [] })
  })
  .transform(({ main, compatibility_date, compatibility_flags, queues, triggers, ...worker }) => ({
    ...worker,
    ...queues,
    ...triggers,
    /** Absolute path of the worker's source. */
    main: join(root, main),
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags
  }))

const File = z.looseObject({
  vars: z.unknown(),
  queues: z.unknown(),
  env: z.object({ "queue-consumer": z.looseObject({}) })
})

export type WorkerConfig = z.output<typeof Worker>

interface WranglerConfig {
  readonly edgeApi: WorkerConfig
  readonly queueConsumer: WorkerConfig
}
