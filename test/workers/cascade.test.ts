import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { addCandidates, isCommit, type OpenCompany, openCompany } from "./cast.ts"
import { archive, assertEnded, endWhileOneIsKilled, sendsLeft } from "./ended-sends.ts"
import { deliver, type HeldQueue, openHeldStage } from "./held-queue.ts"
import { answers, type Mailer } from "./mailer.ts"
import { addSends } from "./many-sends.ts"
import { snapshotOf } from "./snapshot.ts"

let held: Awaited<ReturnType<typeof openHeldStage>>
let stage: Stage
let queue: HeldQueue
let mailer: Mailer
let cast: OpenCompany
beforeAll(async () => {
  held = await openHeldStage()
  ;({ queue, stage, mailer } = held)
  cast = await openCompany(stage)
})
afterAll(() => held.close())
beforeEach(async () => {
  await held.clear()
  stage.neon.onRequest = undefined
  mailer.onMail = () => answers.down // thousands of mails are not what is looked at here
})

/** How often the sends of what has ended were read, and a commit was made, from now on. */
const countAsks = () => {
  const asks = { reads: 0, commits: 0 }
  stage.neon.onRequest = ([statement]) => {
    if (isCommit(statement?.query)) asks.commits++
    else if (statement?.query.includes('"offer_sent"')) asks.reads++
    return undefined
  }
  return asks
}

describe("the sends of an ended term", () => {
  it("go a thousand at a time, in two round trips each, and publish their events", async () => {
    const offerId = await cast.offer()
    await addSends(stage.pool, { offerId, count: 2_500 })
    const message = await archive(held, cast, offerId)
    const asks = countAsks()
    assert.strictEqual(await deliver(stage.platform, [message]), 0)
    // Of the reads one is of the mails that are due, which look at their sends.
    assert.deepStrictEqual(asks, { reads: 3 + 1, commits: 3 })
    assert.strictEqual(await sendsLeft(held), 0)
    await assertEnded(held, 2_500)
    assert.deepStrictEqual(
      queue.batches.map(({ length }) => length),
      Array.from({ length: 25 }, () => 100)
    )
  })

  it("of several offers in one batch go together; those of a later term stay, the withdrawn go without a word", async () => {
    const [one = "", other = ""] = await Promise.all([cast.offer(), cast.offer()])
    await addSends(stage.pool, { offerId: one, count: 30 })
    await addSends(stage.pool, { offerId: one, count: 5, status: "withdrawn" })
    await addSends(stage.pool, { offerId: other, count: 20 })
    const messages = [await archive(held, cast, one), await archive(held, cast, other)]
    assert.strictEqual((await cast.byRecruiter(`/offers/${one}/enabled`)).status, 200)
    const candidateIds = (await addCandidates(stage, 7)).map(({ id }) => id)
    assert.strictEqual((await cast.byRecruiter("/offer-sends/bulk", { offerId: one, candidateIds })).status, 201)
    const asks = countAsks()
    assert.strictEqual(await deliver(stage.platform, [...messages, ...messages]), 0)
    assert.strictEqual(asks.commits, 1)
    assert.strictEqual(await sendsLeft(held), 7)
    await assertEnded(held, 50)
  })

  it("that somebody has locked are not waited for: the event comes again by a message, and takes them then", async () => {
    const offerId = await cast.offer()
    await addSends(stage.pool, { offerId, count: 10 })
    const message = await archive(held, cast, offerId)
    const holder = await stage.pool.connect()
    try {
      await holder.query("begin")
      await holder.query("select 1 from offer_sent order by id limit 1 for update")
      assert.strictEqual(await deliver(stage.platform, [message]), 0)
      assert.strictEqual(await sendsLeft(held), 1)
      await holder.query("rollback")
    } finally {
      holder.release()
    }
    const again = queue.take().filter(({ type }) => type === "offer.archived")
    assert.deepStrictEqual(again, [message])
    assert.notInclude((await snapshotOf(stage.pool)).handled, message.id)
    assert.strictEqual(await deliver(stage.platform, again), 0)
    assert.strictEqual(await sendsLeft(held), 0)
    assert.include((await assertEnded(held, 10)).handled, message.id)
  })

  it("of two consumers of whom one is killed half-way: all go, each once, with one notification", async () => {
    await endWhileOneIsKilled(held, cast, 3_000)
  })
})
