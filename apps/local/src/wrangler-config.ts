import { fileURLToPath } from "node:url"

/** What the deployed workers get from wrangler.toml and the sandbox must give them too, so that it is written once. */
export interface WranglerConfig {
  readonly edgeApi: WorkerConfig
  readonly queueConsumer: WorkerConfig
}

export interface WorkerConfig {
  readonly name: string
  /** Absolute path of the worker's source. */
  readonly main: string
  readonly compatibilityDate: string
  readonly compatibilityFlags: ReadonlyArray<string>
  readonly vars: Readonly<Record<string, string>>
  readonly producers: ReadonlyArray<{ readonly binding: string; readonly queue: string }>
  readonly consumers: ReadonlyArray<QueueSettings>
  readonly crons: ReadonlyArray<string>
}

export interface QueueSettings {
  readonly queue: string
  readonly max_batch_size?: number | undefined
  readonly max_batch_timeout?: number | undefined
  readonly max_retries?: number | undefined
  readonly retry_delay?: number | undefined
  readonly dead_letter_queue?: string | undefined
}

const path = fileURLToPath(new URL("../../../wrangler.toml", import.meta.url))

/** Reads wrangler.toml with wrangler itself: no second opinion on what it means. */
export const readWranglerConfig = async (): Promise<WranglerConfig> => {
  // Imported here because it takes 0.3 s, in which the database starts.
  const { unstable_readConfig } = await import("wrangler")
  const read = (env: string): WorkerConfig => {
    const config = unstable_readConfig({ config: path, env }, { hideWarnings: true })
    if (!config.name || !config.main || !config.compatibility_date) {
      throw new Error(`wrangler.toml leaves out the name, main or compatibility_date of ${env || "the API"}`)
    }
    return {
      name: config.name,
      main: config.main,
      compatibilityDate: config.compatibility_date,
      compatibilityFlags: config.compatibility_flags,
      vars: Object.fromEntries(Object.entries(config.vars).map(([name, value]) => [name, String(value)])),
      producers: config.queues.producers ?? [],
      consumers: config.queues.consumers ?? [],
      crons: config.triggers.crons ?? []
    }
  }
  return { edgeApi: read(""), queueConsumer: read("queue-consumer") }
}
