import type { Fields, ValueOf } from "./fields.ts"
import type { Instant } from "./time.ts"

/** What one event says, in a sentence, and the fields of its data. */
export interface EventDeclaration {
  readonly about: string
  readonly data: Fields
}

/** The declared events of some kind of subject. */
export interface DeclaredEvents<K extends string = string> {
  readonly kind: K
  readonly declarations: Readonly<Record<string, EventDeclaration>>
}

/** An event of any kind: its type is `kind.name`, and `at` is when it happened. */
export interface AnyEvent {
  readonly type: string
  readonly at: Instant
  readonly data: object
}

/** The union of the events that are declared, such as `EventOf<typeof offerEvents>`. */
export type EventOf<E> = E extends {
  readonly kind: infer K extends string
  readonly declarations: infer D extends DeclaredEvents["declarations"]
}
  ? {
      readonly [N in keyof D & string]: {
        readonly type: `${K}.${N}`
        readonly at: Instant
        // Written out, so that an editor shows the fields and not how they were declared.
        readonly data: { readonly [P in keyof D[N]["data"]]: ValueOf<D[N]["data"][P]> }
      }
    }[keyof D & string]
  : never

/**
 * Declares what can happen to one kind of subject. From this one value come the type of each event, its schema on the
 * wire, its documentation, and `event`, by which one is made. Events hold ids, states, times and names of fields, never
 * what a person wrote. The event by which a subject begins is called `created`: by this name a store knows that there must
 * be no such subject yet. See docs/events.md and docs/adding-a-flow.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { declareEvents, id } from "@treff/domain/kernel"
 *
 * const reminderEvents = declareEvents("reminder", { created: { about: "A reminder was set.", data: { offerId: id } } })
 * const event = reminderEvents.event("created", 0, { offerId: "o1" })
 * deepStrictEqual(event, { type: "reminder.created", at: 0, data: { offerId: "o1" } })
 * ```
 */
export const declareEvents = <
  const K extends string,
  const D extends DeclaredEvents["declarations"] & { readonly created: EventDeclaration }
>(
  kind: K,
  declarations: D
) => ({
  kind,
  declarations,
  event: <N extends keyof D & string>(
    name: N,
    at: Instant,
    data: { readonly [P in keyof D[N]["data"]]: ValueOf<D[N]["data"][P]> }
  ) => ({ type: `${kind}.${name}` as const, at, data })
})
