import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Caller } from "../account/index.ts"
import type { CallerStale, StoreUnavailable } from "./store.ts"

/**
 * The people who can sign in. Source: `http.md`, tokens.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { layerMemory, memoryState } from "@treff/adapters/memory"
 * import { Accounts } from "@treff/domain/ports"
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
  }
>()("@treff/domain/Accounts") {}
