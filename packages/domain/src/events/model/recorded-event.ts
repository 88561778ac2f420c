import type { AnyEvent, DeclaredEvents, EventOf } from "../../kernel/events.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Actor } from "./actor.ts"

/** What an event is about: `type` is the kind of its lifecycle. */
export interface Subject {
  readonly type: string
  readonly id: string
}

/**
 * An event as its consumer gets it. `sequence` counts 1, 2, 3 … per subject without a gap. The company is left out: it is
 * not for everybody who listens. See docs/events.md.
 */
export type PublishedEvent<E extends AnyEvent = AnyEvent> = E extends AnyEvent
  ? {
      readonly id: string
      readonly subject: Subject
      readonly sequence: number
      readonly type: E["type"]
      readonly data: E["data"]
      readonly actor: Actor
      readonly occurredAt: Instant
    }
  : never

/** An event as the log keeps it: `companyId` is the tenant, null for what belongs to none. See docs/events.md. */
export type RecordedEvent<E extends AnyEvent = AnyEvent> = PublishedEvent<E> & { readonly companyId: string | null }

/**
 * Whether an event is one of those that are declared: of all of them, or of those that are named. What is in the log was
 * made by its declaration, so its data is of the declared type.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isEventOf } from "@treff/domain/events"
 * import { offerEvents } from "@treff/domain/offers"
 *
 * strictEqual(isEventOf(offerEvents)({ type: "offer.archived" }), true)
 * strictEqual(isEventOf(offerEvents, ["expired", "deleted"])({ type: "offer.archived" }), false)
 * ```
 */
export const isEventOf =
  <E extends DeclaredEvents, N extends keyof E["declarations"] & string = keyof E["declarations"] & string>(
    { kind, declarations }: E,
    names: ReadonlyArray<N> = Object.keys(declarations) as Array<N> // they are the declared names
  ) =>
  <P extends { readonly type: string }>(
    event: P
  ): event is P & PublishedEvent<Extract<EventOf<E>, { readonly type: `${E["kind"]}.${N}` }>> =>
    names.some((name) => event.type === `${kind}.${name}`)
