import { createHash } from "node:crypto"
import { type Stage, uuidAt } from "./stage.ts"

/** A token that looks as ours do, by its number in a series: here, and in SQL its hash. */
export const tokenOf = (series: string, n: number): string =>
  createHash("sha256").update(`${series}-${n}`).digest("base64url")
export const hashIn = (series: string, n: string): string => hashedIn(hashedIn(`'${series}-' || ${n}`))

const hashedIn = (text: string): string =>
  `rtrim(translate(encode(sha256((${text})::bytea), 'base64'), '+/', '-_'), '=')`

/**
 * So many, the last one the newest, evenly over so many days; `n` in SQL. Of the last three days one in so many is open; of
 * those before, every fiftieth is expired and not swept.
 */
export const insertInvitations = (
  { pool }: Stage,
  {
    count,
    days,
    companyId,
    inviterId,
    email,
    series,
    openEvery
  }: {
    readonly count: number
    readonly days: number
    readonly companyId: string
    readonly inviterId: string
    readonly email: string
    readonly series: string
    readonly openEvery: number
  }
) =>
  pool.query(
    `insert into invitation (id, version, company_id, inviter_id, email, personal_message, locale, token_hash, resends,
       status, created_at, expires_at, updated_at)
     select ${uuidAt("at")}, case status when 'pending' then 1 else 2 end, ${companyId}, ${inviterId}::uuid, ${email},
       'You would like it here.', 'en', ${hashIn(series, "n")}, 0, status, at, at + interval '3 days', at
     from generate_series(1, $1::int) n,
       lateral (select $2::timestamptz - ($1 - n) * interval '${days} days' / $1 as at) made,
       lateral (select case
         when at > $2::timestamptz - interval '3 days' then case n % ${openEvery} when 0 then 'pending' else 'accepted' end
         when n % 50 = 1 then 'pending'
         else (array['accepted', 'accepted', 'accepted', 'accepted', 'expired', 'expired', 'expired', 'revoked', 'revoked', 'declined'])[1 + n % 10]
       end as status) s
     order by at`,
    [count, new Date()]
  )
