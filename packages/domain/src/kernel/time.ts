/**
 * A point in time: whole milliseconds since 1970-01-01T00:00:00Z, as `Clock.currentTimeMillis` gives them. The domain
 * compares instants and never asks for the time itself: every command says at which instant it happens. See
 * docs/http.md.
 */
export type Instant = number

/** One day, in milliseconds. */
export const day = 86_400_000

/**
 * How many whole days lie between two instants, rounded down: 0 on the last day before `to`, -1 at once after it. See
 * docs/flows/offers.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { day, daysBetween } from "@treff/domain/kernel"
 *
 * strictEqual(daysBetween(0, 2.5 * day), 2)
 * strictEqual(daysBetween(1, 0), -1)
 * ```
 */
export const daysBetween = (from: Instant, to: Instant): number => Math.floor((to - from) / day)
