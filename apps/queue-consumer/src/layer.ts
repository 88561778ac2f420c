import { beginningInstant } from "@treff/adapters/clock"
import { layerInvocation, type Ports } from "@treff/adapters/cloudflare"
import { neonDatabase } from "@treff/adapters/neon"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Env } from "./env.ts"

/** Runs one invocation, all of it at the instant at which it begins; what it commits is published before it ends. */
export const invoke = async <A, E>(env: Env, program: Effect.Effect<A, E, Ports>): Promise<A> => {
  const publishing: Array<Promise<unknown>> = []
  const layer = layerInvocation({
    at: await beginningInstant(env.CLOCK),
    database: neonDatabase(Redacted.make(env.DATABASE_URL), env.NEON_FETCH_ENDPOINT),
    queue: env.EVENTS,
    keepAlive: (work) => publishing.push(work)
  })
  try {
    return await Effect.runPromise(Effect.provide(program, layer))
  } finally {
    await Promise.all(publishing)
  }
}
