// The statements that Treff sends, written out: the run compares them with what Treff sends now, and says when they differ.

const caller = `with caller as (select id, role, sub_role, company_id from account
  where (account.id = $1::uuid and account.role = $2 and account.sub_role is not distinct from $3 and account.company_id = $4::uuid))`

/** The columns of an offer, in the order of its table. */
const columns = [
  "id",
  "version",
  "company_id",
  "owner_id",
  "title",
  "description",
  "employment_type",
  "salary",
  "attachment_url",
  "job_starts_at",
  "expires_at",
  "contract_ends_at",
  "quiz_id",
  "quiz_required",
  "status",
  "term",
  "created_at",
  "updated_at"
]
const names = columns.join(", ")
const namesOf = (table: string) => columns.map((column) => `${table}.${column}`).join(", ")

/** Parameters: the caller's id, role, sub-role and company, three times the count's limit, twice how far the page reaches, its rows, and how many it leaves out. */
export const list = `${caller},
  total as (select count(*)::int as count from (
    (select 1 as one from offer where offer.company_id = (select caller.company_id from caller)
      order by offer.created_at desc, offer.id desc limit $5)
    union all (select 1 as one from offer where false order by offer.created_at desc, offer.id desc limit $6) limit $7) counted),
  page as (
    (select ${names} from offer where offer.company_id = (select caller.company_id from caller)
      order by offer.created_at desc, offer.id desc limit $8)
    union all (select ${names} from offer where false order by offer.created_at desc, offer.id desc limit $9)
    order by created_at desc, id desc limit $10 offset $11)
  select caller.id, caller.role, caller.sub_role, caller.company_id, count, row_to_json(page)
  from caller cross join total left join page on true order by page.created_at desc, page.id desc`

/** Parameters: the caller's, the offer's id, a new owner's id (here always null), and that one's role. */
export const find = `${caller}
  select caller.id, caller.role, caller.sub_role, caller.company_id, row_to_json(offer),
    owner.id is null, new_owner.id, new_owner.version
  from caller left join offer on (offer.id = $5::uuid and offer.company_id = caller.company_id)
  left join account owner on (owner.id = offer.owner_id and owner.company_id = offer.company_id)
  left join account new_owner on
    (new_owner.id = $6::uuid and new_owner.company_id = caller.company_id and new_owner.role = $7)`

/** Parameters: the caller's. */
export const confirm = `${caller} select id, role, sub_role, company_id from caller`

/** Parameters: changes, reliances (none), how many changes have a prior version, how many reliances, events, the instant. */
export const commit = `with want as materialized (
    select (w->>'prior')::int as prior, (w->>'gone')::boolean as gone, r.*
    from jsonb_array_elements($1::jsonb) w, jsonb_populate_record(null::offer, w->'row') r
  ),
  held as materialized (
    select t.id from offer t join want w on w.id = t.id and w.prior = t.version
    order by t.id for update of t
  ),
  relied as materialized (
    select a.id from account a join jsonb_to_recordset($2::jsonb) as r("accountId" uuid, version int)
      on r."accountId" = a.id and r.version = a.version
    where (select count(*) from held) >= 0
    order by a.id for share of a
  ),
  going as materialized (
    select w.* from want w
    where (w.prior = 0 or w.id in (select id from held))
      and (select count(*) from held) = $3 and (select count(*) from relied) = $4
  ),
  moved as (
    update offer t set (${names}) = row(${namesOf("g")})
    from going g where t.id = g.id and g.prior > 0 and not g.gone
  ),
  removed as (delete from offer t using going g where t.id = g.id and g.gone),
  created as (insert into offer (${names}) select ${names} from going where prior = 0 order by id),
  logged as (
    insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
    select e.id, e.subject->>'type', g.id, e.sequence, e.type, e.data, e.actor, e."companyId", e."occurredAt"
    from jsonb_to_recordset($5::jsonb)
      as e(id uuid, subject jsonb, sequence int, type text, data jsonb, actor jsonb, "companyId" uuid, "occurredAt" timestamptz)
    join going g on g.id = (e.subject->>'id')::uuid
    returning id, subject_id
  ),
  due as (
    insert into delivery (event_id, due_at, attempts)
    select id, $6::timestamptz + interval '1 min', 0 from logged
  )
  select distinct subject_id from logged`
