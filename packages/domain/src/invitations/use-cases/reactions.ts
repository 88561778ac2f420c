import * as Effect from "effect/Effect"
import type { Identifiers } from "../../events/ports/identifiers.ts"
import { type Reactions, toRecipient } from "../../events/use-cases/reactions.ts"
import { isExpired } from "../model/invitation.ts"
import { type InvitationNotification, invitationTemplates } from "../model/invitation-templates.ts"
import { Invitations } from "../ports/invitations.ts"
import { notifyOfInvitations } from "./notify-of-invitations.ts"

/** What invitations do because of events. See docs/flows/invitations.md. */
export const invitationReactions: Reactions<Invitations | Identifiers> = {
  cascades: [],
  notifications: notifyOfInvitations,
  templates: invitationTemplates,
  stillTrue: Effect.fnUntraced(function* (mails, at) {
    const contents = mails as ReadonlyArray<unknown> as ReadonlyArray<InvitationNotification> // they are of these templates
    const ids = contents.flatMap(({ template, data }) => (template === "invitation" ? [data.invitationId] : []))
    const found = ids.length === 0 ? [] : yield* (yield* Invitations).mailed(ids)
    const invitations = new Map(ids.map((id, index) => [id, found[index] ?? null]))
    return contents.map(({ template, data }) => {
      if (template !== "invitation") return toRecipient
      const invitation = invitations.get(data.invitationId) ?? null
      const isCurrent =
        invitation !== null &&
        invitation.sealedToken !== null &&
        invitation.status === "pending" &&
        invitation.resends === data.resends &&
        !isExpired(invitation, at)
      return isCurrent ? { address: invitation } : null
    })
  })
}
