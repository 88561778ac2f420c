import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Identifiers } from "../../events/ports/identifiers.ts"
import { Journal, type Versioned } from "../../events/ports/journal.ts"
import { untilWritten } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { actorOf } from "../../events/use-cases/record-events.ts"
import type { RoleNotAllowed } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { Secrets } from "../../identity/ports/secrets.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Instant } from "../../kernel/time.ts"
import { decideInvitation, settleInvitation } from "../model/decide-invitation.ts"
import { type Invitation, noInvitation } from "../model/invitation.ts"
import { mayActOnInvitations } from "../model/invitation-access.ts"
import {
  checkContent,
  declinedFor,
  type InvitationContent,
  InvitationSettings,
  type OverLimit
} from "../model/invitation-rules.ts"
import type { Invitee } from "../ports/invitations.ts"
import { lapseOf } from "./invitation-expiry.ts"
import { type Inviting, loadInviting } from "./load-inviting.ts"

/** Who has this address is in the company already. Source: `002`. */
export interface AlreadyMember {
  readonly _tag: "AlreadyMember"
}

/** An invitation to this address is open. Source: `002`. */
export interface AlreadyInvited {
  readonly _tag: "AlreadyInvited"
}

/** Who has this address declined of late. Source: `recruiter-invitations.md`, routes. */
export interface Declined {
  readonly _tag: "Declined"
}

/** Why somebody is not invited. */
export type InviteRefusal = AlreadyMember | AlreadyInvited | Declined

/**
 * Invites a recruiter by e-mail into the company of the hiring manager who asks; one without a company is made one. Answers
 * the invitation. Fails with `RoleNotAllowed`, `CallerStale`, `InvalidInvitation`, `AlreadyMember`, `AlreadyInvited`,
 * `Declined`, `OverLimit`, `StaleVersion` or `StoreUnavailable`. Source: `002`; `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { layerSecrets } from "@treff/adapters/secrets"
 * import { noAccount } from "@treff/domain/identity"
 * import { inviteRecruiter } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager" } as const
 * const state = memoryState({ accounts: [{ ...mia, firstName: "Mia", lastName: "Vik" }] })
 * const secrets = layerSecrets([Redacted.make("EBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8")])
 * const use = inviteRecruiter(mia, { email: "ada@b.eu", personalMessage: null, locale: "nb" })
 * const { value } = await Effect.runPromise(Effect.provide(use, [layerMemory(state), secrets, layerUuid]))
 * strictEqual(value.status, "pending")
 * strictEqual([...state.companies.values()][0]?.name, "Mia Vik")
 * ```
 */
export const inviteRecruiter = Effect.fn("inviteRecruiter")(function* (claimed: Caller, content: InvitationContent) {
  if (!mayActOnInvitations(claimed, "invite")) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const inviting = yield* loadInviting(claimed, [content.email], at)
    yield* checkContent(content)
    yield* Effect.fromResult(invitable(inviting.inviteeOf(content.email), at))
    if (inviting.room < 1) return yield* refuse<OverLimit>({ _tag: "OverLimit", wait: inviting.wait })
    const { changes, invitation } = yield* decideInvite(inviting, content, at)
    const { reliesOn, quotas } = inviting
    return {
      subject: { type: "invitation", id: invitation.value.id } as const,
      prior: 0,
      types: [],
      commit: journal.commit([...inviting.changes, ...changes], { at, reliesOn, quotas }),
      outcome: Effect.succeed(invitation)
    }
  })
  return yield* untilWritten(attempt)
})

/** Whether somebody may be invited. */
export const invitable = (invitee: Invitee, at: Instant): Result.Result<void, InviteRefusal> => {
  const { isMember, pending } = invitee
  if (isMember) return Result.fail({ _tag: "AlreadyMember" })
  // One that has lapsed never blocks another.
  if (pending !== null && settleInvitation(pending.value, at).state.status === "pending") {
    return Result.fail({ _tag: "AlreadyInvited" })
  }
  return hasDeclined(invitee, at) ? Result.fail({ _tag: "Declined" }) : Result.void
}

/** Whether they declined so late that they are left alone. */
export const hasDeclined = ({ declinedAt }: Invitee, at: Instant): boolean =>
  declinedAt !== null && declinedAt > at - declinedFor

/** What inviting one makes the journal write, the end of a former invitation that has lapsed included. */
export const decideInvite = Effect.fnUntraced(function* (
  { caller, inviter, companyId, inviteeOf }: Inviting,
  { email, personalMessage, locale }: InvitationContent,
  at: Instant
) {
  const { lifetime } = yield* InvitationSettings
  const { pending } = inviteeOf(email)
  const decision = Result.getOrThrow(
    decideInvitation(noInvitation, {
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
  )
  const invitation = yield* recordChange("invitation", decision, { prior: 0, actor: actorOf(caller), at })
  const lapsed = pending === null ? [] : [yield* lapseOf(pending, at)]
  return {
    changes: [...lapsed, invitation],
    invitation: {
      version: invitation.events.length,
      value: decision.state as Invitation
    } satisfies Versioned<Invitation>
  }
})
