import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../../events/ports/store.ts"
import type { Page, PageRequest } from "../../kernel/page.ts"
import type { Instant } from "../../kernel/time.ts"
import type { Versioned } from "../../kernel/versioned.ts"
import type { AccountFacts, Caller } from "../model/account/account.ts"
import type { Company } from "../model/company/company.ts"

/** The account no longer agrees with what the caller's token says of it. See docs/flows/identity.md, "Tokens". */
export class CallerStale extends Data.TaggedError("CallerStale")<{ readonly accountId: string }> {}

/** Where a list of members goes on: below this row, newest first, ties by id descending. See docs/flows/identity.md. */
export interface MemberCursor {
  readonly createdAt: Instant
  readonly id: string
}

/** A member of the caller's company, who made that, and the version of the caller's own account. */
export interface FoundMember extends Versioned<AccountFacts> {
  readonly creatorId: string | null
  readonly callerVersion: number
}

/**
 * The people who can sign in, and their companies. Each method that begins a request takes the caller, confirms the
 * account in the same round trip (see `confirm`) and sees the caller's company only. These may fail with `CallerStale`,
 * and every method with `StoreUnavailable`. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { Accounts } from "@treff/domain/identity"
 * import * as Effect from "effect/Effect"
 *
 * const stranger = { id: "eve", role: "candidate", subRole: null, companyId: null } as const
 * const confirm = Accounts.use((accounts) => accounts.confirm(stranger))
 * const failure = await Effect.runPromise(Effect.provide(Effect.flip(confirm), layerMemory(memoryState())))
 * strictEqual(failure._tag, "CallerStale")
 * ```
 */
export class Accounts extends Context.Service<
  Accounts,
  {
    /**
     * The caller as the account says it now, the company of now included. It fails with `CallerStale` when there is no
     * such account, or its role, sub-role or company is another than the caller claims; a caller who claims no company
     * contradicts nothing.
     */
    readonly confirm: (caller: Caller) => Effect.Effect<Caller, CallerStale | StoreUnavailable>

    /** Whose address this is, in any letter case; null if nobody's. */
    readonly findByEmail: (email: string) => Effect.Effect<Caller | null, StoreUnavailable>

    /** One member of the caller's company, the caller included; null when that is none. */
    readonly findMember: (
      caller: Caller,
      id: string
    ) => Effect.Effect<{ readonly caller: Caller; readonly found: FoundMember | null }, CallerStale | StoreUnavailable>

    /** The members of the caller's company, newest first. */
    readonly members: (
      caller: Caller,
      page: PageRequest<MemberCursor>
    ) => Effect.Effect<
      { readonly caller: Caller; readonly page: Page<Versioned<AccountFacts>> },
      CallerStale | StoreUnavailable
    >

    /** The caller's company; null when there is none. */
    readonly findCompany: (
      caller: Caller
    ) => Effect.Effect<
      { readonly caller: Caller; readonly company: Versioned<Company> | null },
      CallerStale | StoreUnavailable
    >
  }
>()("@treff/domain/Accounts") {}
