import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Identifiers } from "../../events/ports/identifiers.ts"
import { Journal } from "../../events/ports/journal.ts"
import { commitWithRetry } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange, recordExpiry } from "../../events/use-cases/record-change.ts"
import { actorOf } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { Secrets } from "../../identity/ports/secrets.ts"
import { requireRole } from "../../identity/use-cases/require-member.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { Invitation } from "../model/invitation.ts"
import { mayActOnInvitations } from "../model/invitation-access.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import {
  checkContent,
  declinedFor,
  type InvitationContent,
  InvitationSettings,
  type OverLimit
} from "../model/invitation-rules.ts"
import type { Invitee } from "../ports/invitations.ts"
import { type InvitationContext, loadInvitationContext } from "./load-invitation-context.ts"

/** Who has this address is in the company already. See docs/flows/invitations.md. */
export interface AlreadyMember {
  readonly _tag: "AlreadyMember"
}

/** An invitation to this address is open. See docs/flows/invitations.md. */
export interface AlreadyInvited {
  readonly _tag: "AlreadyInvited"
}

/** Who has this address declined of late. See docs/flows/invitations.md. */
export interface Declined {
  readonly _tag: "Declined"
}

/** Why somebody is not invited. */
export type InviteRefusal = AlreadyMember | AlreadyInvited | Declined

/**
 * Invites a recruiter by e-mail into the company of the hiring manager who asks; one without a company is made one.
 * Answers the invitation. Fails with `RoleNotAllowed`, `CallerStale`, `InvalidInvitation`, `AlreadyMember`,
 * `AlreadyInvited`, `Declined`, `OverLimit`, `StaleVersion` or `StoreUnavailable`. See docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { inviteRecruiter } from "@treff/domain/invitations"
 * import { cast, mia } from "@treff/domain/testing"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const use = inviteRecruiter(mia, { email: "lea@example.org", personalMessage: null, locale: "nb" })
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const ports = Layer.mergeAll(layerMemory(memoryState(cast)), secrets, layerUuid)
 * strictEqual((await Effect.runPromise(Effect.provide(use, ports))).value.status, "pending")
 * ```
 */
export const inviteRecruiter = Effect.fn("inviteRecruiter")(function* (claimed: Caller, content: InvitationContent) {
  yield* requireRole(mayActOnInvitations(claimed, "invite"))
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const context = yield* loadInvitationContext(claimed, [content.email], at)
    yield* checkContent(content)
    yield* Effect.fromResult(mayInvite(context.inviteeOf(content.email), at))
    if (context.room < 1) return yield* refuse<OverLimit>({ _tag: "OverLimit", wait: context.wait })
    const { changes, invitation } = yield* decideInvite(context, content, at)
    const { preconditions, quotas } = context
    return {
      subject: { type: "invitation", id: invitation.value.id },
      version: 0,
      eventTypes: [],
      commit: journal.commit([...context.changes, ...changes], { at, preconditions, quotas }),
      outcome: Effect.succeed(invitation)
    }
  })
  return yield* commitWithRetry(attempt)
})

/** Whether somebody may be invited. */
export const mayInvite = (invitee: Invitee, at: Instant): Result.Result<void, InviteRefusal> => {
  const { isMember, pending } = invitee
  if (isMember) return Result.fail({ _tag: "AlreadyMember" })
  // One that has expired never blocks another.
  if (pending !== null && invitationLifecycle.asOf(pending.value, at).state.status === "pending") {
    return Result.fail({ _tag: "AlreadyInvited" })
  }
  return hasDeclined(invitee, at) ? Result.fail({ _tag: "Declined" }) : Result.void
}

/** Whether they declined so late that they are left alone. */
export const hasDeclined = ({ declinedAt }: Invitee, at: Instant): boolean =>
  declinedAt !== null && declinedAt > at - declinedFor

/** What inviting one makes the journal write, the end of a former invitation that has expired included. */
export const decideInvite = Effect.fnUntraced(function* (
  { caller, inviter, companyId, inviteeOf }: InvitationContext,
  { email, personalMessage, locale }: InvitationContent,
  at: Instant
) {
  const { lifetime } = yield* InvitationSettings
  const { pending } = inviteeOf(email)
  const decision = invitationLifecycle.begin({
    type: "Invite",
    at,
    id: yield* (yield* Identifiers).next(at),
    companyId,
    inviterId: inviter.id,
    email,
    personalMessage,
    locale: locale ?? inviter.locale,
    expiresAt: at + lifetime,
    secret: yield* (yield* Secrets).issue
  })
  const recording = { expectedVersion: 0, actor: actorOf(caller), at, companyId }
  const invitation = yield* recordChange("invitation", decision, recording)
  const expired = pending === null ? [] : [yield* recordExpiry(invitationLifecycle, pending, at)]
  return {
    changes: [...expired, invitation],
    invitation: { version: invitation.events.length, value: decision.state } satisfies Versioned<Invitation>
  }
})
