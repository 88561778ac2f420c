import type { Quota, RecordedEvent } from "@treff/domain/events"
import type { InvitationQuota } from "@treff/domain/invitations"
import { type SQL, sql } from "drizzle-orm"
import { iso } from "../tables/row-mapping.ts"
import { company, event, invitation } from "../tables/schema.ts"

/** Whoever counts in a company waits for whoever else does: what they wrote is to be seen. Null where nobody counts. */
export const lockOf = ([quota]: ReadonlyArray<Quota>): SQL | null =>
  quota === undefined ? null : sql`select id from ${company} where id = ${quota.companyId}::uuid for no key update`

/** That a quota is kept, with the events that this commit writes. */
export const isKept =
  (events: ReadonlyArray<Pick<RecordedEvent, "type">>) =>
  (quota: Quota): SQL => {
    const counted = quota as InvitationQuota // no other flow has quotas
    return counted.kind === "open-invitations"
      ? sql`(
          select count(*) from ${invitation} where company_id = ${counted.companyId}::uuid and status = 'pending'
            and expires_at > ${iso(counted.at)}::timestamptz and id not in (select id from want_invitation)
        ) + (select count(*) from want_invitation where status = 'pending') <= ${counted.limit}`
      : sql`(
          select count(*) from ${event} where actor->>'id' = ${counted.inviterId}
            and type in ('invitation.created', 'invitation.resent') and occurred_at > ${iso(counted.since)}::timestamptz
        ) + ${events.filter(({ type }) => type === "invitation.created" || type === "invitation.resent").length}::int
        <= ${counted.limit}`
  }
