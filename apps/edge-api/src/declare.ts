import { type FailureTag, Problem, problems, type StatusOf } from "./problem.ts"

interface ProblemResponse {
  readonly description: string
  readonly content: { readonly "application/problem+json": { readonly schema: typeof Problem } }
}

/** The responses of a route that may fail in these ways, for its declaration: each status with every problem it may hold. */
export const problemsOf = <const T extends FailureTag>(...tags: ReadonlyArray<T>) => {
  const responses: Record<number, ProblemResponse> = {}
  for (const status of new Set(tags.map((tag) => problems[tag].status))) {
    const kinds = tags.map((tag) => problems[tag]).filter((kind) => kind.status === status)
    responses[status] = {
      description: [...new Set(kinds.map(({ code, title }) => `\`${code}\`: ${title}.`))].join(" "),
      content: {
        "application/problem+json": {
          schema: Problem,
          ...{ examples: Object.fromEntries(kinds.map((kind) => [kind.code, { value: exampleOf(kind) }])) }
        }
      }
    }
  }
  return responses as { readonly [S in StatusOf<T>]: ProblemResponse }
}

/** What every call of a company's side may end in. */
export const memberProblems = [
  "TokenMissing",
  "TokenInvalid",
  "CallerStale",
  "StoreUnavailable",
  "Unexpected",
  "NoCompany"
] as const

const exampleOf = ({ code, title, status, detail }: (typeof problems)[FailureTag]) => ({
  type: `urn:treff:problem:${code}`,
  title,
  status,
  detail,
  instance: "/offers",
  code,
  ...(code === "invalid-input" && { errors: [{ pointer: "/title", message: "must be 1 to 200 characters long" }] })
})
