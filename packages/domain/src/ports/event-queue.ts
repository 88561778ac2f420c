import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { RecordedEvent } from "../event/index.ts"
import type { QueueUnavailable } from "./store.ts"

/** Carries events to their consumer: at least once, in any order. */
export class EventQueue extends Context.Service<
  EventQueue,
  { readonly publish: (events: ReadonlyArray<RecordedEvent>) => Effect.Effect<void, QueueUnavailable> }
>()("@treff/domain/EventQueue") {}
