import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { findInvitationByToken } from "./find-invitation-by-token.ts"

/**
 * What who holds a token may know: the invitation as it is now, good or no longer so, into which company, by whom, and
 * whose address it is by now. It changes nothing: mail scanners open links. Fails with `TokenUnknown` or
 * `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const readInvitation = Effect.fn("readInvitation")(function* (token: string) {
  const at = yield* Clock.currentTimeMillis
  const { value, companyName, inviter, account } = yield* findInvitationByToken(token, null)
  return {
    invitation: invitationLifecycle.asOf(value, at).state,
    companyName,
    inviter,
    account: account?.value ?? null
  }
})
