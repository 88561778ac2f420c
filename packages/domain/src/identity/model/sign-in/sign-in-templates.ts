import { type ContentOf, declareTemplates } from "../../../events/model/notification.ts"
import { id, instant } from "../../../kernel/fields.ts"

/** What goes by mail to whoever wants to sign in. See docs/flows/identity.md. */
export const signInTemplates = declareTemplates({
  "sign-in": {
    toAddress: true,
    about: "To the address of an account: a one-time link.",
    data: { signInId: id, expiresAt: instant }
  }
})

/** The contents of {@link signInTemplates}. */
export type SignInContent = ContentOf<typeof signInTemplates>
