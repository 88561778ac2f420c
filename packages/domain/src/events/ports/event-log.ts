import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Caller } from "../../identity/model/account/account.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { RecordedEvent, Subject } from "../model/recorded-event.ts"
import type { CallerStale, StoreUnavailable } from "./store.ts"

/**
 * Reads the log in which every change of state is written with its events. Every method may fail with
 * `StoreUnavailable`. Source: `http.md`, the event log.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { EventLog } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const rivals = EventLog.use((log) => log.typesAfter({ type: "offer", id: "o1" }, 0))
 * deepStrictEqual(await Effect.runPromise(Effect.provide(rivals, layerMemory(memoryState()))), [])
 * ```
 */
export class EventLog extends Context.Service<
  EventLog,
  {
    /**
     * The events of one offer of the caller's company, oldest first, also once it is deleted. `ownerId` is the offer's
     * owner while it exists, otherwise null. The cursor is a sequence.
     */
    readonly ofOffer: (
      caller: Caller,
      id: string,
      page: PageRequest<number>
    ) => Effect.Effect<
      { readonly caller: Caller; readonly ownerId: string | null; readonly page: Page<RecordedEvent> },
      CallerStale | StoreUnavailable
    >

    /** The types of the events that follow a sequence of a subject: what a lost race was lost to. */
    readonly typesAfter: (
      subject: Subject,
      sequence: number
    ) => Effect.Effect<ReadonlyArray<RecordedEvent["type"]>, StoreUnavailable>
  }
>()("@treff/domain/EventLog") {}
