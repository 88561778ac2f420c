import * as Effect from "effect/Effect"
import type { Decision } from "../../kernel/decider.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Actor, DomainEvent } from "../model/recorded-event.ts"
import type { Identifiers } from "../ports/identifiers.ts"
import type { Change } from "../ports/journal.ts"
import { recordEvents } from "./record-events.ts"

type StateOf<K extends Change["kind"]> = Extract<Change, { readonly kind: K }>["state"]
type EventOf<K extends Change["kind"]> = Extract<DomainEvent, { readonly type: `${K}.${string}` }>

/**
 * What the decision on a subject makes the journal write: `prior` is the version on which it was decided, `companyId` the
 * tenant, where that is not the one that the subject is left with.
 */
export const recordChange = <K extends Change["kind"]>(
  kind: K,
  decision: Decision<StateOf<K>, EventOf<K>>,
  {
    prior,
    actor,
    at,
    companyId
  }: {
    readonly prior: number
    readonly actor: Actor
    readonly at: Instant
    readonly companyId?: string
  }
): Effect.Effect<Change, never, Identifiers> => {
  const { state } = decision
  const tenant = companyId ?? ("companyId" in state ? state.companyId : state.id)
  return Effect.map(
    recordEvents(decision, { subject: { type: kind, id: state.id }, companyId: tenant, prior, actor, at }),
    (events) => ({ kind, prior, state, events }) as Change // the state is of its kind, as the signature says
  )
}
