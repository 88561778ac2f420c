import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import type { Pool } from "pg"

/** What a server has used up so far. */
export interface Spent {
  readonly statements: number
  /** Processor time, in milliseconds. */
  readonly cpu: number
}

/** Counts the statements that go over the connections of a pool, those that begin and end a transaction among them. */
export const countStatements = (pool: Pool): (() => number) => {
  let statements = 0
  pool.on("connect", (client) => {
    const { query } = client
    Object.assign(client, {
      query: (...parameters: ReadonlyArray<unknown>): unknown => {
        statements++
        return Reflect.apply(query, client, parameters)
      }
    })
  })
  return () => statements
}

export const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/**
 * The whole of a server that runs in a process of its own, as node-server.ts starts it: it says where it listens, answers
 * when asked what it has spent, and ends when who started it does.
 */
export const serve = async (pool: Pool, listenerAt: (origin: string) => Promise<RequestListener>): Promise<void> => {
  const statements = countStatements(pool)
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on("request", await listenerAt(origin))
  process.on("message", () => process.send?.({ statements: statements(), cpu: processorTime() } satisfies Spent))
  process.on("disconnect", () => process.exit())
  process.send?.({ origin })
}
