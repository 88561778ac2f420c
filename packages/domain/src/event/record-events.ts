import * as Effect from "effect/Effect"
import type { Caller } from "../account/index.ts"
import type { Decision } from "../decider.ts"
import { Identifiers } from "../ports/index.ts"
import type { Instant } from "../time/index.ts"
import type { Actor, DomainEvent, RecordedEvent, Subject } from "./recorded-event.ts"

/** Numbers and signs the events of a decision; what time alone did is signed by the system. */
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

/** The actor of what time alone did. */
export const system: Actor = { kind: "system", id: null }

/** The caller, as the actor of what the caller did. */
export const actorOf = (caller: Caller): Actor => ({ kind: caller.role, id: caller.id })
