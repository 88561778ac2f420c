import { eventMessage } from "@treff/adapters/wire"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { assertAllHandled, assertWhole, countOf, eventsOf } from "../event-log.ts"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { minute, openCompany, relayOnce } from "./cast.ts"
import { deliver, type ManualQueue, openManualStage } from "./manual-queue.ts"
import { addOffers } from "./many-offers.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let queue: ManualQueue
beforeAll(async () => {
  manual = await openManualStage()
  ;({ queue, stage } = manual)
})
afterAll(() => manual.close())
beforeEach(() => manual.clear())

const dates = { jobStartsAt: new Date(Date.now() + 86_400_000), expiresAt: new Date(Date.now() + 2 * 86_400_000) }

/** That many events which are due now. */
const addDueEvents = async (count: number): Promise<void> => {
  const { company } = await openCompany(stage)
  await addOffers(stage.pool, company, { ...dates, count, due: new Date(Date.now() - 1_000) })
}

/** How many times the workers ask the database while something is done. */
const roundTripsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = stage.neon.requests
  await work()
  return stage.neon.requests - before
}

const inMinutes = (minutes: number) => stage.platform.setClockOffset(minutes * minute)

const receipts = async (): Promise<ReadonlyArray<{ readonly event_id: string; readonly received_at: Date }>> =>
  (await stage.pool.query("select event_id, received_at from receipt order by event_id")).rows

describe("publishing", () => {
  it("follows the commit at once: the event, whole, as its documented message", async () => {
    const { byRecruiter, company, offer } = await openCompany(stage)
    const id = await offer()
    await byRecruiter(`/offers/${id}/archived`)
    await until("both events published", () => queue.batches.length === 2)
    const events = await eventsOf(stage.pool, id)
    const messages = queue.take().toSorted((a, b) => a.sequence - b.sequence)
    for (const message of messages) eventMessage.parse(message)
    assert.deepStrictEqual(
      messages.map(({ id }) => id),
      events.map(({ id }) => id)
    )
    assert.deepStrictEqual(messages[1], {
      id: events[1]?.id ?? "",
      type: "offer.archived",
      subject: { type: "offer", id },
      sequence: 2,
      occurredAt: events[1]?.occurred_at.toISOString() ?? "",
      actor: { kind: "recruiter", id: company.recruiter.id },
      data: { term: 1 }
    })
  })

  it("is of what was done, and of nothing when nothing was", async () => {
    const { byRecruiter, offer } = await openCompany(stage)
    const id = await offer()
    for (let times = 0; times < 3; times++) {
      assert.strictEqual((await byRecruiter(`/offers/${id}/disabled`)).status, 200)
    }
    await byRecruiter(`/offers/${id}/transfer`, { newRecruiterId: id }) // 403
    await byRecruiter(`/offers/${id}/enabled`)
    await until("all events published", () => queue.batches.flat().length >= 3)
    assert.deepStrictEqual(
      queue
        .take()
        .map(({ type }) => type)
        .toSorted(),
      ["offer.created", "offer.disabled", "offer.enabled"]
    )
  })

  it("does not make an event delivered: only handling it does, with one receipt", async () => {
    const { offer } = await openCompany(stage)
    await offer()
    await until("the event published", () => queue.batches.length === 1)
    assert.strictEqual(await countOf(stage.pool, "delivery"), 1)
    assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
    await assertAllHandled(stage.pool)
  })
})

describe("handling", () => {
  it("takes what comes twice and out of order as if it came once, and keeps the time of the first receipt", async () => {
    const { byRecruiter, offer } = await openCompany(stage)
    const id = await offer()
    for (const path of ["disabled", "enabled", "archived", "enabled"]) await byRecruiter(`/offers/${id}/${path}`)
    await until("five events published", () => queue.batches.flat().length === 5)
    const messages = queue.take().toSorted((a, b) => b.sequence - a.sequence)
    assert.strictEqual(await deliver(stage.platform, [...messages, ...messages]), 0)
    const first = await receipts()
    assert.strictEqual(first.length, 5)
    await inMinutes(10)
    const again = Array.from({ length: 4 }, () => deliver(stage.platform, messages))
    assert.deepStrictEqual(await Promise.all(again), [0, 0, 0, 0])
    assert.deepStrictEqual(await receipts(), first)
    await assertAllHandled(stage.pool)
  })

  it("of one event by twenty at once has one effect", async () => {
    const { offer } = await openCompany(stage)
    await offer()
    await until("the event published", () => queue.batches.length === 1)
    const messages = queue.take()
    const refused = await Promise.all(Array.from({ length: 20 }, () => deliver(stage.platform, messages)))
    assert.deepStrictEqual(new Set(refused), new Set([0]))
    await assertAllHandled(stage.pool)
  })

  it("of an event that never happened has no effect", async () => {
    const { offer } = await openCompany(stage)
    await offer()
    await until("the event published", () => queue.batches.length === 1)
    const stranger = queue.take().map((message) => ({ ...message, id: crypto.randomUUID() }))
    assert.strictEqual(await deliver(stage.platform, stranger), 0)
    assert.strictEqual(await countOf(stage.pool, "receipt"), 0)
    assert.strictEqual(await countOf(stage.pool, "delivery"), 1)
  })
})

describe("relaying", () => {
  it("leaves an event to the request that made it for a minute, then sends it", async () => {
    const { offer } = await openCompany(stage)
    queue.refusing = true
    queue.refused = 0
    const id = await offer()
    await until("the event refused", () => queue.refused === 1)
    queue.refusing = false
    await stage.platform.setClockOffset(minute - 10_000)
    await relayOnce(stage)
    assert.deepStrictEqual(queue.take(), [])
    await inMinutes(1)
    await relayOnce(stage)
    assert.deepStrictEqual(
      queue.take().map(({ subject }) => subject.id),
      [id]
    )
  })

  it("sends a hundred at a time, in one round trip for each, and looks once for mails", async () => {
    await addDueEvents(250)
    assert.strictEqual(await roundTripsOf(() => relayOnce(stage)), 3 + 1)
    assert.deepStrictEqual(
      queue.batches.map(({ length }) => length),
      [100, 100, 50]
    )
    assert.strictEqual(new Set(queue.batches.flat().map(({ id }) => id)).size, 250)
    assert.strictEqual(await roundTripsOf(() => relayOnce(stage)), 1 + 1, "nothing is due any more")
    assert.strictEqual(queue.batches.length, 3)
    await deliver(stage.platform, queue.take())
    await assertAllHandled(stage.pool)
  })

  it("keeps each batch within 240 KB", async () => {
    await addDueEvents(40)
    const fields = JSON.stringify(Array.from({ length: 2_000 }, () => "jobStartsAt"))
    await stage.pool.query(
      "update event set type = 'offer.updated', data = data || jsonb_build_object('fields', $1::jsonb)",
      [fields]
    )
    await relayOnce(stage)
    const sizes = queue.batches.map((batch) => batch.reduce((sum, message) => sum + JSON.stringify(message).length, 0))
    assert.isAbove(
      sizes.reduce((a, b) => a + b),
      4 * 240_000
    )
    assert.isAtMost(Math.max(...sizes), 240_000)
    assert.isAbove(Math.min(...sizes.slice(0, -1)), 200_000, "and fills it")
    assert.strictEqual(new Set(queue.take().map(({ id }) => id)).size, 40)
  })

  it("sends again what is not handled, after 1, 5, 25, 60 and 60 minutes", async () => {
    await addDueEvents(1)
    const sent: Array<number> = []
    for (const moment of [0, 0.5, 1.1, 5.9, 6.2, 31, 31.3, 91, 91.4, 151, 151.5]) {
      await inMinutes(moment)
      await relayOnce(stage)
      if (queue.take().length > 0) sent.push(moment)
    }
    assert.deepStrictEqual(sent, [0, 1.1, 6.2, 31.3, 91.4, 151.5])
    assert.strictEqual((await stage.pool.query("select attempts from delivery")).rows[0].attempts, 6)
  })

  it("by four at once sends each event once", async () => {
    await addDueEvents(1_000)
    await Promise.all(Array.from({ length: 4 }, () => relayOnce(stage)))
    const ids = queue.take().map(({ id }) => id)
    assert.strictEqual(ids.length, 1_000)
    assert.strictEqual(new Set(ids).size, 1_000)
  })

  it("sends no more of what is handled or given up", async () => {
    await addDueEvents(3)
    await relayOnce(stage)
    const [handled, givenUp, waiting] = queue.take()
    await deliver(stage.platform, [handled])
    await stage.platform.queue([{ body: givenUp, attempts: 5 }], "treff-dead-letters")
    await inMinutes(1_000)
    await relayOnce(stage)
    assert.deepStrictEqual(queue.take(), waiting === undefined ? [] : [waiting])
    await assertWhole(stage.pool)
  })
})
