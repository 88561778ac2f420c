import { type ContentOf, declareTemplates } from "../../events/model/notification.ts"
import { person } from "../../identity/model/account/person.ts"
import { count, documented, id, instant, orNull, text } from "../../kernel/fields.ts"

const invitation = { invitationId: id, email: documented(text, { example: "kim.hansen@example.org" }) }

/** What goes to the invited by mail, and what the inviter is notified of. See docs/flows/invitations.md. */
export const invitationTemplates = declareTemplates({
  invitation: {
    toAddress: true,
    about: "To somebody's address: they are invited into a company, with what the inviter writes and one link.",
    data: {
      invitationId: id,
      /** Distinguishes its token from those before. */
      resends: count(0),
      inviter: person,
      companyName: text,
      personalMessage: orNull(text),
      expiresAt: instant
    }
  },
  "invitation-accepted": {
    about: "To who invited: a recruiter has come into the company.",
    data: { ...invitation, member: person }
  },
  "invitation-declined": { about: "To who invited: somebody does not come.", data: invitation }
})

/** The contents of {@link invitationTemplates}. */
export type InvitationNotification = ContentOf<typeof invitationTemplates>
