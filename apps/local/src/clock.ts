import type { Instant } from "@treff/domain/kernel"

/** The sandbox's time: the real one plus an offset. It goes on ticking. */
export interface SandboxClock {
  readonly now: () => Instant
  /** In milliseconds; never negative. */
  readonly offset: () => number
  readonly setOffset: (offset: number) => Promise<void>
}

/** `apply` gives a new offset to the workers, and stores it; when that fails, the time has not moved. */
export const makeClock = (offset: number, apply: (offset: number) => Promise<void>): SandboxClock => {
  let current = offset
  return {
    now: () => Date.now() + current,
    offset: () => current,
    setOffset: async (next) => {
      await apply(next)
      current = next
    }
  }
}

/** Reads an ISO 8601 duration; undefined when it is none, or leads back. */
export const durationOf = (text: string): Temporal.Duration | undefined => {
  try {
    const duration = Temporal.Duration.from(text)
    return duration.sign < 0 ? undefined : duration
  } catch {
    return undefined
  }
}

/** The instant that lies a duration after another, years and months as the calendar (UTC) has them; undefined if none does. */
export const instantAfter = (at: Instant, duration: Temporal.Duration): Instant | undefined => {
  try {
    return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC").add(duration).epochMilliseconds
  } catch {
    return undefined
  }
}
