import { assert } from "vitest"
import type { Fault } from "../../apps/local/src/neon-endpoint.ts"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { relayOnce } from "../workers/cast.ts"
import { deliver, type openManualStage } from "../workers/manual-queue.ts"
import { assertConsistent, assertSettled, snapshotOf } from "../workers/snapshot.ts"

/** How a request to the database may go wrong. */
export const faults: ReadonlyArray<readonly [string, Fault]> = [
  ["does not run", { down: "before" }],
  ["runs, and its answer is lost", { down: "after" }],
  ["is refused", { down: "before", status: 503 }],
  ["runs, and a proxy fails", { down: "after", status: 502 }]
]

/** One request to the database goes wrong, counted from 0. Says whether it came to that. */
export const faultAt = (stage: Stage, request: number, fault: Fault) => {
  const met = { fault: false }
  let requests = 0
  stage.neon.onRequest = () => {
    if (requests++ !== request) return undefined
    met.fault = true
    return fault
  }
  return met
}

export const assertUnavailable = ({ status, headers, json }: Awaited<ReturnType<Stage["call"]>>): void => {
  assert.strictEqual(status, 503)
  assert.match(headers.get("retry-after") ?? "", /^\d+$/)
  assert.strictEqual(headers.get("content-type"), "application/problem+json")
  assert.notMatch(JSON.stringify(json), /neon|sql|127\.0\.0\.1|ordered/i, "nothing internal leaks")
}

/** Everything that waits is due now, and handled, and every mail sent. */
export const finish = ({ stage, queue }: Awaited<ReturnType<typeof openManualStage>>) =>
  until("all handled and sent", async () => {
    await stage.pool.query("update delivery set due_at = 'epoch'")
    await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
    await relayOnce(stage)
    await deliver(stage.platform, queue.take())
    const { waiting, outgoing } = await snapshotOf(stage.pool)
    return waiting.length + outgoing.length === 0
  })

/** Whatever broke: the store is whole, and with what is sent again everybody is notified of all, once. */
export const assertMended = async (manual: Awaited<ReturnType<typeof openManualStage>>): Promise<void> => {
  const { stage, mailer } = manual
  stage.neon.onRequest = undefined
  assertConsistent(await snapshotOf(stage.pool), Date.now())
  await finish(manual)
  const { notifications } = await assertSettled(stage.pool)
  const mails = notifications.filter(({ channel }) => channel === "mail")
  const sent = mails.filter(({ status }) => status === "sent").map(({ id }) => id)
  assert.sameMembers(mailer.keys(), sent, "a mail arrives once")
  for (const { status, error } of mails) {
    if (status !== "sent") assert.deepStrictEqual([status, error], ["skipped", "by now there is nothing to tell"])
  }
}
