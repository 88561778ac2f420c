import { assert } from "vitest"
import { until } from "../until.ts"
import { minute, relayOnce } from "../workers/cast.ts"
import { deliver, type openManualStage } from "../workers/manual-queue.ts"
import { assertSettled, type Snapshot, snapshotOf } from "../workers/snapshot.ts"

/** How workerd is killed in the middle of something, and how everything comes right afterwards. */
export const killing = (manual: Awaited<ReturnType<typeof openManualStage>>) => {
  const { stage } = manual
  return {
    /** Kills workerd with SIGKILL at the first request to the database that fits, before or after it is done. */
    at: (when: "before" | "after", fits: (query: string) => boolean): Promise<void> =>
      new Promise((killed) => {
        let dead = false
        stage.neon.onRequest = (statements) => {
          if (dead || !statements.some(({ query }) => fits(query))) return undefined
          dead = true
          const killing = manual.kill()
          void killing.then(killed)
          return { down: when }
        }
      }),

    /** Killed, so whoever waits for an answer gets none. */
    dies: async (killed: Promise<void>, work: Promise<unknown>): Promise<void> => {
      await Promise.all([
        killed,
        work.then(
          () => assert.fail("it was to be killed"),
          () => {}
        )
      ])
    },

    /** The messages of a type, once they are published. */
    published: (type: string) =>
      until(`${type} published`, () => {
        const found = manual.queue.batches.flat().filter((message) => message.type === type)
        return found.length === 0 ? undefined : found
      }),

    /** The workers start anew, the relay brings what was lost, and everybody was notified of everything, by one mail each. */
    recover: async (): Promise<Snapshot> => {
      stage.neon.onRequest = undefined
      manual.mailer.onMail = () => undefined
      const offset = 6 * minute // when every lease is over
      const platform = await manual.revive(offset)
      await until("all handled and sent", async () => {
        await relayOnce({ platform })
        await deliver(platform, manual.queue.take())
        const { waiting, outgoing } = await snapshotOf(stage.pool)
        return waiting.length + outgoing.length === 0
      })
      const store = await assertSettled(stage.pool, Date.now() + offset)
      const sent = store.notifications.filter(({ channel, status }) => channel === "mail" && status === "sent")
      assert.sameMembers(
        manual.mailer.keys(),
        sent.map(({ id }) => id)
      )
      return store
    }
  }
}

export type Killing = ReturnType<typeof killing>
