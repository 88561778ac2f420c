import { relayEvents } from "@treff/domain/event"
import { expireDueOffers } from "@treff/domain/offer"
import type { Env } from "./env.ts"
import { invoke } from "./layer.ts"

/** What the time sets going. */
export const runJob = async (cron: string, scheduledTime: number, env: Env): Promise<void> => {
  switch (cron) {
    case "* * * * *":
      return relayForAMinute(scheduledTime, env)
    case "0 * * * *": // checkDateExpiredOffers
      return sweep("expiresAt", cron, env)
    case "0 0-23 * * *": // checkDateStartDateJobOffers
      return sweep("jobStartsAt", cron, env)
    default:
      throw new Error(`No job hangs on the cron ${cron}`)
  }
}

/** relayEvents, every ten seconds until the minute of its schedule is over. A pass that fails takes none of the others with it. */
const relayForAMinute = async (scheduledTime: number, env: Env): Promise<void> => {
  const second = Math.floor(scheduledTime / 1000) % 60
  const failures: Array<unknown> = []
  for (let passes = 6 - Math.floor(second / 10); passes > 0; passes--) {
    await invoke(env, relayEvents()).catch((failure) => failures.push(failure))
    if (passes > 1) await scheduler.wait(10_000)
  }
  if (failures.length > 0) throw failures[0]
}

/** One invocation sweeps so many lots of a thousand, and leaves the rest to the next one: it may not live for ever. */
const lotsAtOnce = 20

const sweep = async (date: "expiresAt" | "jobStartsAt", cron: string, env: Env): Promise<void> => {
  const { finished } = await invoke(env, expireDueOffers(date, lotsAtOnce))
  if (!finished) await env.EVENTS.sendBatch([{ body: { continue: cron }, contentType: "json" }])
}
