import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal } from "../../events/ports/journal.ts"
import { batchSize, inBatches } from "../../events/use-cases/in-batches.ts"
import { recordExpiry } from "../../events/use-cases/record-change.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { Invitations } from "../ports/invitations.ts"

/**
 * Writes down which invitations have expired, up to `maxBatches` batches of a thousand, and answers how many, and
 * whether that was all. Several may run at once. Fails with `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const expireDueInvitations = Effect.fn("expireDueInvitations")(function* (maxBatches: number) {
  const invitations = yield* Invitations
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const expire = Effect.gen(function* () {
    const due = yield* invitations.due(at, batchSize)
    const changes = yield* Effect.forEach(due, (invitation) => recordExpiry(invitationLifecycle, invitation, at))
    return { read: due.length, written: (yield* journal.commitEach(changes, { at })).length }
  })
  const { written, finished } = yield* inBatches(maxBatches, expire)
  return { expired: written, finished }
})
