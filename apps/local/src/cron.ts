import { Cron } from "croner"

/** The jobs that the sandbox's control runs, by name, and what of the consumer's belongs to each. */
export const jobs: Readonly<Record<string, ReadonlyArray<string>>> = {
  relayEvents: ["relayEvents"],
  checkDateExpiredOffers: ["checkDateExpiredOffers"],
  checkDateStartDateJobOffers: ["checkDateStartDateJobOffers"],
  // Links to sign in that count no more are forgotten whenever invitations expire.
  expireInvitations: ["expireInvitations", "forgetSignIns"]
}

/** Runs one of the consumer's jobs, and fails when it does. */
export type RunJob = (name: string) => Promise<void>

/** Runs one job now, all parts of it, whether or not one of them fails. */
export const runJobNow = async (name: string, run: RunJob): Promise<void> => {
  const parts = await Promise.allSettled((jobs[name] ?? []).map(run))
  const failed = parts.find((part) => part.status === "rejected")
  if (failed !== undefined) throw failed.reason
}

/** Cloudflare's part: fires each cron on its real schedule, in UTC, whether or not its last run is over. */
export const startCron = (
  crons: ReadonlyArray<string>,
  run: (scheduledTime: Date) => Promise<void>,
  onError: (error: unknown) => void
) => {
  const schedules = crons.map(
    (cron) =>
      new Cron(cron, { timezone: "UTC" }, () => {
        // Crons fire at the full minute; the time of the machine is a little past it already.
        const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000)
        run(minute).catch(onError)
      })
  )
  return {
    /** Fires no more. What runs is not waited for: it ends with its worker, and the next sweep goes on with it. */
    stop: () => {
      for (const schedule of schedules) schedule.stop()
    }
  }
}
