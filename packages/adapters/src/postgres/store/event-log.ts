import { EventLog, type RecordedEvent } from "@treff/domain/events"
import { and, asc, eq, gt, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { event } from "../tables/schema.ts"
import { type Database, uuidOrNull } from "./database.ts"

export const makeEventLog = ({ db, ask }: Database) =>
  EventLog.of({
    typesAfter: Effect.fn("EventLog.typesAfter")(function* (subject, sequence) {
      const rows = yield* ask("EventLog.typesAfter", () =>
        db
          .select({ type: event.type })
          .from(event)
          .where(and(eq(event.subjectId, sql`${uuidOrNull(subject.id)}::uuid`), gt(event.sequence, sequence)))
          .orderBy(asc(event.sequence))
      )
      return rows.map(({ type }) => type)
    })
  })

/** A row of the log; only the journal writes it, so its type and data agree. */
export const recordedEvent = ({ subjectType, subjectId, ...row }: typeof event.$inferSelect): RecordedEvent =>
  ({ ...row, subject: { type: subjectType, id: subjectId } }) as RecordedEvent
