import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { StoreUnavailable } from "../../../events/ports/store.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { Instant } from "../../../kernel/time.ts"
import { decideOfferSent } from "../../model/offer-sent/decide-offer-sent.ts"
import type { OfferSent } from "../../model/offer-sent/offer-sent.ts"
import { commitOf, type ReachedSend } from "./change-offer-sent.ts"

/** Reads that lost a race with another read of the same candidate look again so often; then they show what they read. */
const patience = 3

/**
 * Reads by `load`, and where the reader is the candidate and has not viewed the send yet, writes that they have, and
 * shows it so. When it can't be written the read succeeds all the same, and shows the send as it is.
 */
export const readAndView = Effect.fnUntraced(function* <L extends { caller: Caller; found: ReachedSend }, E, R>(
  load: Effect.Effect<L, E, R>,
  now: Instant
) {
  let read = yield* load
  for (let tries = 0; tries < patience; tries++) {
    const { caller, found } = read
    if (caller.role !== "candidate" || found.value.status !== "sent") return read
    const at = Math.max(now, found.value.updatedAt)
    const decision = Result.getOrThrow(decideOfferSent(found.value, { type: "View", at })) // which `sent` always allows
    const { commit, version } = yield* commitOf(found, decision, actorOf(caller), at)
    const outcome = yield* Effect.result(commit)
    if (Result.isSuccess(outcome)) {
      const history = [...found.history, { status: "viewed", at, by: "candidate" } as const]
      return { ...read, found: { ...found, version, value: decision.state as OfferSent, history } }
    }
    if (outcome.failure._tag === "StoreUnavailable") return read
    const asRead = Effect.succeed(read)
    read = yield* Effect.catchIf(
      load,
      (failure) => failure instanceof StoreUnavailable,
      () => asRead
    )
  }
  return read
})
