// The statements that Treff sends, written out: the run compares them with what Treff sends now, and says when they differ.

const caller = `with caller as (select id, role, sub_role, company_id from account
  where account.id = $1::uuid and account.role = $2 and account.sub_role is not distinct from $3 and account.company_id = $4::uuid)`

/** The columns of an offer, in the order of its table. */
const offerColumns = [
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
const names = offerColumns.join(", ")

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
const findWith = (respondents: string) => `${caller}
  select caller.id, caller.role, caller.sub_role, caller.company_id, row_to_json(offer),
    owner.id is null, ${respondents}, new_owner.id, new_owner.version
  from caller left join offer on (offer.id = $5::uuid and offer.company_id = caller.company_id)
  left join account owner on (owner.id = offer.owner_id and owner.company_id = offer.company_id)
  left join account new_owner on
    (new_owner.id = $6::uuid and new_owner.company_id = caller.company_id and new_owner.role = $7)`

export const find = findWith("'[]'::json")

export const findWithRespondents = findWith(`(
  select coalesce(json_agg(json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name)
    order by s.responded_at desc, s.id desc), '[]')
  from (
    select id, candidate_id, responded_at from offer_sent
    where offer_id = offer.id and term = offer.term and status = 'responded'
    order by responded_at desc, id desc limit 10
  ) s join account c on c.id = s.candidate_id)`)

/** Parameters: the caller's. */
export const confirm = `${caller} select id, role, sub_role, company_id from caller`

/** Parameters: the caller's, the ids of the candidates as an array, and the offer's id. */
export const findForSending = `with caller as materialized (
    select id, role, sub_role, company_id from account
    where account.id = $1::uuid and account.role = $2 and account.sub_role is not distinct from $3
      and account.company_id = $4::uuid
  )
  select json_build_object('id', caller.id, 'role', caller.role, 'subRole', caller.sub_role,
    'companyId', caller.company_id) as caller, row_to_json(o) as offer, (
      select coalesce(json_agg(json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name,
        'version', c.version, 'sent', s.status)), '[]')
      from account c
      left join offer_sent s on s.offer_id = o.id and s.term = o.term and s.candidate_id = c.id
      where c.role = 'candidate' and c.id = any($5::uuid[])
    ) as addressees
  from caller left join offer o on o.id = $6::uuid and o.company_id = caller.company_id`

/** What every commit begins with: the rows that are wanted, from the first parameter. */
const want = (table: string) => `want_${table} as materialized (
    select (w->>'expectedVersion')::int as expected_version, (w->>'gone')::boolean as gone, (w->>'begins')::boolean as begins, r.*
    from jsonb_array_elements($1::jsonb) w, jsonb_populate_record(null::${table}, w->'row') r
  )`

const lock = (table: string, after: string) => `locked_${table} as materialized (
    select t.id from ${table} t join want_${table} w on w.id = t.id and w.expected_version = t.version and not w.begins where ${after}
    order by t.id for update of t
  )`

const rely = (table: string, parameter: number, after: string) => `relied_${table} as materialized (
    select t.id from ${table} t
    join (select * from jsonb_to_recordset($${parameter}::jsonb) as r(id uuid, version int) limit 1) r
      on r.id = t.id and r.version = t.version where ${after}
    order by t.id for share of t
  )`

const going = (table: string) => `going_${table} as materialized (
    select w.* from want_${table} w, permitted where w.begins or w.id in (select id from locked_${table})
  )`

const create = (table: string, columns: ReadonlyArray<string>, order: string) => `${going(table)},
  created_${table} as (
    insert into ${table} (${columns.join(", ")}) select ${columns.join(", ")} from going_${table} where begins
    order by ${order} returning id
  ),
  written as (select id from created_${table})`

const change = (table: string, columns: ReadonlyArray<string>) => `${going(table)},
  moved_${table} as (
    update ${table} t set (${columns.join(", ")}) = row(${columns.map((column) => `g.${column}`).join(", ")})
    from going_${table} g where t.id = g.id and not g.begins and not g.gone returning t.id
  ),
  written as (select id from going_${table} where not begins)`

/** What every commit ends with; its parameters are the events and the instant. */
const log = (parameter: number) => `logged as (
    insert into event (id, subject_type, subject_id, sequence, type, data, actor, company_id, occurred_at)
    select e.id, e.subject->>'type', w.id, e.sequence, e.type, e.data, e.actor, e."companyId", e."occurredAt"
    from jsonb_to_recordset($${parameter}::jsonb)
      as e(id uuid, subject jsonb, sequence int, type text, data jsonb, actor jsonb, "companyId" uuid, "occurredAt" timestamptz)
    join written w on w.id = (e.subject->>'id')::uuid
    returning id as event_id, subject_id
  ),
  due as (
    insert into delivery (event_id, due_at, attempts)
    select event_id, $${parameter + 1}::timestamptz + interval '1 min', 0 from logged
  )
  select distinct subject_id from logged`

const lockOffer = `with ${want("offer")}, ${lock("offer", "true")},
  permitted as materialized (select 1 where true and (select count(*) from locked_offer) = $2)`

/** Parameters: the change, how many have a version already, the event, the instant. */
export const createOffer = `${lockOffer}, ${create("offer", offerColumns, "id")}, ${log(3)}`
export const changeOffer = `${lockOffer}, ${change("offer", offerColumns)}, ${log(3)}`

/** The columns of a send, in the order of its table. */
const sendColumns = [
  "id",
  "version",
  "company_id",
  "offer_id",
  "term",
  "candidate_id",
  "sender_id",
  "title",
  "message",
  "status",
  "sent_at",
  "viewed_at",
  "responded_at",
  "updated_at"
]

/** Parameters: the change, the offer and the candidate that it relies on, how many of each are locked, the event, the instant. */
export const commitSend = `with ${want("offer_sent")}, ${rely("offer", 2, "true")},
  ${lock("offer_sent", "(select count(*) from relied_offer) >= 0")},
  ${rely("account", 3, "(select count(*) from locked_offer_sent) >= 0")},
  permitted as materialized (select 1 where true and (select count(*) from relied_offer) = $4
    and (select count(*) from locked_offer_sent) = $5 and (select count(*) from relied_account) = $6),
  ${create("offer_sent", sendColumns, "offer_id, candidate_id")}, ${log(7)}`
