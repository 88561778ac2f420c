import { beginningInstant, layerInstant } from "@treff/adapters/clock"
import { layerUuid } from "@treff/adapters/identifiers"
import { neonDatabase } from "@treff/adapters/neon"
import { layerPostgres, type Store } from "@treff/adapters/postgres"
import { layerCloudflareQueue, layerPublishing } from "@treff/adapters/queue"
import type { EventQueue, Identifiers } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Env } from "./env.ts"

/** What every use case may ask for. */
export type Ports = Store | EventQueue | Identifiers

/** Runs one invocation, all of it at the instant at which it begins; what it commits is published before it ends. */
export const invoke = async <A, E>(env: Env, program: Effect.Effect<A, E, Ports>): Promise<A> => {
  const at = await beginningInstant(env.CLOCK)
  const publishing: Array<Promise<unknown>> = []
  const layer = layerPublishing((work) => publishing.push(work)).pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        layerPostgres(neonDatabase(Redacted.make(env.DATABASE_URL), env.NEON_FETCH_ENDPOINT)),
        layerCloudflareQueue(env.EVENTS),
        layerUuid,
        layerInstant(at)
      )
    )
  )
  try {
    return await Effect.runPromise(Effect.provide(program, layer))
  } finally {
    await Promise.all(publishing)
  }
}
