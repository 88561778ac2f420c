import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { RecordedEvent, Subject } from "../model/recorded-event.ts"
import { EventLog } from "../ports/event-log.ts"
import { StaleVersion, type StoreUnavailable } from "../ports/store.ts"

/** The caller's change builds on another version of its subject than the present one. Source: `http.md`, `If-Match`. */
export interface VersionMismatch {
  readonly _tag: "VersionMismatch"
}

/** One try of a command: what was decided on what was read just now. */
export interface Attempt<A, F> {
  readonly subject: Subject
  /** The version that was read. */
  readonly prior: number
  /** The events of the command itself, without those of time; none where it begins a subject, which nobody else moves. */
  readonly types: ReadonlyArray<RecordedEvent["type"]>
  /** Writes the decision. */
  readonly commit: Effect.Effect<void, StaleVersion | StoreUnavailable>
  /** What the caller is answered once it is written: a value, or the refusal that was decided. */
  readonly outcome: Effect.Effect<A, F>
}

/**
 * Load, decide, commit, again where the race was lost. A change that lost to its own kind always comes second in the
 * end; one that lost to other kinds more often than `patience` gives up. One that names the versions it builds on learns
 * from the next load that it is stale.
 */
export const untilWritten = Effect.fnUntraced(function* <A, F, E, R>(
  attempt: Effect.Effect<Attempt<A, F>, E, R>,
  expected?: ReadonlyArray<number>
) {
  const log = yield* EventLog
  for (let losses = 0; ; ) {
    const { subject, prior, types, commit, outcome } = yield* attempt
    const written = yield* commit.pipe(
      Effect.as(true),
      Effect.catchTag("StaleVersion", () => Effect.succeed(false))
    )
    if (written) return yield* outcome
    const rivals = expected === undefined && types.length > 0 ? yield* log.typesAfter(subject, prior) : []
    const lostToItsKind = types.some((type) => rivals.includes(type))
    if (!lostToItsKind && ++losses > patience) return yield* new StaleVersion({ subjectId: subject.id })
    if (expected === undefined) yield* Effect.sleep(Math.ceil((yield* Random.next) * longestPause))
  }
})

/** Races lost to other kinds of change before the caller is asked to look again. */
const patience = 3

/** Between two tries, in milliseconds: rivals that met once should not meet again. */
const longestPause = 30
