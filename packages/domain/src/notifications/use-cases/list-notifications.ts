import * as Effect from "effect/Effect"
import type { Channel } from "../../events/model/notification.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import type { PageRequest } from "../../kernel/page.ts"
import { type NotificationCursor, Notifications } from "../ports/notifications.ts"

/**
 * What the caller was notified of, newest first, one item for each event. `unread` keeps those that are or are not read,
 * `channel` those that have a delivery by it; null keeps all. Fails with `CallerStale` or `StoreUnavailable`. See docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { listNotifications } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const use = listNotifications(cleo, { unread: true, channel: "inbox", page: { number: 1, limit: 20 } })
 * const layer = layerMemory(memoryState({ accounts: [cleo] }))
 * strictEqual((await Effect.runPromise(Effect.provide(use, layer))).total, 0)
 * ```
 */
export const listNotifications = Effect.fn("listNotifications")(function* (
  claimed: Caller,
  query: {
    readonly unread: boolean | null
    readonly channel: Channel | null
    readonly page: PageRequest<NotificationCursor>
  }
) {
  return (yield* (yield* Notifications).list(claimed, query)).page
})
