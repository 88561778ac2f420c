import { createRequire } from "node:module"
import * as Redacted from "effect/Redacted"
import type { MiniflareOptions, RequestInit, Response, WorkerdStructuredLog } from "miniflare"
import { type BundleOptions, bundleWorker, readTexts } from "./bundle.ts"
import { clockWorkerName, clockWorkerScript } from "./clock-worker.ts"
import { freePort } from "./port.ts"
import { readWranglerConfig, type WorkerConfig } from "./wrangler-config.ts"

export type Worker = MiniflareOptions["workers"][number]
export type Bindings = NonNullable<Worker["config"]["env"]>

export interface PlatformOptions {
  readonly databaseUrl: string
  readonly neonEndpointUrl: string
  /** What tokens are checked against: a JSON array of public JWKs. */
  readonly publicKeys: string
  /** What the API signs its own tokens with: a private JWK with `kid` and `alg`, as JSON, the pair of one of those. */
  readonly privateKey: string
  /** What the tokens of links are sealed with until they are mailed: keys separated by commas. */
  readonly sealingKeys: string
  /** Where people find the pages that mails link to, without a slash at its end. Left out: at the API. */
  readonly publicUrl?: string
  /** By whom the consumer sends mails. Left out: they wait. */
  readonly mail?: MailBindings
  /** The port of the API on 127.0.0.1. Left out: a free one. */
  readonly apiPort?: number
  /** What the delays of the consumer's retries grow from. 0: at once. */
  readonly retrySeconds?: number
  /** For how long the queues gather a batch. Left out: as wrangler.toml has it. */
  readonly batchSeconds?: number
  /** Whether the workers run on the sandbox's clock. Benches do without: production has no such call. */
  readonly clock?: boolean
  /** How far their time is ahead to begin with, in milliseconds. */
  readonly clockOffset?: number
  readonly minify?: boolean
  /** The workers, if they are bundled already. */
  readonly bundles?: Bundles
  /** Bindings of one worker that replace or join what it is given here. */
  readonly bindings?: { readonly edgeApi?: Bindings; readonly queueConsumer?: Bindings }
  /** More workers for those bindings to lead to: a queue that refuses, say. */
  readonly workers?: ReadonlyArray<Worker>
  /** A line that a worker logs. Left out: warnings and errors go to stderr. */
  readonly onLog?: (log: WorkerdStructuredLog) => void
}

export interface MailBindings {
  readonly apiKey: Redacted.Redacted
  /** Where Resend's API is spoken. Left out: at Resend. */
  readonly url?: string
  /** Whom mails are from. Left out: as wrangler.toml has it. */
  readonly from?: string
}

export interface QueueMessage {
  readonly body: unknown
  readonly id?: string
  readonly attempts?: number
}

export type Platform = Awaited<ReturnType<typeof startPlatform>>

export type Bundles = Awaited<ReturnType<typeof bundleWorkers>>

/** Both workers, bundled, with their settings: it takes a while, and needs nothing that has to be started first. */
export const bundleWorkers = async (options: BundleOptions = {}) => {
  const { edgeApi, queueConsumer } = await readWranglerConfig()
  const [edgeApiScript, queueConsumerScript, texts] = await Promise.all([
    bundleWorker(edgeApi.main, options),
    bundleWorker(queueConsumer.main, options),
    readTexts(edgeApi.main)
  ])
  return { edgeApi, queueConsumer, edgeApiScript, queueConsumerScript, texts }
}

/**
 * Loads what runs workerd, which takes long, and is not needed for the bundles. It is loaded by `require`, since it is CommonJS:
 * an import would look through all of its five megabytes for what it exports before it runs them.
 *
 * `callsResend` says whether the workers call another machine. Only then they need the certificates that this machine trusts
 * beside the usual ones: Miniflare reads these while it is loaded, and hands each of them to workerd at each start, which takes
 * a tenth of a second. So the first call decides for the whole process.
 */
export const loadMiniflare = (callsResend: boolean): typeof import("miniflare") => {
  const { NODE_EXTRA_CA_CERTS } = process.env
  if (!callsResend) delete process.env.NODE_EXTRA_CA_CERTS
  try {
    return createRequire(import.meta.url)("miniflare")
  } finally {
    if (NODE_EXTRA_CA_CERTS !== undefined) process.env.NODE_EXTRA_CA_CERTS = NODE_EXTRA_CA_CERTS
  }
}

/**
 * What Cloudflare is to the deployed workers: both of them in one workerd, bundled as wrangler does, with the queues
 * and settings of wrangler.toml, and a clock that can be moved.
 */
export const startPlatform = async (options: PlatformOptions) => {
  const { edgeApi, queueConsumer, edgeApiScript, queueConsumerScript, texts } =
    options.bundles ?? (await bundleWorkers(options))
  const [events] = edgeApi.producers
  if (events === undefined) throw new Error("wrangler.toml gives the API no queue")
  const host = "127.0.0.1"
  // Known before it is listened on: the workers get it when they start.
  const apiPort = options.apiPort ?? (await freePort())
  const shared: Bindings = {
    DATABASE_URL: text(options.databaseUrl),
    NEON_FETCH_ENDPOINT: text(options.neonEndpointUrl),
    PUBLIC_URL: text(options.publicUrl ?? `http://${host}:${apiPort}`),
    SEALING_KEYS: text(options.sealingKeys),
    ...(options.clock === false ? {} : { CLOCK: { type: "worker", worker: clockWorkerName } as const })
  }
  const { Log, LogLevel, Miniflare } = loadMiniflare(options.mail !== undefined && options.mail.url === undefined)
  const keepSignals = signalsKept()
  const miniflare = new Miniflare({
    host,
    port: 0,
    cf: false,
    enableDevRegistry: false,
    telemetry: { enabled: false },
    logRequests: false,
    log: new Log(LogLevel.ERROR),
    handleStructuredLogs: options.onLog ?? printTroubles,
    workers: [
      {
        config: {
          ...configOf(edgeApi, edgeApiScript, texts),
          env: {
            ...envOf(edgeApi),
            ...shared,
            JWT_PUBLIC_KEYS: text(options.publicKeys),
            JWT_PRIVATE_KEY: text(options.privateKey),
            SERVER_TIMING: text("on"),
            ...options.bindings?.edgeApi
          }
        },
        // Served by workerd itself: through miniflare's own entry worker it is three times slower.
        dev: { unsafeDirectSockets: [{ host, port: apiPort }] }
      },
      {
        config: {
          ...configOf(queueConsumer, queueConsumerScript),
          env: {
            ...envOf(queueConsumer),
            ...shared,
            ...(options.mail === undefined ? {} : mailBindings(options.mail)),
            RETRY_SECONDS: text(String(options.retrySeconds ?? 1)),
            ...options.bindings?.queueConsumer
          },
          triggers: queueConsumer.consumers.map((consumer) => ({
            type: "queue" as const,
            name: consumer.queue,
            maxBatchSize: consumer.max_batch_size,
            maxBatchTimeout: options.batchSeconds ?? consumer.max_batch_timeout,
            maxRetries: consumer.max_retries,
            retryDelay: consumer.retry_delay,
            deadLetterQueue: consumer.dead_letter_queue
          }))
        }
      },
      {
        config: {
          name: clockWorkerName,
          compatibilityDate: edgeApi.compatibilityDate,
          manifest: manifestOf(clockWorkerScript(options.clockOffset ?? 0))
        }
      },
      ...(options.workers ?? [])
    ]
  })
  keepSignals()
  await miniflare.ready

  const consumer = () => miniflare.getWorker(queueConsumer.name)
  return {
    /** Without a slash at its end. */
    apiUrl: (await miniflare.unsafeGetDirectURL(edgeApi.name)).origin,
    /** Whose tokens the API accepts, and for whom they must be. */
    tokens: { issuer: edgeApi.vars.JWT_ISSUER ?? "", audience: edgeApi.vars.JWT_AUDIENCE ?? "" },
    crons: queueConsumer.crons,
    eventQueue: events.queue,

    /** Fires the consumer's cron trigger, and waits for its run. */
    runCron: async (scheduledTime: Date): Promise<void> => {
      const { outcome } = await (await consumer()).scheduled({ scheduledTime })
      if (outcome !== "ok") throw new Error(`The cron trigger ended with ${outcome}`)
    },

    /** Runs a job of the consumer by its name, past the queue, and waits for it: by the message that asks for it. */
    runJob: async (name: string): Promise<void> => {
      const message = { id: crypto.randomUUID(), body: { continue: name }, attempts: 1, timestamp: new Date() }
      const { outcome, retryMessages } = await (await consumer()).queue(events.queue, [message])
      if (outcome !== "ok" || retryMessages.length > 0) throw new Error(`The job ${name} failed`)
    },

    /** Hands a batch to the consumer directly, past the queue, and answers what became of each message. */
    queue: async (messages: ReadonlyArray<QueueMessage>, queue: string = events.queue) =>
      (await consumer()).queue(
        queue,
        messages.map(({ body, id = crypto.randomUUID(), attempts = 1 }) => ({
          id,
          body,
          attempts,
          timestamp: new Date()
        }))
      ),

    sendToQueue: async (bodies: ReadonlyArray<unknown>): Promise<void> => {
      const producer = await miniflare.getQueueProducer(events.binding, edgeApi.name)
      await producer.sendBatch(bodies.map((body) => ({ body })))
    },

    fetchConsumer: async (path: string, init?: RequestInit): Promise<Response> =>
      (await consumer()).fetch(new URL(path, "http://queue-consumer").href, init),

    /** How far the workers' time is ahead of the real one. The clock forgets it when the platform stops. */
    setClockOffset: async (milliseconds: number): Promise<void> => {
      const clock = await miniflare.getWorker(clockWorkerName)
      await clock.fetch("http://clock/", { method: "PUT", body: JSON.stringify({ offset: milliseconds }) })
    },

    stop: () => miniflare.dispose()
  }
}

/** Miniflare ends the whole process on these signals. What they mean is for the process to say, so its listeners go again. */
const signalsKept = () => {
  const signals = ["SIGINT", "SIGTERM"] as const
  const before = signals.map((signal) => process.listeners(signal))
  return () => {
    signals.forEach((signal, index) => {
      for (const listener of process.listeners(signal)) {
        if (!before[index]?.includes(listener)) process.off(signal, listener)
      }
    })
  }
}

const mailBindings = ({ apiKey, url, from }: MailBindings): Bindings => ({
  RESEND_API_KEY: text(Redacted.value(apiKey)),
  ...(url === undefined ? {} : { RESEND_URL: text(url) }),
  ...(from === undefined ? {} : { MAIL_FROM: text(from) })
})

const text = (value: string) => ({ type: "text", value }) as const

const manifestOf = (script: string, texts: Bundles["texts"] = {}) => ({
  mainModule: "worker.js",
  modules: {
    "worker.js": { type: "esm" as const, contents: script },
    ...Object.fromEntries(Object.entries(texts).map(([name, contents]) => [name, { type: "text" as const, contents }]))
  }
})

const configOf = (worker: WorkerConfig, script: string, texts?: Bundles["texts"]) => ({
  name: worker.name,
  compatibilityDate: worker.compatibilityDate,
  compatibilityFlags: [...worker.compatibilityFlags],
  manifest: manifestOf(script, texts)
})

const envOf = (worker: WorkerConfig): Bindings => ({
  ...Object.fromEntries(Object.entries(worker.vars).map(([name, value]) => [name, text(value)])),
  ...Object.fromEntries(
    worker.producers.map(({ binding, queue }) => [binding, { type: "queue", name: queue } as const])
  )
})

const printTroubles = ({ level, message }: WorkerdStructuredLog): void => {
  if (level === "warn" || level === "error") console.error(message)
}
