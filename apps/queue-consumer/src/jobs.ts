import { describeFailure } from "@treff/adapters/invocation"
import { QueueUnavailable, relayEvents, type StoreUnavailable } from "@treff/domain/events"
import { forgetSignIns } from "@treff/domain/identity"
import { expireDueInvitations } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import { expireDueOffers } from "@treff/domain/offers"
import { allReactions, sendDueMails } from "@treff/domain/reactions"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as z from "zod"
import { invoke, type Wiring } from "./layer.ts"

/** A job, by the name that the sandbox's control and the queue's messages have for it. */
export type JobName =
  | "relayEvents"
  | "sendMails"
  | "checkDateExpiredOffers"
  | "checkDateStartDateJobOffers"
  | "expireInvitations"
  | "forgetSignIns"

interface Job {
  /** At which seconds of a minute it begins, if any. The minute is one of the day, in UTC: 90 is half past one. */
  readonly dueAt: (minute: number) => ReadonlyArray<number>
  /**
   * Whether each run has an invocation of its own, which a message asks for. All that one invocation does shares its
   * processor time and its subrequests. On Cloudflare the invocation of a cron trigger that fires more often than hourly has
   * 30 seconds of processor time, and so has that of a queue, unless it is given more.
   */
  readonly ownInvocation: boolean
  /** Does as much as one invocation may, and answers whether that was all. */
  readonly run: (wiring: Wiring) => Effect.Effect<{ readonly finished: boolean }, StoreUnavailable | QueueUnavailable>
}

const everyTenSeconds: Job["dueAt"] = () => [0, 10, 20, 30, 40, 50]
const everyHour: Job["dueAt"] = (minute) => (minute % 60 === 0 ? [0] : [])
/** It is a part of other work, or is asked for by a message. */
const never: Job["dueAt"] = () => []

/** An invocation may not live for ever: batches of a thousand offers, invitations or sign-ins each, or of a hundred mails. */
const batchesOfRows = 20
const batchesOfMails = 5

const jobs: Readonly<Record<JobName, Job>> = {
  /** Sends the events and the mails that are due. Neither waits for the other, nor fails with it. */
  relayEvents: {
    dueAt: everyTenSeconds,
    ownInvocation: false,
    run: Effect.fnUntraced(function* (wiring) {
      const work = [invoke(wiring, relayEvents()), runJob(wiring, "sendMails")]
      for (const exit of yield* Effect.forEach(work, Effect.exit, { concurrency: "unbounded" })) yield* exit
      return { finished: true }
    })
  },
  sendMails: {
    dueAt: never,
    ownInvocation: false,
    run: Effect.fnUntraced(function* (wiring) {
      // Each batch at an instant of its own: a mail is leased from there on.
      for (let batches = 0; batches < batchesOfMails; batches++) {
        const { finished } = yield* invoke(wiring, sendDueMails(allReactions))
        if (finished) return { finished }
      }
      return { finished: false }
    })
  },
  checkDateExpiredOffers: {
    dueAt: everyHour,
    ownInvocation: true,
    run: (wiring) => invoke(wiring, expireDueOffers("expiresAt", batchesOfRows))
  },
  checkDateStartDateJobOffers: {
    dueAt: everyHour,
    ownInvocation: true,
    run: (wiring) => invoke(wiring, expireDueOffers("jobStartsAt", batchesOfRows))
  },
  expireInvitations: {
    dueAt: everyHour,
    ownInvocation: true,
    run: (wiring) => invoke(wiring, expireDueInvitations(batchesOfRows))
  },
  /** Forgets the links to sign in that count no more. */
  forgetSignIns: {
    dueAt: everyHour,
    ownInvocation: true,
    run: (wiring) => invoke(wiring, forgetSignIns(batchesOfRows))
  }
}

const jobNames = Object.keys(jobs) as Array<JobName>

/**
 * The message that asks for a job. A job keeps no position: whenever it runs, it continues with what is due, whether it is its
 * turn or its last invocation left something.
 */
export const JobMessage = z.strictObject({ continue: z.literal(jobNames) })

/** Leaves a job to another invocation, which begins after some seconds at the earliest. */
const askFor = (wiring: Wiring, name: JobName, delaySeconds: number): Effect.Effect<unknown, QueueUnavailable> => {
  const queue = jobs[name].ownInvocation ? wiring.jobQueue : wiring.queue
  return Effect.tryPromise({
    try: () => queue.sendBatch([{ body: { continue: name }, contentType: "json", delaySeconds }]),
    catch: (cause) => new QueueUnavailable({ cause })
  })
}

/** Runs a job for as long as one invocation may; the rest goes on by a message. */
export const runJob = (wiring: Wiring, name: JobName): Effect.Effect<void, StoreUnavailable | QueueUnavailable> =>
  Effect.gen(function* () {
    const { finished } = yield* jobs[name].run(wiring)
    // A second's pause, since what is left may be what somebody else has locked.
    if (!finished) yield* askFor(wiring, name, 1)
  })

/** Begins a job at its turn. If the queue takes no message, the job runs here, since its next turn may be an hour away. */
const beginJob = (wiring: Wiring, name: JobName): Effect.Effect<unknown, StoreUnavailable | QueueUnavailable> => {
  if (!jobs[name].ownInvocation) return runJob(wiring, name)
  return Effect.catch(askFor(wiring, name, 0), (failure) => {
    console.warn({ job: name, ...describeFailure(failure) })
    return runJob(wiring, name)
  })
}

/**
 * Begins the jobs that are due within the minute of a scheduled time, each at its own second, or at once where that is over:
 * asks for those that have an invocation of their own, and runs the others. None waits for another, and one that fails keeps
 * no other from its turn. Answers the names of those that failed; the log says why.
 */
export const runDueJobs = Effect.fnUntraced(function* (wiring: Wiring, scheduledTime: Instant) {
  const minute = Math.floor(scheduledTime / 60_000) % 1_440
  const second = Math.floor(scheduledTime / 1_000) % 60
  const turns = jobNames.flatMap((name) => {
    const due = jobs[name].dueAt(minute)
    const ahead = due.filter((at) => at > second)
    // The last turn that is over stands for all of those.
    const isLate = ahead.length < due.length
    return [...(isLate ? [second] : []), ...ahead].map((at) => ({ name, delay: (at - second) * 1_000 }))
  })
  const failed = yield* Effect.forEach(
    turns,
    ({ name, delay }) =>
      beginJob(wiring, name).pipe(
        Effect.matchCause({
          onSuccess: () => [],
          onFailure: (cause) => {
            console.error({ job: name, ...describeFailure(Cause.squash(cause)) })
            return [name]
          }
        }),
        Effect.delay(delay)
      ),
    { concurrency: "unbounded" }
  )
  return new Set(failed.flat())
})
