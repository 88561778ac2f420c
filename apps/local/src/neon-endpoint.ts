import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import * as pg from "pg"

/**
 * Neon's SQL over HTTP in front of any PostgreSQL, so that the workers run the very driver of production against it.
 *
 * Only what `@neondatabase/serverless` sends is spoken: `POST` with `{ query, params }`, or `{ queries }` for a batch
 * that is one transaction. An SQL error is a 400 with PostgreSQL's fields; everything else that goes wrong is a 503,
 * by which the driver knows an outage. Whoever may open a port of this machine may use it: it asks for no password. The
 * pages that this machine's browser shows may not: they would run SQL as the database's user.
 */
export interface NeonEndpoint {
  readonly url: string
  /** How many requests have arrived, each of which is one round trip for the worker. */
  readonly requests: number
  /** For tests of faults: asked before each request what is to go wrong with it. Undefined: nothing ever does. */
  onRequest: OnRequest | undefined
  readonly stop: () => Promise<void>
}

export type OnRequest = (statements: ReadonlyArray<Statement>) => Fault | undefined | Promise<Fault | undefined>

export interface Statement {
  readonly query: string
  readonly params?: ReadonlyArray<unknown>
}

export interface Fault {
  /** `before`: the statements do not run. `after`: they do, and are committed, but their answer is lost. */
  readonly down: "before" | "after"
  /** What the worker sees. Left out: the connection breaks off. */
  readonly status?: number
}

interface NeonEndpointOptions {
  /** Connections of the pool that is made when a URL is given. */
  readonly connections?: number
  readonly onRequest?: OnRequest
}

export const startNeonEndpoint = async (
  database: string | pg.Pool,
  options: NeonEndpointOptions = {}
): Promise<NeonEndpoint> => {
  const pool =
    typeof database === "string"
      ? // A worker gives up on a statement after ten seconds and says that it failed. So it must not be committed later.
        new pg.Pool({ connectionString: database, max: options.connections ?? 20, statement_timeout: 4_000 })
      : database
  // An idle connection that breaks (the database stops) is the pool's to replace; without a listener it would end the process.
  const ignore = () => {}
  pool.on("error", ignore)

  const endpoint = { requests: 0, onRequest: options.onRequest }
  const server = createServer(async (request, response) => {
    if (!isFromDriver(request)) return respond(response, 403, { message: "Only Neon's driver is answered here." })
    endpoint.requests++
    try {
      const body = JSON.parse(await readBody(request)) as Body
      const statements = "queries" in body ? body.queries : [body]
      const fault = await endpoint.onRequest?.(statements)
      if (fault?.down === "before") return fail(response, fault)
      const run = runner(request)
      const answer =
        "queries" in body
          ? {
              results: await inTransaction(pool, request, (client) =>
                eachInTurn(body.queries, (each) => run(client, each))
              )
            }
          : await run(pool, body)
      if (fault !== undefined) return fail(response, fault)
      respond(response, 200, answer)
    } catch (error) {
      if (isSqlError(error)) respond(response, 400, describe(error))
      else respond(response, 503, { message: `The database does not answer: ${(error as Error).message}` })
    }
  })
  // The worker keeps its connections; one that we close just as it sends on it would look like an outage.
  server.keepAliveTimeout = 0
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))

  return Object.assign(endpoint, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    stop: async () => {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
      if (typeof database === "string") await pool.end()
      else pool.off("error", ignore)
    }
  })
}

type Body = Statement | { readonly queries: ReadonlyArray<Statement> }

/**
 * A browser sends `Origin` with every POST of a page, and a page can't leave it out. The driver's own header is one that no
 * page may send elsewhere unasked: nobody answers its preflight.
 */
const isFromDriver = ({ headers }: IncomingMessage): boolean =>
  headers.origin === undefined && headers["neon-connection-string"] !== undefined

const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (text += chunk))
    request.on("end", () => resolve(text))
    request.on("error", reject)
  })

const respond = (response: ServerResponse, status: number, body: unknown): void => {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
    .end(text)
}

const fail = (response: ServerResponse, { status }: Fault): void => {
  if (status === undefined) response.destroy()
  else respond(response, status, { message: "An outage, as ordered." })
}

/** Runs a statement and answers in the form that the request's headers ask for. */
const runner = ({ headers }: IncomingMessage) => {
  const types = headers["neon-raw-text-output"] === "true" ? rawText : undefined
  const rowMode = headers["neon-array-mode"] === "true" ? "array" : undefined
  return async (client: Pick<pg.ClientBase, "query">, { query, params }: Statement) => {
    const { command, fields, rowCount, rows } = await client.query({
      text: query,
      values: params as Array<unknown>,
      ...(types && { types }),
      ...(rowMode && { rowMode })
    } as pg.QueryConfig)
    return { command, fields, rowCount, rows, rowAsArray: rowMode === "array" }
  }
}

/** PostgreSQL's own text, whatever the type: making values of it is the driver's part. */
const rawText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text }

const eachInTurn = async <A, B>(items: ReadonlyArray<A>, run: (item: A) => Promise<B>): Promise<ReadonlyArray<B>> => {
  const results: Array<B> = []
  for (const item of items) results.push(await run(item))
  return results
}

const inTransaction = async <A>(
  pool: pg.Pool,
  { headers }: IncomingMessage,
  work: (client: pg.PoolClient) => Promise<A>
): Promise<A> => {
  const isolation = isolationLevels[String(headers["neon-batch-isolation-level"])]
  const begin = [
    "begin",
    ...(isolation === undefined ? [] : [`isolation level ${isolation}`]),
    ...(headers["neon-batch-read-only"] === "true" ? ["read only"] : []),
    ...(headers["neon-batch-deferrable"] === "true" ? ["deferrable"] : [])
  ].join(" ")
  const client = await pool.connect()
  // Between two statements nobody else notices that the connection broke; the next statement fails and says so.
  const ignore = () => {}
  client.on("error", ignore)
  let broken = true
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query("commit")
    broken = false
    return result
  } catch (error) {
    if (isSqlError(error))
      broken = await client.query("rollback").then(
        () => false,
        () => true
      )
    throw error
  } finally {
    // A connection that still has a transaction open must not go back into the pool.
    client.off("error", ignore)
    client.release(broken)
  }
}

const isolationLevels: Readonly<Record<string, string>> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable"
}

/** What the statement is to blame for. A server that shuts down, starts or has no room left says so in SQL too. */
const isSqlError = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && error.code !== undefined && !/^(08|53|57P)/.test(error.code)

const describe = (error: pg.DatabaseError) => ({
  message: error.message,
  severity: error.severity,
  code: error.code,
  detail: error.detail,
  hint: error.hint,
  position: error.position,
  internalPosition: error.internalPosition,
  internalQuery: error.internalQuery,
  where: error.where,
  schema: error.schema,
  table: error.table,
  column: error.column,
  dataType: error.dataType,
  constraint: error.constraint,
  file: error.file,
  line: error.line,
  routine: error.routine
})
