import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Caller, RoleNotAllowed } from "../account/index.ts"
import { type InvitationOrder, Invitations, type ListedInvitation } from "../ports/index.ts"
import { refuse } from "../refuse.ts"
import { settleInvitation } from "./decide-invitation.ts"
import type { Invitation, InvitationStatus } from "./invitation.ts"
import { mayEver } from "./invitation-access.ts"

/**
 * The invitations of the company, as they are now, with what became of their mails; of a hiring manager without a company
 * there are none. `number` counts pages from 0. Fails with `RoleNotAllowed`, `CallerStale` or `StoreUnavailable`.
 * Source: `002`; `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noAccount } from "@treff/domain/account"
 * import { listInvitations } from "@treff/domain/invitation"
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
  if (!mayEver(claimed, "list")) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const at = yield* Clock.currentTimeMillis
  const { rows, total } = yield* (yield* Invitations).list(claimed, { ...query, at })
  return {
    rows: rows.map((row): ListedInvitation => ({ ...row, value: settleInvitation(row.value, at).state as Invitation })),
    total
  }
})
