import { setTimeout as sleep } from "node:timers/promises"
import { type PostgresDatabase, schema } from "@treff/adapters/postgres"
import { day, type Instant } from "@treff/domain/kernel"
import { getTableName } from "drizzle-orm"
import { drizzle } from "drizzle-orm/node-postgres"
import { DatabaseError, type Pool, type PoolClient } from "pg"
import { type DemoData, makeDemoData } from "./demo/demo-data.ts"
import { keepMails, mailbox, makeMailbox } from "./mailbox.ts"
import { writeMarker } from "./marker.ts"

/** Every table of ours, those that others refer to last. */
const tables = [
  schema.outgoingMail,
  schema.notificationDelivery,
  schema.notification,
  schema.deadLetter,
  schema.receipt,
  schema.delivery,
  schema.event,
  schema.offerSent,
  schema.offer,
  schema.invitation,
  schema.signIn,
  schema.account,
  schema.company
].map((table) => getTableName(table))

/** Whether none of our tables holds a row. What else the database holds is never touched. */
export const isEmpty = async (pool: Pool): Promise<boolean> => {
  const any = tables.map((table) => `exists (select from "${table}")`).join(" or ")
  const { rows } = await pool.query<{ filled: boolean }>(`select ${any} as filled`)
  return rows[0]?.filled === false
}

/**
 * Replaces all that our tables and the mailbox hold by the demo data as they are at `now`, the real time, and marks the
 * database as the sandbox's: all or nothing. Emptying tables waits for whoever writes to them, and while it waited it
 * could hold up somebody who holds it up; so it gives up early and comes back, and no request ever dies of it. The mails
 * among them link to `publicUrl`.
 */
export const seed = async (pool: Pool, now: Instant, publicUrl: string): Promise<void> => {
  const data = await demoDataAt(now, publicUrl)
  for (let tries = 1; ; tries++) {
    const client = await pool.connect()
    let broken = false
    try {
      await client.query("begin")
      await client.query("set local lock_timeout = '300ms'")
      await makeMailbox(client)
      await client.query(`truncate ${[...tables, mailbox].map((table) => `"${table}"`).join(", ")}`)
      await writeMarker(client, 0)
      await insert(client, data)
      await client.query("commit")
      return
    } catch (error) {
      await client.query("rollback").catch(() => (broken = true))
      if (tries === 20 || !(error instanceof DatabaseError) || !isHeldUp(error)) throw error
    } finally {
      client.release(broken)
    }
    await sleep(50 * tries)
  }
}

/** They are the same for a whole day, and take half a second: who resets again has them at once. */
const demoDataAt = async (now: Instant, publicUrl: string): Promise<DemoData> => {
  const made = `${Math.floor(now / day)} ${publicUrl}`
  if (lastMade?.made !== made) lastMade = { made, data: await makeDemoData(now, publicUrl) }
  return lastMade.data
}
let lastMade: { readonly made: string; readonly data: DemoData } | undefined

/** lock_not_available, deadlock_detected */
const isHeldUp = ({ code }: DatabaseError) => code === "55P03" || code === "40P01"

const insert = async (client: PoolClient, data: DemoData): Promise<void> => {
  const db: PostgresDatabase = drizzle(client)
  await db.insert(schema.company).values([...data.companies])
  await db.insert(schema.account).values([...data.accounts])
  await db.insert(schema.invitation).values(data.invitations.map(({ version, value }) => ({ ...value, version })))
  await db.insert(schema.offer).values(data.offers.map(({ version, value }) => ({ ...value, version })))
  await db.insert(schema.offerSent).values(data.sends.map(({ version, value }) => ({ ...value, version })))
  await db
    .insert(schema.event)
    .values(
      data.events.map(({ subject, ...event }) => ({ ...event, subjectType: subject.type, subjectId: subject.id }))
    )
  await db.insert(schema.receipt).values([...data.receipts])
  await db
    .insert(schema.notification)
    .values(data.notifications.map(({ deliveries: _, ...notification }) => notification))
  await db
    .insert(schema.notificationDelivery)
    .values(
      data.notifications.flatMap(({ id: notificationId, deliveries }) =>
        deliveries.map((delivery) => ({ ...delivery, notificationId }))
      )
    )
  await keepMails(client, data.mails)
}
