/** The command would repeat what has happened already: it is no refusal, and there is no event either. */
export interface Unchanged {
  readonly _tag: "Unchanged"
}

/** What a chart answers for a command that would change nothing. */
export const unchanged: Unchanged = { _tag: "Unchanged" }

/** The chart has no such move from this status. */
export interface IllegalTransition {
  readonly _tag: "IllegalTransition"
  readonly status: string
  readonly command: string
}

/**
 * What became of a command: the state afterwards, `events` that the command caused, and `timeEvents` that time alone had
 * caused before it. They belong into one commit, those of time first.
 */
export interface Decision<S, E> {
  readonly state: S
  readonly timeEvents: ReadonlyArray<E>
  readonly events: ReadonlyArray<E>
}
