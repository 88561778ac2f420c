import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { system } from "../../../events/model/actor.ts"
import type { Change } from "../../../events/model/change.ts"
import type { NewNotification } from "../../../events/model/notification.ts"
import { Journal } from "../../../events/ports/journal.ts"
import { batchSize, inBatches } from "../../../events/use-cases/in-batches.ts"
import { notify } from "../../../events/use-cases/notify.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import type { SendEnd } from "../../model/offer-sent/offer-sent-events.ts"
import { offerSentLifecycle } from "../../model/offer-sent/offer-sent-lifecycle.ts"
import type { OfferNotification } from "../../model/offer-templates.ts"
import { OfferSends } from "../../ports/offer-sends.ts"

/** That the terms of an offer up to this one are over, and how the last of them ended; the first one named counts. */
export interface EndedTerm {
  readonly offerId: string
  readonly term: number
  readonly reason: SendEnd
}

/**
 * Deletes the sends of terms that are said to have ended, as far as they have, and of the terms before them, 1,000 at a
 * time, and notifies each candidate who had one in the same commit: afterwards nobody knows any more whom there was to
 * notify. Answers how many were written, and whether none is left after `maxBatches` batches. Those that somebody else is
 * writing just now are left. Safe to run twice and by several at once: each send is deleted once, and each candidate
 * notified once. Sends of a later term stay. Fails with `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const withdrawEndedSends = Effect.fn("withdrawEndedSends")(function* (
  ends: ReadonlyArray<EndedTerm>,
  maxBatches: number
) {
  const sends = yield* OfferSends
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const lastEnds = new Map<string, EndedTerm>()
  for (const end of ends) {
    if (end.term > (lastEnds.get(end.offerId)?.term ?? 0)) lastEnds.set(end.offerId, end)
  }
  const withdraw = Effect.gen(function* () {
    const ended = yield* sends.ended([...lastEnds.values()], batchSize)
    const changes: Array<Change> = []
    const notifications: Array<NewNotification> = []
    for (const { value, version: expectedVersion, title } of ended) {
      const { id, offerId, candidateId, companyId } = value
      if (value.status === "withdrawn") {
        // Its candidate took it back, and everybody was notified then: it goes without an event.
        changes.push({ kind: "offerSent", expectedVersion, state: { ...value, status: "gone" }, events: [] })
        continue
      }
      const reason = lastEnds.get(offerId)?.reason ?? "offer_deleted"
      const command = { type: "Withdraw", at: Math.max(at, value.updatedAt), reason } as const
      const decision = Result.getOrThrow(offerSentLifecycle.decideAny(value, command)) // whatever exists ends with its offer
      const change = yield* recordChange("offerSent", decision, { expectedVersion, actor: system, at, companyId })
      changes.push(change)
      const content: OfferNotification = { template: "offer-ended", data: { offerSentId: id, offerId, title, reason } }
      for (const event of change.events) {
        const to = { recipients: [candidateId], channels: ["inbox", "mail"], companyId: null } as const
        notifications.push(...(yield* notify(event, content, to)))
      }
    }
    const written = yield* journal.commitEach(changes, { at, notifications })
    return {
      read: changes.flatMap(({ events }) => events).length,
      written: written.length,
      // A send that is withdrawn without an event may come again: no event shows whether it was written.
      mayRepeat: ended.length === batchSize || changes.some(({ events }) => events.length === 0)
    }
  })
  return yield* inBatches(maxBatches, withdraw)
})
