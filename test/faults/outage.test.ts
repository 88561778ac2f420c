import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Fault } from "../../apps/local/src/neon-endpoint.ts"
import { assertAllHandled, assertWhole, countOf, eventsOf, typesOf } from "../event-log.ts"
import { offerInput, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { hour, jobs, minute, type OpenCompany, openCompany, relayOnce, runJob } from "../workers/cast.ts"
import { deliver, type ManualQueue, openManualStage } from "../workers/manual-queue.ts"
import { addOffers } from "../workers/many-offers.ts"
import { assertUnavailable } from "./outages.ts"

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
/** Whatever broke: the store is whole, and with a relay later everything arrives. */
afterEach(async () => {
  stage.neon.onRequest = undefined
  queue.refusing = false
  await assertWhole(stage.pool)
  await stage.platform.setClockOffset(24 * hour)
  await relayOnce(stage)
  assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
  await assertAllHandled(stage.pool)
})

/** The given faults meet the next requests to the database, one each, in this order; undefined lets one through. */
const faults = (...ordered: ReadonlyArray<Fault | undefined>): void => {
  const left = [...ordered]
  stage.neon.onRequest = () => left.shift()
}

const notRun: Fault = { down: "before" }
const answerLost: Fault = { down: "after" }
const refused: Fault = { down: "before", status: 503 }
const failedBehind: Fault = { down: "after", status: 502 }
const through = undefined

describe("a database that is gone while it is asked", () => {
  it.each([
    ["does not run", notRun],
    ["is refused", refused],
    ["runs, and its answer is lost", answerLost],
    ["runs, and a proxy fails", failedBehind]
  ])("for a read that %s: 503, and afterwards as before", async (_, fault) => {
    const id = await cast.offer()
    const token = cast.tokens.recruiter
    for (const path of [`/offers/${id}`, "/offers", `/offers/${id}/history`]) {
      faults(fault)
      assertUnavailable(await stage.call("GET", path, { token }))
      assert.strictEqual((await stage.call("GET", path, { token })).status, 200)
    }
    faults(fault)
    assert.strictEqual((await stage.call("GET", "/health/ready")).status, 503)
    assert.strictEqual((await stage.call("GET", "/health/ready")).status, 200)
  })
})

const commands: ReadonlyArray<readonly [string, string, (id: string) => ReturnType<Stage["call"]>]> = [
  ["create", "offer.created", () => cast.byRecruiter("/offers", offerInput())],
  ["update", "offer.updated", (id) => cast.byRecruiter(`/offers/${id}`, offerInput({ title: "New" }))],
  ["archive", "offer.archived", (id) => cast.byRecruiter(`/offers/${id}/archived`)],
  ["delete", "offer.deleted", (id) => cast.byManager(`/offers/${id}/delete`)],
  [
    "transfer",
    "offer.transferred",
    (id) => cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: cast.company.colleague.id })
  ]
]

describe.each(commands)("a database that is gone during %s", (_, type, command) => {
  let id: string
  beforeEach(async () => {
    id = await cast.offer()
  })
  const happened = async () =>
    (await stage.pool.query("select count(*)::int as count from event where type = $1", [type])).rows[0].count -
    (type === "offer.created" ? 1 : 0)

  it.each([
    ["before it is read", [notRun]],
    ["before it is read, refusing", [refused]],
    ["after it is read", [answerLost]],
    ["before it is written", [through, notRun]],
    ["before it is written, refusing", [through, refused]],
    ["before it is written, and when that is looked up", [through, notRun, notRun]]
  ])("%s: 503, nothing is written, and repeating it does it once", async (_, ordered) => {
    faults(...ordered)
    assertUnavailable(await command(id))
    assert.strictEqual(await happened(), 0)
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created"])
    assert.include([200, 201, 204], (await command(id)).status)
    assert.strictEqual(await happened(), 1)
  })

  it.each([
    ["lost", answerLost],
    ["a proxy's failure", failedBehind]
  ])("when the answer to its commit is %s: it is found again, published, and answered as done", async (_, fault) => {
    await until("the creation published", () => queue.batches.length === 1)
    queue.take()
    faults(through, fault)
    assert.include([200, 201, 204], (await command(id)).status)
    assert.strictEqual(await happened(), 1)
    await until("published", () => queue.batches.length === 1)
    assert.deepStrictEqual(
      queue.batches.flat().map((message) => message.type),
      [type]
    )
  })

  it("when its commit is done but the answer is lost: 503, but all of it is written, and the relay publishes it", async () => {
    faults(through, answerLost, notRun)
    assertUnavailable(await command(id))
    assert.strictEqual(await happened(), 1)
    await stage.platform.setClockOffset(2 * minute)
    queue.take()
    await relayOnce(stage)
    assert.include(
      queue.batches.flat().map((message) => message.type),
      type
    )
  })
})

describe("a server that ends a commit on its way", () => {
  it("answers 503, has written nothing half, and the command can be repeated", async () => {
    const id = await cast.offer()
    const holder = await stage.pool.connect()
    await holder.query("begin")
    await holder.query("select 1 from offer where id = $1 for update", [id])
    const answer = cast.byRecruiter(`/offers/${id}/archived`)
    const terminated = await until("the commit waits, and is ended", async () => {
      const { rows } = await stage.pool.query(
        `select pg_terminate_backend(pid) from pg_locks l join pg_stat_activity a using (pid)
         where not l.granted and a.datname = current_database()`
      )
      return rows.length > 0
    })
    assert.isTrue(terminated)
    await holder.query("rollback")
    holder.release()
    assertUnavailable(await answer)
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created"])
    assert.strictEqual((await cast.byRecruiter(`/offers/${id}/archived`)).status, 200)
  })

  it("and every other connection: new ones are made, and nobody notices", async () => {
    const id = await cast.offer()
    await stage.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )
    // The pool notices a moment later; a request until then may still meet the outage.
    const answer = await until("served again", async () => {
      const answer = await cast.byRecruiter(`/offers/${id}/archived`)
      return answer.status === 503 ? undefined : answer
    })
    assert.strictEqual(answer.status, 200)
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.archived"])
  })
})

describe("a sweep that loses the database", () => {
  const due = (count: number) => {
    const date = new Date(Date.now() - hour)
    return addOffers(stage.pool, cast.company, { count, jobStartsAt: date, expiresAt: date })
  }
  const expired = async () =>
    (await stage.pool.query("select count(*)::int as count from event where type = 'offer.expired'")).rows[0].count
  const sweep = () =>
    runJob(stage.platform, jobs.started).then(
      () => "ok",
      () => "failed"
    )

  it.each([
    ["before it reads", [notRun], 0, 20],
    ["after it read", [answerLost], 0, 20],
    ["before it writes", [through, notRun], 0, 20],
    ["in its second batch", [through, through, through, notRun], 1_000, 1_020],
    ["when it wrote, and when that is looked up", [through, answerLost, notRun], 20, 20]
  ])("%s fails, and the next one goes on: each offer expires once", async (_, ordered, written, all) => {
    await due(all)
    faults(...ordered)
    assert.strictEqual(await sweep(), "failed")
    assert.strictEqual(await expired(), written)
    await assertWhole(stage.pool)
    assert.strictEqual(await sweep(), "ok")
    assert.strictEqual(await expired(), all)
  })

  it("when it wrote finds that again, and goes on", async () => {
    await due(20)
    faults(through, answerLost)
    assert.strictEqual(await sweep(), "ok")
    assert.strictEqual(await expired(), 20)
    assert.strictEqual(queue.take().length, 20)
  })

  it("when it wrote, but not all, publishes what it wrote and nothing else", async () => {
    await due(3)
    const holder = await stage.pool.connect()
    await holder.query("begin")
    await holder.query("select 1 from offer order by id limit 1 for update")
    faults(through, answerLost)
    assert.strictEqual(await sweep(), "ok")
    await holder.query("rollback")
    holder.release()
    const { rows } = await stage.pool.query("select id from event where type = 'offer.expired'")
    assert.strictEqual(rows.length, 2)
    assert.sameMembers(
      queue.take().map(({ id }) => id),
      rows.map(({ id }) => id)
    )
    assert.strictEqual(await sweep(), "ok")
    assert.strictEqual(await expired(), 3)
  })
})

describe("a relay that loses the database", () => {
  it.each([
    ["before it claims", notRun, 150],
    ["after it claimed", answerLost, 50]
  ])("%s fails; the next one sends what is due, a later one the rest", async (_, fault, dueAgain) => {
    const date = new Date(Date.now() + 48 * hour)
    const dates = { jobStartsAt: date, expiresAt: date }
    await addOffers(stage.pool, cast.company, { ...dates, count: 150, due: new Date(Date.now() - 1_000) })
    faults(fault)
    await relayOnce(stage).then(
      () => assert.fail("it was to fail"),
      () => {}
    )
    assert.deepStrictEqual(queue.batches, [])
    await relayOnce(stage)
    const sent = queue.take()
    assert.strictEqual(sent.length, dueAgain)
    await stage.platform.setClockOffset(2 * minute)
    await relayOnce(stage)
    assert.strictEqual(new Set([...sent, ...queue.take()].map(({ id }) => id)).size, 150)
  })
})

describe("a consumer that loses the database", () => {
  const published = async () => {
    await Promise.all([cast.offer(), cast.offer(), cast.offer()])
    await until("three published", () => queue.batches.length === 3)
    return queue.take()
  }

  it.each([
    ["before it marks the events as handled", notRun, 0],
    ["before that, refusing", refused, 0],
    ["after the mark, which it does not hear of", answerLost, 3]
  ])("%s has them again, asks once more, to note why, and handles each once", async (_, fault, handled) => {
    const messages = await published()
    faults(fault)
    const before = stage.neon.requests
    assert.strictEqual(await deliver(stage.platform, messages), 3)
    assert.strictEqual(stage.neon.requests - before, 2)
    assert.strictEqual(await countOf(stage.pool, "receipt"), handled)
    stage.neon.onRequest = undefined
    assert.strictEqual(await deliver(stage.platform, messages), 0)
    assert.strictEqual(await countOf(stage.pool, "receipt"), 3)
  })

  it("loses no dead letter either, and stores it once", async () => {
    const messages = await published()
    const bury = () =>
      stage.platform.queue(
        messages.map((body) => ({ body })),
        "treff-dead-letters"
      )
    faults(notRun, answerLost, refused)
    assert.strictEqual((await bury()).retryMessages.length, 3)
    assert.strictEqual(await countOf(stage.pool, "dead_letter"), 1)
    assert.strictEqual((await bury()).retryMessages.length, 0)
    assert.strictEqual(await countOf(stage.pool, "dead_letter"), 3)
    await assertWhole(stage.pool)
    await stage.pool.query(
      "with l as (delete from dead_letter returning event_id) insert into delivery select event_id, now(), 0 from l"
    )
  })
})

describe("a queue that refuses", () => {
  it("fails no request, and the relay brings its events when it takes them again", async () => {
    queue.refusing = true
    queue.refused = 0
    const ids = await Promise.all([cast.offer(), cast.offer()])
    assert.strictEqual((await cast.byRecruiter(`/offers/${ids[0]}/archived`)).status, 200)
    await until("all refused", () => queue.refused === 3)
    await stage.platform.setClockOffset(2 * minute)
    await relayOnce(stage).then(
      () => assert.fail("what the queue refuses is an error that is seen"),
      () => {}
    )
    assert.strictEqual(await countOf(stage.pool, "delivery"), 3)
    queue.refusing = false
    await stage.platform.setClockOffset(4 * minute)
    await relayOnce(stage)
    assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
    for (const id of ids) assert.isAbove((await eventsOf(stage.pool, id)).length, 0)
    await assertAllHandled(stage.pool)
  })

  it("fails no sweep", async () => {
    const date = new Date(Date.now() - hour)
    await addOffers(stage.pool, cast.company, { count: 120, jobStartsAt: date, expiresAt: date })
    queue.refusing = true
    await runJob(stage.platform, jobs.started)
    assert.strictEqual(await countOf(stage.pool, "delivery"), 120)
  })
})
