import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal } from "../../../events/ports/journal.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { decideOfferSent } from "../../model/offer-sent/decide-offer-sent.ts"
import { OfferSends } from "../../ports/offer-sends.ts"

/** How many sends are read, decided and committed at once. */
const lot = 1_000

/**
 * Withdraws what these people have not answered, a thousand sends at a time and up to `lots` lots: they are candidates no
 * more. Answers how many, and whether that was all. Several may run at once. Fails with `StoreUnavailable`. Source:
 * `recruiter-invitations.md`, an address that has an account already.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noOfferSent, withdrawSendsOfCandidates } from "@treff/domain/offers"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * const sent = { ...noOfferSent, id: "s1", candidateId: "cleo", status: "sent" } as const
 * state.offerSends.set("s1", { version: 1, value: sent })
 * const use = withdrawSendsOfCandidates(["cleo"], 1)
 * await Effect.runPromise(Effect.provide(use, [layerMemory(state), layerUuid]))
 * strictEqual(state.offerSends.get("s1")?.value.status, "withdrawn")
 * ```
 */
export const withdrawSendsOfCandidates = Effect.fn("withdrawSendsOfCandidates")(function* (
  candidateIds: ReadonlyArray<string>,
  lots: number
) {
  const sends = yield* OfferSends
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  let withdrawn = 0
  for (let done = 0; done < lots; done++) {
    const open = yield* sends.unanswered(candidateIds, lot)
    const changes = yield* Effect.forEach(open, ({ value, version: prior }) => {
      const at = Math.max(now, value.updatedAt)
      const decision = Result.getOrThrow(decideOfferSent(value, { type: "Withdraw", at, reason: "candidate" })) // not answered
      return recordChange("offerSent", decision, { prior, actor: { kind: "candidate", id: value.candidateId }, at })
    })
    const written = changes.length === 0 ? 0 : (yield* journal.commitFree(changes, { at: now })).length
    withdrawn += written
    // What somebody else holds just now is left: it is for whoever comes back.
    if (written < open.length) return { withdrawn, finished: false }
    if (open.length < lot) return { withdrawn, finished: true }
  }
  return { withdrawn, finished: false }
})
