import { beginningInstant } from "@treff/adapters/clock"
import { type Invocation, type Ports as InvocationPorts, layerInvocation } from "@treff/adapters/cloudflare"
import type { Caller, Secrets } from "@treff/domain/identity"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import type { Env } from "../wiring/env.ts"
import { wiringOf } from "../wiring/wiring.ts"
import { answerProblem, type Failure } from "./problem.ts"

/** Every port that a use case may ask for here. */
export type Ports = InvocationPorts | Secrets

/** What a request carries from one step to the next. */
export interface RequestEnv {
  Bindings: Env
  Variables: {
    invocation: Invocation & { readonly roundTrips: () => number }
    /** Set by `authenticate`: who the token says is calling. Where no token is needed there may be nobody: see `callerIfAny`. */
    caller: Caller
    /** Set by `withoutCompany`. */
    needsNoCompany?: true
  }
}

/** Fixes the instant of the request, and counts its round trips. */
export const beginInvocation = createMiddleware<RequestEnv>(async (c, next) => {
  let roundTrips = 0
  c.set("invocation", {
    at: await beginningInstant(c.env.CLOCK),
    database: wiringOf(c.env).database,
    queue: c.env.EVENTS,
    onRoundTrip: () => {
      roundTrips++
    },
    keepAlive: (work) => c.executionCtx.waitUntil(work),
    roundTrips: () => roundTrips
  })
  await next()
  if (c.env.SERVER_TIMING !== undefined) c.res.headers.set("Server-Timing", `round-trips;desc="${roundTrips}"`)
})

/** Runs what needs no ports: a value, or a failure. A defect is thrown on. */
export const outcomeOf = async <A, F>(
  program: Effect.Effect<A, F>
): Promise<{ readonly value: A } | { readonly failure: F }> => {
  const exit = await Effect.runPromiseExit(program)
  if (Exit.isSuccess(exit)) return { value: exit.value }
  return {
    failure: Option.getOrThrowWith(Cause.findErrorOption(exit.cause), () => Cause.squash(exit.cause))
  }
}

/** Every port, for this request. */
export const portsOf = (c: Context<RequestEnv>): Layer.Layer<Ports> =>
  Layer.merge(layerInvocation(c.var.invocation), wiringOf(c.env).layer)

/** Runs a use case and answers its failure, or what `ok` makes of its value. */
export const respond = async <A, F extends Failure, R>(
  c: Context<RequestEnv>,
  program: Effect.Effect<A, F, Ports>,
  ok: (value: A) => R | Promise<R>
) => {
  const outcome = await outcomeOf(Effect.provide(program, portsOf(c)))
  return "value" in outcome ? ok(outcome.value) : answerProblem<F>(c, outcome.failure)
}
