import { Accounts, Deliveries, EventLog, Journal, Offers } from "@treff/domain/ports"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { makeDeliveries } from "./deliveries.ts"
import { makeEventLog } from "./event-log.ts"
import { makeJournal } from "./journal.ts"
import { makeOffers } from "./offers.ts"
import { confirm, type MemoryState } from "./state.ts"

export { layerMemoryQueue } from "./event-queue.ts"
export { type MemoryState, memoryState } from "./state.ts"

/**
 * The store in memory: what a team that embeds the domain starts with, and what its tests run on. Everything is in
 * `state`, which may be read at any time.
 */
export const layerMemory = (state: MemoryState): Layer.Layer<Accounts | Deliveries | EventLog | Journal | Offers> =>
  Layer.succeedContext(
    Context.empty().pipe(
      Context.add(Accounts, Accounts.of({ confirm: (claimed) => confirm(state, claimed) })),
      Context.add(Deliveries, makeDeliveries(state)),
      Context.add(EventLog, makeEventLog(state)),
      Context.add(Journal, makeJournal(state)),
      Context.add(Offers, makeOffers(state))
    )
  )
