import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import { type OpenCompany, openCompany } from "../workers/cast.ts"
import { archive, assertEnded, endWhileOneIsKilled, sendsLeft } from "../workers/ended-sends.ts"
import { answers } from "../workers/mailer.ts"
import { deliver, openManualStage } from "../workers/manual-queue.ts"
import { addSends } from "../workers/many-sends.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let cast: OpenCompany
beforeAll(async () => {
  manual = await openManualStage()
  cast = await openCompany(manual.stage)
})
afterAll(() => manual.close())
beforeEach(async () => {
  await manual.clear()
  manual.mailer.onMail = () => answers.down
})

it("10,000 sends go by two consumers of whom one is killed half-way: each once, and is notified once", () =>
  endWhileOneIsKilled(manual, cast, 10_000))

it("20,001 sends: an invocation ends after twenty batches, and the event goes on by a message", async () => {
  const offerId = await cast.offer()
  await addSends(manual.stage.pool, { offerId, count: 20_001 })
  const message = await archive(manual, cast, offerId)
  assert.strictEqual(await deliver(manual.stage.platform, [message]), 0)
  assert.strictEqual(await sendsLeft(manual), 1)
  const again = manual.queue.take().filter(({ type }) => type === "offer.archived")
  assert.deepStrictEqual(again, [message])
  assert.strictEqual(await deliver(manual.stage.platform, again), 0)
  assert.strictEqual(await sendsLeft(manual), 0)
  await assertEnded(manual, 20_001)
})
