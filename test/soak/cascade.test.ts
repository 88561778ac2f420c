import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import { type OpenCompany, openCompany } from "../workers/cast.ts"
import { archive, assertEnded, endWhileOneIsKilled, sendsLeft } from "../workers/ended-sends.ts"
import { deliver, openHeldStage } from "../workers/held-queue.ts"
import { answers } from "../workers/mailer.ts"
import { addSends } from "../workers/many-sends.ts"

let held: Awaited<ReturnType<typeof openHeldStage>>
let cast: OpenCompany
beforeAll(async () => {
  held = await openHeldStage()
  cast = await openCompany(held.stage)
})
afterAll(() => held.close())
beforeEach(async () => {
  await held.clear()
  held.mailer.onMail = () => answers.down
})

it("10,000 sends go by two consumers of whom one is killed half-way: each once, and is told once", () =>
  endWhileOneIsKilled(held, cast, 10_000))

it("20,001 sends: an invocation ends after twenty lots, and the event goes on by a message", async () => {
  const offerId = await cast.offer()
  await addSends(held.stage.pool, { offerId, count: 20_001 })
  const message = await archive(held, cast, offerId)
  assert.strictEqual(await deliver(held.stage.platform, [message]), 0)
  assert.strictEqual(await sendsLeft(held), 1)
  const again = held.queue.take().filter(({ type }) => type === "offer.archived")
  assert.deepStrictEqual(again, [message])
  assert.strictEqual(await deliver(held.stage.platform, again), 0)
  assert.strictEqual(await sendsLeft(held), 0)
  await assertEnded(held, 20_001)
})
