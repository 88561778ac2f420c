import type { Page, PageRequest } from "@treff/domain/kernel"

/** Which rows a page takes: `first` are skipped, and one more than the limit is read to see whether others follow. */
export const window = (request: PageRequest<unknown>) => ({
  first: "number" in request ? (request.number - 1) * request.limit : 0,
  rows: request.limit + 1
})

/** The page of the rows that were read for it. */
export const pageOf = <A>(request: PageRequest<unknown>, read: ReadonlyArray<A>, total: number): Page<A> => ({
  rows: read.slice(0, request.limit),
  more: read.length > request.limit,
  total
})
