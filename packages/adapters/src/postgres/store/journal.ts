import { type Change, Journal, StaleVersion, type StoreUnavailable } from "@treff/domain/events"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { event } from "../tables/schema.ts"
import { commitStatement, type Writing } from "./commit-statement.ts"
import { type Database, rowsOf, sqlState } from "./database.ts"
import { lockOf } from "./quotas.ts"

/**
 * A commit is one statement. It locks what it writes and what it relies on, table by table, each in the order of ids,
 * checks the versions under the lock, and every write hangs on that. The request publishes the events at once, so the
 * relay first looks for them a minute later.
 */
export const makeJournal = ({ db, ask, askBehind }: Database) => {
  /** Answers the ids of the subjects that were written. */
  const commit = (changes: ReadonlyArray<Change>, writing: Writing) => {
    const statement = commitStatement(changes, writing)
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
    commit: Effect.fn("Journal.commit")(function* (changes, { at, preconditions = [], quotas = [] }) {
      if (changes.length === 0) return
      const written = yield* commit(changes, { at, preconditions, quotas, notifications: [], skipsConflicts: false })
      if (written.size < changes.length) {
        return yield* new StaleVersion({ subjectId: changes[0]?.state.id ?? "" })
      }
    }),
    commitEach: Effect.fn("Journal.commitEach")(function* (
      changes,
      { at, preconditions = [], quotas = [], notifications = [] }
    ) {
      if (changes.length === 0) return []
      const written = yield* commit(changes, { at, preconditions, quotas, notifications, skipsConflicts: true })
      return changes.flatMap(({ state, events }) => (written.has(state.id) ? events : []))
    })
  })
}

const subjectsOf = (result: unknown): ReadonlySet<string> =>
  new Set(rowsOf<{ readonly subject_id: string }>(result).map(({ subject_id }) => subject_id))

/** An id, or a place, that is taken makes nothing new: the statement is undone whole. */
const noneIfTaken = (error: unknown): ReadonlySet<string> => {
  if (sqlState(error) === uniqueViolation) return new Set()
  throw error
}
const uniqueViolation = "23505"
