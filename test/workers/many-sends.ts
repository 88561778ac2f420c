import type { Pool } from "pg"

interface ManySends {
  readonly offerId: string
  readonly count: number
  readonly status?: "sent" | "withdrawn"
}

/** Sends an offer to many new candidates at once; all of its events are handled, but nobody was notified. */
export const addSends = (pool: Pool, { offerId, count, status = "sent" }: ManySends): Promise<ReadonlyArray<string>> =>
  write(
    pool,
    `people as (
       insert into account (id, version, role, email, first_name, last_name, created_at)
       select id, 0, 'candidate', id || '@example.org', 'Kim', 'Hansen', now()
       from (select gen_random_uuid() as id from generate_series(1, $2)) new returning id
     ),
     pairs as (select people.id as candidate_id, o.* from people, offer o where o.id = $1)`,
    [offerId, count, status]
  )

/** Sends all offers of a company to one candidate, in the same way. */
export const addSendsTo = (pool: Pool, candidateId: string, companyId: string): Promise<ReadonlyArray<string>> =>
  write(pool, "pairs as (select $1::uuid as candidate_id, o.* from offer o where o.company_id = $2)", [
    candidateId,
    companyId,
    "sent"
  ])

/** `pairs` makes the table of offers and candidates; the third of its values is the status. Answers the candidates' ids. */
const write = async (pool: Pool, pairs: string, values: ReadonlyArray<unknown>): Promise<ReadonlyArray<string>> => {
  const { rows } = await pool.query(
    `with ${pairs},
     made as (
       insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, status, sent_at, updated_at)
       select gen_random_uuid(), case $3 when 'sent' then 1 else 2 end, o.company_id, o.id, o.term, candidate_id, o.owner_id,
         o.title, $3, date_trunc('milliseconds', now()), date_trunc('milliseconds', now())
       from pairs o returning *
     ),
     logged as (
       insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
       select gen_random_uuid(), 'offerSent', id, sequence, type,
         jsonb_build_object('offerId', offer_id, 'term', term, 'candidateId', candidate_id, 'senderId', sender_id) || more,
         actor, company_id, sent_at
       from made cross join lateral (values
         (1, 'offerSent.created', '{}'::jsonb, jsonb_build_object('kind', 'recruiter', 'id', sender_id)),
         (2, 'offerSent.deleted', '{"reason": "candidate"}', jsonb_build_object('kind', 'candidate', 'id', candidate_id))
       ) as e(sequence, type, more, actor)
       where sequence <= version returning id
     ),
     handled as (insert into receipt (event_id, received_at) select id, now() from logged)
     select candidate_id from made`,
    [...values]
  )
  return rows.map(({ candidate_id }) => candidate_id)
}
