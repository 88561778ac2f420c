import { fromWireInstant } from "@treff/adapters/wire"
import * as z from "zod"

/** Every string that comes in is trimmed. */
export const trimmed = z.string().trim()

/** One of some words. */
export const oneOf = <const V extends string>(words: ReadonlyArray<V>) =>
  trimmed.pipe(z.enum(words)).meta({ enum: [...words] })

/** A UUID. */
export const identifier = trimmed.pipe(z.uuid()).meta({ format: "uuid" })

/**
 * An instant: ISO 8601 with `Z` or any offset, seconds or not, read to the millisecond. In the domain it is milliseconds
 * since 1970.
 */
export const instant = trimmed
  .transform((text) => text.replace(/(T\d\d:\d\d)(?=[Z+-])/, "$1:00").replace(/([+-]\d\d):?(\d\d)?$/, offsetInFull))
  .pipe(z.iso.datetime({ offset: true, error: "must be an ISO 8601 date and time with Z or an offset" }))
  .transform(fromWireInstant)
  .refine((at) => at <= lastInstant, { error: "must lie before the year 10000" })

const offsetInFull = (_: string, hours: string, minutes = "00") => `${hours}:${minutes}`

/** The end of the year 9999: later instants don't fit the format. */
export const lastInstant = 253_402_300_799_999

/** A text, trimmed. The domain checks how long it may be; here that goes into the documentation alone. */
export const text = (maxLength: number) => trimmed.meta({ minLength: 1, maxLength })

/** A text in one line, without controls of writing direction, such as a name. */
export const line = (maxLength: number) =>
  trimmed.meta({ minLength: 1, maxLength, pattern: "^[^\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]*$" })
