import { type Invocation, type Ports as InvocationPorts, layerInvocation } from "@treff/adapters/invocation"
import type { Caller, Secrets } from "@treff/domain/identity"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import type { RequestHost, Services } from "../wiring/wiring.ts"

/** Every port that a use case may ask for here. */
export type Ports = InvocationPorts | Secrets

/** What a request carries from one step to the next. */
export interface RequestEnv {
  Bindings: RequestHost
  Variables: {
    services: Services
    invocation: Invocation
    /** Set by `authenticate`: who the token says is calling. Where no token is needed there may be nobody: see `callerIfAny`. */
    caller: Caller
    /** Set by `withoutCompany`. */
    needsNoCompany?: true
  }
}

/** Fixes the instant of each request, and counts its round trips. */
export const beginInvocation = (services: Services) =>
  createMiddleware<RequestEnv>(async (c, next) => {
    let roundTrips = 0
    c.set("services", services)
    c.set("invocation", {
      at: await services.currentInstant(),
      database: services.database,
      queue: services.queue,
      onRoundTrip: () => {
        roundTrips++
      },
      keepAlive: c.env.keepAlive
    })
    await next()
    if (services.showsRoundTrips) c.res.headers.set("Server-Timing", `round-trips;desc="${roundTrips}"`)
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
  Layer.merge(layerInvocation(c.var.invocation), c.var.services.layer)
