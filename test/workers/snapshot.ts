import type { MemoryState } from "@treff/adapters/memory"
import type { Pool } from "pg"
import { assert } from "vitest"
import { until } from "../until.ts"
import { type InvitationRows, invitationsPart } from "./snapshot/invitations.ts"
import { type OfferRows, offersPart } from "./snapshot/offers.ts"
import { check, type LogRows, type Logs, logPart, type SnapshotPart } from "./snapshot/part.ts"
import { type PeopleRows, peoplePart } from "./snapshot/people.ts"
import { type SendRows, sendsPart } from "./snapshot/sends.ts"
import { type SignInRows, signInsPart } from "./snapshot/sign-ins.ts"

/** All that a store keeps, at one instant, as plainly as every store can say it. */
export interface Snapshot extends LogRows, PeopleRows, OfferRows, SendRows, InvitationRows, SignInRows {}

/** A new kind of thing adds its part here, and its rows above. */
const parts: ReadonlyArray<SnapshotPart<object, Snapshot>> = [
  logPart,
  peoplePart,
  offersPart,
  sendsPart,
  invitationsPart,
  signInsPart
]
const kinds: ReadonlyArray<
  readonly [string, { readonly sql: string; readonly fromMemory: (state: MemoryState) => unknown }]
> = parts.flatMap(({ rows }) => Object.entries(rows))

/** Of the PostgreSQL store: in one statement, so that it is of one instant whatever goes on. */
export const snapshotOf = async (pool: Pool): Promise<Snapshot> => {
  const fields = kinds.map(([name, { sql }]) => `'${name}', ${sql}`)
  const { rows } = await pool.query(`select json_build_object(${fields.join(", ")}) as snapshot`)
  return rows[0].snapshot
}

/** Of the memory store. */
export const snapshotOfMemory = (state: MemoryState): Snapshot =>
  // Each part makes its own fields of a snapshot, and together they are all of them.
  Object.fromEntries(kinds.map(([name, { fromMemory }]) => [name, fromMemory(state)])) as unknown as Snapshot

/** That a store contradicts itself nowhere, whatever is going on, or broke off, before; `now` in the store's time. */
export const assertConsistent = (store: Snapshot, now: number): void => {
  const logs = Map.groupBy(store.events, ({ subjectId }) => subjectId)
  for (const part of parts) part.assertConsistent?.(store, logs)
  assertNotified(store, logs, now)
}

/** That it is consistent once nothing happens any more, and every event has been handled. Waits for what is on its way. */
export const assertSettled = async (pool: Pool, now: number = Date.now()): Promise<Snapshot> => {
  await until("all events handled", async () => {
    const { rows } = await pool.query("select 1 from delivery limit 1")
    return rows.length === 0
  })
  const store = await snapshotOf(pool)
  assertConsistent(store, now)
  assert.deepStrictEqual(store.givenUp, [])
  return store
}

/**
 * That the right people are notified of each event, by each channel once, and nobody of what they did themselves; and that
 * nobody is missing once it is handled, as long as what the notification says is still so.
 */
const assertNotified = (store: Snapshot, logs: Logs, now: number): void => {
  const tables = parts.flatMap(({ notificationsOf }) => notificationsOf?.(store, logs, now) ?? [])
  const notifications = Map.groupBy(store.notifications, ({ eventId }) => eventId)
  const handled = new Set(store.handled)
  for (const event of store.events) {
    const found = notifications.get(event.id) ?? []
    notifications.delete(event.id)
    const { templates, channels, choices, when } =
      tables.map((table) => table(event)).find((expected) => expected !== null) ??
      assert.fail(`nobody knows whom ${event.type} notifies`)
    const what = `notified of ${event.type}`
    for (const { template } of found) check(templates.includes(template), `${what} by ${template}`)
    const channelsOf = Map.groupBy(found, ({ recipientId }) => recipientId)
    for (const own of channelsOf.values()) {
      assert.deepStrictEqual(own.map(({ channel }) => channel).toSorted(), [...channels], what)
    }
    const recipients = [...channelsOf.keys()]
    check(event.actor.id === null || !channelsOf.has(event.actor.id), `${what}, which they did themselves`)
    const mustBeDone = when === "at once" || (when === "once handled" && handled.has(event.id))
    const fits = choices.some(({ must, may = [] }) => {
      const isComplete = must.every((id) => id === event.actor.id || recipients.includes(id))
      return (isComplete || !mustBeDone) && recipients.every((id) => must.includes(id) || may.includes(id))
    })
    check(fits || (recipients.length === 0 && !mustBeDone), `${what}: ${recipients}`)
    check(recipients.length === 0 || handled.has(event.id) || when === "at once", `${what} before its time`)
  }
  const signIns = new Set(store.signIns.map(({ id }) => id))
  const strangers = [...notifications.keys()].filter((eventId) => !signIns.has(eventId))
  assert.deepStrictEqual(strangers, [], "notified of what never happened")
}
