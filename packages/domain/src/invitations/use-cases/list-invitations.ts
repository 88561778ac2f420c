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
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noAccount } from "@treff/domain/identity"
 * import { listInvitations } from "@treff/domain/invitations"
 * import * as Effect from "effect/Effect"
 *
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager" } as const
 * const query = { status: null, order: "createdAt", descending: true, number: 0, size: 20 } as const
 * const use = Effect.provide(listInvitations(mia, query), layerMemory(memoryState({ accounts: [mia] })))
 * deepStrictEqual(await Effect.runPromise(use), { rows: [], total: 0 })
 * ```
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
