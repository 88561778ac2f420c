import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Subject } from "../model/recorded-event.ts"
import { EventLog } from "../ports/event-log.ts"
import { StaleVersion, type StoreUnavailable } from "../ports/store.ts"

/** The caller's change builds on another version of its subject than the present one. See docs/http.md, "If-Match". */
export interface VersionMismatch {
  readonly _tag: "VersionMismatch"
}

/** One try of a command: what was decided on what was read just now. */
export interface Attempt<A, F> {
  readonly subject: Subject
  /** The version that was read. */
  readonly version: number
  /** The events of the command itself, without those of time; none where it begins a subject, which nobody else moves. */
  readonly eventTypes: ReadonlyArray<string>
  /** Writes the decision. */
  readonly commit: Effect.Effect<void, StaleVersion | StoreUnavailable>
  /** What the caller is answered once it is written: a value, or the refusal that was decided. */
  readonly outcome: Effect.Effect<A, F>
}

/** How often a command is tried before the caller is asked to look again. */
export const maxAttempts = 4

/** Between two tries, in milliseconds: two who met once should not meet again. */
const longestPause = 30

/**
 * Load, decide, commit; again where somebody else was faster. A command that lost to one of its own kind always comes
 * second in the end; one that lost to others at each of its tries fails with `StaleVersion`. One that names the versions
 * it builds on learns from the next load that it is stale. See docs/http.md, "If-Match".
 */
export const commitWithRetry = Effect.fnUntraced(function* <A, F, E, R>(
  attempt: Effect.Effect<Attempt<A, F>, E, R>,
  expectedVersions?: ReadonlyArray<number>
) {
  const log = yield* EventLog
  for (let attempts = 1; ; ) {
    const { subject, version, eventTypes, commit, outcome } = yield* attempt
    const written = yield* commit.pipe(
      Effect.as(true),
      Effect.catchTag("StaleVersion", () => Effect.succeed(false))
    )
    if (written) return yield* outcome
    const meanwhile =
      expectedVersions === undefined && eventTypes.length > 0 ? yield* log.typesAfter(subject, version) : []
    const lostToItsKind = eventTypes.some((type) => meanwhile.includes(type))
    if (!lostToItsKind && ++attempts > maxAttempts) return yield* new StaleVersion({ subjectId: subject.id })
    if (expectedVersions === undefined) yield* Effect.sleep(Math.ceil((yield* Random.next) * longestPause))
  }
})
