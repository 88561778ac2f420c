import type { Snapshot } from "../workers/snapshot.ts"

/**
 * The request to the database, counted from 0, that goes wrong, and whether it runs all the same; or the worker that asks is
 * killed there.
 */
export interface Outage {
  readonly request: number
  readonly down: "before" | "after" | "killed"
}

/** How the mailer is: it takes mails, takes none for now, or takes them and its answer is lost. */
export type Post = "open" | "down" | "deferred" | "lost"

/** What Treff runs on, as far as a story can meddle with it: its time, its queue, its mailer, and what is written. */
export interface Machine {
  readonly moveTo: (instant: number) => Promise<void>
  /** These answer false when they failed. */
  readonly relay: (outage: Outage | null) => Promise<boolean>
  /** Delivers what was published, in another order; what is refused comes again. `again`: what was delivered before, once more. */
  readonly deliver: (again: boolean, outage: Outage | null) => Promise<void>
  readonly refuse: (refuses: boolean) => void
  /** The queue loses what it holds. */
  readonly forget: () => void
  readonly post: (post: Post) => void
  /** Whatever waits to be sent, event or mail, is due now. */
  readonly hurry: () => Promise<void>
  readonly snapshot: () => Promise<Snapshot>
  /** The ids of the mails that arrived. */
  readonly mailbox: () => ReadonlyArray<string>
}

/** The storm is over: everything is handled, and every mail sent or given up. `look` is at what there is, and answers it. */
export const calm = async (machine: Machine, look: () => Promise<Snapshot>): Promise<Snapshot> => {
  let store = await look()
  for (let tries = 0; store.waiting.length + store.outgoing.length > 0; tries++) {
    if (tries > 10) throw new Error("events or mails are lost")
    await machine.hurry()
    await machine.relay(null)
    await machine.deliver(false, null)
    store = await look()
  }
  return store
}
