import { migrate } from "@treff/adapters/migrations"
import * as pg from "pg"
import { CommandError, runCommand } from "./command.ts"

await runCommand(async () => {
  const url = process.env.DATABASE_URL
  if (!url) throw new CommandError("Set DATABASE_URL to the PostgreSQL whose tables are to be brought up to date.")
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  try {
    await migrate(pool)
  } catch (error) {
    const { message } = ((error as Error).cause ?? error) as Error
    throw new CommandError(`The tables could not be brought up to date, and nothing was changed: ${message}.`)
  } finally {
    await pool.end()
  }
  console.log("The tables are up to date.")
})
