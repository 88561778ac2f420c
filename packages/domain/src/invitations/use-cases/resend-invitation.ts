import * as Effect from "effect/Effect"
import { Journal } from "../../events/ports/journal.ts"
import { Secrets } from "../../identity/ports/secrets.ts"
import { refuse } from "../../kernel/refuse.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { InvitationSettings, type OverLimit, roomFor, sentWithin } from "../model/invitation-rules.ts"
import { changeInvitation, type InvitationChange } from "./change-invitation.ts"
import { expiryOf } from "./invitation-expiry.ts"
import { type AlreadyInvited, type AlreadyMember, type Declined, hasDeclined } from "./invite-recruiter.ts"
import { quotasOf } from "./load-invitation-context.ts"

/**
 * Sends an invitation again, open or lapsed, with another token, which is good for the whole time again; the one before
 * is good no more. Answers the invitation as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`,
 * `InvitationNotFound`, `InvitationNotPending`, `ResentTooOften`, `AlreadyMember`, `AlreadyInvited`, `Declined`,
 * `OverLimit`, `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { noAccount } from "@treff/domain/identity"
 * import { noInvitation, resendInvitation } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const state = memoryState({ accounts: [mia] })
 * const lapsed = { ...noInvitation, id: "i1", companyId: "acme", email: "ada@b.eu", status: "expired" } as const
 * state.invitations.set("i1", { version: 2, value: lapsed })
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = resendInvitation({ caller: mia, id: "i1" })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), secrets, layerUuid]))
 * strictEqual(value.status, "pending")
 * ```
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
      const expiry = newer === null ? null : yield* expiryOf(newer, at)
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
