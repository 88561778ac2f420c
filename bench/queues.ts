import { Logger, runMigrations, run as startGraphileWorker } from "graphile-worker"
import * as pg from "pg"
import { PgBoss } from "pg-boss"
import type { Database } from "../apps/local/src/database.ts"
import { plain, rate, type Section, scaled, table } from "./section.ts"
import { insertCandidates, insertOffers, insertSends, openStage, type Stage, tidy } from "./stage.ts"
import { median, quantile, shuffled, sorted } from "./statistics.ts"
import { until } from "./wait.ts"

const rounds = 5
/** As many as one pass of the relay takes. */
const events = scaled(10_000)

/** One who handles events: each makes one notification with its delivery in the inbox, whoever handles it. */
interface Contestant {
  readonly name: string
  /** Makes every event wait to be handled; this is not timed. */
  readonly fill: () => Promise<void>
  /** Begins to handle them. */
  readonly start: () => Promise<void>
  /** What is left to do when all are handled. */
  readonly stop: () => Promise<void>
}

/** Treff beside pg-boss and graphile-worker, at the same work on the same PostgreSQL. */
export const measureQueues = async (server: Database): Promise<Section> => {
  const stage = await openStage(server, "queues")
  await insertOffers(stage, 1)
  await insertCandidates(stage, events)
  await insertSends(
    stage,
    "select o.id as offer_id, a.id as candidate_id from offer o, account a where a.role = 'candidate'"
  )
  await insertEvents(stage)
  const platform = await stage.startPlatform()
  const pool = new pg.Pool({ connectionString: stage.databaseUrl, max: 25 })
  for (const happening of ["error", "connect"] as const) pool.on(happening, () => {})
  // Nothing beside the work: it neither watches over its queues nor fires crons.
  const boss = new PgBoss({ connectionString: stage.databaseUrl, supervise: false, schedule: false })
  boss.on("error", console.error)
  await boss.start()
  const treff: Contestant = {
    name: "Treff",
    fill: async () => {
      await stage.pool.query("truncate receipt")
      await stage.pool.query("insert into delivery (event_id, due_at, attempts) select id, now(), 0 from event")
    },
    start: () => platform.runJob("relayEvents"),
    stop: async () => {}
  }
  const contestants = [treff, ...(await pgBoss(stage, pool, boss)), await graphileWorker(stage, pool)]
  try {
    const took = new Map(contestants.map(({ name }) => [name, [] as Array<number>]))
    for (let round = 0; round < rounds; round++) {
      for (const contestant of shuffled(contestants)) {
        await stage.pool.query("truncate notification, notification_delivery, outgoing_mail")
        await contestant.fill()
        await tidy(stage.pool)
        const begun = performance.now()
        const handled = until(stage, begun, "(select count(*) from notification) = $1", [events])
        await contestant.start()
        took.get(contestant.name)?.push(await handled)
        await contestant.stop()
      }
    }
    const [ours = []] = took.values()
    return {
      title: "Beside pg-boss and graphile-worker",
      paragraphs: [
        table(
          ["", "events /s", "Treff's to its (quartiles)"],
          [...took].map(([name, times]) => {
            const ratios = sorted(ours.map((our, round) => (times[round] ?? Number.NaN) / our))
            const [middle, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(ratios, share).toFixed(2))
            return [name, rate(events, median(times)), name === treff.name ? "" : `**${middle}** (${low} to ${high})`]
          })
        ),
        `${rounds} rounds in an order left to chance, ${plain(events)} events or jobs that wait when the time begins; it ends when each has written its one notification.`
      ]
    }
  } finally {
    await platform.stop()
    await boss.stop()
    await pool.end()
    await stage.close()
  }
}

/** That each candidate has viewed what was sent to them: each notifies one person, the offer's owner, in the inbox. */
const insertEvents = ({ pool }: Stage) =>
  pool.query(
    `insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
     select gen_random_uuid(), 'offerSent', s.id, 2, 'offerSent.viewed',
       json_build_object('offerId', s.offer_id, 'term', s.term, 'candidateId', s.candidate_id, 'senderId', s.sender_id),
       json_build_object('kind', 'candidate', 'id', s.candidate_id), s.company_id, s.sent_at
     from offer_sent s`
  )

/** What a job carries: what Treff reads when it handles the event. */
interface Job {
  readonly eventId: string
  readonly recipientId: string
  readonly data: object
}

const jobsOf = async ({ pool }: Stage): Promise<ReadonlyArray<Job>> => {
  const { rows } = await pool.query<Job>(
    `select e.id as "eventId", o.owner_id as "recipientId", json_build_object('offerSentId', s.id, 'offerId', o.id,
       'title', o.title, 'candidate', json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name)) as data
     from event e join offer_sent s on s.id = e.subject_id join offer o on o.id = s.offer_id
     join account c on c.id = s.candidate_id`
  )
  return rows
}

/** The notification that Treff writes, into the same tables, as often as the job may come: once. */
const write = (pool: pg.Pool, jobs: ReadonlyArray<Job>) =>
  pool.query(
    `with notified as (
       insert into notification (id, event_id, recipient_id, template, data, created_at)
       select gen_random_uuid(), j."eventId", j."recipientId", 'offer-sent-viewed', j.data, now()
       from jsonb_to_recordset($1::jsonb) as j("eventId" uuid, "recipientId" uuid, data jsonb)
       on conflict (event_id, recipient_id) do nothing
       returning id
     )
     insert into notification_delivery (id, notification_id, channel, status, sent_at)
     select gen_random_uuid(), id, 'inbox', 'sent', now() from notified`,
    [JSON.stringify(jobs)]
  )

/**
 * It hands out jobs in batches, here of a hundred as Treff's queue does. What is done with a batch is its user's: either
 * its notifications are written in one statement, as Treff does it, or each job writes its own.
 */
const pgBoss = async (stage: Stage, pool: pg.Pool, boss: PgBoss): Promise<ReadonlyArray<Contestant>> => {
  const jobs = await jobsOf(stage)
  const ways = {
    "pg-boss, a statement for each batch": (batch: ReadonlyArray<Job>) => write(pool, batch),
    "pg-boss, a statement for each job": (batch: ReadonlyArray<Job>) =>
      Promise.all(batch.map((job) => write(pool, [job])))
  }
  const queue = "viewed"
  await boss.createQueue(queue)
  const options = { batchSize: 100, localConcurrency: 4, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
  return Object.entries(ways).map(([name, writeAll]) => ({
    name,
    fill: async () => {
      await boss.deleteAllJobs(queue)
      await boss.insert(
        queue,
        jobs.map((data) => ({ data }))
      )
    },
    start: async () => {
      await boss.work<Job>(queue, options, async (batch) => {
        await writeAll(batch.map(({ data }) => data))
      })
    },
    stop: () => boss.offWork(queue)
  }))
}

const graphileWorker = async (stage: Stage, pool: pg.Pool): Promise<Contestant> => {
  const jobs = await jobsOf(stage)
  const options = {
    pgPool: pool,
    logger: new Logger(() => () => {}),
    noHandleSignals: true,
    preset: {
      // As its own figures are taken: https://worker.graphile.org/docs/performance
      worker: { concurrentJobs: 24, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
    }
  }
  await runMigrations(options)
  let runner: Awaited<ReturnType<typeof startGraphileWorker>> | undefined
  return {
    name: "graphile-worker",
    fill: async () => {
      await pool.query(
        `select count(*) from graphile_worker.add_jobs(array(
           select json_populate_record(null::graphile_worker.job_spec, json_build_object('identifier', 'viewed', 'payload', j))
           from json_array_elements($1::json) j))`,
        [JSON.stringify(jobs)]
      )
    },
    start: async () => {
      runner = await startGraphileWorker({
        ...options,
        taskList: {
          viewed: async (payload) => {
            await write(pool, [payload as Job])
          }
        }
      })
    },
    stop: async () => runner?.stop()
  }
}
