import { Agent, type IncomingMessage, request } from "node:http"

export interface Call {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly body?: string
  /** What the answer's status must be: a bench of failures would look splendid. */
  readonly expect: number
}

export interface Measured {
  readonly perSecond: number
  /** Of each request in milliseconds, shortest first. */
  readonly latencies: ReadonlyArray<number>
}

/** No run of calls may take longer, in milliseconds. */
const patience = 30_000

/** Makes calls to 127.0.0.1, so many of them at once over connections that are kept, and says how that went. */
export const load = async (
  origin: string,
  token: string,
  calls: ReadonlyArray<Call>,
  concurrency: number
): Promise<Measured> => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const latencies: Array<number> = []
  let next = 0
  const begun = performance.now()
  const client = async () => {
    for (;;) {
      const call = calls[next++]
      if (call === undefined) return
      const sent = performance.now()
      if (sent - begun > patience) throw new Error(`${calls.length} calls took longer than ${patience} ms`)
      await send(origin, token, call, agent)
      latencies.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  const seconds = (performance.now() - begun) / 1_000
  agent.destroy()
  return { perSecond: calls.length / seconds, latencies: latencies.sort((a, b) => a - b) }
}

const send = (origin: string, token: string, { method, path, body, expect }: Call, agent: Agent) =>
  new Promise<void>((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
    }
    request(origin + path, { method, headers, agent }, (response: IncomingMessage) => {
      response.on("error", reject)
      response.resume()
      response.on("end", () =>
        response.statusCode === expect
          ? resolve()
          : reject(new Error(`${method} ${path} was answered ${response.statusCode}, not ${expect}`))
      )
    })
      .on("error", reject)
      .end(body)
  })
