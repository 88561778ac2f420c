import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Channel, NewNotification, Telling } from "../../notifications/model/notification.ts"
import type { HeardEvent } from "../model/recorded-event.ts"
import { Identifiers } from "../ports/identifiers.ts"

/** Who is told, and where; `companyId` is the company whose matter it is, null for candidates. */
export interface Recipients {
  readonly recipients: ReadonlyArray<string>
  readonly channels: ReadonlyArray<Channel>
  readonly companyId: string | null
}

/**
 * What is to be written to tell people of an event: each once by each channel, and nobody of what they did themselves. It
 * cannot fail. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { system, tell } from "@treff/domain/events"
 * import * as Effect from "effect/Effect"
 *
 * const data = { offerSentId: "s1", offerId: "o1", title: "Baker", reason: "offer_deleted" } as const
 * const use = tell({ id: "e1", actor: system }, { template: "offer-ended", data }, {
 *   recipients: ["cleo", "cleo"], channels: ["inbox"], companyId: null
 * })
 * const tells = await Effect.runPromise(Effect.provide(use, layerUuid))
 * deepStrictEqual(tells.map(({ recipientId }) => recipientId), ["cleo"])
 * ```
 */
export const tell = Effect.fnUntraced(function* (
  event: Pick<HeardEvent, "id" | "actor">,
  telling: Telling,
  { recipients, channels, companyId }: Recipients
) {
  const identifiers = yield* Identifiers
  const at = yield* Clock.currentTimeMillis
  const tells: Array<NewNotification> = []
  for (const recipientId of new Set(recipients)) {
    if (recipientId === event.actor.id) continue
    for (const channel of channels) {
      tells.push({ ...telling, id: yield* identifiers.next(at), eventId: event.id, recipientId, companyId, channel })
    }
  }
  return tells
})
