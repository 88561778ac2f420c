import { sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"

// States cross to PostgreSQL and back as JSON: `jsonb_populate_record` reads all of a commit at once, and `row_to_json`
// writes a row as one value. drizzle would look at each cell of a page on its own, which took a third of a list's time.

/** A row of a table, or of what has its columns, as JSON. */
export type JsonRow = Readonly<Record<string, unknown>>

/** An `A` that a statement builds as JSON, field by field: of it the instants `I` come as text. */
export type JsonOf<A, I extends keyof A> = Omit<A, I> & { readonly [K in I]: string | Exclude<A[K], number> }

/** How a state of type `A` lies in a table. Only the journal writes it, so what is read back is such a state. */
export const rowMapping = <A>(columns: Readonly<Record<string, PgColumn>>) => {
  const fields = Object.entries(columns).map(([field, column]) => ({
    field,
    name: column.name,
    isInstant: column.getSQLType().startsWith("timestamp")
  }))
  return {
    /** The columns that are written, as one piece of text: drizzle looks at each piece of a statement again, every time. */
    columnNames: sql.raw(fields.map(({ name }) => `"${name}"`).join(", ")),

    /** The columns that are written, each with the name of its table before it. */
    columnNamesOf: (table: string) => sql.raw(fields.map(({ name }) => `${table}."${name}"`).join(", ")),

    toRow: (state: object): JsonRow =>
      Object.fromEntries(
        fields.map(({ field, name, isInstant }) => {
          const value = (state as JsonRow)[field]
          return [name, isInstant && value !== null ? iso(Number(value)) : value]
        })
      ),

    fromRow: (row: JsonRow): { readonly version: number; readonly value: A } => {
      const { version, ...value } = Object.fromEntries(
        fields.map(({ field, name, isInstant }) => {
          const cell = row[name] ?? null
          return [field, isInstant && cell !== null ? instantOf(cell) : cell]
        })
      )
      return { version: Number(version), value: value as A }
    }
  }
}

/**
 * An instant as JSON has it. In a session east of UTC the last hours of the year 9999 are written as of 10000, which ISO
 * 8601 wants signed.
 */
export const instantOf = (cell: unknown): number => Date.parse(String(cell).replace(/^\d{5}-/, "+0$&"))

/** An instant as JSON has it, which may be missing. */
export const instantOrNull = (cell: unknown): number | null => (cell === null ? null : instantOf(cell))

/** An instant as PostgreSQL reads it. */
export const iso = (at: number): string => new Date(at).toISOString()

/** A reason may quote what it is about; NUL and lone surrogates are what no text in PostgreSQL, or in JSON there, holds. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")
