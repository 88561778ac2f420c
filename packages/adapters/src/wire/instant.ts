import type { Instant } from "@treff/domain/kernel"

/**
 * An instant as ISO 8601 in UTC with milliseconds. Throws a `RangeError` beyond the years that a `Date` holds. See
 * docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { toWireInstant } from "@treff/adapters/wire"
 *
 * strictEqual(toWireInstant(1_500), "1970-01-01T00:00:01.500Z")
 * ```
 */
export const toWireInstant = (at: Instant): string => new Date(at).toISOString()

/**
 * Reads a well-formed ISO 8601 date and time, whatever its offset, to the millisecond; of any other text it makes
 * `NaN`. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { fromWireInstant } from "@treff/adapters/wire"
 *
 * strictEqual(fromWireInstant("1970-01-01T01:00:01.500+01:00"), 1_500)
 * ```
 */
export const fromWireInstant = (text: string): Instant => new Date(text).getTime()
