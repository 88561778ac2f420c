import { type DeadLetter, Deliveries } from "@treff/domain/events"
import { asc, eq, getTableColumns, gt, inArray, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { iso, storable } from "../tables/row-mapping.ts"
import { deadLetter, delivery, event, receipt } from "../tables/schema.ts"
import { type Database, rowsOf, uuidArray, uuidOrNull } from "./database.ts"
import { recordedEvent } from "./event-log.ts"
import { notificationTables } from "./notifications.ts"

export const makeDeliveries = ({ db, ask }: Database) =>
  Deliveries.of({
    claim: Effect.fn("Deliveries.claim")(function* (at, limit) {
      const now = sql`${iso(at)}::timestamptz`
      // Claiming is marking: the lease is what keeps two relays from sending the same event. Materialized, or a plan may
      // look again for each row that is claimed, past the limit.
      const mine = db.$with("mine", { eventId: delivery.eventId }).as(sql`
        with due as materialized (
          select event_id from ${delivery} where due_at <= ${now} order by due_at limit ${limit} for update skip locked
        )
        update ${delivery} d
        set attempts = attempts + 1, due_at = ${now} + interval '1 min' * least(60, power(5, least(attempts, 3)))
        from due
        where d.event_id = due.event_id
        returning d.event_id`)
      const rows = yield* ask("Deliveries.claim", () =>
        db.with(mine).select(getTableColumns(event)).from(mine).innerJoin(event, eq(event.id, mine.eventId))
      )
      return rows.map(recordedEvent)
    }),

    markHandled: Effect.fn("Deliveries.markHandled")(function* (handled, at) {
      const ids = uuidArray(handled.map(({ eventId }) => eventId))
      const notifications = handled.flatMap((one) => one.notifications)
      // In the order of ids, so that two who handle the same events never wait for each other.
      const result = yield* ask("Deliveries.markHandled", () =>
        db.execute(sql`
          with mine as materialized (
            select event_id from ${delivery}
            where event_id = any(${ids}::uuid[]) order by event_id for update
          ),
          once as (delete from ${delivery} d using mine where d.event_id = mine.event_id returning d.event_id),
          received as (
            insert into ${receipt} (event_id, received_at) select event_id, ${iso(at)}::timestamptz from once
            on conflict do nothing returning event_id
          )${notifications.length === 0 ? sql`` : sql`, ${notificationTables(notifications, at, sql`received`)}`}
          select event_id from received`)
      )
      return new Set(rowsOf<{ readonly event_id: string }>(result).map(({ event_id }) => event_id))
    }),

    noteFailure: Effect.fn("Deliveries.noteFailure")(function* (eventIds, error) {
      yield* ask("Deliveries.noteFailure", () =>
        db.execute(sql`
          update ${delivery} set last_error = ${storable(error)}
          from (
            select event_id from ${delivery} where event_id = any(${uuidArray(eventIds)}::uuid[])
            order by event_id for update
          ) locked
          where delivery.event_id = locked.event_id`)
      )
    }),

    bury: Effect.fn("Deliveries.bury")(function* ({ id, eventId: claimed, message, error, failedAt }) {
      // The message may be anything, and name as its event what is no id at all.
      const eventId = claimed === null ? null : uuidOrNull(claimed)
      yield* ask("Deliveries.bury", () =>
        db.execute(sql`
          with given_up as (delete from ${delivery} where event_id = ${eventId}::uuid returning last_error)
          insert into ${deadLetter} (id, event_id, message, error, failed_at)
          select ${id}::uuid, ${eventId}::uuid, ${JSON.stringify(message ?? null)}::json,
            coalesce((select last_error from given_up), ${storable(error)}), ${iso(failedAt)}::timestamptz
          where not exists (select 1 from ${receipt} where event_id = ${eventId}::uuid)
          on conflict do nothing`)
      )
    }),

    buried: Effect.fn("Deliveries.buried")(function* (after, limit) {
      const rows: ReadonlyArray<DeadLetter> = yield* ask("Deliveries.buried", () =>
        db
          .select()
          .from(deadLetter)
          .where(after === null ? undefined : gt(deadLetter.id, sql`${uuidOrNull(after)}::uuid`))
          .orderBy(asc(deadLetter.id))
          .limit(limit)
      )
      return rows
    }),

    replay: Effect.fn("Deliveries.replay")(function* (ids, at) {
      const result = yield* ask("Deliveries.replay", () =>
        db.execute(sql`
          with again as (
            delete from ${deadLetter}
            where ${inArray(
              deadLetter.id,
              ids.filter((id) => uuidOrNull(id) !== null)
            )} and event_id in (select id from ${event})
            returning event_id
          )
          insert into ${delivery} (event_id, due_at, attempts)
          select event_id, ${iso(at)}::timestamptz, 0 from again
          where not exists (select 1 from ${receipt} r where r.event_id = again.event_id)
          on conflict do nothing returning event_id`)
      )
      return rowsOf<{ readonly event_id: string }>(result).map(({ event_id }) => event_id)
    })
  })
