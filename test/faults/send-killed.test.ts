import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { addCandidates, type Candidate, isCommit, type OpenCompany, openCompany } from "../workers/cast.ts"
import { deliver, openManualStage } from "../workers/manual-queue.ts"
import { addSends } from "../workers/many-sends.ts"
import { snapshotOf } from "../workers/snapshot.ts"
import { type Killing, killing } from "./killing.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let cast: OpenCompany
let candidates: ReadonlyArray<Candidate>
let kill: Killing
beforeAll(async () => {
  manual = await openManualStage()
  ;({ stage } = manual)
  kill = killing(manual)
  cast = await openCompany(stage)
  candidates = await addCandidates(stage, 50)
})
afterAll(() => manual.close())
beforeEach(() => manual.clear())
afterEach(async () => void (await kill.recover()))

const sendsOf = async () => (await snapshotOf(stage.pool)).sends.length
const bulk = (offerId: string) =>
  cast.byRecruiter("/offer-sends/bulk", { offerId, candidateIds: candidates.map(({ id }) => id) })

describe("workerd killed", { timeout: 60_000 }, () => {
  it.each([
    ["before", 0],
    ["after", 1]
  ] as const)(
    "%s the commit of a send: it is not sent, or sent whole, and its candidate notified",
    async (when, sent) => {
      const offerId = await cast.offer()
      const body = { offerId, candidateId: candidates[0]?.id }
      await kill.dies(kill.at(when, isCommit), cast.byRecruiter("/offer-sends", body))
      await until("the database is done", async () => (await sendsOf()) === sent)
      await manual.revive()
      stage.neon.onRequest = undefined
      // Who asks again, since nobody answered, does not send it twice.
      assert.strictEqual((await cast.byRecruiter("/offer-sends", body)).status, sent === 0 ? 201 : 409)
      await manual.kill()
    }
  )

  it("after the commit of a bulk: all of it is sent, and each candidate notified", async () => {
    const offerId = await cast.offer()
    await kill.dies(kill.at("after", isCommit), bulk(offerId))
    await until("the database is done", async () => (await sendsOf()) === 50)
  })

  it("between two batches of a cascade: the next one goes on, and each candidate is notified once", async () => {
    const offerId = await cast.offer()
    await addSends(stage.pool, { offerId, count: 1_020 })
    await cast.byRecruiter(`/offers/${offerId}/archived`)
    const messages = await kill.published("offer.archived")
    let batches = 0
    await kill.dies(
      kill.at("before", (query) => isCommit(query) && ++batches === 2),
      deliver(manual.platform(), messages)
    )
    assert.strictEqual(await sendsOf(), 20)
  })

  it("after an event is handled and before its mail is sent: the mail arrives, once", async () => {
    await cast.send(await cast.offer(), candidates[0]?.id ?? "")
    const messages = await kill.published("offerSent.created")
    await kill.dies(
      kill.at("before", (query) => query.includes('update "outgoing_mail"')),
      deliver(manual.platform(), messages)
    )
    const { handled, outgoing } = await snapshotOf(stage.pool)
    assert.deepStrictEqual([handled.length, outgoing.length], [1, 1])
  })

  it("after a mail is sent and before that is noted: it comes again under the same key, and arrives once", async () => {
    await cast.send(await cast.offer(), candidates[0]?.id ?? "")
    const messages = await kill.published("offerSent.created")
    await kill.dies(
      kill.at("before", (query) => query.includes("with outcome")),
      deliver(manual.platform(), messages)
    )
    const { outgoing } = await snapshotOf(stage.pool)
    assert.deepStrictEqual(manual.mailer.keys(), [...outgoing])
  })
})
