import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal } from "../../events/ports/journal.ts"
import { untilWritten } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { decideExisting } from "../model/decide-invitation.ts"
import { holdInvitation } from "./find-invitation-by-token.ts"

/**
 * Declines an invitation by its token: whoever holds it may. Fails with `TokenUnknown`, `InvitationNotOpen`,
 * `StaleVersion` or `StoreUnavailable`. Source: `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { declineInvitation } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = Effect.provide(declineInvitation("guessed"), [layerMemory(memoryState()), secrets, layerUuid])
 * strictEqual((await Effect.runPromise(Effect.flip(use)))._tag, "TokenUnknown")
 * ```
 */
export const declineInvitation = Effect.fn("declineInvitation")(function* (token: string) {
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { value, version: prior } = yield* holdInvitation(token, null)
    const at = Math.max(now, value.updatedAt)
    const decision = yield* Effect.fromResult(decideExisting(value, { type: "Decline", at }))
    // Who holds the link is the invited, whether or not there is an account.
    const change = yield* recordChange("invitation", decision, { prior, actor: { kind: "recruiter", id: null }, at })
    return {
      subject: { type: "invitation", id: value.id } as const,
      prior,
      types: decision.events.map(({ type }) => type),
      commit: journal.commit([change], { at }),
      outcome: Effect.void
    }
  })
  yield* untilWritten(attempt)
})
