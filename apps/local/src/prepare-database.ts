import { migrate } from "@treff/adapters/migrations"
import type { Pool } from "pg"
import { CommandError } from "./command.ts"
import type { Database } from "./database.ts"
import { makeMailbox } from "./mailbox.ts"
import { marker, readMarker } from "./marker.ts"
import { isEmpty, seed } from "./seed.ts"

/**
 * Brings the tables up to date, and decides what to do about the rows. Demo data come into tables that are all empty, and
 * the database is then marked as the sandbox's. Where there are rows without the marker they are somebody's: nothing is put
 * among them, and nothing of it is ever thrown away.
 */
export const prepareDatabase = async (
  pool: Pool,
  { kind }: Database,
  { fresh, publicUrl }: { readonly fresh: boolean; readonly publicUrl: string }
): Promise<"seeded" | "found" | "foreign"> => {
  const marked = await readMarker(pool).catch((error: Error) => {
    throw kind === "external"
      ? new CommandError(`The database at DATABASE_URL can't be reached: ${error.message}.`)
      : error
  })
  if (fresh && kind === "external" && marked === undefined) {
    throw new CommandError(
      `--fresh would empty the database at DATABASE_URL, which the sandbox did not fill (it has no table ${marker}); nothing was changed.`
    )
  }
  await migrate(pool).catch((error: Error & { readonly cause?: Error }) => {
    const reason = (error.cause ?? error).message
    throw new CommandError(
      kind === "external"
        ? `The tables can't be made in the database at DATABASE_URL: ${reason}. Give Treff a database of its own.`
        : `The sandbox's database does not fit this version of Treff: ${reason}. Begin anew with npm start -- --fresh.`
    )
  })
  await makeMailbox(pool)
  if (!fresh && marked !== undefined) return "found"
  if (!fresh && !(await isEmpty(pool))) return "foreign"
  await seed(pool, Date.now(), publicUrl)
  return "seeded"
}
