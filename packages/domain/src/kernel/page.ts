/**
 * Which part of a list is asked for. By `number` (from 1), or, at the same cost at any depth, what comes `after` a row
 * (null: from the beginning). `limit` is in rows. See docs/http.md.
 */
export type PageRequest<Cursor> = { readonly limit: number } & (
  | { readonly number: number }
  | { readonly after: Cursor | null }
)

/** How far lists are counted, in rows: beyond it, `total` says {@link countedAtMost} + 1. See docs/http.md. */
export const countedAtMost = 10_000

/**
 * A part of a list. `more` says whether rows follow; `total` counts all rows, up to {@link countedAtMost} + 1. See
 * docs/http.md.
 */
export interface Page<A> {
  readonly rows: ReadonlyArray<A>
  readonly more: boolean
  readonly total: number
}
