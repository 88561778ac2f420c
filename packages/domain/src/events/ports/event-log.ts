import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Subject } from "../model/recorded-event.ts"
import type { StoreUnavailable } from "./store.ts"

/**
 * Reads the log in which every change of state is written with its events. What a caller may see of it is read by the
 * port of the flow. See docs/events.md.
 */
export class EventLog extends Context.Service<
  EventLog,
  {
    /** The types of the events that follow a sequence of a subject: what a lost race was lost to. */
    readonly typesAfter: (subject: Subject, sequence: number) => Effect.Effect<ReadonlyArray<string>, StoreUnavailable>
  }
>()("@treff/domain/EventLog") {}
