import type { Instant } from "@treff/domain/kernel"
import type { Due } from "./state.ts"

/** 1, 5, 25 and then every 60 minutes: how long until the next try, by how many there were before. */
export const growing = (attempts: number): number => 60_000 * Math.min(60, 5 ** Math.min(attempts, 3))

/** Takes what is due, longest due first, and leases it for as long as `lease` says; answers the ids. */
export const claimDue = <A extends Due>(
  rows: Map<string, A>,
  at: Instant,
  limit: number,
  lease: (attempts: number) => number
): ReadonlyArray<string> =>
  [...rows]
    .filter(([, { dueAt }]) => dueAt <= at)
    .sort(([, a], [, b]) => a.dueAt - b.dueAt)
    .slice(0, limit)
    .map(([id, row]) => {
      const { attempts } = row
      rows.set(id, { ...row, attempts: attempts + 1, dueAt: at + lease(attempts) })
      return id
    })
