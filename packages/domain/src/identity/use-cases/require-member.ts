import * as Effect from "effect/Effect"
import { refuse } from "../../kernel/refuse.ts"
import { isMember, type NoCompany, type RoleNotAllowed } from "../model/account/access.ts"
import type { Caller, Member } from "../model/account/account.ts"

/** Refuses a caller whose role does not allow this at all: the first check of a use case, before any round trip. */
export const requireRole = (isAllowed: boolean): Effect.Effect<void, RoleNotAllowed> =>
  isAllowed ? Effect.void : refuse<RoleNotAllowed>({ _tag: "RoleNotAllowed" })

/** The caller as a member of a company, or the refusal of whoever is none. */
export const requireMember = (caller: Caller): Effect.Effect<Member, NoCompany> =>
  isMember(caller) ? Effect.succeed(caller) : refuse<NoCompany>({ _tag: "NoCompany" })
