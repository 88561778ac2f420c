import type { CompanyWithPeople } from "@treff/contract-tests/fixtures"
import type { Pool } from "pg"

/** Invites many at once, by the manager, whose mails wait; all of their events are handled. */
export const addInvitations = async (
  pool: Pool,
  { id: companyId, manager }: CompanyWithPeople,
  { count, expiresAt }: { readonly count: number; readonly expiresAt: Date }
): Promise<void> => {
  await pool.query(
    `with made as (
       insert into invitation (id, version, company_id, inviter_id, email, token_hash, sealed_token, resends, status, created_at,
         expires_at, updated_at)
       select id, 1, $2, $3, id || '@example.org', id, 'sealed', 0, 'pending', at, $4, at
       from (select gen_random_uuid() as id, $4::timestamptz - interval '72 hours' as at from generate_series(1, $1)) new
       returning *
     ),
     logged as (
       insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
       select gen_random_uuid(), 'invitation', id, 1, 'invitation.created',
         jsonb_build_object('inviterId', $3::uuid, 'resends', 0, 'expiresAt', $5::bigint),
         jsonb_build_object('kind', 'hiring_manager', 'id', $3::uuid), $2, created_at
       from made returning id
     )
     insert into receipt (event_id, received_at) select id, $4 from logged`,
    [count, companyId, manager.id, expiresAt, expiresAt.getTime()]
  )
}
