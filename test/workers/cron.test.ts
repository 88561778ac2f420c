import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { readWranglerConfig } from "../../apps/local/src/wrangler-config.ts"
import { assertAllHandled, assertWhole, countOf, eventsOf, type LoggedEvent, typesOf } from "../event-log.ts"
import type { Stage } from "../stage.ts"
import { hour, jobs, type OpenCompany, openCompany, runJob } from "./cast.ts"
import { deliver, type ManualQueue, openManualStage } from "./manual-queue.ts"
import { addOffers } from "./many-offers.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let queue: ManualQueue
let cast: OpenCompany
beforeAll(async () => {
  manual = await openManualStage()
  ;({ queue, stage } = manual)
  cast = await openCompany(stage)
})
afterAll(() => manual.close())
beforeEach(() => manual.clear())

const run = (job: Parameters<typeof runJob>[1]) => runJob(stage.platform, job)
const inHours = (hours: number) => new Date(Date.now() + hours * hour)
const passes = (hours: number) => stage.platform.setClockOffset(hours * hour)
const statusOf = async (id: string) =>
  (await stage.pool.query("select status from offer where id = $1", [id])).rows[0].status

/** Offers of which each date has passed or not, `started` and `expired` hours ago. */
const offersWith = async (
  count: number,
  { started, expired }: { readonly started: number; readonly expired: number }
) => addOffers(stage.pool, cast.company, { count, jobStartsAt: inHours(-started), expiresAt: inHours(-expired) })

const expiries = async (): Promise<ReadonlyArray<LoggedEvent>> =>
  (await stage.pool.query("select * from event where type = 'offer.expired' order by id")).rows

describe("checkDateStartDateJobOffers", () => {
  it("expires an offer whose job has started, as of the instant at which it did, by the system", async () => {
    const startDateJob = inHours(2)
    const id = await cast.offer({ startDateJob: startDateJob.toISOString(), expiredDate: inHours(9).toISOString() })
    await run(jobs.started)
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created"])
    await passes(5)
    await run(jobs.started)
    const [, expired, ...more] = await eventsOf(stage.pool, id)
    assert.deepStrictEqual(more, [])
    assert.strictEqual(expired?.type, "offer.expired")
    assert.deepStrictEqual(expired?.data, { term: 1, reason: "job_started" })
    assert.deepStrictEqual(expired?.actor, { kind: "system", id: null })
    assert.strictEqual(expired?.occurred_at.getTime(), startDateJob.getTime())
    const { json } = await stage.call("GET", `/offers/${id}`, { token: cast.tokens.manager })
    assert.strictEqual(json.updatedAt, startDateJob.toISOString())
    await assertWhole(stage.pool)
  })

  it("expires disabled offers too, and leaves archived and expired ones as they are", async () => {
    const dates = { startDateJob: inHours(2).toISOString(), expiredDate: inHours(9).toISOString() }
    const [disabled = "", archived = "", expired = ""] = await Promise.all([1, 2, 3].map(() => cast.offer(dates)))
    await cast.byRecruiter(`/offers/${disabled}/disabled`)
    await cast.byRecruiter(`/offers/${archived}/archived`)
    await passes(3)
    await cast.byManager(`/offers/${expired}`, {
      title: "Baker",
      description: "Bread",
      emploiType: "CDI",
      salary: "1",
      startDateJob: inHours(4).toISOString(),
      expiredDate: inHours(9).toISOString()
    })
    await passes(5)
    for (const job of [jobs.started, jobs.expired, jobs.started]) await run(job)
    assert.deepStrictEqual(await typesOf(stage.pool, disabled), ["offer.created", "offer.disabled", "offer.expired"])
    assert.deepStrictEqual(await typesOf(stage.pool, archived), ["offer.created", "offer.archived"])
    assert.deepStrictEqual(await typesOf(stage.pool, expired), ["offer.created", "offer.expired", "offer.updated"])
    assert.strictEqual(await statusOf(archived), "archived")
    await assertWhole(stage.pool)
  })

  it("takes those only whose job has started", async () => {
    await offersWith(3, { started: 1, expired: -1 })
    await offersWith(2, { started: -1, expired: 1 })
    await run(jobs.started)
    assert.deepStrictEqual(
      (await expiries()).map(({ data }) => data.reason),
      ["job_started", "job_started", "job_started"]
    )
  })
})

describe("checkDateExpiredOffers", () => {
  it("takes those only whose expiry date has passed, whatever the other date says", async () => {
    await offersWith(3, { started: 1, expired: -1 })
    await offersWith(2, { started: -1, expired: 1 })
    await run(jobs.expired)
    assert.deepStrictEqual(
      (await expiries()).map(({ data }) => data.reason),
      ["expired_date", "expired_date"]
    )
    await assertWhole(stage.pool)
  })

  it("says of an offer that is due for both which date came first, and as of then", async () => {
    await offersWith(1, { started: 3, expired: 2 })
    await offersWith(1, { started: 2, expired: 4 })
    await run(jobs.expired)
    const found = (await expiries()).map(({ data, occurred_at }) => ({
      reason: data.reason,
      hours: Math.round((Date.now() - occurred_at.getTime()) / hour)
    }))
    assert.sameDeepMembers(found, [
      { reason: "job_started", hours: 3 },
      { reason: "expired_date", hours: 4 }
    ])
  })
})

describe("both commands", () => {
  it("publish what they wrote, so that it is handled at once", async () => {
    await offersWith(150, { started: 1, expired: 1 })
    await run(jobs.expired)
    assert.deepStrictEqual(
      queue.batches.map(({ length }) => length),
      [100, 50]
    )
    await deliver(stage.platform, queue.take())
    await assertAllHandled(stage.pool)
  })

  it("write one event for an offer that is due for both, one after the other or at once, run again or not", async () => {
    await offersWith(300, { started: 2, expired: 1 })
    await Promise.all([run(jobs.expired), run(jobs.started)])
    await run(jobs.expired)
    await run(jobs.started)
    assert.strictEqual((await expiries()).length, 300)
    assert.strictEqual(queue.take().length, 300)
    await assertWhole(stage.pool)
  })

  it("ask once, and write nothing, when nothing is due", async () => {
    await offersWith(10, { started: -1, expired: -1 })
    const before = stage.neon.requests
    await run(jobs.expired)
    await run(jobs.started)
    assert.strictEqual(stage.neon.requests - before, 2)
    assert.deepStrictEqual(queue.batches, [])
    assert.strictEqual((await expiries()).length, 0)
  })
})

describe("a sweep of 2,000", () => {
  it("takes two round trips for each thousand, and one to see that none is left", async () => {
    await offersWith(2_000, { started: 2, expired: 1 })
    const before = stage.neon.requests
    await run(jobs.expired)
    assert.strictEqual(stage.neon.requests - before, 2 * 2 + 1)
    assert.strictEqual((await expiries()).length, 2_000)
    assert.strictEqual(queue.take().length, 2_000)
    await assertWhole(stage.pool)
  })

  it.each([
    ["both commands", jobs.expired, jobs.started],
    ["one command twice", jobs.started, jobs.started]
  ])("at once by %s expires each offer once", async (_, one, other) => {
    await offersWith(2_000, { started: 1, expired: 2 })
    await Promise.all([run(one), run(other)])
    const events = await expiries()
    assert.strictEqual(events.length, 2_000)
    assert.strictEqual(new Set(events.map(({ subject_id }) => subject_id)).size, 2_000)
    assert.sameMembers(
      queue.take().map(({ id }) => id),
      events.map(({ id }) => id)
    )
    await assertWhole(stage.pool)
  })
})

describe("a sweep of more than one run may do", () => {
  it("ends after twenty batches and leaves the rest to a message, which goes on until none is left", async () => {
    await offersWith(20_001, { started: 2, expired: 1 })
    const before = stage.neon.requests
    await run(jobs.expired)
    assert.strictEqual(stage.neon.requests - before, 40)
    assert.strictEqual((await expiries()).length, 20_000)
    assert.strictEqual(queue.take().length, 20_000)
    const messages = queue.takeJobs()
    assert.deepStrictEqual(messages, [{ continue: "checkDateExpiredOffers" }])
    assert.strictEqual(await deliver(stage.platform, messages), 0)
    assert.strictEqual((await expiries()).length, 20_001)
    assert.strictEqual(queue.take().length, 1)
    assert.deepStrictEqual(queue.takeJobs(), [], "and is done")
    assert.strictEqual(await countOf(stage.pool, "delivery"), 20_001)
  }, 60_000)
})

describe("a sweep that meets an offer which somebody has locked", () => {
  it("does not wait for it, and comes back for it", async () => {
    await offersWith(3, { started: 2, expired: 1 })
    const holder = await stage.pool.connect()
    try {
      await holder.query("begin")
      await holder.query("select 1 from offer order by id limit 1 for update")
      await run(jobs.expired)
      assert.strictEqual((await expiries()).length, 2)
      await holder.query("rollback")
    } finally {
      holder.release()
    }
    const messages = queue.takeJobs()
    assert.deepStrictEqual(messages, [{ continue: "checkDateExpiredOffers" }])
    assert.strictEqual(queue.delays.at(-1), 1, "not at once: it may still be locked")
    await deliver(stage.platform, messages)
    assert.strictEqual((await expiries()).length, 3)
    assert.deepStrictEqual(queue.takeJobs(), [], "and is done")
    await assertWhole(stage.pool)
  })
})

describe("the cron trigger", () => {
  /** A time at whose minute of the hour the trigger fires; late in the minute, so that the relay passes once. */
  const at = (time: string) => stage.platform.runCron(new Date(`2026-11-02T${time}Z`))
  const fires = (time: string) =>
    at(time).then(
      () => "ok",
      () => "failed"
    )
  const expiredFor = async () => (await expiries()).map(({ data }) => data.reason).toSorted()
  const hourly = ["checkDateExpiredOffers", "checkDateStartDateJobOffers", "expireInvitations", "forgetSignIns"].map(
    (name) => ({ continue: name })
  )
  /** An outage of the database, for one of the jobs only. */
  const failExpired = () => {
    stage.neon.onRequest = ([statement]) =>
      statement?.query.includes("expires_at") && statement.query.includes('from "offer"')
        ? { down: "before" }
        : undefined
  }
  afterEach(() => {
    queue.refusing = false
    stage.neon.onRequest = undefined
  })

  it("asks for what is due at the full hour, each job by a message of its own, and does none of it", async () => {
    await offersWith(1, { started: 1, expired: -1 })
    await offersWith(1, { started: -1, expired: 1 })
    for (const minute of ["01", "30", "59"]) await at(`13:${minute}:55`)
    assert.deepStrictEqual(queue.jobs, [])
    await at("14:00:55")
    assert.isTrue(queue.jobs.every((batch) => batch.length === 1))
    const messages = queue.takeJobs()
    assert.sameDeepMembers([...messages], hourly)
    assert.deepStrictEqual(await expiredFor(), [])
    for (const message of messages) assert.strictEqual(await deliver(stage.platform, [message]), 0)
    assert.deepStrictEqual(await expiredFor(), ["expired_date", "job_started"])
    await assertWhole(stage.pool)
  })

  it("relays within itself each minute, at the full hour too", async () => {
    const ahead = { jobStartsAt: inHours(1), expiresAt: inHours(2) }
    for (const time of ["13:59:55", "14:00:55"]) {
      await addOffers(stage.pool, cast.company, { ...ahead, count: 3, due: inHours(-1) })
      await at(time)
      assert.strictEqual(queue.take().length, 3, time)
    }
  })

  it("that fires twice for one minute has its effect once", async () => {
    await offersWith(3, { started: 1, expired: 1 })
    await Promise.all([at("14:00:55"), at("14:00:56")])
    const messages = queue.takeJobs()
    assert.sameDeepMembers([...messages], [...hourly, ...hourly])
    await Promise.all(messages.map((message) => deliver(stage.platform, [message])))
    await deliver(stage.platform, queue.takeJobs())
    assert.strictEqual((await expiries()).length, 3)
    await assertWhole(stage.pool)
  })

  it("runs within itself what the queue can't be asked for", async () => {
    await offersWith(1, { started: 1, expired: -1 })
    await offersWith(1, { started: -1, expired: 1 })
    queue.refusing = true
    assert.strictEqual(await fires("14:00:55"), "ok")
    assert.deepStrictEqual(await expiredFor(), ["expired_date", "job_started"])
    assert.deepStrictEqual(queue.jobs, [])
    await assertWhole(stage.pool)
  })

  it("fails with what it runs within itself, and runs the others all the same", async () => {
    await offersWith(2, { started: 1, expired: -1 })
    await offersWith(3, { started: -1, expired: 1 })
    queue.refusing = true
    failExpired()
    assert.strictEqual(await fires("00:00:55"), "failed")
    assert.deepStrictEqual(await expiredFor(), ["job_started", "job_started"])
    stage.neon.onRequest = undefined
    assert.strictEqual(await fires("00:00:55"), "ok")
    assert.strictEqual((await expiries()).length, 5)
    await assertWhole(stage.pool)
  })

  it("leaves a job that fails to the queue, and the others to their turn", async () => {
    await offersWith(2, { started: 1, expired: -1 })
    await offersWith(3, { started: -1, expired: 1 })
    assert.strictEqual(await fires("00:00:55"), "ok")
    failExpired()
    const refused: Array<unknown> = []
    for (const message of queue.takeJobs()) {
      if ((await deliver(stage.platform, [message])) > 0) refused.push(message)
    }
    assert.deepStrictEqual(refused, [{ continue: "checkDateExpiredOffers" }])
    assert.deepStrictEqual(await expiredFor(), ["job_started", "job_started"])
    stage.neon.onRequest = undefined
    assert.strictEqual(await deliver(stage.platform, refused), 0)
    assert.strictEqual((await expiries()).length, 5)
    await assertWhole(stage.pool)
  })

  it("asks by a queue that delivers each job to an invocation of its own, and keeps none that is given up", async () => {
    const { consumers, producers } = (await readWranglerConfig()).queueConsumer
    const queueOf = producers.find(({ binding }) => binding === "JOBS")?.queue
    const consumer = consumers.find(({ queue }) => queue === queueOf)
    assert.strictEqual(consumer?.max_batch_size, 1)
    assert.isUndefined(consumer?.dead_letter_queue)
    assert.notInclude(
      producers.filter(({ binding }) => binding === "EVENTS").map(({ queue }) => queue),
      queueOf
    )
  })
})
