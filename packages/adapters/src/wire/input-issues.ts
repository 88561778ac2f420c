import type * as z from "zod"

/** What is wrong with one field of a request: a JSON pointer (RFC 6901) to it, empty for the whole, and a sentence. */
export interface InputIssue {
  readonly pointer: string
  readonly message: string
}

/**
 * What zod found in a request, as pointers and sentences; each field that does not belong there is named. See
 * docs/http.md.
 *
 * @example
 * ```ts
 * import { inputIssues } from "@treff/adapters/wire"
 * import { deepStrictEqual } from "node:assert"
 * import * as z from "zod"
 *
 * const { error } = z.strictObject({}).safeParse({ "a/b": 1 })
 * deepStrictEqual(error && inputIssues(error), [{ pointer: "/a~1b", message: "is not a field of this request" }])
 * ```
 */
export const inputIssues = (error: z.core.$ZodError): ReadonlyArray<InputIssue> =>
  error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          pointer: pointerTo([...issue.path, key]),
          message: "is not a field of this request"
        }))
      : [{ pointer: pointerTo(issue.path), message: issue.message }]
  )

const pointerTo = (path: ReadonlyArray<PropertyKey>): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")
