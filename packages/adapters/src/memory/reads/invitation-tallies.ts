import type { RecordedEvent } from "@treff/domain/events"
import { hasLapsed, type InvitationState } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"

/** The invitations of a company that are open at `at`. */
export const openIn = <I extends InvitationState>(
  invitations: Iterable<I>,
  companyId: string,
  at: Instant
): ReadonlyArray<I> =>
  [...invitations].filter(
    (invitation) => invitation.companyId === companyId && invitation.status === "pending" && !hasLapsed(invitation, at)
  )

/** That somebody sent invitations, again or for the first time, after `since`; into whichever company. */
export const sentBy = (
  events: Iterable<RecordedEvent>,
  inviterId: string,
  since: Instant
): ReadonlyArray<RecordedEvent> =>
  [...events].filter(
    ({ type, actor, occurredAt }) =>
      (type === "invitation.created" || type === "invitation.resent") && actor.id === inviterId && occurredAt > since
  )
