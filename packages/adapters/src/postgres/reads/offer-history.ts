import { isEventOf } from "@treff/domain/events"
import { countedAtMost } from "@treff/domain/kernel"
import { type Offers, offerEvents } from "@treff/domain/offers"
import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, type PostgresDatabase, uuidOrNull } from "../store/database.ts"
import { recordedEvent } from "../store/event-log.ts"
import { statements, unnamed } from "../store/statement.ts"
import { event, offer } from "../tables/schema.ts"
import { claimsOf, confirmedCaller, fieldsOf, firstRow } from "./caller.ts"
import { pageOf, window } from "./page.ts"

/** The events of one offer, as the log has them. */
export const makeOfferHistory = ({ db, ask }: Database): Offers["Service"]["history"] =>
  Effect.fn("Offers.history")(function* (claimed, id, request) {
    const shape = { namesCompany: claimed.companyId !== null, goesOn: "after" in request && request.after !== null }
    const statement = historyStatements(db, JSON.stringify(shape), () => historyStatement(db, shape))
    const { first, rows } = window(request)
    const found = yield* ask("Offers.history", () =>
      statement.execute({
        ...claimsOf(claimed),
        id: uuidOrNull(id),
        first,
        rows,
        after: "after" in request ? request.after : null
      })
    )
    const { caller, ownerId, total } = yield* firstRow(claimed, found)
    const events = found.flatMap(({ event }) => (event === null ? [] : [recordedEvent(event)]))
    return { caller, ownerId, page: pageOf(request, events.filter(isEventOf(offerEvents)), total) }
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
