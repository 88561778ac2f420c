import type { RouteConfig } from "@hono/zod-openapi"
import type { InputIssue } from "@treff/adapters/wire"
import * as z from "zod"
import { id } from "./output.ts"
import { Problem, type ProblemKind, type Problems } from "./problem.ts"

// The parts of a route's declaration that every flow uses.

export const security = [{ bearer: [] }]

/** The headers of an answer. */
export type Headers = Exclude<
  NonNullable<Extract<RouteConfig["responses"][string], { content?: unknown }>["headers"]>,
  z.ZodType
>

/** An answer in JSON. */
export const json = <S extends z.ZodType>(schema: S, description: string, headers: Headers = {}) => ({
  description,
  headers,
  content: { "application/json": { schema } }
})

/** The path of what has an id. */
export const idParam = (description: string) =>
  z.object({ id: z.string().meta({ description, example: id.meta()?.example }) })

/** The path of what a mail links to. */
export const tokenParam = z.object({ token: z.string().meta({ description: "the token of the mail's link" }) })

/** A body in JSON. */
export const jsonInput = <S extends z.ZodType>(schema: S) => ({
  required: true,
  content: { "application/json": { schema } }
})

interface ProblemResponse {
  readonly description: string
  readonly headers?: Headers
  readonly content: { readonly "application/problem+json": { readonly schema: typeof Problem } }
}

/** What the examples of problems show: a path, and what may be wrong with a request to it. */
export interface ProblemExample {
  readonly instance: string
  readonly issue?: InputIssue
}

/** The responses of a route that may fail in these ways, for its declaration: each status with every problem that has it. */
export const problemsAbout =
  <const P extends Problems>(problems: P, example: ProblemExample) =>
  <const T extends keyof P & string>(...tags: ReadonlyArray<T>) => {
    const responses: Record<number, ProblemResponse> = {}
    const declared = tags.flatMap((tag): ProblemKind | [] => problems[tag] ?? [])
    for (const status of new Set(declared.map((kind) => kind.status))) {
      const kinds = declared.filter((kind) => kind.status === status)
      responses[status] = {
        description: [...new Set(kinds.map(({ code, title }) => `\`${code}\`: ${title}.`))].join(" "),
        ...((status === 429 || status === 503) && { headers: retryAfter }),
        content: {
          "application/problem+json": {
            schema: Problem,
            ...{ examples: Object.fromEntries(kinds.map((kind) => [kind.code, { value: exampleOf(kind, example) }])) }
          }
        }
      }
    }
    return responses as { readonly [S in P[T]["status"]]: ProblemResponse }
  }

const retryAfter: Headers = { "Retry-After": { schema: { type: "integer" }, description: "seconds" } }

/** The problems of every call with a token. */
export const callerProblems = [
  "TokenMissing",
  "TokenInvalid",
  "AddressUnknown",
  "CallerStale",
  "StoreUnavailable",
  "IssuerUnavailable",
  "Unexpected"
] as const

/** The problems of every call that needs no token. */
export const anyonesProblems = ["StoreUnavailable", "Unexpected"] as const

/** The problems of every call by somebody who has to belong to a company. */
export const memberProblems = [...callerProblems, "NoCompany"] as const

const exampleOf = ({ code, title, status, detail }: ProblemKind, { instance, issue }: ProblemExample) => ({
  type: `urn:treff:problem:${code}`,
  title,
  status,
  detail,
  instance,
  code,
  ...(code === "invalid-input" && issue !== undefined && { errors: [issue] })
})
