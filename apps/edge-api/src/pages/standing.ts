import { agrees, type Caller } from "@treff/domain/identity"
import type { readInvitation } from "@treff/domain/invitations"
import type * as Effect from "effect/Effect"

/** An invitation as who holds its link may see it. */
export type FoundInvitation = Effect.Success<ReturnType<typeof readInvitation>>

/** Who is signed in, as the session says. */
export interface Visitor {
  readonly caller: Caller
  readonly email: string
}

/** How a visitor stands to an open invitation, and so what the page lets them do. */
export type Standing =
  | "new-account"
  | "sign-in-first"
  | "somebody-else"
  | "may-join"
  | "AlreadyMember"
  | "AlreadyInACompany"
  | "IsAHiringManager"

/** The same order of reasons as in `acceptInvitation`: that one decides, this only foretells. */
export const standingOf = ({ invitation, account }: FoundInvitation, visitor: Visitor | null): Standing => {
  if (account === null) return "new-account"
  if (visitor === null) return "sign-in-first"
  if (visitor.caller.id !== account.id) return "somebody-else"
  if (!agrees(account, visitor.caller)) return "sign-in-first"
  if (account.companyId === invitation.companyId) return "AlreadyMember"
  if (account.companyId !== null) return "AlreadyInACompany"
  return account.role === "hiring_manager" ? "IsAHiringManager" : "may-join"
}
