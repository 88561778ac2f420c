import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { QueuedMessage } from "@treff/adapters/queue"
import type { EventMessage } from "@treff/adapters/wire"
import { emptyTables, tablesOfEvents } from "@treff/contract-tests/postgres"
import { inject } from "vitest"
import {
  type Bindings,
  type Platform,
  type PlatformOptions,
  startPlatform,
  type Worker
} from "../../apps/local/src/platform.ts"
import { freePort } from "../../apps/local/src/port.ts"
import { openStage, type Stage } from "../stage.ts"
import { startMailer } from "./mailer.ts"

const names = { EVENTS: "manual-events", JOBS: "manual-jobs" } as const

/** Calls from one worker to another arrive as calls of methods, so it looks like a queue to whoever is bound to it. */
const script = `
import { WorkerEntrypoint } from "cloudflare:workers"
export default class extends WorkerEntrypoint {
  async sendBatch(messages) {
    const response = await fetch(this.env.URL, { method: "POST", body: JSON.stringify(messages) })
    if (!response.ok) throw new Error("The queue refuses.")
  }
}
`

/**
 * A queue that a test holds in its hand, in place of the real one: it sees every batch that the workers send, may refuse
 * them, and says itself what is delivered, when, how often and in which order.
 */
export const startManualQueue = async () => {
  const queue = {
    /** What was sent, batch by batch. */
    batches: [] as Array<ReadonlyArray<EventMessage>>,
    /** The jobs that were asked for, in batches too, by the queue that is for them. */
    jobs: [] as Array<ReadonlyArray<unknown>>,
    /** After how many seconds each message is to be delivered at the earliest; undefined for at once. */
    delays: [] as Array<number | undefined>,
    /** Whether what is sent now is refused. */
    refusing: false,
    /** How many batches were. */
    refused: 0,
    /** Called before a batch is answered. */
    onBatch: undefined as (() => Promise<void>) | undefined
  }
  const server = createServer(async (request, response) => {
    // A worker that is killed while it sends gets no answer.
    const text = await request.toArray().then(
      (parts) => Buffer.concat(parts).toString(),
      () => null
    )
    if (text === null) return
    await queue.onBatch?.()
    if (queue.refusing) queue.refused++
    else {
      const messages: ReadonlyArray<QueuedMessage> = JSON.parse(text)
      queue.delays.push(...messages.map(({ delaySeconds }) => delaySeconds))
      const bodies = messages.map(({ body }) => body)
      if (request.url === "/JOBS") queue.jobs.push(bodies)
      else queue.batches.push(bodies as ReadonlyArray<EventMessage>)
    }
    response.writeHead(queue.refusing ? 503 : 200).end()
  })
  server.keepAliveTimeout = 0
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

  const workerOf = (binding: keyof typeof names): Worker => ({
    config: {
      name: names[binding],
      compatibilityDate: "2026-10-23",
      env: { URL: { type: "text", value: `${url}${binding}` } },
      manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: script } } }
    }
  })
  const bindingTo = (binding: keyof typeof names) =>
    ({ type: "worker", worker: names[binding] }) as const satisfies Bindings[string]
  const EVENTS = bindingTo("EVENTS")
  return Object.assign(queue, {
    /** For `openStage`. */
    options: {
      bindings: { edgeApi: { EVENTS }, queueConsumer: { EVENTS, JOBS: bindingTo("JOBS") } },
      workers: [workerOf("EVENTS"), workerOf("JOBS")]
    } satisfies Partial<PlatformOptions>,
    /** Forgets what was sent, and answers it. */
    take: (): ReadonlyArray<EventMessage> => queue.batches.splice(0).flat(),
    /** Forgets which jobs were asked for, and answers their messages. */
    takeJobs: (): ReadonlyArray<unknown> => queue.jobs.splice(0).flat(),
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    }
  })
}

export type ManualQueue = Awaited<ReturnType<typeof startManualQueue>>

/** Delivers messages to the consumer in batches, as the queue does, and answers how many it would have again. */
export const deliver = async (platform: Platform, messages: ReadonlyArray<unknown>): Promise<number> => {
  let refused = 0
  for (let first = 0; first < messages.length; first += 100) {
    const { retryMessages } = await platform.queue(messages.slice(first, first + 100).map((body) => ({ body })))
    refused += retryMessages.length
  }
  return refused
}

const startTwin = (
  { url, neon, privateKey, sealingKeys }: Stage,
  options: Partial<PlatformOptions>
): Promise<Platform> => {
  const { d: _, ...publicKey } = privateKey
  return startPlatform({
    databaseUrl: url,
    neonEndpointUrl: neon.url,
    publicKeys: JSON.stringify([publicKey]),
    privateKey: JSON.stringify(privateKey),
    sealingKeys,
    bundles: inject("bundles"),
    onLog: () => {},
    retrySeconds: 0,
    batchSeconds: 0.1,
    ...options
  })
}

/**
 * A stage on such a queue and a mailer, for a file of tests: `clear` before each of them, `close` after all. `settings` are
 * the API's.
 */
export const openManualStage = async ({
  onLog,
  settings = {}
}: Pick<PlatformOptions, "onLog"> & { readonly settings?: Bindings } = {}) => {
  const queue = await startManualQueue()
  const mailer = await startMailer()
  const { edgeApi, queueConsumer } = queue.options.bindings
  const options = {
    ...queue.options,
    bindings: { edgeApi: { ...edgeApi, ...settings }, queueConsumer: { ...queueConsumer, ...mailer.bindings } },
    apiPort: await freePort(),
    ...(onLog && { onLog })
  }
  const stage = await openStage(options)
  let alive = stage.platform
  return {
    queue,
    mailer,
    stage,
    /** The platform that runs; the stage knows its first one only, whose API is found at the same port. */
    platform: () => alive,
    /** Kills workerd with SIGKILL, which is how miniflare stops it: nothing in it gets to end. */
    kill: () => alive.stop(),
    /** Starts both workers anew on the same database; the queue and the mailer have lived on. */
    revive: async (clockOffset = 0): Promise<Platform> => {
      alive = await startTwin(stage, { ...options, clockOffset })
      return alive
    },
    /** Another consumer beside those, on the same database, queue and mailer. */
    twin: () => startTwin(stage, { ...options, apiPort: 0 }),
    /** No offers, no invitations, no events, nothing in the queue, no mails, and the real time. Who is there stays. */
    clear: async () => {
      await emptyTables(stage.pool, tablesOfEvents)
      // Their events are gone, so they were there before there were any.
      await stage.pool.query("update account set version = 0 where version > 0")
      await stage.pool.query("update company set version = 0 where version > 0")
      await alive.setClockOffset(0)
      queue.take()
      queue.takeJobs()
      mailer.clear()
    },
    close: async () => {
      await alive.stop()
      await stage.close()
      await queue.stop()
      await mailer.stop()
    }
  }
}
