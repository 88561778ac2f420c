import { countedAtMost, type Instant, type Page, type PageRequest } from "@treff/domain/kernel"

/** Newest first, ties by id descending: an order for sorting, positive where `a` comes after `b`. */
export const newestFirstBy =
  <A extends { readonly id: string }>(instantOf: (row: A) => Instant) =>
  (a: A, b: A): number =>
    instantOf(b) - instantOf(a) || (a.id < b.id ? 1 : -1)

/** The part of a sorted list that is asked for; `follows` says whether a row comes after the cursor. */
export const pageOf = <A, Cursor>(
  all: ReadonlyArray<A>,
  request: PageRequest<Cursor>,
  follows: (row: A, cursor: Cursor) => boolean
): Page<A> => {
  const cursor = "after" in request ? request.after : null
  const candidates = cursor === null ? all : all.filter((row) => follows(row, cursor))
  const first = "number" in request ? (request.number - 1) * request.limit : 0
  return {
    rows: candidates.slice(first, first + request.limit),
    more: candidates.length > first + request.limit,
    total: Math.min(all.length, countedAtMost + 1)
  }
}
