import { signToken } from "@treff/adapters/jwt"
import type { Account } from "@treff/domain/identity"
import type { Context } from "hono"
import type { RequestEnv } from "./request.ts"

/** A token of our own for an account as it is now, valid from the instant of the request on. See docs/flows/identity.md. */
export const issueToken = (c: Context<RequestEnv>, account: Account): Promise<string> => {
  const { privateKey, ...claimed } = c.var.services.signing
  const { id, role, subRole, companyId, email, username } = account
  const claims = { id, role, subRole, companyId, email, username }
  return signToken(privateKey, claims, { ...claimed, at: c.var.invocation.at })
}
