import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import {
  addCandidates,
  type Candidate,
  isCommit,
  minute,
  type OpenCompany,
  openCompany,
  relayOnce
} from "../workers/cast.ts"
import { deliver, openHeldStage } from "../workers/held-queue.ts"
import { addSends } from "../workers/many-sends.ts"
import { assertSettled, snapshotOf } from "../workers/snapshot.ts"

let held: Awaited<ReturnType<typeof openHeldStage>>
let stage: Stage
let cast: OpenCompany
let candidates: ReadonlyArray<Candidate>
beforeAll(async () => {
  held = await openHeldStage()
  ;({ stage } = held)
  cast = await openCompany(stage)
  candidates = await addCandidates(stage, 50)
})
afterAll(() => held.close())
beforeEach(() => held.clear())

/** The workers start anew, the relay brings what was lost, and everybody has been told all, by one mail each. */
afterEach(async () => {
  stage.neon.onRequest = undefined
  held.mailer.onMail = () => undefined
  const offset = 6 * minute // when every lease is over
  const platform = await held.revive(offset)
  await until("all handled and sent", async () => {
    await relayOnce({ platform })
    await deliver(platform, held.queue.take())
    const { waiting, outgoing } = await snapshotOf(stage.pool)
    return waiting.length + outgoing.length === 0
  })
  const { notifications } = await assertSettled(stage.pool, Date.now() + offset)
  const sent = notifications.filter(({ channel, status }) => channel === "mail" && status === "sent")
  assert.sameMembers(
    held.mailer.keys(),
    sent.map(({ id }) => id)
  )
})

/** Kills workerd with SIGKILL at the first request to the database that fits, before or after it is done. */
const killAt = (when: "before" | "after", fits: (query: string) => boolean): Promise<void> =>
  new Promise((killed) => {
    let dead = false
    stage.neon.onRequest = ([statement]) => {
      if (dead || !fits(statement?.query ?? "")) return undefined
      dead = true
      const killing = held.kill()
      void killing.then(killed)
      return { down: when }
    }
  })

/** Killed, so whoever waits for an answer gets none. */
const dies = async (killed: Promise<void>, work: Promise<unknown>) => {
  await Promise.all([
    killed,
    work.then(
      () => assert.fail("it was to be killed"),
      () => {}
    )
  ])
}

const sendsOf = async () => (await snapshotOf(stage.pool)).sends.length
const bulk = (offerId: string) =>
  cast.byRecruiter("/offer-sends/bulk", { offerId, candidateIds: candidates.map(({ id }) => id) })

/** The messages of a type, once they are published. */
const published = (type: string) =>
  until(`${type} published`, () => {
    const found = held.queue.batches.flat().filter((message) => message.type === type)
    return found.length === 0 ? undefined : found
  })

describe("workerd killed", { timeout: 60_000 }, () => {
  it.each([
    ["before", 0],
    ["after", 1]
  ] as const)("%s the commit of a send: it is not sent, or sent whole, and told of", async (when, sent) => {
    const offerId = await cast.offer()
    const body = { offerId, candidateId: candidates[0]?.id }
    await dies(killAt(when, isCommit), cast.byRecruiter("/offer-sends", body))
    await until("the database is done", async () => (await sendsOf()) === sent)
    await held.revive()
    stage.neon.onRequest = undefined
    // Who asks again, since nobody answered, does not send it twice.
    assert.strictEqual((await cast.byRecruiter("/offer-sends", body)).status, sent === 0 ? 201 : 409)
    await held.kill()
  })

  it("after the commit of a bulk: all of it is sent, and told of", async () => {
    const offerId = await cast.offer()
    await dies(killAt("after", isCommit), bulk(offerId))
    await until("the database is done", async () => (await sendsOf()) === 50)
  })

  it("between two lots of a cascade: the next one goes on, and each candidate is told once", async () => {
    const offerId = await cast.offer()
    await addSends(stage.pool, { offerId, count: 1_020 })
    await cast.byRecruiter(`/offers/${offerId}/archived`)
    const messages = await published("offer.archived")
    let lots = 0
    await dies(
      killAt("before", (query) => isCommit(query) && ++lots === 2),
      deliver(held.platform(), messages)
    )
    assert.strictEqual(await sendsOf(), 20)
  })

  it("after an event is handled and before its mail is sent: the mail arrives, once", async () => {
    await cast.send(await cast.offer(), candidates[0]?.id ?? "")
    const messages = await published("offerSent.created")
    await dies(
      killAt("before", (query) => query.includes('update "outgoing_mail"')),
      deliver(held.platform(), messages)
    )
    const { handled, outgoing } = await snapshotOf(stage.pool)
    assert.deepStrictEqual([handled.length, outgoing.length], [1, 1])
  })

  it("after a mail is sent and before that is noted: it comes again under the same key, and arrives once", async () => {
    await cast.send(await cast.offer(), candidates[0]?.id ?? "")
    const messages = await published("offerSent.created")
    await dies(
      killAt("before", (query) => query.includes("with outcome")),
      deliver(held.platform(), messages)
    )
    const { outgoing } = await snapshotOf(stage.pool)
    assert.deepStrictEqual(held.mailer.keys(), [...outgoing])
  })
})
