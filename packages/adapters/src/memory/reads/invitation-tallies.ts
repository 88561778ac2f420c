import type { Change, Quota, RecordedEvent } from "@treff/domain/events"
import { type InvitationQuota, type InvitationState, isExpired } from "@treff/domain/invitations"
import type { Instant } from "@treff/domain/kernel"
import type { MemoryState } from "../store/state.ts"

/** The invitations of a company that are open at `at`. */
export const openIn = <I extends InvitationState>(
  invitations: Iterable<I>,
  companyId: string,
  at: Instant
): ReadonlyArray<I> =>
  [...invitations].filter(
    (invitation) => invitation.companyId === companyId && invitation.status === "pending" && !isExpired(invitation, at)
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

/** Whether there are more invitations than may be, once the changes are written. */
export const isInvitationQuotaExceeded = (
  state: MemoryState,
  quota: Quota,
  changes: ReadonlyArray<Change>
): boolean => {
  const { limit, companyId, ...counted } = quota as InvitationQuota // no other flow has quotas
  if (counted.kind === "sent-invitations") {
    const events = [...state.events.values(), ...changes.flatMap((change) => change.events)]
    return sentBy(events, counted.inviterId, counted.since).length > limit
  }
  const moved = changes.flatMap((change) => (change.kind === "invitation" ? [change.state as InvitationState] : []))
  const ids = new Set(moved.map(({ id }) => id))
  const others = [...state.invitations.values()].map(({ value }) => value).filter(({ id }) => !ids.has(id))
  return openIn<InvitationState>([...others, ...moved], companyId, counted.at).length > limit
}
