import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal } from "../../events/ports/journal.ts"
import { Invitations } from "../ports/invitations.ts"
import { lapseOf } from "./invitation-expiry.ts"

/** How many invitations are read, decided and committed at once. */
const lot = 1_000

/**
 * Writes down which invitations have lapsed, up to `lots` lots of a thousand, and answers how many, and whether that was
 * all. Several may run at once. Fails with `StoreUnavailable`. Source: `recruiter-invitations.md`, states.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { expireDueInvitations, noInvitation } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const state = memoryState()
 * state.invitations.set("i1", { version: 1, value: { ...noInvitation, id: "i1", status: "pending", expiresAt: 1 } })
 * const use = Effect.provide(expireDueInvitations(1), [layerMemory(state), layerUuid])
 * deepStrictEqual(await Effect.runPromise(use), { expired: 1, finished: true })
 * ```
 */
export const expireDueInvitations = Effect.fn("expireDueInvitations")(function* (lots: number) {
  const invitations = yield* Invitations
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  let expired = 0
  for (let done = 0; done < lots; done++) {
    const due = yield* invitations.due(at, lot)
    const changes = yield* Effect.forEach(due, (invitation) => lapseOf(invitation, at))
    const written = changes.length === 0 ? 0 : (yield* journal.commitFree(changes, { at })).length
    expired += written
    // What somebody else holds just now is skipped: the last lot was the last one only if nothing of it was.
    if (due.length < lot) return { expired, finished: written === due.length }
  }
  return { expired, finished: false }
})
