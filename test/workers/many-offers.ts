import type { CompanyWithPeople } from "@treff/contract-tests/fixtures"
import type { Pool } from "pg"

interface ManyOffers {
  readonly count: number
  readonly jobStartsAt: Date
  readonly expiresAt: Date
  /** When the relay is to send the events of their creation. Left out: they are handled already. */
  readonly due?: Date
}

/** Makes many active offers of the recruiter's at once, each with the event of its creation. */
export const addOffers = async (
  pool: Pool,
  { id: companyId, recruiter }: CompanyWithPeople,
  { count, jobStartsAt, expiresAt, due }: ManyOffers
): Promise<void> => {
  await pool.query(
    `with made as (
       insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary, job_starts_at,
         expires_at, quiz_required, status, term, created_at, updated_at)
       select gen_random_uuid(), 1, $2, $3, 'Baker', 'Bread', 'permanent', '1', $4, $5, false, 'active', 1, $6, $6
       from generate_series(1, $1) returning id
     ),
     logged as (
       insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
       select gen_random_uuid(), 'offer', id, 1, 'offer.created',
         jsonb_build_object('ownerId', $3::uuid, 'term', 1, 'jobStartsAt', $7::bigint, 'expiresAt', $8::bigint),
         jsonb_build_object('kind', 'recruiter', 'id', $3::uuid), $2, $6
       from made returning id
     ),
     waiting as (insert into delivery (event_id, due_at, attempts) select id, $9::timestamptz, 0 from logged where $9 is not null)
     insert into receipt (event_id, received_at) select id, $6 from logged where $9 is null`,
    [
      count,
      companyId,
      recruiter.id,
      jobStartsAt,
      expiresAt,
      new Date(jobStartsAt.getTime() - 86_400_000),
      jobStartsAt.getTime(),
      expiresAt.getTime(),
      due ?? null
    ]
  )
}
