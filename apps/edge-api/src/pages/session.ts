import type { Account } from "@treff/domain/identity"
import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { decode } from "hono/jwt"
import { outcomeOf, type RequestEnv } from "../http/request.ts"
import { issueToken } from "../http/session-token.ts"
import type { Visitor } from "./next-step.ts"
import { invitationPath } from "./paths.ts"

// By a cookie the pages know who is signed in. The API never looks at one: it wants the token in a header, which no form
// of another site can send.

const session = {
  name: "treff_session",
  options: { path: "/", httpOnly: true, secure: true, sameSite: "Strict" }
} as const

/**
 * Who is signed in, null if nobody is, or no longer. The use case finds out whether the account still is what the token
 * claims.
 */
export const visitorOf = async (c: Context<RequestEnv>): Promise<Visitor | null> => {
  const token = getCookie(c, session.name)
  if (token === undefined) return null
  const verified = await outcomeOf(c.var.services.verifyToken(token, c.var.invocation.at))
  if ("failure" in verified) return null
  return { caller: verified.value, email: String(decode(token).payload.email) }
}

/** Signs in, for as long as the token is good. */
export const beginSession = async (c: Context<RequestEnv>, account: Account): Promise<void> => {
  const maxAge = Math.min(c.var.services.signing.lifetime, longestCookie)
  setCookie(c, session.name, await issueToken(c, account), { ...session.options, maxAge })
}

/** 400 days in seconds: no browser keeps a cookie longer. */
const longestCookie = 400 * 86_400

export const endSession = (c: Context<RequestEnv>): void => {
  deleteCookie(c, session.name, session.options)
}

/** How an invitation was answered. A cookie remembers it for ten minutes, for the page to which the form redirects. */
const answers = ["accepted", "declined"] as const
export type InvitationAnswer = (typeof answers)[number]

const answer = {
  name: "treff_answer",
  options: { path: invitationPath, httpOnly: true, secure: true, sameSite: "Strict", maxAge: 600 }
} as const

export const rememberAnswer = (c: Context<RequestEnv>, chosen: InvitationAnswer): void => {
  setCookie(c, answer.name, chosen, answer.options)
}

export const rememberedAnswer = (c: Context<RequestEnv>): InvitationAnswer | undefined => {
  const remembered = getCookie(c, answer.name)
  return answers.find((known) => known === remembered)
}
