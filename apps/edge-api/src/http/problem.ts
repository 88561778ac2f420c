import type { InputIssue } from "@treff/adapters/wire"
import type { Context, TypedResponse } from "hono"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import * as z from "zod"
import { withoutSecret } from "./secret-path.ts"

/** What a failure is answered with. */
export interface ProblemKind {
  readonly status: ContentfulStatusCode
  /** Clients may count on it. */
  readonly code: string
  readonly title: string
  /** What the caller can do about it. */
  readonly detail: string
  /** Which fields of the request are wrong, and how. */
  readonly issues?: (failure: never) => ReadonlyArray<InputIssue>
  /** Headers of the answer. */
  readonly headers?: (failure: never) => Readonly<Record<string, string>>
}

/** The problems of a flow, each under the `_tag` of the failure that it answers. */
export type Problems = Readonly<Record<string, ProblemKind>>

/** The failures that a table has a problem for, each with the facts that its problem shows. */
export type FailureOf<P extends Problems> = {
  [T in keyof P & string]: { readonly _tag: T } & FactsFor<P[T], "issues"> & FactsFor<P[T], "headers">
}[keyof P & string]

type FactsFor<K extends ProblemKind, N extends "issues" | "headers"> = K extends {
  readonly [_ in N]: (failure: infer F) => unknown
}
  ? F
  : unknown

/** How every problem looks: RFC 9457, with a stable code, and for bad input what is wrong with which field. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: "what the caller can do about it" }),
    instance: z.string().meta({ description: "the path that was asked for, with … for the token of a link" }),
    // Which ones there are is known where all flows are: see docs/openapi.ts.
    code: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "JSON pointer (RFC 6901) to the field; empty for the whole body" }),
          message: z.string()
        })
      )
      .optional()
      .meta({ description: "with invalid-input and username-taken: what is wrong with which field" })
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" })

/** The answers that failures end in, each with its literal status, so that a route must declare it. */
type ProblemAnswer<P extends Problems, F extends { readonly _tag: string }> = F extends unknown
  ? Response & TypedResponse<z.infer<typeof Problem>, P[F["_tag"]]["status"], "json">
  : never

/** Answers failures as RFC 9457 `application/problem+json`, by a table: one that it has no problem for does not compile. */
export const answerBy =
  <const P extends Problems>(problems: P) =>
  <F extends FailureOf<P>>(c: Context, failure: F): ProblemAnswer<P, F> => {
    const { status, code, title, detail, issues, headers } = kindOf(problems, failure)
    const problem: z.infer<typeof Problem> = {
      type: `urn:treff:problem:${code}`,
      title,
      status,
      detail,
      instance: withoutSecret(c.req.path),
      code,
      ...(issues !== undefined && { errors: [...issues(failure)] })
    }
    // The table's literal types are lost in the union of all failures and restored by the signature.
    return c.json(problem, status, {
      "Content-Type": "application/problem+json",
      ...headers?.(failure)
    }) as ProblemAnswer<P, F>
  }

/** The problem of a failure. That it may look at the failure as it does is what `FailureOf` demands of the caller. */
const kindOf = <P extends Problems, F extends FailureOf<P>>(problems: P, { _tag }: F) =>
  problems[_tag] as Omit<ProblemKind, "issues" | "headers"> & {
    readonly [N in "issues" | "headers"]?: (failure: F) => ReturnType<NonNullable<ProblemKind[N]>>
  }
