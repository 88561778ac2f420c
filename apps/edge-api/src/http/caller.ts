import { Accounts, type Caller, isMember, type RoleNotAllowed } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import { outcomeOf, portsOf, type RequestEnv } from "./request.ts"
import { answerProblem, respondBy } from "./respond.ts"
import { type AddressUnknown, type RequestFailure, sharedProblems } from "./shared-problems.ts"

/** Reads from the bearer token who calls. Whether the account still agrees is asked in the round trip of the first read. */
export const authenticate = createMiddleware<RequestEnv>(async (c, next) => {
  const token = /^Bearer +(\S+) *$/i.exec(c.req.header("Authorization") ?? "")?.[1]
  if (token === undefined) return answerProblem(c, { _tag: "TokenMissing" })
  const verified = await outcomeOf(callerOf(c, token))
  if ("failure" in verified) return answerProblem(c, verified.failure)
  c.set("caller", verified.value)
  return next()
})

/** Reads who calls if there is a token, for routes that can be called without one. */
export const authenticateIfAny = createMiddleware<RequestEnv>(async (c, next) =>
  c.req.header("Authorization") === undefined ? next() : authenticate(c, next)
)

/** Who calls, null where nobody has to say so and nobody did. */
export const callerIfAny = (c: Context<RequestEnv>): Caller | null => c.get("caller") ?? null

/**
 * Whose token this is: our own tokens say so, and those of other issuers name an address, whose account is looked up. See
 * docs/flows/identity.md.
 */
const callerOf = Effect.fnUntraced(function* (c: Context<RequestEnv>, token: string) {
  const { verifyToken, verifyIssuedToken } = c.var.services
  const { at } = c.var.invocation
  const email = yield* verifyIssuedToken(token, at)
  if (email === null) return yield* verifyToken(token, at)
  const account = yield* Effect.provide(
    Accounts.use((accounts) => accounts.findByEmail(email)),
    portsOf(c)
  )
  return account ?? (yield* Effect.fail<AddressUnknown>({ _tag: "AddressUnknown" }))
})

/** Lets through callers whose role may do this at all, by the access rules of the flow. */
export const allow = <A>(roleAllows: (caller: Caller, action: A) => boolean, action: A) =>
  createMiddleware<RequestEnv>(async (c, next) =>
    roleAllows(c.var.caller, action) ? next() : refuse(c, { _tag: "RoleNotAllowed" })
  )

/** For routes that concern nobody but the caller, who may have left the company. */
export const withoutCompany = createMiddleware<RequestEnv>(async (c, next) => {
  c.set("needsNoCompany", true)
  return next()
})

const respond = respondBy(sharedProblems)

/**
 * Refuses a request before its use case is run. It first asks whether the caller's account, if somebody calls with one, still
 * agrees with the token and belongs to a company where it has to, since these problems come first.
 */
export const refuse = (c: Context<RequestEnv>, failure: RequestFailure | RoleNotAllowed) => {
  const claimed = callerIfAny(c)
  if (claimed === null) return answerProblem(c, failure)
  return respond(
    c,
    Effect.gen(function* () {
      const caller = yield* (yield* Accounts).confirm(claimed)
      const needsCompany = caller.role !== "candidate" && c.var.needsNoCompany !== true
      if (needsCompany && !isMember(caller)) return yield* Effect.fail({ _tag: "NoCompany" } as const)
      return yield* Effect.fail(failure)
    }),
    (nothing: never) => nothing
  )
}
