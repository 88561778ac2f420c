import { type Caller, isMember } from "@treff/domain/account"
import { Accounts } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import { wiringOf } from "./layer.ts"
import { answerProblem, type RequestFailure } from "./problem.ts"
import { type RequestEnv, respond, run } from "./request.ts"

/** Reads who calls from the bearer token. Whether the account agrees is asked together with the first read. */
export const authenticate = createMiddleware<RequestEnv>(async (c, next) => {
  const token = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1]
  if (token === undefined) return answerProblem(c, { _tag: "TokenMissing" })
  const verified = await run(wiringOf(c.env).verifyToken(token, c.var.invocation.at))
  if ("failure" in verified) return answerProblem(c, verified.failure)
  c.set("caller", verified.value)
  return next()
})

/** Lets those through whose role may ever do this, by the table of the flow. */
export const allow = <A>(mayEver: (caller: Caller, action: A) => boolean, action: A) =>
  createMiddleware<RequestEnv>(async (c, next) =>
    mayEver(c.var.caller, action) ? next() : refuse(c, { _tag: "RoleNotAllowed" })
  )

/** For what concerns nobody but the caller: who has left the company may ask for it too. */
export const withoutCompany = createMiddleware<RequestEnv>(async (c, next) => {
  c.set("needsNoCompany", true)
  return next()
})

/**
 * Refuses a request before its use case: not without asking whether the caller's account still agrees with the token and
 * belongs to a company, where it has to, for that is said first.
 */
export const refuse = (c: Context<RequestEnv>, failure: RequestFailure | { readonly _tag: "RoleNotAllowed" }) =>
  respond(
    c,
    Effect.gen(function* () {
      const caller = yield* (yield* Accounts).confirm(c.var.caller)
      const needsCompany = caller.role !== "candidate" && c.var.needsNoCompany !== true
      if (needsCompany && !isMember(caller)) return yield* Effect.fail({ _tag: "NoCompany" } as const)
      return yield* Effect.fail(failure)
    }),
    (nothing: never) => nothing
  )
