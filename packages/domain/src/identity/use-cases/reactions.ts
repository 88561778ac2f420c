import * as Effect from "effect/Effect"
import type { Reactions } from "../../events/use-cases/reactions.ts"
import { type SignInContent, signInTemplates } from "../model/sign-in/sign-in-templates.ts"
import { SignIns } from "../ports/sign-ins.ts"

/** What identity knows of its mails: nothing follows from its events here. See docs/flows/identity.md. */
export const identityReactions: Reactions<SignIns> = {
  cascades: [],
  notifications: () => Effect.succeed([]),
  templates: signInTemplates,
  stillTrue: Effect.fnUntraced(function* (mails, at) {
    const contents = mails as ReadonlyArray<unknown> as ReadonlyArray<SignInContent> // they are of this template
    const signIns = yield* (yield* SignIns).mailed(contents.map(({ data }) => data.signInId))
    return signIns.map((signIn) => {
      const isCurrent =
        signIn !== null && signIn.sealedToken !== null && signIn.usedAt === null && signIn.expiresAt > at
      return isCurrent ? { address: signIn } : null
    })
  })
}
