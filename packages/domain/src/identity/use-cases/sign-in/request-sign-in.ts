import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { system } from "../../../events/model/actor.ts"
import { Identifiers } from "../../../events/ports/identifiers.ts"
import { notify } from "../../../events/use-cases/notify.ts"
import { refuse } from "../../../kernel/refuse.ts"
import { isEmail } from "../../model/account/account-rules.ts"
import type { SignInContent } from "../../model/sign-in/sign-in-templates.ts"
import { Secrets } from "../../ports/secrets.ts"
import { SignIns } from "../../ports/sign-ins.ts"

/** For how long a link signs in, in milliseconds. See docs/flows/identity.md. */
export const signInLifetime = 15 * 60_000

/** How often a link is sent to one address, and over which time that is counted. */
export const signInLimit = { atMost: 5, within: 60 * 60_000 }

/** This is no e-mail address. */
export interface InvalidEmail {
  readonly _tag: "InvalidEmail"
  readonly message: string
}

/**
 * Sends a one-time link to the address, if it is an account's. Nothing reveals whether it is, neither the answer nor its
 * time: the same is written for any address, and who sends the mail looks. Fails with `InvalidEmail` or
 * `StoreUnavailable`. See docs/flows/identity.md.
 */
export const requestSignIn = Effect.fn("requestSignIn")(function* (email: string) {
  if (!isEmail(email))
    return yield* refuse<InvalidEmail>({ _tag: "InvalidEmail", message: "must be an e-mail address" })
  const at = yield* Clock.currentTimeMillis
  const id = yield* (yield* Identifiers).next(at)
  const secret = yield* (yield* Secrets).issue
  const expiresAt = at + signInLifetime
  const content: SignInContent = { template: "sign-in", data: { signInId: id, expiresAt } }
  // Nobody did anything yet that could be in the log: the request is what the mail is unique by.
  const mails = yield* notify({ id, actor: system }, content, { recipients: [id], channels: ["mail"], companyId: null })
  const signIns = yield* SignIns
  const limit = { atMost: signInLimit.atMost, since: at - signInLimit.within }
  for (const mail of mails) yield* signIns.request({ id, email, secret, createdAt: at, expiresAt }, mail, limit)
})
