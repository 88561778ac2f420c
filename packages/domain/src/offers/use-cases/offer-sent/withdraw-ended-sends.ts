import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Change, Journal } from "../../../events/ports/journal.ts"
import { tell } from "../../../events/use-cases/notify.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { system } from "../../../events/use-cases/record-events.ts"
import type { NewNotification } from "../../../notifications/model/notification.ts"
import { decideOfferSent } from "../../model/offer-sent/decide-offer-sent.ts"
import type { SendEnd } from "../../model/offer-sent/offer-sent.ts"
import { OfferSends } from "../../ports/offer-sends.ts"

/** How many sends are read, decided and committed at once. */
const lot = 1_000

/** That the terms of an offer up to this one are over, and how the last of them ended; the first one named counts. */
export interface EndedTerm {
  readonly offerId: string
  readonly term: number
  readonly reason: SendEnd
}

/**
 * Deletes the sends of terms that are said to have ended, as far as they have, and of the terms before them, 1,000 at a time, and tells each candidate who
 * had one, in the same commit: afterwards nobody knows any more whom there was to tell. Answers how many, and whether none
 * is left after `lots` lots. Those that somebody else holds just now are left. Safe to run twice and by several at once:
 * each send is deleted once, and each candidate told once. Sends of a later term stay. Fails with `StoreUnavailable`.
 * Source: `004`, events; `offer-sends.md`, reactions.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOfferSent, withdrawEndedSends } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * state.offerSends.set("s1", { version: 1, value: { ...noOfferSent, id: "s1", offerId: "o1", term: 1, status: "sent" } })
 * const use = withdrawEndedSends([{ offerId: "o1", term: 1, reason: "offer_archived" }], 20)
 * const cascade = Effect.provide(use, [layerMemory(state), layerUuid])
 * deepStrictEqual(await Effect.runPromise(cascade), { withdrawn: 1, finished: true })
 * ```
 */
export const withdrawEndedSends = Effect.fn("withdrawEndedSends")(function* (
  ends: ReadonlyArray<EndedTerm>,
  lots: number
) {
  const sends = yield* OfferSends
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const lastEnds = new Map<string, EndedTerm>()
  for (const end of ends) {
    if (end.term > (lastEnds.get(end.offerId)?.term ?? 0)) lastEnds.set(end.offerId, end)
  }
  let withdrawn = 0
  for (let done = 0; done < lots; done++) {
    const ended = yield* sends.ended([...lastEnds.values()], lot)
    if (ended.length === 0) return { withdrawn, finished: true }
    const changes: Array<Change> = []
    const tells: Array<NewNotification> = []
    for (const { value, version: prior, title } of ended) {
      const { id, offerId, candidateId } = value
      if (value.status === "withdrawn") {
        // Its candidate took it back, and everybody was told then: it goes without a word.
        changes.push({ kind: "offerSent", prior, state: { ...value, status: "gone" }, events: [] })
        continue
      }
      const reason = lastEnds.get(offerId)?.reason ?? "offer_deleted"
      const withdraw = { type: "Withdraw", at: Math.max(at, value.updatedAt), reason } as const
      const decision = Result.getOrThrow(decideOfferSent(value, withdraw)) // whatever exists ends with its offer
      const change = yield* recordChange("offerSent", decision, { prior, actor: system, at })
      changes.push(change)
      for (const event of change.events) {
        const data = { offerSentId: id, offerId, title, reason }
        const told = { recipients: [candidateId], channels: ["inbox", "mail"], companyId: null } as const
        tells.push(...(yield* tell(event, { template: "offer-ended", data }, told)))
      }
    }
    const written = (yield* journal.commitFree(changes, { at, tells })).length
    withdrawn += written
    // What somebody else holds just now is left: it is for whoever comes back.
    if (written < changes.flatMap(({ events }) => events).length) return { withdrawn, finished: false }
    // Whether one that goes without a word was held, its events don't tell.
    const silent = changes.some(({ events }) => events.length === 0)
    if (ended.length < lot && !silent) return { withdrawn, finished: true }
  }
  return { withdrawn, finished: false }
})
