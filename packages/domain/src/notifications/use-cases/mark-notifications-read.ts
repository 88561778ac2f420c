import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../identity/model/account/account.ts"
import { refuse } from "../../kernel/refuse.ts"
import { Notifications } from "../ports/notifications.ts"

/** The caller has no such notification. See docs/flows/notifications.md. */
export interface NotificationNotFound {
  readonly _tag: "NotificationNotFound"
}

/**
 * Marks a notification of the caller's as read; again, it stays read when it was. Answers it as it is then. Fails with
 * `CallerStale`, `NotificationNotFound` or `StoreUnavailable`. See docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { markNotificationRead } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const who = { id: "cleo", role: "candidate", subRole: null, companyId: null } as const
 * const cleo = { ...who, version: 1, email: "c@b.eu", username: null, firstName: "Cleo", lastName: "Vik", locale: null }
 * const use = Effect.flip(markNotificationRead(cleo, "n1"))
 * const layer = layerMemory(memoryState({ accounts: [cleo] }))
 * strictEqual((await Effect.runPromise(Effect.provide(use, layer)))._tag, "NotificationNotFound")
 * ```
 */
export const markNotificationRead = Effect.fn("markNotificationRead")(function* (claimed: Caller, id: string) {
  const { notification } = yield* (yield* Notifications).markRead(claimed, id, yield* Clock.currentTimeMillis)
  if (notification === null) return yield* refuse<NotificationNotFound>({ _tag: "NotificationNotFound" })
  return notification
})

/**
 * Marks everything that the caller was told as read. Fails with `CallerStale` or `StoreUnavailable`. See
 * docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { markAllNotificationsRead } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 *
 * const stranger = { id: "eve", role: "candidate", subRole: null, companyId: null } as const
 * const use = Effect.flip(markAllNotificationsRead(stranger))
 * const failure = await Effect.runPromise(Effect.provide(use, layerMemory(memoryState())))
 * strictEqual(failure._tag, "CallerStale")
 * ```
 */
export const markAllNotificationsRead = Effect.fn("markAllNotificationsRead")(function* (claimed: Caller) {
  yield* (yield* Notifications).markAllRead(claimed, yield* Clock.currentTimeMillis)
})
