import * as Effect from "effect/Effect"
import { changeState } from "../../events/use-cases/change-state.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { findInvitationByToken } from "./find-invitation-by-token.ts"

/**
 * Declines an invitation by its token: whoever holds it may. Fails with `TokenUnknown`, `InvitationNotOpen`,
 * `StaleVersion` or `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const declineInvitation = Effect.fn("declineInvitation")(function* (token: string) {
  yield* changeState(invitationLifecycle, {
    expectedVersions: undefined,
    recordsTimeWhenRefused: false,
    // Who holds the link is the invited, whether or not there is an account.
    find: Effect.map(findInvitationByToken(token, null), (found) => ({
      ...found,
      actor: { kind: "recruiter", id: null },
      companyId: found.value.companyId
    })),
    choose: (_, at) => Effect.succeed({ command: { type: "Decline", at } as const }),
    answer: () => undefined
  })
})
