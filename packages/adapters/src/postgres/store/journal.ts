import {
  type Change,
  Journal,
  type Quota,
  type Reliance,
  StaleVersion,
  type StoreUnavailable
} from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import type { NewNotification } from "@treff/domain/notifications"
import { type SQL, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { iso } from "../tables/row-mapping.ts"
import { accountRow, companyRow, invitationRow, offerRow, offerSentRow } from "../tables/rows.ts"
import { company, delivery, event, invitation } from "../tables/schema.ts"
import { type Database, rowsOf, sqlState } from "./database.ts"
import { tellingTables } from "./notifying.ts"

/**
 * What is written, and how: the tables in the order in which their rows are locked, each of which inserts in its own.
 * `whole`: what is written of it stands for all the rest, which is not written without it.
 */
const kinds = [
  { kind: "company", table: "company", mapping: companyRow, insertedBy: "id", whole: true },
  { kind: "offer", table: "offer", mapping: offerRow, insertedBy: "id", whole: false },
  { kind: "offerSent", table: "offer_sent", mapping: offerSentRow, insertedBy: "offer_id, candidate_id", whole: false },
  { kind: "invitation", table: "invitation", mapping: invitationRow, insertedBy: "lower(email)", whole: false },
  { kind: "account", table: "account", mapping: accountRow, insertedBy: "id", whole: true }
] as const

interface Writing {
  readonly at: Instant
  readonly reliesOn: ReadonlyArray<Reliance>
  readonly quotas: ReadonlyArray<Quota>
  readonly tells: ReadonlyArray<NewNotification>
  /** Whether what others hold, have overtaken or have made meanwhile is left out; otherwise nothing is written. */
  readonly free: boolean
}

/**
 * A commit is one statement. It locks what it writes and what it relies on, table by table, each in the order of ids,
 * checks the versions under the lock, and every write hangs on that. The request publishes the events at once, so the
 * relay first looks for them a minute later.
 */
export const makeJournal = ({ db, ask, askBehind }: Database) => {
  /** Answers the ids of the subjects that were written. */
  const commit = (changes: ReadonlyArray<Change>, writing: Writing) => {
    const statement = statementOf(changes, writing)
    const lock = lockOf(writing.quotas)
    const written =
      lock === null
        ? ask("Journal.commit", () => db.execute(statement).then(subjectsOf, noneIfTaken))
        : askBehind("Journal.commit", lock, statement, (answer) => answer.then(subjectsOf, noneIfTaken))
    return written.pipe(
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
  }

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
    commit: Effect.fn("Journal.commit")(function* (changes, { at, reliesOn = [], quotas = [] }) {
      if (changes.length === 0) return
      const written = yield* commit(changes, { at, reliesOn, quotas, tells: [], free: false })
      if (written.size < changes.length) {
        return yield* new StaleVersion({ subjectId: changes[0]?.state.id ?? "" })
      }
    }),
    commitFree: Effect.fn("Journal.commitFree")(function* (changes, { at, reliesOn = [], quotas = [], tells = [] }) {
      if (changes.length === 0) return []
      const written = yield* commit(changes, { at, reliesOn, quotas, tells, free: true })
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

const statementOf = (changes: ReadonlyArray<Change>, { at, reliesOn, quotas, tells, free }: Writing): SQL => {
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
    sql`agreed as materialized (select 1 where ${sql.join([sql`true`, ...agreed, ...quotas.map(keeps(log))], sql` and `)})`,
    ...writes.flatMap((write) => writingTables(write, free)),
    sql`written as (${sql.join(writes.flatMap(writtenOf), sql` union all `)})`,
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
  readonly whole: boolean
  readonly mapping: (typeof kinds)[number]["mapping"]
  readonly changes: ReadonlyArray<Change>
}

/** Whether a change makes its subject: an account may have been there before it had any event. */
const begins = ({ events }: Change): boolean => events[0]?.type.endsWith(".created") ?? false

/** Table by table in one order for everybody: companies, offers, sends, invitations, accounts. */
const guardsOf = (writes: ReadonlyArray<Write>, reliesOn: ReadonlyArray<Reliance>, free: boolean) => {
  const guardOf = (kind: Change["kind"]): ReadonlyArray<Guard> => {
    const write = writes.find((one) => one.kind === kind)
    const skips = free && write?.whole === false
    const held = write?.changes.filter((change) => !begins(change)) ?? []
    const relied = reliesOn.filter((reliance) => reliance.kind === kind)
    const guards: Array<Guard> = []
    if (write !== undefined && relied.length === 0) {
      guards.push({
        name: sql.raw(`held_${write.table}`),
        rows: sql.raw(
          `select t.id from ${write.table} t join want_${write.table} w on w.id = t.id and w.prior = t.version and not w.begins`
        ),
        lock: sql.raw(skips ? "for update of t skip locked" : "for update of t"),
        expected: skips ? null : held.length
      })
    }
    if (relied.length === 0) return guards
    // What is relied on and what is written are locked together, in the order of ids, where there is both.
    const versions = [...relied, ...held.map(({ state, prior }) => ({ id: state.id, version: prior }))]
    // Limited to their number, by which the planner knows how few they are.
    const rows = sql`select t.id from ${sql.raw(kind)} t
      join (
        select * from jsonb_to_recordset(${JSON.stringify(versions)}::jsonb) as r(id uuid, version int)
        limit ${sql.raw(String(versions.length))}
      ) r on r.id = t.id and r.version = t.version`
    guards.push({
      name: sql.raw(write === undefined ? `relied_${kind}` : `held_${write.table}`),
      rows,
      lock: sql.raw(write === undefined ? "for share of t" : "for update of t"),
      expected: versions.length
    })
    return guards
  }
  return kinds.flatMap(({ kind }) => guardOf(kind))
}

const wantOf = ({ table, mapping, changes }: Write): SQL => {
  const wanted = changes.map((change) => {
    const { prior, state, events } = change
    const gone = state.status === "gone"
    // Of what goes nobody needs more than its id.
    const row = gone ? { id: state.id } : mapping.toRow({ ...state, version: prior + events.length })
    return { prior, gone, begins: begins(change), row }
  })
  return sql`${sql.raw(`want_${table}`)} as materialized (
    select (w->>'prior')::int as prior, (w->>'gone')::boolean as gone, (w->>'begins')::boolean as begins, r.*
    from jsonb_array_elements(${JSON.stringify(wanted)}::jsonb) w, jsonb_populate_record(null::${sql.raw(table)}, w->'row') r
  )`
}

/** The tables that write: only those of what there is to write, for what a worker never does its role need not be allowed. */
const writingTables = ({ table, mapping, insertedBy, whole, changes }: Write, free: boolean): ReadonlyArray<SQL> => {
  const { columnNames, columnNamesOf } = mapping
  const name = sql.raw(table)
  const tables = [
    sql.raw(`going_${table} as materialized (
      select w.* from want_${table} w, agreed where w.begins or w.id in (select id from held_${table})
    )`)
  ]
  const moves = changes.some((change) => !begins(change) && change.state.status !== "gone")
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
  if (changes.some(begins)) {
    // What is moved goes first: the end of an invitation makes room for another.
    const afterwards = sql.raw(moves ? `and (select count(*) from moved_${table}) >= 0` : "")
    tables.push(sql`${sql.raw(`created_${table}`)} as (
      insert into ${name} (${columnNames}) select ${columnNames} from ${sql.raw(`going_${table}`)}
      where begins ${afterwards} order by ${sql.raw(insertedBy)}
      ${free && !whole ? sql`on conflict do nothing` : sql``} returning id
    )`)
  }
  return tables
}

/** The ids of what was written of a table. */
const writtenOf = ({ table, changes }: Write): ReadonlyArray<SQL> => [
  ...(changes.every(begins) ? [] : [sql.raw(`select id from going_${table} where not begins`)]),
  ...(changes.some(begins) ? [sql.raw(`select id from created_${table}`)] : [])
]

/** Whoever counts the invitations of a company waits for whoever else does: what they wrote is to be seen. */
const lockOf = (quotas: ReadonlyArray<Quota>): SQL | null => {
  const [quota] = quotas
  return quota === undefined
    ? null
    : sql`select id from ${company} where id = ${quota.companyId}::uuid for no key update`
}

/** That a quota is kept, with what this commit writes. */
const keeps =
  (log: ReadonlyArray<{ readonly type: string }>) =>
  (quota: Quota): SQL =>
    quota.kind === "open"
      ? sql`(
          select count(*) from ${invitation} where company_id = ${quota.companyId}::uuid and status = 'pending'
            and expires_at > ${iso(quota.at)}::timestamptz and id not in (select id from want_invitation)
        ) + (select count(*) from want_invitation where status = 'pending') <= ${quota.limit}`
      : sql`(
          select count(*) from ${event} where actor->>'id' = ${quota.inviterId}
            and type in ('invitation.created', 'invitation.resent') and occurred_at > ${iso(quota.since)}::timestamptz
        ) + ${log.filter(({ type }) => type === "invitation.created" || type === "invitation.resent").length}::int
        <= ${quota.limit}`

const subjectsOf = (result: unknown): ReadonlySet<string> =>
  new Set(rowsOf<{ readonly subject_id: string }>(result).map(({ subject_id }) => subject_id))

/** An id, or a place, that is taken makes nothing new: the statement is undone whole. */
const noneIfTaken = (error: unknown): ReadonlySet<string> => {
  if (sqlState(error) === uniqueViolation) return new Set()
  throw error
}
const uniqueViolation = "23505"
