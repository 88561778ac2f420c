import * as Effect from "effect/Effect"
import { Secrets } from "../../identity/ports/secrets.ts"
import { refuse } from "../../kernel/refuse.ts"
import { type InvitationByToken, Invitations } from "../ports/invitations.ts"

/** No invitation has this token: it never was one, or another one was sent since. See docs/flows/invitations.md. */
export interface TokenUnknown {
  readonly _tag: "TokenUnknown"
}

/** The invitation whose present token this is. */
export const findInvitationByToken = Effect.fnUntraced(function* (token: string, username: string | null) {
  const hash = yield* (yield* Secrets).hash(token)
  const found: InvitationByToken | null = yield* (yield* Invitations).findByToken(hash, username)
  return found ?? (yield* refuse<TokenUnknown>({ _tag: "TokenUnknown" }))
})
