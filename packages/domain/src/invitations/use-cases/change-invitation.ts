import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Choice, changeState } from "../../events/use-cases/change-state.ts"
import { actorOf } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { requireMember, requireRole } from "../../identity/use-cases/require-member.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Invitation, InvitationCommand } from "../model/invitation.ts"
import { type InvitationAction, mayActOnInvitations } from "../model/invitation-access.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { sentWithin } from "../model/invitation-rules.ts"
import { Invitations } from "../ports/invitations.ts"

/** There is no such invitation of the caller's company. */
export interface InvitationNotFound {
  readonly _tag: "InvitationNotFound"
}

/** Who changes which invitation; `expectedVersions`: those that the change may build on, any if left out. */
export interface InvitationChange {
  readonly caller: Caller
  readonly id: string
  readonly expectedVersions?: ReadonlyArray<number> | undefined
}

type FoundInvitation = NonNullable<Effect.Success<ReturnType<Invitations["Service"]["find"]>>["found"]> & {
  readonly caller: Caller
}

/** What differs from one change to the next. */
interface Steps<C extends InvitationCommand, A, F, R> {
  /** Whether the caller may do this with this invitation. */
  readonly checkAccess?: (found: FoundInvitation) => Effect.Effect<void, A>
  readonly choose: (found: FoundInvitation, at: Instant) => Effect.Effect<Choice<C>, F, R>
}

/** A change of an invitation by a member of its company. */
export const changeInvitation = Effect.fnUntraced(function* <C extends InvitationCommand, F, R, A = never>(
  { caller: claimed, id, expectedVersions }: InvitationChange,
  action: InvitationAction,
  { checkAccess, choose }: Steps<C, A, F, R>
) {
  yield* requireRole(mayActOnInvitations(claimed, action))
  const invitations = yield* Invitations
  const now = yield* Clock.currentTimeMillis
  return yield* changeState(invitationLifecycle, {
    expectedVersions,
    recordsTimeWhenRefused: false,
    find: Effect.gen(function* () {
      const { caller, found } = yield* invitations.find(claimed, id, { at: now, since: now - sentWithin })
      const { companyId } = yield* requireMember(caller)
      if (found === null) return yield* refuse<InvitationNotFound>({ _tag: "InvitationNotFound" })
      if (checkAccess !== undefined) yield* checkAccess({ ...found, caller })
      return { ...found, caller, companyId, actor: actorOf(caller) }
    }),
    choose,
    answer: (invitation): Invitation => invitation
  })
})
