import { assert } from "vitest"
import { until } from "../until.ts"
import { isCommit, type OpenCompany } from "./cast.ts"
import { deliver, type openHeldStage } from "./held-queue.ts"
import { addSends } from "./many-sends.ts"
import { assertConsistent, snapshotOf } from "./snapshot.ts"

type Held = Awaited<ReturnType<typeof openHeldStage>>

export const sendsLeft = async ({ stage }: Held): Promise<number> =>
  (await stage.pool.query("select count(*)::int as count from offer_sent")).rows[0].count

/** Archives an offer; answers the message that says so. */
export const archive = async ({ queue }: Held, cast: OpenCompany, offerId: string) => {
  assert.strictEqual((await cast.byRecruiter(`/offers/${offerId}/archived`)).status, 200)
  const message = await until("archived", () =>
    queue.batches.flat().find(({ type, subject }) => type === "offer.archived" && subject.id === offerId)
  )
  queue.take()
  return message
}

/** That so many sends have one event of their end each, of which their candidates were notified once by each channel. */
export const assertEnded = async ({ stage }: Held, count: number) => {
  const store = await snapshotOf(stage.pool)
  assertConsistent(store, Date.now())
  const ends = store.events.filter(({ type, data }) => type === "offerSent.deleted" && data.reason === "offer_archived")
  assert.strictEqual(ends.length, count)
  assert.strictEqual(new Set(ends.map(({ subjectId }) => subjectId)).size, count)
  assert.strictEqual(store.notifications.filter(({ template }) => template === "offer-ended").length, 2 * count)
  return store
}

/** Two consumers delete the same sends, and one of them is killed half-way: all go, each once, with one notification. */
export const endWhileOneIsKilled = async (held: Held, cast: OpenCompany, count: number): Promise<void> => {
  const offerId = await cast.offer()
  await addSends(held.stage.pool, { offerId, count })
  const message = await archive(held, cast, offerId)
  const twin = await held.twin()
  let commits = 0
  let killed: Promise<void> | undefined
  held.stage.neon.onRequest = ([statement]) => {
    if (isCommit(statement?.query) && ++commits === Math.ceil(count / 2_000)) killed = twin.stop()
    return undefined
  }
  await Promise.all([
    deliver(held.stage.platform, [message]),
    deliver(twin, [message]).catch(() => {}) // whoever is killed does not answer
  ])
  held.stage.neon.onRequest = undefined
  assert.isDefined(killed)
  await killed
  // Either may have left what the other had locked; the event goes on by a message, or is sent again by the relay.
  await until("all gone", async () => {
    await deliver(held.stage.platform, [message])
    return (await sendsLeft(held)) === 0
  })
  await assertEnded(held, count)
}
