import type * as Result from "effect/Result"
import { type Decision, decider, type IllegalTransition } from "../../kernel/decider.ts"
import type { Instant } from "../../kernel/time.ts"
import type {
  Invitation,
  InvitationCommand,
  InvitationEvent,
  InvitationNotDue,
  InvitationNotOpen,
  InvitationNotPending,
  InvitationState,
  invitationRefusals,
  ResentTooOften
} from "./invitation.ts"
import { invitationMachine } from "./invitation-lifecycle.ts"

type Refusal = InvitationNotOpen | InvitationNotPending | ResentTooOften | InvitationNotDue | IllegalTransition

const { decide, settle } = decider(invitationMachine)

/**
 * Lets time pass for an invitation, then decides a command on it. The result fails with `InvitationNotOpen`,
 * `InvitationNotPending`, `ResentTooOften`, `InvitationNotDue` or `IllegalTransition`. Source:
 * `recruiter-invitations.md`, states.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { decideInvitation, noInvitation } from "@treff/domain/invitations"
 * import * as Result from "effect/Result"
 *
 * const open = { ...noInvitation, status: "pending", expiresAt: 100 } as const
 * strictEqual(Result.getOrThrow(decideInvitation(open, { type: "Decline", at: 99 })).state.status, "declined")
 * strictEqual(Result.isFailure(decideInvitation(open, { type: "Decline", at: 100 })), true)
 * ```
 */
export const decideInvitation: (
  state: InvitationState,
  command: InvitationCommand
) => Result.Result<Decision<InvitationState, InvitationEvent>, Refusal> = decide

/**
 * What an invitation is at `at`, and what time alone has done to it: swept or not, one that has lapsed reads `expired`.
 * Source: `recruiter-invitations.md`, states.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { noInvitation, settleInvitation } from "@treff/domain/invitations"
 *
 * const open = { ...noInvitation, status: "pending", expiresAt: 100 } as const
 * strictEqual(settleInvitation(open, 100).state.status, "expired")
 * ```
 */
export const settleInvitation: (state: InvitationState, at: Instant) => Decision<InvitationState, InvitationEvent> =
  settle

/** An invitation that exists refuses each command in its own ways only; the tests hold the chart to `invitationRefusals`. */
export const decideExisting = <C extends InvitationCommand>(invitation: Invitation, command: C) =>
  decide(invitation, command) as Result.Result<
    Decision<InvitationState, InvitationEvent>,
    Extract<
      InvitationNotOpen | InvitationNotPending | ResentTooOften,
      { readonly _tag: (typeof invitationRefusals)[C["type"]][number] }
    >
  >
