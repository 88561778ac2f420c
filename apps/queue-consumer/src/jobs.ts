import { relayEvents } from "@treff/domain/events"
import { forgetSignIns } from "@treff/domain/identity"
import { expireDueInvitations } from "@treff/domain/invitations"
import { expireDueOffers } from "@treff/domain/offers"
import { allReactions, sendDueMails } from "@treff/domain/reactions"
import * as z from "zod"
import type { Env } from "./env.ts"
import { invoke } from "./layer.ts"

/** What the time sets going. */
export const runCron = async (cron: string, scheduledTime: number, env: Env): Promise<void> => {
  switch (cron) {
    case "* * * * *":
      return sweepForAMinute(scheduledTime, env)
    case "0 * * * *":
      return runJob("checkDateExpiredOffers", env)
    case "0 0-23 * * *":
      return runJob("checkDateStartDateJobOffers", env)
    case "0 */1 * * *":
      return sweepLinks(env)
    default:
      throw new Error(`No job hangs on the cron ${cron}`)
  }
}

/** The jobs that may not come to their end in one invocation: each does a part, and answers whether that was all. */
const jobs = {
  checkDateExpiredOffers: (env: Env) => invoke(env, expireDueOffers("expiresAt", lotsOfRows)),
  checkDateStartDateJobOffers: (env: Env) => invoke(env, expireDueOffers("jobStartsAt", lotsOfRows)),
  expireInvitations: (env: Env) => invoke(env, expireDueInvitations(lotsOfRows)),
  forgetSignIns: (env: Env) => invoke(env, forgetSignIns(lotsOfRows)),
  sendMails: async (env: Env) => {
    // Each lot at an instant of its own: a mail is leased from there on.
    for (let lots = 0; lots < lotsOfMails; lots++) {
      const { finished } = await invoke(env, sendDueMails(allReactions))
      if (finished) return { finished }
    }
    return { finished: false }
  }
}
export type JobName = keyof typeof jobs

/** An invocation may not live for ever: lots of a thousand offers, invitations or sign-ins each, and of a hundred mails. */
const lotsOfRows = 20
const lotsOfMails = 5

/** What a job that could not end in one invocation sends for the next. */
export const Continuation = z.strictObject({ continue: z.literal(Object.keys(jobs) as Array<JobName>) })

/** Runs a job for as long as one invocation may; the rest goes on by a message. */
export const runJob = async (job: JobName, env: Env): Promise<void> => {
  const { finished } = await jobs[job](env)
  if (!finished) await env.EVENTS.sendBatch([{ body: { continue: job }, contentType: "json" }])
}

/** expireInvitations, and with it the links to sign in that count no more; one that fails does not keep the other from its turn. */
const sweepLinks = async (env: Env): Promise<void> => {
  try {
    await runJob("expireInvitations", env)
  } finally {
    await runJob("forgetSignIns", env)
  }
}

/**
 * relayEvents: sends the events and the mails that are due, every ten seconds until the minute of its schedule is over.
 * None waits for another: a mailer that takes its time holds up no event, and one that fails takes no other with it.
 */
const sweepForAMinute = async (scheduledTime: number, env: Env): Promise<void> => {
  const second = Math.floor(scheduledTime / 1_000) % 60
  const failures: Array<unknown> = []
  const note = (failure: unknown) => void failures.push(failure)
  const sweeps: Array<Promise<unknown>> = []
  for (let passes = 6 - Math.floor(second / 10); passes > 0; passes--) {
    sweeps.push(invoke(env, relayEvents()).catch(note), runJob("sendMails", env).catch(note))
    if (passes > 1) await scheduler.wait(10_000)
  }
  await Promise.all(sweeps)
  if (failures.length > 0) throw failures[0]
}
