import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Journal, type Quota, type Versioned } from "../../events/ports/journal.ts"
import { untilWritten, type VersionMismatch } from "../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../events/use-cases/record-change.ts"
import { actorOf } from "../../events/use-cases/record-events.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../../identity/model/account/access.ts"
import type { Caller } from "../../identity/model/account/account.ts"
import { refuse } from "../../kernel/refuse.ts"
import type { Instant } from "../../kernel/time.ts"
import { decideExisting } from "../model/decide-invitation.ts"
import type { Invitation, InvitationCommand } from "../model/invitation.ts"
import { type InvitationAction, mayActOnInvitations } from "../model/invitation-access.ts"
import { sentWithin } from "../model/invitation-rules.ts"
import { Invitations } from "../ports/invitations.ts"

/** There is no such invitation of the caller's company. Source: `http.md`, the order of the checks. */
export interface InvitationNotFound {
  readonly _tag: "InvitationNotFound"
}

/** Who changes which invitation; `expected`: the versions that the change may build on, any if left out. */
export interface InvitationChange {
  readonly caller: Caller
  readonly id: string
  readonly expected?: ReadonlyArray<number> | undefined
}

type Found = NonNullable<Effect.Success<ReturnType<Invitations["Service"]["find"]>>["found"]> & {
  readonly caller: Caller
}

/** What differs from one change to the next: who may, and what is asked of the invitation then. */
interface Steps<C extends InvitationCommand, A, F, R> {
  readonly check: (found: Found) => Effect.Effect<void, A>
  readonly choose: (
    found: Found,
    at: Instant
  ) => Effect.Effect<{ readonly command: C; readonly quotas?: ReadonlyArray<Quota> }, F, R>
}

/** Load, decide, commit. */
export const changeInvitation = Effect.fnUntraced(function* <C extends InvitationCommand, A, F, R>(
  { caller: claimed, id, expected }: InvitationChange,
  action: InvitationAction,
  { check, choose }: Steps<C, A, F, R>
) {
  if (!mayActOnInvitations(claimed, action)) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { caller, found } = yield* (yield* Invitations).find(claimed, id, { at: now, since: now - sentWithin })
    if (!isMember(caller)) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
    if (found === null) return yield* refuse<InvitationNotFound>({ _tag: "InvitationNotFound" })
    const { value, version: prior } = found
    yield* check({ ...found, caller })
    if (expected?.includes(prior) === false) return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    const at = Math.max(now, value.updatedAt)
    const { command, quotas = [] } = yield* choose({ ...found, caller }, at)
    const decision = yield* Effect.fromResult(decideExisting(value, command))
    const change = yield* recordChange("invitation", decision, { prior, actor: actorOf(caller), at })
    return {
      subject: { type: "invitation", id: value.id } as const,
      prior,
      types: decision.events.map(({ type }) => type),
      commit: journal.commit([change], { at, quotas }),
      outcome: Effect.succeed({
        version: prior + change.events.length,
        value: decision.state as Invitation
      } satisfies Versioned<Invitation>)
    }
  })
  return yield* untilWritten(attempt, expected)
})
