import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { preconditionOn } from "../../../events/model/change.ts"
import { Journal } from "../../../events/ports/journal.ts"
import { StoreUnavailable } from "../../../events/ports/store.ts"
import { maxAttempts } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../identity/model/account/access.ts"
import type { Caller } from "../../../identity/model/account/account.ts"
import type { Instant } from "../../../kernel/time.ts"
import { offerSentLifecycle } from "../../model/offer-sent/offer-sent-lifecycle.ts"
import type { AccessibleSend } from "./change-offer-sent.ts"

/**
 * Reads by `load`, and where the reader is the candidate and has not viewed the send yet, writes that they have, and
 * shows it so. When it can't be written the read succeeds all the same, and shows the send as it is.
 */
export const readAndView = Effect.fnUntraced(function* <L extends { caller: Caller; found: AccessibleSend }, E, R>(
  load: Effect.Effect<L, E, R>,
  now: Instant
) {
  const journal = yield* Journal
  let read = yield* load
  for (let attempts = 1; attempts < maxAttempts; attempts++) {
    const { caller, found } = read
    if (caller.role !== "candidate" || found.value.status !== "sent") return read
    const { value, version, offer } = found
    const at = Math.max(now, value.updatedAt)
    const decision = Result.getOrThrow(offerSentLifecycle.decide(value, { type: "View", at })) // which `sent` always allows
    const recording = { expectedVersion: version, actor: actorOf(caller), at, companyId: value.companyId }
    const change = yield* recordChange("offerSent", decision, recording)
    const outcome = yield* Effect.result(
      journal.commit([change], { at, preconditions: [preconditionOn("offer", offer)] })
    )
    if (Result.isSuccess(outcome)) {
      const history = [...found.history, { status: "viewed", at, by: "candidate" } as const]
      return { ...read, found: { ...found, version: version + change.events.length, value: decision.state, history } }
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
