import { afterEach, assert, beforeEach, describe, inject, it } from "vitest"
import { startPlatform } from "../../apps/local/src/platform.ts"
import { assertAllHandled, assertWhole, countOf, typesOf } from "../event-log.ts"
import { openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { hour, isCommit, jobs, minute, type OpenCompany, openCompany, relayOnce, runJob } from "../workers/cast.ts"
import { type ManualQueue, startManualQueue } from "../workers/manual-queue.ts"
import { addOffers } from "../workers/many-offers.ts"

let stage: Stage
let manual: ManualQueue
let cast: OpenCompany
const later: Array<() => Promise<unknown>> = []
const begin = async (options: Parameters<typeof openStage>[0] = {}) => {
  stage = await openStage(options)
  cast = await openCompany(stage)
}
beforeEach(async () => {
  manual = await startManualQueue()
})
afterEach(async () => {
  for (const stop of later.splice(0)) await stop()
  await stage.close()
  await manual.stop()
})

/** Kills workerd with SIGKILL, which is how miniflare stops it: nothing in it gets to end. */
const kill = () => stage.platform.stop()

/** Starts both workers anew on the same database, with the real queue, which is empty: it was held in memory. */
const startAgain = async (clockOffset: number) => {
  const { d: _, ...publicKey } = stage.privateKey
  const platform = await startPlatform({
    databaseUrl: stage.url,
    neonEndpointUrl: stage.neon.url,
    publicKeys: JSON.stringify([publicKey]),
    privateKey: JSON.stringify(stage.privateKey),
    sealingKeys: stage.sealingKeys,
    retrySeconds: 0,
    batchSeconds: 0.1,
    bundles: inject("bundles"),
    onLog: () => {},
    clockOffset
  })
  later.push(platform.stop)
  return platform
}

/** Never lets the first request that fits be answered. Answers when it has come, and lets go of it at the end. */
const hang = (fits: (query: string) => boolean): Promise<void> =>
  new Promise((reached) => {
    let release = () => {}
    const released = new Promise<void>((done) => (release = done))
    later.unshift(async () => release())
    let hanging = false
    stage.neon.onRequest = async ([statement]) => {
      if (hanging || !fits(statement?.query ?? "")) return undefined
      hanging = true
      reached()
      await released
      return { down: "before" }
    }
  })

/** Killed, so whoever waits for an answer gets none. */
const dies = (answer: Promise<unknown>) =>
  answer.then(
    () => assert.fail("it was to be killed"),
    () => {}
  )

// Each test starts both workers twice, which takes its time on a busy machine.
describe("workerd killed", { timeout: 60_000 }, () => {
  it("after the commit and before the publish: the relay brings the event, once", async () => {
    await begin()
    const id = await cast.offer()
    await assertAllHandled(stage.pool)
    // The answer to the commit is lost, and while the worker looks for it, it is killed: written, not published.
    let committed = false
    const looking = hang((query) => committed && !isCommit(query))
    const keep = stage.neon.onRequest
    stage.neon.onRequest = async (statements) => {
      if (committed || !isCommit(statements[0]?.query)) return keep?.(statements)
      committed = true
      return { down: "after" }
    }
    const answer = dies(cast.byRecruiter(`/offers/${id}/archived`))
    await looking
    await Promise.all([kill(), answer])
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.archived"])
    assert.strictEqual(await countOf(stage.pool, "delivery"), 1)

    stage.neon.onRequest = undefined
    const platform = await startAgain(minute + 1_000)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })

  it("while it publishes: the relay brings the event, once", async () => {
    await begin(manual.options)
    const publishing = new Promise<void>((reached) => {
      manual.onBatch = () => {
        reached()
        return new Promise(() => {})
      }
    })
    const id = await cast.offer()
    await publishing
    await kill()
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created"])
    const platform = await startAgain(minute + 1_000)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })

  it("after the publish and before the mark: the queue has forgotten, the relay brings the event, once", async () => {
    await begin()
    const marking = hang((query) => query.includes('insert into "receipt"'))
    await cast.offer()
    await marking
    await kill()
    assert.strictEqual(await countOf(stage.pool, "receipt"), 0)
    stage.neon.onRequest = undefined
    const platform = await startAgain(minute + 1_000)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })

  it("in the middle of a sweep: the next one goes on, each offer expires once, every event arrives", async () => {
    await begin(manual.options)
    const date = new Date(Date.now() - hour)
    await addOffers(stage.pool, cast.company, { count: 1_300, jobStartsAt: date, expiresAt: date })
    let commits = 0
    const second = hang((query) => isCommit(query) && ++commits === 2)
    const sweep = dies(runJob(stage.platform, jobs.started))
    await second
    await Promise.all([kill(), sweep])
    stage.neon.onRequest = undefined
    assert.strictEqual(await countOf(stage.pool, "event"), 1_300 + 1_000)
    await assertWhole(stage.pool)
    const platform = await startAgain(minute + 1_000)
    await runJob(platform, jobs.started)
    assert.strictEqual(await countOf(stage.pool, "event"), 1_300 + 1_300)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })

  it("while it relays: what it had claimed is sent when its lease is over", async () => {
    await begin(manual.options)
    const date = new Date(Date.now() + hour)
    const dates = { jobStartsAt: date, expiresAt: date }
    await addOffers(stage.pool, cast.company, { ...dates, count: 150, due: new Date(Date.now() - 1_000) })
    const publishing = new Promise<void>((reached) => {
      manual.onBatch = () => {
        reached()
        return new Promise(() => {})
      }
    })
    const relay = dies(relayOnce(stage))
    await publishing
    await Promise.all([kill(), relay])
    const platform = await startAgain(0)
    await relayOnce({ platform })
    await until("those handled that were not claimed", async () => (await countOf(stage.pool, "delivery")) === 100)
    await platform.setClockOffset(minute + 1_000)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })

  it("among many requests: each of them is done or not, and none by half", async () => {
    await begin()
    const ids = await Promise.all(Array.from({ length: 10 }, () => cast.offer()))
    let commits = 0
    const some = until("some commits through", () => commits > 20)
    stage.neon.onRequest = ([statement]) => {
      if (isCommit(statement?.query)) commits++
      return undefined
    }
    const work = Promise.allSettled(
      Array.from({ length: 60 }, (_, n) =>
        cast.byManager(`/offers/${ids[n % 10]}/${["disabled", "enabled", "archived"][n % 3]}`)
      )
    )
    await some
    await kill()
    const answers = await work
    assert.isTrue(
      answers.some(({ status }) => status === "rejected"),
      "somebody was in the middle of it"
    )
    await until("the database is done with what it was given", async () => {
      const { rows } = await stage.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()"
      )
      return rows.length === 0
    })
    await assertWhole(stage.pool)
    const platform = await startAgain(minute + 1_000)
    await relayOnce({ platform })
    await assertAllHandled(stage.pool)
  })
})
