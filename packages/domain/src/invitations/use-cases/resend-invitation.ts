import * as Effect from "effect/Effect"
import { Journal } from "../../events/ports/journal.ts"
import { recordExpiry } from "../../events/use-cases/record-change.ts"
import { Secrets } from "../../identity/ports/secrets.ts"
import { refuse } from "../../kernel/refuse.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { InvitationSettings, type OverLimit, roomFor, sentWithin } from "../model/invitation-rules.ts"
import { changeInvitation, type InvitationChange } from "./change-invitation.ts"
import { type AlreadyInvited, type AlreadyMember, type Declined, hasDeclined } from "./invite-recruiter.ts"
import { quotasOf } from "./load-invitation-context.ts"

/**
 * Sends an invitation again, open or expired, with another token, which is good for the whole time again; the one before
 * is good no more. Answers the invitation as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`,
 * `InvitationNotFound`, `InvitationNotPending`, `ResentTooOften`, `AlreadyMember`, `AlreadyInvited`, `Declined`,
 * `OverLimit`, `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const resendInvitation = Effect.fn("resendInvitation")((change: InvitationChange) =>
  changeInvitation(change, "resend", {
    choose: Effect.fnUntraced(function* ({ caller, value, invitee, tallies }, at) {
      const settings = yield* InvitationSettings
      const secret = yield* (yield* Secrets).issue
      const command = { type: "Resend", at, secret, expiresAt: at + settings.lifetime } as const
      // What the chart refuses comes first: it depends on nothing else.
      yield* Effect.fromResult(invitationLifecycle.decide(value, command))
      if (invitee.isMember) return yield* refuse<AlreadyMember>({ _tag: "AlreadyMember" })
      const newer = invitee.pending === null || invitee.pending.value.id === value.id ? null : invitee.pending
      const expiry = newer === null ? null : yield* recordExpiry(invitationLifecycle, newer, at)
      if (expiry?.events.length === 0) return yield* refuse<AlreadyInvited>({ _tag: "AlreadyInvited" })
      if (hasDeclined(invitee, at)) return yield* refuse<Declined>({ _tag: "Declined" })
      const { sent, open } = tallies
      // One that is open counts already.
      const others = value.status === "pending" && value.expiresAt > at ? { ...open, count: open.count - 1 } : open
      const { room, wait } = roomFor({ sent, open: others }, settings, at)
      if (room < 1) return yield* refuse<OverLimit>({ _tag: "OverLimit", wait })
      // That a newer one has expired is written first: of an address no two are pending at once, not even within a commit.
      if (expiry !== null) yield* (yield* Journal).commitEach([expiry], { at })
      const quotas = quotasOf(value.companyId, caller.id, settings, { at, since: at - sentWithin })
      return { command, quotas }
    })
  })
)
