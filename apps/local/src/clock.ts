import type { Instant } from "@treff/domain/kernel"

/** The sandbox's time: the real one plus an offset. It goes on ticking. */
export interface SandboxClock {
  readonly now: () => Instant
  /** In milliseconds; never negative. */
  readonly offset: () => number
  readonly setOffset: (offset: number) => Promise<void>
}

/** `apply` passes a new offset on to everybody who has to know it, and keeps it; when that fails, nothing has moved. */
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

/** An ISO 8601 duration with at least one part. */
export const duration =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/

/** The instant that lies an ISO 8601 duration after another, years and months as the calendar (UTC) has them. */
export const after = (at: Instant, text: string): Instant => {
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (duration.exec(text) ?? [])
    .slice(1)
    .map((part) => Number((part ?? "0").replace(",", ".")))
  const moved = new Date(at)
  const dayOfMonth = moved.getUTCDate()
  moved.setUTCMonth(moved.getUTCMonth() + 12 * years + months)
  // A month after 31 January is the last day of February, not the third of March.
  if (moved.getUTCDate() !== dayOfMonth) moved.setUTCDate(0)
  return moved.getTime() + ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000
}
