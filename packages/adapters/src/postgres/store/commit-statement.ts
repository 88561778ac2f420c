import { beginsSubject, type Change, type NewNotification, type Precondition, type Quota } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import { type SQL, sql } from "drizzle-orm"
import { iso } from "../tables/row-mapping.ts"
import { delivery, event } from "../tables/schema.ts"
import { type Kind, kinds } from "./kinds.ts"
import { notificationTables } from "./notifications.ts"
import { isKept } from "./quotas.ts"

/** What a commit is written under. */
export interface Writing {
  readonly at: Instant
  readonly preconditions: ReadonlyArray<Precondition>
  readonly quotas: ReadonlyArray<Quota>
  readonly notifications: ReadonlyArray<NewNotification>
  /** Whether what others are writing, have overtaken or have made meanwhile is left out; otherwise nothing is written. */
  readonly skipsConflicts: boolean
}

/** A table of the statement that locks rows, and how many of them everything hangs on; null: on none of them. */
interface Guard {
  readonly name: SQL
  readonly rows: SQL
  readonly lock: SQL
  readonly expected: number | null
}

export const commitStatement = (
  changes: ReadonlyArray<Change>,
  { at, preconditions, quotas, notifications, skipsConflicts }: Writing
): SQL => {
  for (const { kind } of [...changes, ...preconditions]) checkKind(kind)
  const writes = kinds.flatMap((each) => {
    const ofKind = changes.filter(({ kind }) => kind === each.kind)
    return ofKind.length === 0 ? [] : [{ ...each, changes: ofKind }]
  })
  const guards = guardsOf(writes, preconditions, skipsConflicts)
  const permitted = guards.flatMap(({ name, expected }) =>
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
    sql`permitted as materialized (select 1 where ${sql.join([sql`true`, ...permitted, ...quotas.map(isKept(log))], sql` and `)})`,
    ...writes.flatMap((write) => writingTables(write, skipsConflicts)),
    sql`written as (${sql.join(writes.flatMap(writtenOf), sql` union all `)})`,
    sql`logged as (
      insert into ${event} (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
      select e.id, e.subject->>'type', w.id, e.sequence, e.type, e.data, e.actor, e."companyId", e."occurredAt"
      from jsonb_to_recordset(${JSON.stringify(log)}::jsonb)
        as e(id uuid, subject jsonb, sequence int, type text, data jsonb, actor jsonb, "companyId" uuid, "occurredAt" timestamptz)
      join written w on w.id = (e.subject->>'id')::uuid
      returning id as event_id, subject_id
    )`,
    ...(notifications.length === 0 ? [] : [notificationTables(notifications, at, sql`logged`)]),
    sql`due as (
      insert into ${delivery} (event_id, due_at, attempts)
      select event_id, ${iso(at)}::timestamptz + interval '1 min', 0 from logged
    )`
  ]
  return sql`with ${sql.join(tables, sql`, `)} select distinct subject_id from logged`
}

/** What is written of one kind. */
interface Write extends Kind {
  readonly changes: ReadonlyArray<Change>
}

/** Of what is not kept nothing may be written, nor may anything rely on it: that is a mistake of the program. */
const checkKind = (name: string): void => {
  if (!kinds.some(({ kind }) => kind === name)) throw new Error(`This store keeps no lifecycle of the kind ${name}`)
}

/** Table by table, in the one order for everybody that `kinds` says. */
const guardsOf = (
  writes: ReadonlyArray<Write>,
  preconditions: ReadonlyArray<Precondition>,
  skipsConflicts: boolean
) => {
  const guardOf = ({ kind, table }: Kind): ReadonlyArray<Guard> => {
    const write = writes.find((one) => one.kind === kind)
    const skips = skipsConflicts && write?.isRequired === false
    const moved = write?.changes.filter((change) => !beginsSubject(change)) ?? []
    const relied = preconditions.filter((precondition) => precondition.kind === kind)
    const guards: Array<Guard> = []
    if (write !== undefined && relied.length === 0) {
      guards.push({
        name: sql.raw(`locked_${write.table}`),
        rows: sql.raw(
          `select t.id from ${write.table} t join want_${write.table} w on w.id = t.id and w.expected_version = t.version and not w.begins`
        ),
        lock: sql.raw(skips ? "for update of t skip locked" : "for update of t"),
        expected: skips ? null : moved.length
      })
    }
    if (relied.length === 0) return guards
    // What is relied on and what is written are locked together, in the order of ids, where there is both.
    const versions = [
      ...relied,
      ...moved.map(({ state, expectedVersion }) => ({ id: state.id, version: expectedVersion }))
    ]
    // Limited to their number, by which the planner knows how few they are.
    const rows = sql`select t.id from ${sql.raw(table)} t
      join (
        select * from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as r(id uuid, version int)
        limit ${sql.raw(String(versions.length))}
      ) r on r.id = t.id and r.version = t.version`
    guards.push({
      name: sql.raw(write === undefined ? `relied_${table}` : `locked_${write.table}`),
      rows,
      lock: sql.raw(write === undefined ? "for share of t" : "for update of t"),
      expected: versions.length
    })
    return guards
  }
  return kinds.flatMap(guardOf)
}

const wantOf = ({ table, mapping, changes }: Write): SQL => {
  const wanted = changes.map((change) => {
    const { expectedVersion, state, events } = change
    const gone = state.status === "gone"
    // Of what goes nobody needs more than its id.
    const row = gone ? { id: state.id } : mapping.toRow({ ...state, version: expectedVersion + events.length })
    return { expectedVersion, gone, begins: beginsSubject(change), row }
  })
  return sql`${sql.raw(`want_${table}`)} as materialized (
    select (w->>'expectedVersion')::int as expected_version, (w->>'gone')::boolean as gone, (w->>'begins')::boolean as begins, r.*
    from jsonb_array_elements(${JSON.stringify(wanted)}::jsonb) w, jsonb_populate_record(null::${sql.raw(table)}, w->'row') r
  )`
}

/** The tables that write: only those of what there is to write, for what a worker never does its role need not be allowed. */
const writingTables = (
  { table, mapping, insertedBy, isRequired, changes }: Write,
  skipsConflicts: boolean
): ReadonlyArray<SQL> => {
  const { columnNames, columnNamesOf } = mapping
  const name = sql.raw(table)
  const tables = [
    sql.raw(`going_${table} as materialized (
      select w.* from want_${table} w, permitted where w.begins or w.id in (select id from locked_${table})
    )`)
  ]
  const moves = changes.some((change) => !beginsSubject(change) && change.state.status !== "gone")
  if (moves) {
    tables.push(sql`${sql.raw(`moved_${table}`)} as (
      update ${name} t set (${columnNames}) = row(${columnNamesOf("g")}) from ${sql.raw(`going_${table}`)} g
      where t.id = g.id and not g.begins and not g.gone returning t.id
    )`)
  }
  if (changes.some(({ state }) => state.status === "gone")) {
    tables.push(
      sql.raw(`removed_${table} as (delete from ${table} t using going_${table} g where t.id = g.id and g.gone)`)
    )
  }
  if (changes.some(beginsSubject)) {
    // What is moved goes first: the end of an invitation makes room for another.
    const afterwards = sql.raw(moves ? `and (select count(*) from moved_${table}) >= 0` : "")
    tables.push(sql`${sql.raw(`created_${table}`)} as (
      insert into ${name} (${columnNames}) select ${columnNames} from ${sql.raw(`going_${table}`)}
      where begins ${afterwards} order by ${sql.raw(insertedBy)}
      ${skipsConflicts && !isRequired ? sql`on conflict do nothing` : sql``} returning id
    )`)
  }
  return tables
}

/** The ids of what was written of a table. */
const writtenOf = ({ table, changes }: Write): ReadonlyArray<SQL> => [
  ...(changes.every(beginsSubject) ? [] : [sql.raw(`select id from going_${table} where not begins`)]),
  ...(changes.some(beginsSubject) ? [sql.raw(`select id from created_${table}`)] : [])
]
