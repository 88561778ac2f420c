import { layerPostgres } from "@treff/adapters/postgres"
import { type DeadLetter, Deliveries, type StoreUnavailable } from "@treff/domain/events"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import * as pg from "pg"
import * as z from "zod"
import { CommandError, runCommand } from "./command.ts"
import { readMarker } from "./marker.ts"
import { findTrace, stateFolder } from "./trace.ts"

const usage = `Usage:
  npm run dead-letters -- list              shows the messages that were given up, oldest first
  npm run dead-letters -- replay <id> …     makes the events of these due again
  npm run dead-letters -- replay --all      makes all of them due again`

await runCommand(async () => {
  const [command, ...args] = process.argv.slice(2)
  const all = args.length === 1 && args[0] === "--all"
  const stranger = all ? undefined : args.find((id) => !z.uuid().safeParse(id).success)
  if (command !== "list" && command !== "replay") throw new CommandError(usage)
  if (command === "list" ? args.length > 0 : args.length === 0) throw new CommandError(usage)
  if (stranger !== undefined) throw new CommandError(`"${stranger}" is not the id of a dead letter.\n\n${usage}`)

  const pool = new pg.Pool({ connectionString: await findDatabase(), max: 1, connectionTimeoutMillis: 10_000 })
  pool.on("error", () => {})
  const run = <A, E>(program: Effect.Effect<A, E, Deliveries>) =>
    Effect.runPromise(Effect.provide(program, layerPostgres(drizzle(pool))))
  try {
    const letters = await run(everyLetter())
    if (command === "list") {
      console.log(letters.length === 0 ? "There are no dead letters." : tableOf(letters))
      return
    }
    const chosen = all ? letters : letters.filter(({ id }) => args.some((arg) => arg.toLowerCase() === id))
    const missing = all ? [] : args.filter((id) => !chosen.some((letter) => letter.id === id.toLowerCase()))
    if (missing.length > 0)
      throw new CommandError(`There is no dead letter ${missing.join(", ")}; nothing was replayed.`)
    const at = Date.now() + ((await readMarker(pool)) ?? 0)
    const ids = chosen.map(({ id }) => id)
    const due =
      ids.length === 0 ? [] : await run(Effect.flatMap(Deliveries, (deliveries) => deliveries.replay(ids, at)))
    console.log(`${due.length} events are due again; the relay sends them within ten seconds.`)
    const hopeless = chosen.filter(({ eventId }) => eventId === null).length
    if (hopeless > 0) console.log(`${hopeless} messages hold no event that could be replayed; they stay.`)
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown }
    if (error instanceof CommandError) throw error
    throw new CommandError(`The dead letters can't be read: ${String((cause as Error)?.message ?? cause ?? error)}.`)
  } finally {
    await pool.end()
  }
})

/** The database of production if it is named, otherwise that of the sandbox that runs. */
async function findDatabase(): Promise<string> {
  const url = process.env.DATABASE_URL || (await findTrace(stateFolder))
  if (url) return url
  throw new CommandError("No sandbox is running here; start one with npm start, or name a PostgreSQL in DATABASE_URL.")
}

/** All of them, a page at a time. */
function everyLetter(): Effect.Effect<ReadonlyArray<DeadLetter>, StoreUnavailable, Deliveries> {
  const page = 1_000
  return Effect.gen(function* () {
    const deliveries = yield* Deliveries
    const letters: Array<DeadLetter> = []
    for (let more = true; more; ) {
      const next = yield* deliveries.buried(letters.at(-1)?.id ?? null, page)
      letters.push(...next)
      more = next.length === page
    }
    return letters
  })
}

function tableOf(letters: ReadonlyArray<DeadLetter>): string {
  const rows = letters.map(({ id, eventId, message, error, failedAt }) => {
    const { type, subject } = (message ?? {}) as {
      readonly type?: unknown
      readonly subject?: { readonly id?: unknown }
    }
    const about = eventId === null ? ["no event", ""] : [String(type), String(subject?.id ?? "")]
    return [id, new Date(failedAt).toISOString(), ...about, error]
  })
  const table = [["id", "given up at", "event", "subject", "last error"], ...rows].map((row) =>
    // A message can hold anything; a terminal gets letters only.
    row.map((cell) => cell.replace(/\p{C}+/gu, " ").slice(0, 200))
  )
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}
