import { relayEvents } from "@treff/domain/event"
import { expireDueOffers } from "@treff/domain/offer"
import type { StoreUnavailable } from "@treff/domain/ports"
import { sendDueMails } from "@treff/domain/reaction"
import type * as Effect from "effect/Effect"
import type { Env } from "./env.ts"
import { type ConsumerPorts, invoke } from "./layer.ts"

/** What the time sets going. */
export const runCron = async (cron: string, scheduledTime: number, env: Env): Promise<void> => {
  switch (cron) {
    case "* * * * *":
      return sweepForAMinute(scheduledTime, env)
    case "0 * * * *":
      return runJob("checkDateExpiredOffers", env)
    case "0 0-23 * * *":
      return runJob("checkDateStartDateJobOffers", env)
    default:
      throw new Error(`No job hangs on the cron ${cron}`)
  }
}

/** One invocation takes so many lots of a thousand offers: it may not live for ever. */
const lotsAtOnce = 20

/** And so many of a hundred mails, each of which is a request of its own. */
const lotsOfMails = 5

/** The jobs that may not come to their end in one invocation. */
export const jobs: Readonly<
  Record<
    "checkDateExpiredOffers" | "checkDateStartDateJobOffers" | "sendMails",
    Effect.Effect<{ readonly finished: boolean }, StoreUnavailable, ConsumerPorts>
  >
> = {
  checkDateExpiredOffers: expireDueOffers("expiresAt", lotsAtOnce),
  checkDateStartDateJobOffers: expireDueOffers("jobStartsAt", lotsAtOnce),
  sendMails: sendDueMails(lotsOfMails)
}

/** Runs a job for as long as one invocation may; the rest goes on by a message. */
export const runJob = async (job: keyof typeof jobs, env: Env): Promise<void> => {
  const { finished } = await invoke(env, jobs[job])
  if (!finished) await env.EVENTS.sendBatch([{ body: { continue: job }, contentType: "json" }])
}

/**
 * relayEvents: sends the events and the mails that are due, every ten seconds until the minute of its schedule is over. A
 * pass that fails takes none of the others with it.
 */
const sweepForAMinute = async (scheduledTime: number, env: Env): Promise<void> => {
  const second = Math.floor(scheduledTime / 1000) % 60
  const failures: Array<unknown> = []
  const note = (failure: unknown) => void failures.push(failure)
  for (let passes = 6 - Math.floor(second / 10); passes > 0; passes--) {
    await invoke(env, relayEvents()).catch(note)
    await runJob("sendMails", env).catch(note)
    if (passes > 1) await scheduler.wait(10_000)
  }
  if (failures.length > 0) throw failures[0]
}
