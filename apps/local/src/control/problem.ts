import { type InputIssue, inputIssues } from "@treff/adapters/wire"
import type { Context } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type * as z from "zod"

interface ProblemKind {
  readonly status: ContentfulStatusCode
  readonly code: string
  readonly title: string
}

/** Everything that a call of the control can end in, but success. */
const kinds = {
  "invalid-input": { status: 400, title: "The request is not valid" },
  "not-for-pages": { status: 403, title: "Not for web pages" },
  "not-found": { status: 404, title: "Not found" },
  "method-not-allowed": { status: 405, title: "Method not allowed" },
  "email-taken": { status: 409, title: "The e-mail address is taken" },
  "not-marked": { status: 409, title: "Not the sandbox's database" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "media-type-not-supported": { status: 415, title: "Media type not supported" },
  "internal-error": { status: 500, title: "Something went wrong" },
  "job-failed": { status: 500, title: "The job failed" },
  "store-unavailable": { status: 503, title: "The store is out of reach" },
  "not-drained": { status: 504, title: "Not drained in time" }
} as const satisfies Record<string, Omit<ProblemKind, "code">>

/** Ends a call with a problem. */
export class Problem extends Error {
  override readonly name = "Problem"
  readonly code: keyof typeof kinds
  readonly issues: ReadonlyArray<InputIssue> | undefined

  constructor(code: keyof typeof kinds, detail: string, issues?: ReadonlyArray<InputIssue>) {
    super(detail)
    this.code = code
    this.issues = issues
  }
}

export const invalid = (...issues: ReadonlyArray<InputIssue>) =>
  new Problem("invalid-input", "Correct the fields named in errors and send the request again.", issues)

/** As RFC 9457 `application/problem+json`, in the shape that the API has. */
export const answerProblem = (c: Context, { code, message, issues }: Problem): Response => {
  const { status, title } = kinds[code]
  const problem = { type: `urn:treff:problem:${code}`, title, status, detail: message, instance: c.req.path, code }
  return c.json(issues === undefined ? problem : { ...problem, errors: issues }, status, {
    "Content-Type": "application/problem+json",
    // In seconds, as the API has it.
    ...(status === 503 && { "Retry-After": "5" })
  })
}

/** What the schema makes of the input; a problem that names each bad field otherwise. */
export const check = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalid(...inputIssues(result.error))
}
