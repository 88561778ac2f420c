import * as Effect from "effect/Effect"
import type { State } from "../../kernel/chart.ts"
import type { Decision } from "../../kernel/decision.ts"
import type { AnyEvent } from "../../kernel/events.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import { type Actor, system } from "../model/actor.ts"
import type { Change } from "../model/change.ts"
import type { RecordedEvent } from "../model/recorded-event.ts"
import { Identifiers } from "../ports/identifiers.ts"

/** On which version a decision builds, whose it is, and in which company it was made. */
export interface Recording {
  readonly expectedVersion: number
  readonly actor: Actor
  readonly at: Instant
  readonly companyId: string | null
}

/**
 * What a decision makes the journal write: its events, numbered from `expectedVersion` + 1 on, each with an id whose time
 * is `at`. What time alone caused is the system's. It cannot fail. See docs/events.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { recordChange, system } from "@treff/domain/events"
 * import { acme, offer } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const disabled = { type: "offer.disabled", at: 0, data: { term: 1 } } as const
 * const decision = { state: { ...offer, status: "disabled" }, timeEvents: [], events: [disabled] } as const
 * const record = recordChange("offer", decision, { expectedVersion: 3, actor: system, at: 0, companyId: acme.id })
 * const { events } = await Effect.runPromise(Effect.provide(record, layerUuid))
 * deepStrictEqual(events.map(({ sequence, type }) => `${sequence} ${type}`), ["4 offer.disabled"])
 * ```
 */
export const recordChange = Effect.fnUntraced(function* <K extends string, S extends State, E extends AnyEvent>(
  kind: K,
  { state, timeEvents, events }: Decision<S, E>,
  { expectedVersion, actor, at, companyId }: Recording
) {
  const identifiers = yield* Identifiers
  const recorded: Array<RecordedEvent> = []
  for (const { type, data, at: occurredAt } of [...timeEvents, ...events]) {
    recorded.push({
      id: yield* identifiers.next(at),
      subject: { type: kind, id: state.id },
      sequence: expectedVersion + recorded.length + 1,
      type,
      data,
      actor: recorded.length < timeEvents.length ? system : actor,
      companyId,
      occurredAt
    })
  }
  // Each has the type and the data of one event, which a loop over their union can't show.
  return { kind, expectedVersion, state, events: recorded } as unknown as Change<K, S, E>
})

/**
 * What time alone has done to a subject by `at`, as the journal writes it; without events where it has done nothing. See
 * docs/events.md.
 */
export const recordExpiry = <
  K extends string,
  S extends State & { readonly companyId: string | null },
  E extends AnyEvent
>(
  { kind, asOf }: { readonly kind: K; readonly asOf: (existing: S, at: Instant) => Decision<S, E> },
  { version, value }: Versioned<S>,
  at: Instant
) => recordChange(kind, asOf(value, at), { expectedVersion: version, actor: system, at, companyId: value.companyId })
