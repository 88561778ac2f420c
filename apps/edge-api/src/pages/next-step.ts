import { agrees, type Caller } from "@treff/domain/identity"
import type { readInvitation } from "@treff/domain/invitations"
import type * as Effect from "effect/Effect"

/** An invitation, as anybody with its link may see it. */
export type FoundInvitation = Effect.Success<ReturnType<typeof readInvitation>>

/** Who is signed in, as the session says. */
export interface Visitor {
  readonly caller: Caller
  readonly email: string
}

/** What the page of an open invitation offers its visitor, or why they can't join. */
type NextStep =
  | "new-account"
  | "sign-in-first"
  | "somebody-else"
  | "may-join"
  | "AlreadyMember"
  | "AlreadyInACompany"
  | "IsAHiringManager"

/** The reasons come in the order in which `acceptInvitation` asks for them: it decides, and this shows beforehand how. */
export const nextStepOf = ({ invitation, account }: FoundInvitation, visitor: Visitor | null): NextStep => {
  if (account === null) return "new-account"
  if (visitor === null) return "sign-in-first"
  if (visitor.caller.id !== account.id) return "somebody-else"
  if (!agrees(account, visitor.caller)) return "sign-in-first"
  if (account.companyId === invitation.companyId) return "AlreadyMember"
  if (account.companyId !== null) return "AlreadyInACompany"
  return account.role === "hiring_manager" ? "IsAHiringManager" : "may-join"
}
