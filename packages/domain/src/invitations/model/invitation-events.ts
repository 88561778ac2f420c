import { declareEvents, type EventOf } from "../../kernel/events.ts"
import { count, documented, id, instant } from "../../kernel/fields.ts"

// Who invited is in every event, so that whoever hears of it late need not find the invitation.
const byInviter = { inviterId: documented(id, { about: "who invited" }) }

/** That a token went out: the first, or another one. */
const sending = {
  ...byInviter,
  resends: documented(count(0), { about: "how often it was sent again: which of its links this concerns" }),
  expiresAt: documented(instant, { about: "at this instant the link has lapsed" })
}

/** What can happen to an invitation. See docs/flows/invitations.md. */
export const invitationEvents = declareEvents("invitation", {
  created: { about: "Somebody was invited to be a recruiter of the company.", data: sending },
  resent: { about: "An invitation was sent again; the link before is dead.", data: sending },
  accepted: {
    about: "An invitation was accepted.",
    data: { ...byInviter, accountId: documented(id, { about: "whose account is in the company now" }) }
  },
  declined: { about: "An invitation was declined.", data: byInviter },
  revoked: { about: "An invitation was taken back.", data: byInviter },
  expired: { about: "An invitation has lapsed unanswered.", data: byInviter }
})

/** An event of {@link invitationEvents}. */
export type InvitationEvent = EventOf<typeof invitationEvents>
