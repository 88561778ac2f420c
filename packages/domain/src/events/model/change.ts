import type { State } from "../../kernel/chart.ts"
import type { AnyEvent } from "../../kernel/events.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { RecordedEvent } from "./recorded-event.ts"

/**
 * The move of one subject: from the version `expectedVersion` to `state` by its events. In the status `gone` it is
 * deleted. One that begins with its `created` event did not exist before. See docs/events.md.
 */
export interface Change<K extends string = string, S extends State = State, E extends AnyEvent = AnyEvent> {
  readonly kind: K
  readonly expectedVersion: number
  readonly state: S
  readonly events: ReadonlyArray<RecordedEvent<E>>
}

/**
 * Whether a change begins with the `created` event of its subject, so that there must be no such subject before. An account
 * may exist before it has any event: its version does not show this. See docs/events.md.
 */
export const beginsSubject = ({ events }: Change): boolean => events[0]?.type.endsWith(".created") ?? false

/** What a decision relied on beside its own subject: when the commit is written, it must still have this version. */
export interface Precondition {
  readonly kind: string
  readonly id: string
  readonly version: number
}

/** That something is still as it was read. */
export const preconditionOn = (kind: string, { version, value }: Versioned<{ readonly id: string }>): Precondition => ({
  kind,
  id: value.id,
  version
})

/**
 * That there are no more than `limit` of something in a company, with those that the commit writes: counted under a lock.
 * A flow says with `kind` what is counted, and how in fields of its own.
 */
export interface Quota {
  readonly kind: string
  readonly companyId: string
  readonly limit: number
}
