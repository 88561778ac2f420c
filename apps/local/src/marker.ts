import type { ClientBase, Pool } from "pg"

/**
 * The sandbox's own marker, a table of its own in the database that it seeded: what lies in there may be thrown away. It
 * keeps the clock's offset, so that the data and the time they were written in never part.
 */
export const marker = "treff_sandbox"

/** How far the sandbox's time is ahead, in milliseconds; undefined when the database does not carry the marker. */
export const readMarker = async (database: Pool | ClientBase): Promise<number | undefined> => {
  const { rows } = await database.query<{ there: boolean }>(`select to_regclass('${marker}') is not null as there`)
  if (rows[0]?.there !== true) return undefined
  const kept = await database.query<{ clock_offset: string }>(`select clock_offset from ${marker}`)
  return Number(kept.rows[0]?.clock_offset ?? 0)
}

/** Marks the database, if it is not, and notes the offset. */
export const writeMarker = async (database: Pool | ClientBase, offset: number): Promise<void> => {
  await database.query(
    `create table if not exists ${marker} (one boolean primary key check (one), clock_offset bigint)`
  )
  await noteOffset(database, offset)
}

/** Notes the offset in a database that is marked. */
export const noteOffset = async (database: Pool | ClientBase, offset: number): Promise<void> => {
  await database.query(
    `insert into ${marker} values (true, $1) on conflict (one) do update set clock_offset = excluded.clock_offset`,
    [offset]
  )
}
