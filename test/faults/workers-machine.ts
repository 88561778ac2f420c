import { assert } from "vitest"
import { relayOnce } from "../workers/cast.ts"
import { answers } from "../workers/mailer.ts"
import { deliver, type openManualStage } from "../workers/manual-queue.ts"
import { snapshotOf } from "../workers/snapshot.ts"
import type { Machine, Outage } from "./machine.ts"

/** Both workers in workerd over PostgreSQL, with a queue that is held in the hand. */
export const workersMachine = (manual: Awaited<ReturnType<typeof openManualStage>>) => {
  const { queue, mailer, stage } = manual
  let delivered: Array<unknown> = []
  /** How far the workers' time is ahead of the real one. */
  let offset = 0

  /** Where a worker is killed its answer is lost: `lostAnswer` stands for it. */
  const withOutage = async <A>(outage: Outage | null, work: () => Promise<A>, lostAnswer: A): Promise<A> => {
    let request = 0
    let killed: Promise<void> | undefined
    stage.neon.onRequest = () => {
      if (request++ !== outage?.request) return undefined
      if (outage.down !== "killed") return { down: outage.down }
      killed = manual.kill()
      return { down: "before" }
    }
    const result = await work().catch((error) => {
      if (killed === undefined) throw error
      return lostAnswer
    })
    stage.neon.onRequest = undefined
    if (killed === undefined) return result
    await killed
    await manual.revive(offset)
    return lostAnswer
  }
  const succeeds = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false
    )
  const moveTo = (to: number) => {
    offset = to - Date.now()
    return manual.platform().setClockOffset(offset)
  }
  const machine: Machine = {
    moveTo,
    relay: (outage) => withOutage(outage, () => succeeds(relayOnce({ platform: manual.platform() })), false),
    deliver: async (again, outage) => {
      const messages = again ? delivered : queue.take().toReversed()
      const refused = await withOutage(outage, () => deliver(manual.platform(), messages), messages.length)
      if (refused > 0) assert.strictEqual(await deliver(manual.platform(), messages), 0)
      if (!again) delivered.push(...messages)
    },
    refuse: (refuses) => {
      queue.refusing = refuses
    },
    post: (post) => {
      mailer.onMail = () => (post === "open" ? undefined : post === "lost" ? "lost" : answers[post])
    },
    forget: () => void queue.take(),
    hurry: async () => {
      await stage.pool.query("update delivery set due_at = 'epoch'")
      await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
    },
    mailbox: mailer.keys,
    snapshot: () => snapshotOf(stage.pool)
  }
  return {
    machine,
    withOutage,
    succeeds,
    /** Forgets everything but who is there; time is at a full second of now, and `after` that, and is answered. */
    begin: async (after: number): Promise<number> => {
      await manual.clear()
      queue.refusing = false
      delivered = []
      const begun = Math.floor(Date.now() / 1000) * 1000
      await moveTo(begun + after)
      return begun
    }
  }
}
