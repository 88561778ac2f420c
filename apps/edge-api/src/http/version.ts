import type { Caller } from "@treff/domain/identity"
import type { Context } from "hono"
import * as z from "zod"
import type { Headers } from "./declare.ts"
import type { RequestEnv } from "./request.ts"

// A version travels as an entity tag (RFC 9110): out in `ETag`, and back in `If-Match`.

/** The header of a request that changes something, for its declaration. */
export const ifMatch = z.object({
  "if-match": z.string().optional().meta({ description: 'the ETag that the change builds on, or "*"' })
})

/** The header of an answer about a single thing, for its declaration. */
export const etag: Headers = { ETag: { schema: { type: "string" }, description: "the version" } }

export const etagOf = (version: number) => `"${version}"`

/** Who changes what, and on which version it builds. */
export const changeOf = (c: Context<RequestEnv>, id: string): Builder & { readonly id: string } => ({
  ...builderOf(c),
  id
})

/** Who changes something, and on which version of it. */
export const builderOf = (c: Context<RequestEnv>): Builder => ({
  caller: c.var.caller,
  expectedVersions: versionsIn(c.req.header("If-Match"))
})

interface Builder {
  readonly caller: Caller
  readonly expectedVersions: ReadonlyArray<number> | undefined
}

/** The versions that `If-Match` names; a weak or unreadable one is no version of ours. */
const versionsIn = (ifMatch: string | undefined): ReadonlyArray<number> | undefined =>
  ifMatch === undefined || ifMatch.trim() === "*"
    ? undefined
    : ifMatch.split(",").flatMap((tag) => {
        const version = /^"(\d{1,9})"$/.exec(tag.trim())?.[1]
        return version === undefined ? [] : [Number(version)]
      })
