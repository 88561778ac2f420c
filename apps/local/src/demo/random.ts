import { Identifiers } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Chance that is the same every time: what `seed` gives once it gives always. */
export interface Chance {
  /** From 0 up to, not including, `below`. */
  readonly integer: (below: number) => number
  readonly oneOf: <A>(items: ReadonlyArray<A>) => A
}

/** Mulberry32: 32 bits of state, and plenty for names and dates. */
export const makeChance = (seed: number): Chance => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (below: number) => Math.floor(next() * below)
  return { integer, oneOf: (items) => items[integer(items.length)] as (typeof items)[number] }
}

/**
 * UUIDv7 that are the same whenever the data are made: `today` counts as the first of 2026 in them. So documents and
 * clients may name them, and they keep the order in which things happened.
 */
export const makeDemoId =
  (chance: Chance, today: Instant) =>
  (at: Instant): string => {
    const time = (Date.UTC(2026, 0, 1) + at - today).toString(16).padStart(12, "0")
    const random = Array.from({ length: 5 }, () => chance.integer(0x10000).toString(16).padStart(4, "0"))
    const [a = "", b = "", ...rest] = random
    const variant = (8 + chance.integer(4)).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(1)}-${variant}${b.slice(1)}-${rest.join("")}`
  }

export const layerDemoIds = (id: (at: Instant) => string): Layer.Layer<Identifiers> =>
  Layer.succeed(Identifiers, Identifiers.of({ next: (at) => Effect.sync(() => id(at)) }))
