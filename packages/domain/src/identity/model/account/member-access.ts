import { isAdmin, isManager } from "./access.ts"
import type { Caller } from "./account.ts"

/** What somebody may want to do with the members of the company. See docs/flows/identity.md. */
export type MemberAction = "list" | "remove" | "changeSubRole" | "renameCompany"

/** Nobody removes themselves: a company keeps a hiring manager. See docs/flows/identity.md. */
export interface MemberIsYou {
  readonly _tag: "MemberIsYou"
}

/** Who made the company stays in it. See docs/flows/identity.md. */
export interface MemberIsCreator {
  readonly _tag: "MemberIsCreator"
}

/**
 * Whether a caller may ever do this, whoever the member is: the rest is for {@link removalRefusal}. See
 * docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { mayActOnMembers } from "@treff/domain/identity"
 * import { ada } from "@treff/domain/testing"
 *
 * strictEqual(mayActOnMembers(ada, "list"), true)
 * strictEqual(mayActOnMembers(ada, "remove"), false)
 * ```
 */
export const mayActOnMembers = (caller: Caller, action: MemberAction): boolean => whoMay[action](caller)

const whoMay: Readonly<Record<MemberAction, (caller: Caller) => boolean>> = {
  list: isAdmin,
  remove: isManager,
  changeSubRole: isManager,
  renameCompany: isManager
}

/**
 * Why a hiring manager may not remove this member, null if they may. A company never loses its last hiring manager so:
 * who removes another is one. See docs/flows/identity.md.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert"
 * import { removalRefusal } from "@treff/domain/identity"
 * import { acme, bo, mia } from "@treff/domain/testing"
 *
 * deepStrictEqual(removalRefusal(bo, mia, acme.creatorId), { _tag: "MemberIsCreator" })
 * deepStrictEqual(removalRefusal(mia, bo, acme.creatorId), null)
 * ```
 */
export const removalRefusal = (
  caller: Caller,
  member: Pick<Caller, "id">,
  creatorId: string | null
): MemberIsYou | MemberIsCreator | null =>
  member.id === caller.id ? { _tag: "MemberIsYou" } : member.id === creatorId ? { _tag: "MemberIsCreator" } : null
