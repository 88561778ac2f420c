import { setTimeout as sleep } from "node:timers/promises"
import { type PostgresDatabase, schema } from "@treff/adapters/postgres"
import { eventMessages, toEventMessage, toWireInstant } from "@treff/adapters/wire"
import type { RecordedEvent } from "@treff/domain/events"
import { and, eq, getTableColumns, sql } from "drizzle-orm"
import * as z from "zod"
import { invalid } from "./problem.ts"

/** How many events one call answers at the most: more than a sandbox is likely to hold, and no more than memory does. */
const eventsAtOnce = 100_000

/** A parameter without a value asks for nothing. */
const orNothing = <S extends z.ZodType>(schema: S) =>
  z
    .literal("")
    .transform(() => undefined)
    .or(schema)
    .optional()

/** The types that this version has. That of a later flow is as good, only nothing of it can have happened yet. */
const types: ReadonlyArray<RecordedEvent["type"]> = eventMessages.map(({ shape }) => shape.type.value)

export const EventsQuery = z.object({
  subjectId: orNothing(z.uuid()),
  type: orNothing(z.string().refine((text) => [...text].length <= 100, "must be at most 100 characters long")),
  after: orNothing(z.uuid())
})

/**
 * The event log in the order of commits, which is the only one that a reader with a cursor can rely on: neither the time of
 * an event nor that of its id says when it was written. PostgreSQL keeps the transaction that wrote a row; within one, the
 * time of the id (its first 12 digits), then the sequence. So a subject's sequence always ascends.
 */
export const readEvents = async (db: PostgresDatabase, query: z.output<typeof EventsQuery>) => {
  const { event, receipt } = schema
  const { subjectId, after } = query
  const type = types.find((known) => known === query.type)
  const position = (table: string) =>
    sql.raw(`-age(${table}.xmin), left(${table}.id::text, 13), ${table}.sequence, ${table}.id`)
  if (after !== undefined) {
    const known = await db.select({ id: event.id }).from(event).where(eq(event.id, after))
    if (known.length === 0) throw invalid({ pointer: "/after", message: "there is no such event" })
  }
  if (query.type !== undefined && type === undefined) return []
  const end = await commitsUnderWay(db)
  const rows = await db
    .select({ event: getTableColumns(event), receivedAt: receipt.receivedAt })
    .from(event)
    .leftJoin(receipt, eq(receipt.eventId, event.id))
    .where(
      and(
        sql`age(event.xmin) > age(${end}::xid8::xid)`,
        subjectId === undefined ? undefined : eq(event.subjectId, subjectId),
        type === undefined ? undefined : eq(event.type, type),
        after === undefined
          ? undefined
          : sql`(${position("event")}) > (select ${position("last")} from event last where last.id = ${after}::uuid)`
      )
    )
    .orderBy(position("event"))
    .limit(eventsAtOnce)
  return rows.map(({ event: { subjectType, subjectId, ...row }, receivedAt }) => {
    const recorded = { ...row, subject: { type: subjectType, id: subjectId } } as RecordedEvent
    const { id, type, subject, sequence, actor, data, occurredAt } = toEventMessage(recorded)
    const publishedAt = receivedAt === null ? null : toWireInstant(receivedAt)
    return { id, type, subject, sequence, actor, data, occurredAt, publishedAt }
  })
}

/**
 * Waits until the commits that are under way now are through, and answers where they end: before that nothing can appear any
 * more, so a reader who goes on `after` what was answered misses nothing. Strangers to a shared server don't hold it up.
 */
const commitsUnderWay = async (db: PostgresDatabase): Promise<string> => {
  // Every driver answers rows, which the type of all drivers does not say.
  const ask = async (query: ReturnType<typeof sql>) =>
    (await db.execute(query)) as { readonly rows: ReadonlyArray<{ readonly value: string }> }
  const end = (await ask(sql`select pg_snapshot_xmax(pg_current_snapshot())::text as value`)).rows[0]?.value ?? "0"
  for (let waited = 0; waited < 1_000; waited += 10) {
    const through = await ask(sql`select (pg_snapshot_xmin(pg_current_snapshot()) >= ${end}::xid8)::text as value`)
    if (through.rows[0]?.value === "true") break
    await sleep(10)
  }
  return end
}
