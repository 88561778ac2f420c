import type { Instant } from "@treff/domain/kernel"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/**
 * The sandbox's clock, a service that both workers may be bound to. It answers by how many milliseconds its time is ahead,
 * as `{ offset }`. See docs/sandbox.md.
 */
export interface ClockService {
  readonly fetch: (url: string) => Promise<{ readonly json: () => Promise<unknown> }>
}

/**
 * The current time, which an invocation takes when it begins: that of the platform, moved by the sandbox's clock where there is one.
 * Rejects when that clock does not answer. See docs/sandbox.md.
 *
 * @example
 * ```ts
 * import { ok } from "node:assert"
 * import { currentInstant } from "@treff/adapters/clock"
 *
 * const hour = 3_600_000
 * const before = Date.now()
 * const ahead = { fetch: async () => ({ json: async () => ({ offset: hour }) }) }
 * ok((await currentInstant(ahead)) >= before + hour)
 * ```
 */
export const currentInstant = async (service: ClockService | undefined): Promise<Instant> => {
  if (service === undefined) return Date.now()
  const answer = (await (await service.fetch("http://clock/")).json()) as { readonly offset: number }
  return Date.now() + answer.offset
}

/**
 * A clock that stands at one instant, so that everything within one invocation happens at once; sleeping still takes its
 * time. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerInstant } from "@treff/adapters/clock"
 * import * as Clock from "effect/Clock"
 * import * as Effect from "effect/Effect"
 *
 * strictEqual(await Effect.runPromise(Effect.provide(Clock.currentTimeMillis, layerInstant(1_000))), 1_000)
 * ```
 */
export const layerInstant = (at: Instant): Layer.Layer<never> =>
  Layer.effect(
    Clock.Clock,
    Effect.gen(function* () {
      const system = yield* Clock.Clock
      const nanos = BigInt(at) * 1_000_000n
      return {
        currentTimeMillisUnsafe: () => at,
        currentTimeMillis: Effect.succeed(at),
        currentTimeNanosUnsafe: () => nanos,
        currentTimeNanos: Effect.succeed(nanos),
        monotonicTimeNanosUnsafe: () => system.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: system.monotonicTimeNanos,
        sleep: (duration) => system.sleep(duration)
      } satisfies Clock.Clock
    })
  )
