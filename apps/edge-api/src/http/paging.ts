import { countedAtMost, type Page, type PageRequest } from "@treff/domain/kernel"
import type { Context } from "hono"
import * as z from "zod"
import type { Headers } from "./declare.ts"
import { lastInstant, trimmed } from "./input.ts"

/** An instant within a cursor. */
export const cursorInstant = z.int().min(0).max(lastInstant)

/** What `after` carries in a list with the newest first: where its last row stands. */
export const createdAtCursor = z.strictObject({ createdAt: cursorInstant, id: z.uuid() })

type CreatedAtCursor = z.infer<typeof createdAtCursor>

/** The cursor of a row. */
export const createdAtCursorOf = ({ createdAt, id }: CreatedAtCursor): CreatedAtCursor => ({ createdAt, id })

const count = (most: number, message: string) =>
  trimmed
    .regex(/^\d{1,16}$/, message)
    .transform(Number)
    .refine((number) => number >= 1 && number <= most, message)

/** The query parameters of every list; `cursor` is the schema of what `after` carries. */
export const pageQuery = <Cursor>(cursor: z.ZodType<Cursor>) => ({
  page: count(Number.MAX_SAFE_INTEGER, "must be a whole number, 1 or more")
    .optional()
    .meta({ description: "from 1; 1 if left out", type: "integer", minimum: 1, example: 1 }),
  limit: count(100, "must be a whole number from 1 to 100")
    .optional()
    .meta({ description: "rows a page; 20 if left out", type: "integer", minimum: 1, maximum: 100, example: 20 }),
  after: trimmed
    .transform((text, context): Cursor | null => {
      if (text === "") return null
      const read = cursor.safeParse(decode(text))
      if (read.success) return read.data
      context.addIssue({ code: "custom", message: "must be empty or taken from the last answer's Link" })
      return z.NEVER
    })
    .optional()
    .meta({
      description:
        "instead of page: empty to begin with, then as in the last answer's Link; costs the same at any depth",
      type: "string"
    })
})

interface PageQuery<Cursor> {
  readonly page?: number | undefined
  readonly limit?: number | undefined
  readonly after?: Cursor | null | undefined
}

/** `page` and `after` contradict each other. */
export const eitherPageOrAfter: [(query: PageQuery<unknown>) => boolean, { path: Array<string>; message: string }] = [
  ({ page, after }) => page === undefined || after === undefined,
  { path: ["after"], message: "must be left out where page is given" }
]

export const pageRequestOf = <Cursor>({ page = 1, limit = 20, after }: PageQuery<Cursor>): PageRequest<Cursor> =>
  after === undefined ? { number: page, limit } : { after, limit }

/** The headers of a list, for its declaration. */
export const declaredPageHeaders: Headers = {
  Link: { schema: { type: "string" }, description: "RFC 8288: first, prev, next, last" },
  "X-Total-Count": { schema: { type: "integer" }, description: "exact up to 10000" },
  "X-Total-Count-Relation": { schema: { type: "string", enum: ["gte"] }, description: "where there are more" }
}

/**
 * The headers of a list: `Link` (RFC 8288) and how many rows there are, exactly up to 10,000. Beyond that the last page is
 * not known.
 */
export const pageHeaders = <A, Cursor>(
  c: Context,
  request: PageRequest<Cursor>,
  { rows, more, total }: Page<A>,
  cursorOf: (row: A) => Cursor
): Record<string, string> => {
  const isExact = total <= countedAtMost
  const lastPage = Math.max(1, Math.ceil(total / request.limit))
  const last = rows.at(-1)
  const links =
    "number" in request
      ? {
          first: { page: 1 },
          ...(request.number > 1 && {
            prev: { page: isExact ? Math.min(request.number - 1, lastPage) : request.number - 1 }
          }),
          ...(more && { next: { page: request.number + 1 } }),
          ...(isExact && { last: { page: lastPage } })
        }
      : { first: { after: "" }, ...(more && last !== undefined && { next: { after: encode(cursorOf(last)) } }) }
  return {
    Link: Object.entries(links)
      .map(([relation, change]) => `<${addressWith(c, change)}>; rel="${relation}"`)
      .join(", "),
    "X-Total-Count": String(Math.min(total, countedAtMost)),
    ...(!isExact && { "X-Total-Count-Relation": "gte" })
  }
}

const addressWith = (c: Context, change: Record<string, string | number>): string => {
  const address = new URL(c.req.url)
  for (const [name, value] of Object.entries(change)) address.searchParams.set(name, String(value))
  return address.href
}

const encode = (cursor: unknown): string =>
  btoa(JSON.stringify(cursor)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")

const decode = (text: string): unknown => {
  try {
    return JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")))
  } catch {
    return undefined
  }
}
