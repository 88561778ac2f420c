import * as Effect from "effect/Effect"
import { Secrets } from "../../identity/ports/secrets.ts"
import { refuse } from "../../kernel/refuse.ts"
import { type HeldInvitation, Invitations } from "../ports/invitations.ts"

/** No invitation has this token: it never was one, or another one was sent since. Source: `002`. */
export interface TokenUnknown {
  readonly _tag: "TokenUnknown"
}

/** The invitation of which somebody holds the token. */
export const holdInvitation = Effect.fnUntraced(function* (token: string, username: string | null) {
  const hash = yield* (yield* Secrets).hash(token)
  const held: HeldInvitation | null = yield* (yield* Invitations).findByToken(hash, username)
  return held ?? (yield* refuse<TokenUnknown>({ _tag: "TokenUnknown" }))
})
