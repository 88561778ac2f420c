import * as Effect from "effect/Effect"
import type { Context } from "hono"
import { type ProblemExample, problemsAbout } from "./declare.ts"
import { answerBy, type FailureOf, type Problems } from "./problem.ts"
import { outcomeOf, type Ports, portsOf, type RequestEnv } from "./request.ts"
import { sharedProblems } from "./shared-problems.ts"

/**
 * How the routes of a flow answer, by the table of its problems and by that of the problems that every flow shares. `respond`
 * runs a use case and answers what came of it; `problemsOf` declares the problems that a route may answer, with `example`.
 */
export const flowAnswers = <const P extends Problems>(flowProblems: P, example: ProblemExample) => {
  const problems = { ...sharedProblems, ...flowProblems }
  return { respond: respondBy(problems), problemsOf: problemsAbout(problems, example) }
}

/**
 * Answers by a table of problems: it runs a use case, and answers its failure by the table, or what `ok` makes of its value.
 * A use case with a failure that the table has no problem for does not compile.
 */
export const respondBy = <const P extends Problems>(problems: P) => {
  const answer = answerBy(problems)
  return async <A, F extends FailureOf<P>, R>(
    c: Context<RequestEnv>,
    program: Effect.Effect<A, F, Ports>,
    ok: (value: A) => R | Promise<R>
  ) => {
    const outcome = await outcomeOf(Effect.provide(program, portsOf(c)))
    return "value" in outcome ? ok(outcome.value) : answer<F>(c, outcome.failure)
  }
}

/** Answers with one of the problems that every flow shares. */
export const answerProblem = answerBy(sharedProblems)
