import { EventLog, type RecordedEvent } from "@treff/domain/events"
import { countedAtMost } from "@treff/domain/kernel"
import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, type PostgresDatabase, uuidOrNull } from "../store/database.ts"
import { statements, unnamed } from "../store/statement.ts"
import { event, offer } from "../tables/schema.ts"
import { claimsOf, confirmedCaller, fieldsOf, firstRow } from "./caller.ts"
import { pageOf, window } from "./page.ts"

export const makeEventLog = ({ db, ask }: Database) =>
  EventLog.of({
    ofOffer: Effect.fn("EventLog.ofOffer")(function* (claimed, id, request) {
      const shape = { namesCompany: claimed.companyId !== null, goesOn: "after" in request && request.after !== null }
      const statement = historyStatements(db, JSON.stringify(shape), () => historyStatement(db, shape))
      const { first, rows } = window(request)
      const found = yield* ask("EventLog.ofOffer", () =>
        statement.execute({
          ...claimsOf(claimed),
          id: uuidOrNull(id),
          first,
          rows,
          after: "after" in request ? request.after : null
        })
      )
      const { caller: confirmed, ownerId, total: size } = yield* firstRow(claimed, found)
      const events = found.flatMap(({ event }) => (event === null ? [] : [recordedEvent(event)]))
      return { caller: confirmed, ownerId, page: pageOf(request, events, size) }
    }),

    typesAfter: Effect.fn("EventLog.typesAfter")(function* (subject, sequence) {
      const rows = yield* ask("EventLog.typesAfter", () =>
        db
          .select({ type: event.type })
          .from(event)
          .where(and(eq(event.subjectId, sql`${uuidOrNull(subject.id)}::uuid`), gt(event.sequence, sequence)))
          .orderBy(asc(event.sequence))
      )
      return rows.map(({ type }) => type as RecordedEvent["type"])
    })
  })

const historyStatement = (
  db: PostgresDatabase,
  { namesCompany, goesOn }: { readonly namesCompany: boolean; readonly goesOn: boolean }
) => {
  const caller = confirmedCaller(db, namesCompany)
  const id = sql`${sql.placeholder("id")}::uuid`
  const ofCaller = and(
    eq(event.subjectId, id),
    eq(event.subjectType, "offer"),
    eq(event.companyId, sql`(select ${caller.companyId} from ${caller})`)
  )
  const counted = db
    .select({ one: sql`1`.as("one") })
    .from(event)
    .where(ofCaller)
    .limit(countedAtMost + 1)
    .as("counted")
  const total = db.$with("total").as(db.select({ count: sql<number>`count(*)::int`.as("count") }).from(counted))
  const page = db.$with("page").as(
    db
      .select(getTableColumns(event))
      .from(event)
      .where(and(ofCaller, goesOn ? gt(event.sequence, sql.placeholder("after")) : undefined))
      .orderBy(asc(event.sequence))
      .offset(sql.placeholder("first"))
      .limit(sql.placeholder("rows"))
  )
  return db
    .with(caller, total, page)
    .select({
      caller: fieldsOf(caller),
      ownerId: offer.ownerId,
      total: total.count,
      event: page._.selectedFields
    })
    .from(caller)
    .crossJoin(total)
    .leftJoin(offer, and(eq(offer.id, id), eq(offer.companyId, caller.companyId)))
    .leftJoin(page, sql`true`)
    .orderBy(asc(page.sequence))
    .prepare(unnamed)
}
const historyStatements = statements<ReturnType<typeof historyStatement>>()

/** A row of the log; only the journal writes it, so its type and data agree. */
export const recordedEvent = ({ subjectType, subjectId, ...row }: typeof event.$inferSelect): RecordedEvent =>
  ({ ...row, subject: { type: subjectType, id: subjectId } }) as RecordedEvent
