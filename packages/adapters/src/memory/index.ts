import { Deliveries, EventLog, Journal } from "@treff/domain/events"
import { Accounts, SignIns } from "@treff/domain/identity"
import { Invitations } from "@treff/domain/invitations"
import { Notifications } from "@treff/domain/notifications"
import { OfferSends, Offers } from "@treff/domain/offers"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { makeAccounts } from "./reads/accounts.ts"
import { makeInvitations } from "./reads/invitations.ts"
import { makeNotifications } from "./reads/notifications.ts"
import { makeOfferSends } from "./reads/offer-sends.ts"
import { makeOffers } from "./reads/offers.ts"
import { makeDeliveries } from "./store/deliveries.ts"
import { makeEventLog } from "./store/event-log.ts"
import { makeJournal } from "./store/journal.ts"
import { makeSignIns } from "./store/sign-ins.ts"
import type { MemoryState } from "./store/state.ts"

export { layerMemoryQueue } from "./store/event-queue.ts"
export { layerMemoryMailer, type MemoryMailbox } from "./store/mailer.ts"
export { type MemoryState, memoryState } from "./store/state.ts"

/**
 * The store in memory: what a team that embeds the domain starts with, and what its tests run on. Everything is in
 * `state`, which may be read at any time. It is always available; its methods fail with `CallerStale` and
 * `StaleVersion`, as the ports say. See docs/http.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { Accounts } from "@treff/domain/identity"
 * import { ada, cast } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 *
 * const confirm = Accounts.use((accounts) => accounts.confirm(ada))
 * const { role } = await Effect.runPromise(Effect.provide(confirm, layerMemory(memoryState(cast))))
 * strictEqual(role, "recruiter")
 * ```
 */
export const layerMemory = (
  state: MemoryState
): Layer.Layer<
  Accounts | Deliveries | EventLog | Invitations | Journal | Notifications | OfferSends | Offers | SignIns
> =>
  Layer.succeedContext(
    Context.empty().pipe(
      Context.add(Accounts, makeAccounts(state)),
      Context.add(Deliveries, makeDeliveries(state)),
      Context.add(EventLog, makeEventLog(state)),
      Context.add(Invitations, makeInvitations(state)),
      Context.add(Journal, makeJournal(state)),
      Context.add(Notifications, makeNotifications(state)),
      Context.add(OfferSends, makeOfferSends(state)),
      Context.add(Offers, makeOffers(state)),
      Context.add(SignIns, makeSignIns(state))
    )
  )
