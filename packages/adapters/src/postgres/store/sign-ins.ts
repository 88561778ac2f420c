import { type Account, SignIns } from "@treff/domain/identity"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { iso, type JsonRow } from "../tables/row-mapping.ts"
import { accountRow } from "../tables/rows.ts"
import { account, notification, outgoingMail, signIn } from "../tables/schema.ts"
import { type Database, rowsOf } from "./database.ts"
import { tellingTables } from "./notifying.ts"

export const makeSignIns = ({ db, ask, askBehind }: Database) =>
  SignIns.of({
    request: Effect.fn("SignIns.request")(function* ({ id, email, secret, createdAt, expiresAt }, mail, limit) {
      yield* askBehind(
        "SignIns.request",
        sql`select pg_advisory_xact_lock(hashtextextended(${`treff.sign-in ${email.toLowerCase()}`}, 0))`,
        sql`
          with requested as (
            insert into ${signIn} (id, email, token_hash, sealed_token, created_at, expires_at)
            select ${id}::uuid, ${email}, ${secret.hash}, ${secret.sealed}, ${iso(createdAt)}::timestamptz,
              ${iso(expiresAt)}::timestamptz
            where (
              select count(*) from ${signIn}
              where lower(email) = ${email.toLowerCase()} and created_at > ${iso(limit.since)}::timestamptz
            ) < ${limit.atMost}
            returning id as event_id
          ), ${tellingTables([mail], createdAt, sql`requested`)}
          select event_id from requested`,
        (answer) => answer.then(() => undefined)
      )
    }),

    take: Effect.fn("SignIns.take")(function* (tokenHash, at) {
      const now = sql`${iso(at)}::timestamptz`
      const result = yield* ask("SignIns.take", () =>
        db.execute(sql`
          with used as (
            update ${signIn} s set used_at = ${now}, sealed_token = null
            where s.token_hash = ${tokenHash} and s.used_at is null and s.expires_at > ${now}
            returning s.email
          )
          select row_to_json(a) as account from used join ${account} a on lower(a.email) = lower(used.email)`)
      )
      const [row] = rowsOf<{ readonly account: JsonRow }>(result)
      if (row === undefined) return null
      const { version, value } = accountRow.fromRow(row.account)
      return { ...value, version } satisfies Account
    }),

    forget: Effect.fn("SignIns.forget")(function* (until, limit) {
      const result = yield* ask("SignIns.forget", () =>
        db.execute(sql`
          with old as materialized (
            select l.id from ${signIn} l where l.created_at <= ${iso(until)}::timestamptz
              -- One whose mail is not settled yet goes later: who settles it locks in another order.
              and not exists (
                select 1 from ${notification} n join ${outgoingMail} m on m.notification_id = n.id
                where n.recipient_id = l.id
              )
            order by l.created_at limit ${limit} for update of l skip locked
          ),
          told as (delete from ${notification} where recipient_id in (select id from old)),
          forgotten as (delete from ${signIn} where id in (select id from old) returning id)
          select id from forgotten`)
      )
      return rowsOf(result).length
    })
  })
