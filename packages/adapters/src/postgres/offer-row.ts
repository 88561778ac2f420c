import type { Offer, OfferState } from "@treff/domain/offer"
import type { Versioned } from "@treff/domain/ports"
import { getTableColumns, sql } from "drizzle-orm"
import { offer } from "./schema.ts"

// Offers cross to PostgreSQL and back as JSON: `jsonb_populate_record` reads all of a commit at once, and `row_to_json`
// writes a row as one value. drizzle would look at each cell of a page on its own, which took a third of a list's time.

/** All but what is computed. */
export const { endsAt: _, ...columns } = getTableColumns(offer)
const fields = Object.entries(columns).map(([field, column]) => ({
  field,
  column,
  isInstant: column.getSQLType().startsWith("timestamp")
}))

/** The columns that are written. As one piece of text: drizzle looks at each piece of a statement again, every time. */
export const columnNames = sql.raw(fields.map(({ column }) => `"${column.name}"`).join(", "))
/** The same, as columns of a table. */
export const columnNamesOf = (table: string) =>
  sql.raw(fields.map(({ column }) => `${table}."${column.name}"`).join(", "))

/** A row of the table, or of what has its columns, as JSON. */
export type OfferRow = Readonly<Record<string, unknown>>

export const toOfferRow = (state: OfferState & { readonly version: number }): OfferRow =>
  Object.fromEntries(
    fields.map(({ field, column, isInstant }) => {
      const value = state[field as keyof typeof state]
      return [column.name, isInstant && value !== null ? new Date(Number(value)).toISOString() : value]
    })
  )

export const fromOfferRow = (row: OfferRow): Versioned<Offer> => {
  const { version, ...value } = Object.fromEntries(
    fields.map(({ field, column, isInstant }) => {
      const cell = row[column.name]
      return [field, isInstant && cell !== null ? instantOf(String(cell)) : cell]
    })
  ) as unknown as Offer & { readonly version: number } // what the journal wrote, and nobody else writes
  return { version, value }
}

/** In a session east of UTC the last hours of the year 9999 are written as of 10000, which ISO 8601 wants signed. */
const instantOf = (text: string): number => Date.parse(text.replace(/^\d{5}-/, "+0$&"))
