import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import { Journal, type Versioned } from "../../../events/ports/journal.ts"
import { untilWritten, type VersionMismatch } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import type { Decision } from "../../../kernel/decider.ts"
import { refuse } from "../../../kernel/refuse.ts"
import type { Instant } from "../../../kernel/time.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../../model/account/access.ts"
import type {
  AccountCommand,
  AccountEvent,
  AccountFacts,
  AccountState,
  accountRefusals,
  Caller,
  NotARecruiter
} from "../../model/account/account.ts"
import { decideAccount } from "../../model/account/account-lifecycle.ts"
import { type MemberAction, mayActOnMembers } from "../../model/account/member-access.ts"
import { Accounts, type FoundMember } from "../../ports/accounts.ts"

/** There is no such member of the caller's company. Source: `http.md`, the order of the checks. */
export interface MemberNotFound {
  readonly _tag: "MemberNotFound"
}

/** Who changes which member; `expected`: the versions that the change may build on, any if left out. */
export interface MemberChange {
  readonly caller: Caller
  readonly id: string
  readonly expected?: ReadonlyArray<number> | undefined
}

/** Load, decide, commit, beside the caller's account as it was read: two who remove each other do not both succeed. */
export const changeMember = Effect.fnUntraced(function* <
  C extends AccountCommand & { type: "ChangeSubRole" | "Leave" },
  F
>(
  { caller: claimed, id, expected }: MemberChange,
  action: MemberAction,
  choose: (found: FoundMember & { readonly caller: Caller }, at: Instant) => Effect.Effect<C, F>
) {
  if (!mayActOnMembers(claimed, action)) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const accounts = yield* Accounts
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { caller, found } = yield* accounts.findMember(claimed, id)
    if (!isMember(caller)) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
    if (found === null) return yield* refuse<MemberNotFound>({ _tag: "MemberNotFound" })
    if (expected?.includes(found.version) === false) return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    const decision = yield* Effect.fromResult(decideMember(found.value, yield* choose({ ...found, caller }, at)))
    const { companyId } = caller
    const change = yield* recordChange("account", decision, {
      prior: found.version,
      actor: actorOf(caller),
      at,
      companyId
    })
    const reliesOn =
      caller.id === found.value.id ? [] : [{ kind: "account", id: caller.id, version: found.callerVersion } as const]
    return {
      subject: { type: "account", id: found.value.id } as const,
      prior: found.version,
      types: decision.events.map(({ type }) => type),
      commit: change.events.length === 0 ? Effect.void : journal.commit([change], { at, reliesOn }),
      outcome: Effect.succeed({
        version: found.version + change.events.length,
        value: decision.state
      } satisfies Versioned<AccountFacts>)
    }
  })
  return yield* untilWritten(attempt, expected)
})

/** A member refuses each command in its own ways only; the tests hold the chart to `accountRefusals`. */
const decideMember = <C extends AccountCommand>(member: AccountFacts, command: C) =>
  decideAccount({ ...member, status: "member" }, command) as Result.Result<
    Decision<AccountState, AccountEvent>,
    Extract<NotARecruiter, { readonly _tag: (typeof accountRefusals)[C["type"]][number] }>
  >
