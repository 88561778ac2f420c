import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Journal, type Versioned } from "../../../events/ports/journal.ts"
import { untilWritten, type VersionMismatch } from "../../../events/use-cases/commit-with-retry.ts"
import { recordChange } from "../../../events/use-cases/record-change.ts"
import { actorOf } from "../../../events/use-cases/record-events.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { isLine, lineRule } from "../../../kernel/text.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../../model/account/access.ts"
import type { Caller } from "../../model/account/account.ts"
import { nameLimit } from "../../model/account/account-rules.ts"
import { mayActOnMembers } from "../../model/account/member-access.ts"
import type { Company } from "../../model/company/company.ts"
import { decideCompany } from "../../model/company/company-lifecycle.ts"
import { Accounts } from "../../ports/accounts.ts"

/** How long a company's name may be, in code points, after trimming: a person's, after whom it is named first, fits. */
export const companyNameLimit = 2 * nameLimit + 1

/** A company can't be called so; nothing was written. */
export interface InvalidCompanyName {
  readonly _tag: "InvalidCompanyName"
  readonly message: string
}

/**
 * Gives the company of the hiring manager who asks another name; the same once more changes nothing. Answers the company
 * as it is then. Fails with `RoleNotAllowed`, `CallerStale`, `NoCompany`, `InvalidCompanyName`, `VersionMismatch`,
 * `StaleVersion` or `StoreUnavailable`. Source: `recruiter-invitations.md`, routes.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerUuid } from "@treff/adapters/identifiers"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { noAccount, renameCompany } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const acme = { id: "acme", version: 0, name: "Acme", creatorId: "mia", createdAt: 0 }
 * const mia = { ...noAccount, version: 0, id: "mia", email: "m@b.eu", role: "hiring_manager", companyId: "acme" } as const
 * const layers = Layer.mergeAll(layerMemory(memoryState({ companies: [acme], accounts: [mia] })), layerUuid)
 * const use = renameCompany({ caller: mia, name: "Acme Bakery" })
 * strictEqual((await Effect.runPromise(Effect.provide(use, layers))).value.name, "Acme Bakery")
 * ```
 */
export const renameCompany = Effect.fn("renameCompany")(function* ({
  caller: claimed,
  name,
  expected
}: {
  readonly caller: Caller
  readonly name: string
  readonly expected?: ReadonlyArray<number> | undefined
}) {
  if (!mayActOnMembers(claimed, "renameCompany")) return yield* refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })
  const accounts = yield* Accounts
  const journal = yield* Journal
  const at = yield* Clock.currentTimeMillis
  const attempt = Effect.gen(function* () {
    const { caller, company } = yield* accounts.findCompany(claimed)
    if (!isMember(caller) || company === null) return yield* refuse<NoCompany>({ _tag: "NoCompany" })
    if (!isLine(name, companyNameLimit)) {
      return yield* refuse<InvalidCompanyName>({ _tag: "InvalidCompanyName", message: lineRule(companyNameLimit) })
    }
    const { version: prior, value } = company
    if (expected?.includes(prior) === false) return yield* refuse<VersionMismatch>({ _tag: "VersionMismatch" })
    const decision = Result.getOrThrow(decideCompany({ ...value, status: "open" }, { type: "Rename", at, name }))
    const change = yield* recordChange("company", decision, {
      prior,
      actor: actorOf(caller),
      at,
      companyId: caller.companyId
    })
    return {
      subject: { type: "company", id: value.id } as const,
      prior,
      types: decision.events.map(({ type }) => type),
      commit: change.events.length === 0 ? Effect.void : journal.commit([change], { at }),
      outcome: Effect.succeed({
        version: prior + change.events.length,
        value: decision.state
      } satisfies Versioned<Company>)
    }
  })
  return yield* untilWritten(attempt, expected)
})
