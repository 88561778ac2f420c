import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller } from "../../identity/model/account/account.ts"
import { requireRole } from "../../identity/use-cases/require-member.ts"
import type { InvitationStatus } from "../model/invitation.ts"
import { mayActOnInvitations } from "../model/invitation-access.ts"
import { invitationLifecycle } from "../model/invitation-lifecycle.ts"
import { type InvitationOrder, Invitations, type ListedInvitation } from "../ports/invitations.ts"

/**
 * The invitations of the company, as they are now, with what became of their mails; of a hiring manager without a
 * company there are none. `number` counts pages from 0. Fails with `RoleNotAllowed`, `CallerStale` or
 * `StoreUnavailable`. See docs/flows/invitations.md.
 */
export const listInvitations = Effect.fn("listInvitations")(function* (
  claimed: Caller,
  query: {
    readonly status: InvitationStatus | null
    readonly order: InvitationOrder
    readonly descending: boolean
    readonly number: number
    readonly size: number
  }
) {
  yield* requireRole(mayActOnInvitations(claimed, "list"))
  const at = yield* Clock.currentTimeMillis
  const { rows, total } = yield* (yield* Invitations).list(claimed, { ...query, at })
  return {
    rows: rows.map((row): ListedInvitation => ({ ...row, value: invitationLifecycle.asOf(row.value, at).state })),
    total
  }
})
