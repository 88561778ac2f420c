import * as Effect from "effect/Effect"
import { changeState } from "../../../events/use-cases/change-state.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import { actorOf } from "../../model/account/access.ts"
import type { AccountCommand, AccountFacts, Caller } from "../../model/account/account.ts"
import { accountLifecycle } from "../../model/account/account-lifecycle.ts"
import { type MemberAction, mayActOnMembers } from "../../model/account/member-access.ts"
import { Accounts, type FoundMember } from "../../ports/accounts.ts"
import { requireMember, requireRole } from "../require-member.ts"

/** There is no such member of the caller's company. */
export interface MemberNotFound {
  readonly _tag: "MemberNotFound"
}

/** Who changes which member; `expectedVersions`: those that the change may build on, any if left out. */
export interface MemberChange {
  readonly caller: Caller
  readonly id: string
  readonly expectedVersions?: ReadonlyArray<number> | undefined
}

/** Changes a member, beside the caller's account as it was read: two who remove each other do not both succeed. */
export const changeMember = Effect.fnUntraced(function* <
  C extends AccountCommand & { type: "ChangeSubRole" | "Leave" },
  F
>(
  { caller: claimed, id, expectedVersions }: MemberChange,
  action: MemberAction,
  choose: (found: FoundMember & { readonly caller: Caller }, at: Instant) => Effect.Effect<C, F>
) {
  yield* requireRole(mayActOnMembers(claimed, action))
  const accounts = yield* Accounts
  return yield* changeState(accountLifecycle, {
    expectedVersions,
    find: Effect.gen(function* () {
      const { caller, found } = yield* accounts.findMember(claimed, id)
      const { companyId } = yield* requireMember(caller)
      if (found === null) return yield* refuse<MemberNotFound>({ _tag: "MemberNotFound" })
      const value = { ...found.value, status: "member" } as const
      return { ...found, value, caller, companyId, actor: actorOf(caller) }
    }),
    choose: (found, at) =>
      Effect.map(choose(found, at), (command) => ({
        command,
        preconditions:
          found.caller.id === found.value.id
            ? []
            : [{ kind: "account", id: found.caller.id, version: found.callerVersion }]
      })),
    answer: (account): AccountFacts => account
  })
})
