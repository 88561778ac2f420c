import * as Effect from "effect/Effect"
import { changeState } from "../../../events/use-cases/change-state.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { isLine, lineRule } from "../../../kernel/text.ts"
import { actorOf, type NoCompany } from "../../model/account/access.ts"
import type { Caller } from "../../model/account/account.ts"
import { nameLimit } from "../../model/account/account-rules.ts"
import { mayActOnMembers } from "../../model/account/member-access.ts"
import type { Company } from "../../model/company/company.ts"
import { companyLifecycle } from "../../model/company/company-lifecycle.ts"
import { Accounts } from "../../ports/accounts.ts"
import { requireMember, requireRole } from "../require-member.ts"

/** How long a company's name may be, in code points, after trimming: a person's, after whom it is named first, fits. */
export const companyNameLimit = 2 * nameLimit + 1

/** A company can't be called so; nothing was written. */
export interface InvalidCompanyName {
  readonly _tag: "InvalidCompanyName"
  readonly message: string
}

/**
 * Gives the company of the hiring manager who asks another name; the same once more changes nothing. Answers the
 * company as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `InvalidCompanyName`,
 * `VersionMismatch`, `StaleVersion` or `StoreUnavailable`. See docs/flows/identity.md.
 */
export const renameCompany = Effect.fn("renameCompany")(function* ({
  caller: claimed,
  name,
  expectedVersions
}: {
  readonly caller: Caller
  readonly name: string
  readonly expectedVersions?: ReadonlyArray<number> | undefined
}) {
  yield* requireRole(mayActOnMembers(claimed, "renameCompany"))
  const accounts = yield* Accounts
  return yield* changeState(companyLifecycle, {
    expectedVersions,
    find: Effect.gen(function* () {
      const { caller, company } = yield* accounts.findCompany(claimed)
      const { companyId } = yield* requireMember(caller)
      if (company === null) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
      if (!isLine(name, companyNameLimit)) {
        return yield* refuse<InvalidCompanyName>({ _tag: "InvalidCompanyName", message: lineRule(companyNameLimit) })
      }
      const { version, value } = company
      return { version, value: { ...value, status: "open" } as const, companyId, actor: actorOf(caller) }
    }),
    choose: (_, at) => Effect.succeed({ command: { type: "Rename", at, name } as const }),
    answer: (company): Company => company
  })
})
