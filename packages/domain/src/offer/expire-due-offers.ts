import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { recordEvents, system } from "../event/index.ts"
import { Journal, Offers } from "../ports/index.ts"
import { settleOffer } from "./offer-lifecycle.ts"

/** How many offers are read, decided and committed at once. */
const lot = 1_000

/**
 * Writes `expired` for every offer whose given date has come: the commands `checkDateExpiredOffers` (`expiresAt`) and
 * `checkDateStartDateJobOffers` (`jobStartsAt`) of `003`. Answers how many, and whether none is left after `lots` lots.
 * Safe to run twice and by several at once: each offer expires once.
 */
export const expireDueOffers = Effect.fn("expireDueOffers")(function* (
  date: "jobStartsAt" | "expiresAt",
  lots: number
) {
  const offers = yield* Offers
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  let expired = 0
  for (let done = 0; done < lots; done++) {
    const due = yield* offers.due(date, at, lot)
    const changes = yield* Effect.forEach(due, ({ value, version: prior }) => {
      const decision = settleOffer(value, at)
      const subject = { type: "offer", id: value.id } as const
      return recordEvents(decision, { subject, companyId: value.companyId, prior, actor: system, at }).pipe(
        Effect.map((events) => ({ kind: "offer", prior, state: decision.state, events }) as const)
      )
    })
    if (changes.length > 0) expired += (yield* journal.commitFree(changes, { at })).length
    if (due.length < lot) return { expired, finished: true }
  }
  return { expired, finished: false }
})
