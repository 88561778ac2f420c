import type { EventQueue, Identifiers } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { layerInstant } from "../clock/index.ts"
import { layerUuid } from "../identifiers/index.ts"
import { layerPostgres, type PostgresDatabase, type PostgresOptions, type Store } from "../postgres/index.ts"
import { layerCloudflareQueue, layerPublishing, type MessageQueue } from "../queue/index.ts"

/** Every port that a use case may ask for. See docs/http.md. */
export type Ports = Store | EventQueue | Identifiers

/**
 * One call of a worker, or of whatever hosts the apps: when it began, where it writes and publishes, and what may go on when
 * it is answered.
 */
export interface Invocation extends Pick<PostgresOptions, "onRoundTrip"> {
  readonly at: Instant
  readonly database: PostgresDatabase
  readonly queue: MessageQueue
  /** Keeps the host from ending before the work has: the platform's `waitUntil`. */
  readonly keepAlive: (work: Promise<unknown>) => void
}

/**
 * The ports of one invocation: PostgreSQL, the queue, UUIDv7, and a clock that stands at its instant; what is committed is
 * published in the background. It only constructs: on workerd a layer that waits hangs every other request.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerInvocation } from "@treff/adapters/invocation"
 * import { neonDatabase } from "@treff/adapters/neon"
 * import * as Clock from "effect/Clock"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const database = neonDatabase(Redacted.make("postgres://treff:secret@db.example.com/treff"))
 * const queue = { sendBatch: async () => {} }
 * const layer = layerInvocation({ at: 1_000, database, queue, keepAlive: () => {} })
 * strictEqual(await Effect.runPromise(Effect.provide(Clock.currentTimeMillis, layer)), 1_000)
 * ```
 */
export const layerInvocation = ({ at, database, queue, keepAlive, onRoundTrip }: Invocation): Layer.Layer<Ports> =>
  layerPublishing(keepAlive).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        layerPostgres(database, { onRoundTrip }),
        layerCloudflareQueue(queue),
        layerUuid,
        layerInstant(at),
        // Hosts recognise warnings by the method of the console that writes them.
        Logger.layer([Logger.withLeveledConsole(Logger.formatStructured)])
      )
    )
  )

/**
 * What may be logged of a failure or a bug: what it is and where, never its message. Messages hold statements with all
 * that is in them, and so what a person wrote.
 *
 * @example
 * ```ts
 * import { describeFailure } from "@treff/adapters/invocation"
 * import { strictEqual } from "node:assert"
 *
 * const cause = Object.assign(new Error("secret"), { code: "53100" })
 * const { failure, code, stack } = describeFailure(new TypeError("secret\n    at home", { cause }))
 * strictEqual(failure, "TypeError")
 * strictEqual(code, "53100")
 * strictEqual(JSON.stringify(stack).includes("at home"), false)
 * ```
 */
export const describeFailure = (error: unknown) => {
  const { name, message, operation, stack } = (error ?? {}) as Readonly<Record<string, unknown>>
  const text = String(stack ?? "")
  return {
    failure: String(name ?? typeof error),
    operation,
    code: codeOf(error),
    // The message comes first, and may hold lines that look like a place.
    stack: text
      .slice(text.indexOf(String(message)) + String(message ?? "").length)
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
  }
}

/** The code of what failed first: drivers, drizzle and ports wrap one another. */
const codeOf = (error: unknown): string | undefined => {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown }
  return cause === undefined ? (typeof code === "string" ? code : undefined) : codeOf(cause)
}
