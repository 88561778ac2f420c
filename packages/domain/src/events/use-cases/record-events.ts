import * as Effect from "effect/Effect"
import type { Caller } from "../../identity/model/account/account.ts"
import type { Decision } from "../../kernel/decider.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Actor, DomainEvent, RecordedEvent, Subject } from "../model/recorded-event.ts"
import { Identifiers } from "../ports/identifiers.ts"

/**
 * Numbers and signs the events of a decision, from `prior` + 1 on; what time alone did is signed by the system. Each
 * gets an id whose time is `at`. It cannot fail. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { recordEvents, system } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const decision = { passed: [], events: [{ type: "offer.disabled", at: 0, data: { term: 1 } }] } as const
 * const log = { subject: { type: "offer", id: "o1" }, companyId: "acme", prior: 3, actor: system, at: 0 } as const
 * const events = await Effect.runPromise(Effect.provide(recordEvents(decision, log), layerUuid))
 * deepStrictEqual(events.map(({ sequence, type }) => `${sequence} ${type}`), ["4 offer.disabled"])
 * ```
 */
export const recordEvents = Effect.fnUntraced(function* (
  decision: Pick<Decision<unknown, DomainEvent>, "passed" | "events">,
  {
    subject,
    companyId,
    prior,
    actor,
    at
  }: {
    readonly subject: Subject
    readonly companyId: string | null
    readonly prior: number
    readonly actor: Actor
    readonly at: Instant
  }
) {
  const identifiers = yield* Identifiers
  const recorded: Array<RecordedEvent> = []
  for (const event of [...decision.passed, ...decision.events]) {
    recorded.push({
      id: yield* identifiers.next(at),
      subject,
      sequence: prior + recorded.length + 1,
      type: event.type,
      data: event.data,
      actor: decision.passed.includes(event) ? system : actor,
      companyId,
      occurredAt: event.at
    } as RecordedEvent) // type and data come from one event, which the union can't see
  }
  return recorded
})

/** The actor of what time alone did. Source: `http.md`, the event log. */
export const system: Actor = { kind: "system", id: null }

/**
 * The caller, as the actor of what the caller did. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { actorOf } from "@treff/domain/events"
 *
 * const actor = actorOf({ id: "ada", role: "hiring_manager", subRole: null, companyId: "acme" })
 * deepStrictEqual(actor, { kind: "hiring_manager", id: "ada" })
 * ```
 */
export const actorOf = (caller: Caller): Actor => ({ kind: caller.role, id: caller.id })
