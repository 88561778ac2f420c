import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http"

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE"
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What the answer's status must be: a bench of failures would look splendid. */
  readonly expect: number
}

export interface Measured {
  readonly perSecond: number
  /** Of each request in milliseconds, shortest first. */
  readonly latencies: ReadonlyArray<number>
}

/** No run may take longer, in milliseconds. */
const timeout = 120_000

/** Does things, so many of them at once, and says how that went. */
export const inParallel = async (
  tasks: ReadonlyArray<() => Promise<unknown>>,
  concurrency: number
): Promise<Measured> => {
  const latencies: Array<number> = []
  let next = 0
  const begun = performance.now()
  const worker = async () => {
    for (;;) {
      const task = tasks[next++]
      if (task === undefined) return
      const started = performance.now()
      if (started - begun > timeout) throw new Error(`${tasks.length} calls took longer than ${timeout} ms`)
      await task()
      latencies.push(performance.now() - started)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const seconds = (performance.now() - begun) / 1_000
  return { perSecond: tasks.length / seconds, latencies: latencies.sort((a, b) => a - b) }
}

/** Lets something be done over connections that are kept, so many at once. */
export const overConnections = async <A>(count: number, use: (agent: Agent) => Promise<A>): Promise<A> => {
  const agent = new Agent({ keepAlive: true, maxSockets: count })
  try {
    return await use(agent)
  } finally {
    agent.destroy()
  }
}

/** Makes calls to 127.0.0.1, by the bearer of a token or by anybody, so many of them at once over connections that are kept, and says how that went. */
export const load = (
  origin: string,
  token: string | null,
  calls: ReadonlyArray<Call>,
  concurrency: number
): Promise<Measured> =>
  overConnections(concurrency, (agent) => {
    const headers = token === null ? {} : bearer(token)
    return inParallel(
      calls.map((call) => () => send(origin, { ...call, headers: { ...headers, ...call.headers } }, agent)),
      concurrency
    )
  })

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

/** Makes one call, and answers the headers of what came back. */
export const send = (origin: string, { method, path, headers, body, expect }: Call, agent: Agent) =>
  new Promise<IncomingHttpHeaders>((resolve, reject) => {
    const sent = {
      ...headers,
      ...(body !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
    }
    request(origin + path, { method, headers: sent, agent }, (response: IncomingMessage) => {
      response.on("error", reject)
      response.resume()
      response.on("end", () =>
        response.statusCode === expect
          ? resolve(response.headers)
          : reject(new Error(`${method} ${path} was answered ${response.statusCode}, not ${expect}`))
      )
    })
      .on("error", reject)
      .end(body)
  })
