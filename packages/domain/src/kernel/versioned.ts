/**
 * A state together with its version: the sequence of its last event, 0 for what was there before it had any. A commit
 * names the version on which it was decided, and fails when that is no longer the present one. See docs/events.md.
 */
export interface Versioned<A> {
  readonly version: number
  readonly value: A
}
