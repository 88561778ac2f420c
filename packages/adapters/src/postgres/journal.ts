import { type Change, Journal, type Reliance, StaleVersion, type StoreUnavailable } from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, sqlState } from "./database.ts"
import { columnNames, columnNamesOf, toOfferRow } from "./offer-row.ts"
import { delivery, event, offer } from "./schema.ts"

/**
 * A commit is one statement. It locks what it writes and what it relies on, each in the order of ids, checks the versions
 * under the lock, and every write hangs on that. The request publishes the events at once, so the relay first looks for
 * them a minute later.
 */
export const makeJournal = ({ db, ask }: Database) => {
  const write = (changes: ReadonlyArray<Change>, at: Instant, reliances: ReadonlyArray<Reliance> | "free") => {
    const prior = changes.filter(({ prior }) => prior > 0).length
    const relied = reliances === "free" ? [] : reliances
    const wanted = changes.map(({ prior, state, events }) => ({
      prior,
      gone: state.status === "gone",
      row: toOfferRow({ ...state, version: prior + events.length })
    }))
    const log = changes.flatMap(({ events }) => events)
    const free = reliances === "free"
    return sql`
      with want as materialized (
        select (w->>'prior')::int as prior, (w->>'gone')::boolean as gone, r.*
        from jsonb_array_elements(${JSON.stringify(wanted)}::jsonb) w, jsonb_populate_record(null::${offer}, w->'row') r
      ),
      held as materialized (
        select t.id from ${offer} t join want w on w.id = t.id and w.prior = t.version
        order by t.id for update of t ${free ? sql`skip locked` : sql``}
      ),
      relied as materialized (
        select a.id from account a join jsonb_to_recordset(${JSON.stringify(relied)}::jsonb) as r("accountId" uuid, version int)
          on r."accountId" = a.id and r.version = a.version
        where (select count(*) from held) >= 0
        order by a.id for share of a
      ),
      going as materialized (
        select w.* from want w
        where (w.prior = 0 or w.id in (select id from held))
          and ${free ? sql`true` : sql`(select count(*) from held) = ${prior} and (select count(*) from relied) = ${relied.length}`}
      ),
      moved as (
        update ${offer} t set (${columnNames}) = row(${columnNamesOf("g")}) from going g where t.id = g.id and g.prior > 0 and not g.gone
      ),
      removed as (delete from ${offer} t using going g where t.id = g.id and g.gone),
      created as (insert into ${offer} (${columnNames}) select ${columnNames} from going where prior = 0 order by id),
      logged as (
        insert into ${event} (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
        select e.id, e.subject->>'type', g.id, e.sequence, e.type, e.data, e.actor, e."companyId", e."occurredAt"
        from jsonb_to_recordset(${JSON.stringify(log.map((e) => ({ ...e, occurredAt: iso(e.occurredAt) })))}::jsonb)
          as e(id uuid, subject jsonb, sequence int, type text, data jsonb, actor jsonb, "companyId" uuid, "occurredAt" timestamptz)
        join going g on g.id = (e.subject->>'id')::uuid
        returning id, subject_id
      ),
      due as (
        insert into ${delivery} (event_id, due_at, attempts)
        select id, ${iso(at)}::timestamptz + interval '1 min', 0 from logged
      )
      select distinct subject_id from logged`
  }

  /** Answers the ids of the subjects that were written. */
  const commit = (changes: ReadonlyArray<Change>, at: Instant, reliances: ReadonlyArray<Reliance> | "free") =>
    ask("Journal.commit", () => db.execute(write(changes, at, reliances)).then(subjectsOf, noneIfTaken)).pipe(
      // An answer that was lost says nothing: the commit may have gone through.
      Effect.catchTag("StoreUnavailable", (outage) =>
        sqlState(outage.cause) !== undefined
          ? Effect.fail(outage)
          : Effect.filterOrFail(
              logged(changes),
              (subjects) => subjects.size > 0,
              () => outage
            )
      )
    )

  /** The subjects of those changes that are in the log, known by their first events. */
  const logged = (changes: ReadonlyArray<Change>): Effect.Effect<ReadonlySet<string>, StoreUnavailable> => {
    const firsts = JSON.stringify(changes.flatMap(({ events }) => events[0]?.id ?? []))
    return ask("Journal.logged", () =>
      db
        .execute(
          sql`select subject_id from ${event} where id in (select jsonb_array_elements_text(${firsts}::jsonb)::uuid)`
        )
        .then(subjectsOf)
    )
  }

  return Journal.of({
    commit: Effect.fn("Journal.commit")(function* (changes, { at, reliesOn = [] }) {
      const written = yield* commit(changes, at, reliesOn)
      if (written.size < changes.length) {
        return yield* new StaleVersion({ subjectId: changes[0]?.state.id ?? "" })
      }
    }),
    commitFree: Effect.fn("Journal.commitFree")(function* (changes, { at }) {
      const written = yield* commit(changes, at, "free")
      return changes.flatMap(({ state, events }) => (written.has(state.id) ? events : []))
    })
  })
}

const subjectsOf = (result: unknown): ReadonlySet<string> =>
  new Set(rowsOf<{ readonly subject_id: string }>(result).map(({ subject_id }) => subject_id))

/** An id that has been used, even by what is deleted now, makes nothing new: the statement is undone whole. */
const noneIfTaken = (error: unknown): ReadonlySet<string> => {
  if (sqlState(error) === uniqueViolation) return new Set()
  throw error
}
const uniqueViolation = "23505"

const iso = (at: Instant) => new Date(at).toISOString()
