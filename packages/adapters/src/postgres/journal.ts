import type { NewNotification } from "@treff/domain/notification"
import { type Change, Journal, type Reliance, StaleVersion, type StoreUnavailable } from "@treff/domain/ports"
import type { Instant } from "@treff/domain/time"
import { type SQL, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, rowsOf, sqlState } from "./database.ts"
import { iso } from "./row.ts"
import { offerRow, offerSentRow } from "./rows.ts"
import { delivery, event } from "./schema.ts"
import { tellingTables } from "./telling.ts"

/** What is written, and how: the tables in the order in which their rows are locked, each of which inserts in its own. */
const kinds = [
  { kind: "offer", table: "offer", mapping: offerRow, insertedBy: "id" },
  { kind: "offerSent", table: "offer_sent", mapping: offerSentRow, insertedBy: "offer_id, candidate_id" }
] as const

interface Writing {
  readonly at: Instant
  readonly reliesOn: ReadonlyArray<Reliance>
  readonly tells: ReadonlyArray<NewNotification>
  /** Whether what others hold, have overtaken or have made meanwhile is left out; otherwise nothing is written. */
  readonly free: boolean
}

/**
 * A commit is one statement. It locks what it writes and what it relies on, table by table, each in the order of ids,
 * checks the versions under the lock, and every write hangs on that. The request publishes the events at once, so the
 * relay first looks for them a minute later.
 */
export const makeJournal = ({ db, ask }: Database) => {
  /** Answers the ids of the subjects that were written. */
  const commit = (changes: ReadonlyArray<Change>, writing: Writing) =>
    ask("Journal.commit", () => db.execute(statementOf(changes, writing)).then(subjectsOf, noneIfTaken)).pipe(
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
      if (changes.length === 0) return
      const written = yield* commit(changes, { at, reliesOn, tells: [], free: false })
      if (written.size < changes.length) {
        return yield* new StaleVersion({ subjectId: changes[0]?.state.id ?? "" })
      }
    }),
    commitFree: Effect.fn("Journal.commitFree")(function* (changes, { at, reliesOn = [], tells = [] }) {
      if (changes.length === 0) return []
      const written = yield* commit(changes, { at, reliesOn, tells, free: true })
      return changes.flatMap(({ state, events }) => (written.has(state.id) ? events : []))
    })
  })
}

/** A table of the statement that locks rows, and how many of them everything hangs on; null: on none of them. */
interface Guard {
  readonly name: SQL
  readonly rows: SQL
  readonly lock: SQL
  readonly expected: number | null
}

const statementOf = (changes: ReadonlyArray<Change>, { at, reliesOn, tells, free }: Writing): SQL => {
  const writes = kinds.flatMap((each) => {
    const ofKind = changes.filter(({ kind }) => kind === each.kind)
    return ofKind.length === 0 ? [] : [{ ...each, changes: ofKind }]
  })
  const guards = guardsOf(writes, reliesOn, free)
  const agreed = guards.flatMap(({ name, expected }) =>
    expected === null ? [] : [sql`(select count(*) from ${name}) = ${expected}`]
  )
  const log = changes.flatMap(({ events }) => events.map((event) => ({ ...event, occurredAt: iso(event.occurredAt) })))
  const tables = [
    ...writes.map(wantOf),
    // What is locked before comes first: else two commits that meet could each hold what the other waits for.
    ...guards.map(({ name, rows, lock }, index) => {
      const previous = guards[index - 1]
      return sql`${name} as materialized (
        ${rows} where ${previous === undefined ? sql`true` : sql`(select count(*) from ${previous.name}) >= 0`}
        order by t.id ${lock}
      )`
    }),
    sql`agreed as materialized (select 1 where ${sql.join([sql`true`, ...agreed], sql` and `)})`,
    ...writes.flatMap((write) => writingTables(write, free)),
    sql`written as (${sql.join(
      writes.map(({ table }) =>
        sql.raw(`select id from going_${table} where prior > 0 union all select id from created_${table}`)
      ),
      sql` union all `
    )})`,
    sql`logged as (
      insert into ${event} (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
      select e.id, e.subject->>'type', w.id, e.sequence, e.type, e.data, e.actor, e."companyId", e."occurredAt"
      from jsonb_to_recordset(${JSON.stringify(log)}::jsonb)
        as e(id uuid, subject jsonb, sequence int, type text, data jsonb, actor jsonb, "companyId" uuid, "occurredAt" timestamptz)
      join written w on w.id = (e.subject->>'id')::uuid
      returning id as event_id, subject_id
    )`,
    ...(tells.length === 0 ? [] : [tellingTables(tells, at, sql`logged`)]),
    sql`due as (
      insert into ${delivery} (event_id, due_at, attempts)
      select event_id, ${iso(at)}::timestamptz + interval '1 min', 0 from logged
    )`
  ]
  return sql`with ${sql.join(tables, sql`, `)} select distinct subject_id from logged`
}

interface Write {
  readonly kind: Change["kind"]
  readonly table: string
  readonly insertedBy: string
  readonly mapping: (typeof kinds)[number]["mapping"]
  readonly changes: ReadonlyArray<Change>
}

/** Table by table in one order for everybody: offers, sends, accounts. */
const guardsOf = (writes: ReadonlyArray<Write>, reliesOn: ReadonlyArray<Reliance>, free: boolean) => {
  const hold = (kind: Change["kind"]): ReadonlyArray<Guard> =>
    writes
      .filter((write) => write.kind === kind)
      .map(({ table, changes }) => ({
        name: sql.raw(`held_${table}`),
        rows: sql.raw(`select t.id from ${table} t join want_${table} w on w.id = t.id and w.prior = t.version`),
        lock: sql.raw(free ? "for update of t skip locked" : "for update of t"),
        expected: free ? null : changes.filter(({ prior }) => prior > 0).length
      }))
  const rely = (kind: Reliance["kind"]): ReadonlyArray<Guard> => {
    const relied = reliesOn.filter((reliance) => reliance.kind === kind)
    if (relied.length === 0) return []
    // Limited to their number, by which the planner knows how few they are.
    const rows = sql`select t.id from ${sql.raw(kind)} t
      join (
        select * from jsonb_to_recordset(${JSON.stringify(relied)}::jsonb) as r(id uuid, version int)
        limit ${sql.raw(String(relied.length))}
      ) r on r.id = t.id and r.version = t.version`
    return [{ name: sql.raw(`relied_${kind}`), rows, lock: sql.raw("for share of t"), expected: relied.length }]
  }
  return [...hold("offer"), ...rely("offer"), ...hold("offerSent"), ...rely("account")]
}

const wantOf = ({ table, mapping, changes }: Write): SQL => {
  const wanted = changes.map(({ prior, state, events }) => {
    const gone = state.status === "gone"
    // Of what goes nobody needs more than its id.
    return { prior, gone, row: gone ? { id: state.id } : mapping.toRow({ ...state, version: prior + events.length }) }
  })
  return sql`${sql.raw(`want_${table}`)} as materialized (
    select (w->>'prior')::int as prior, (w->>'gone')::boolean as gone, r.*
    from jsonb_array_elements(${JSON.stringify(wanted)}::jsonb) w, jsonb_populate_record(null::${sql.raw(table)}, w->'row') r
  )`
}

const writingTables = ({ table, mapping, insertedBy }: Write, free: boolean): ReadonlyArray<SQL> => {
  const { columnNames, columnNamesOf } = mapping
  const going = sql.raw(`going_${table}`)
  const name = sql.raw(table)
  return [
    sql`${going} as materialized (
      select w.* from ${sql.raw(`want_${table}`)} w, agreed where w.prior = 0 or w.id in (select id from ${sql.raw(`held_${table}`)})
    )`,
    sql`${sql.raw(`moved_${table}`)} as (
      update ${name} t set (${columnNames}) = row(${columnNamesOf("g")}) from ${going} g
      where t.id = g.id and g.prior > 0 and not g.gone
    )`,
    sql`${sql.raw(`removed_${table}`)} as (delete from ${name} t using ${going} g where t.id = g.id and g.gone)`,
    sql`${sql.raw(`created_${table}`)} as (
      insert into ${name} (${columnNames}) select ${columnNames} from ${going} where prior = 0 order by ${sql.raw(insertedBy)}
      ${free ? sql`on conflict do nothing` : sql``} returning id
    )`
  ]
}

const subjectsOf = (result: unknown): ReadonlySet<string> =>
  new Set(rowsOf<{ readonly subject_id: string }>(result).map(({ subject_id }) => subject_id))

/** An id, or a place, that is taken makes nothing new: the statement is undone whole. */
const noneIfTaken = (error: unknown): ReadonlySet<string> => {
  if (sqlState(error) === uniqueViolation) return new Set()
  throw error
}
const uniqueViolation = "23505"
