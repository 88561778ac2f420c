import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal } from "../../../events/ports/journal.ts"
import { batchSize, inBatches } from "../../../events/use-cases/in-batches.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { offerSentLifecycle } from "../../model/offer-sent/offer-sent-lifecycle.ts"
import { OfferSends } from "../../ports/offer-sends.ts"

/**
 * Withdraws what these people have not answered, a thousand sends at a time and up to `maxBatches` batches: they are
 * candidates no more. Answers how many, and whether that was all. Several may run at once. Fails with
 * `StoreUnavailable`. See docs/flows/offer-sends.md.
 */
export const withdrawSendsOfCandidates = Effect.fn("withdrawSendsOfCandidates")(function* (
  candidateIds: ReadonlyArray<string>,
  maxBatches: number
) {
  const sends = yield* OfferSends
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const withdraw = Effect.gen(function* () {
    const unanswered = yield* sends.unanswered(candidateIds, batchSize)
    const changes = yield* Effect.forEach(unanswered, ({ value, version: expectedVersion }) => {
      const at = Math.max(now, value.updatedAt)
      const command = { type: "Withdraw", at, reason: "candidate" } as const
      const decision = Result.getOrThrow(offerSentLifecycle.decide(value, command)) // none of them is answered
      const actor = { kind: "candidate", id: value.candidateId }
      return recordChange("offerSent", decision, { expectedVersion, actor, at, companyId: value.companyId })
    })
    return { read: unanswered.length, written: (yield* journal.commitEach(changes, { at: now })).length }
  })
  return yield* inBatches(maxBatches, withdraw)
})
