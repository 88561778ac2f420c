import { Cron } from "croner"

/**
 * The names of the cron jobs and the line of wrangler.toml that each one hangs on: a worker is told the line that
 * fired and nothing else, so each job has a spelling of its own.
 */
export const cronOfJob: Readonly<Record<string, string>> = {
  relayEvents: "* * * * *",
  checkDateExpiredOffers: "0 * * * *",
  checkDateStartDateJobOffers: "0 0-23 * * *",
  expireInvitations: "0 */1 * * *"
}

export type RunCron = (cron: string, scheduledTime: Date) => Promise<void>

/** Cloudflare's part: calls each cron on its real schedule, in UTC, whether or not its last run is over. */
export const startCron = (
  crons: ReadonlyArray<string>,
  run: RunCron,
  onError: (cron: string, error: unknown) => void
) => {
  const jobs = crons.map(
    (cron) =>
      new Cron(cron, { timezone: "UTC" }, () => {
        // Crons fire at the full minute; the time of the machine is a little past it already.
        const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
        run(cron, minute).catch((error) => onError(cron, error))
      })
  )
  return {
    /** Fires no more. What runs is not waited for: it ends with its worker, and the next sweep goes on with it. */
    stop: () => {
      for (const job of jobs) job.stop()
    }
  }
}

/** Runs one job now. `relayEvents` goes on until the minute of its time is over, so a late second makes it one pass. */
export const runJobOnce = (job: string, run: RunCron): Promise<void> => {
  const cron = cronOfJob[job]
  if (cron === undefined) throw new Error(`No cron job is named ${job}`)
  const now = Date.now()
  return run(cron, new Date(job === "relayEvents" ? now - (now % 60_000) + 55_000 : now))
}
