import { type Account, type MailedSignIn, SignIns } from "@treff/domain/identity"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { instantOf, instantOrNull, iso, type JsonOf, type JsonRow } from "../tables/row-mapping.ts"
import { accountRow } from "../tables/rows.ts"
import { account, notification, notificationDelivery, outgoingMail, signIn } from "../tables/schema.ts"
import { type Database, rowsOf, uuidArray } from "./database.ts"
import { notificationTables } from "./notifications.ts"

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
          ), ${notificationTables([mail], createdAt, sql`requested`)}
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
              -- One whose mail is not final yet goes later: who writes what became of it locks in another order.
              and not exists (
                select 1 from ${notification} n join ${notificationDelivery} d on d.notification_id = n.id
                join ${outgoingMail} m on m.delivery_id = d.id where n.event_id = l.id and n.recipient_id = l.id
              )
            order by l.created_at limit ${limit} for update of l skip locked
          ),
          -- Found by the unique index of events and recipients, by which the planner knows that each has one at the most.
          unmentioned as (
            delete from ${notification} n using old where n.event_id = old.id and n.recipient_id = old.id returning n.id
          ),
          undelivered as (
            delete from ${notificationDelivery} d using unmentioned where d.notification_id = unmentioned.id
          ),
          forgotten as (delete from ${signIn} where id in (select id from old) returning id)
          select id from forgotten`)
      )
      return rowsOf(result).length
    }),

    mailed: Effect.fn("SignIns.mailed")(function* (ids) {
      const result = yield* ask("SignIns.mailed", () =>
        db.execute(sql`
          select l.id, json_build_object('email', a.email, 'locale', a.locale, 'expiresAt', l.expires_at,
            'usedAt', l.used_at, 'sealedToken', l.sealed_token) as mailed
          from ${signIn} l left join ${account} a on lower(a.email) = lower(l.email)
          where l.id = any(${uuidArray(ids)}::uuid[])`)
      )
      const found = new Map(
        rowsOf<{ readonly id: string; readonly mailed: JsonOf<MailedSignIn, "expiresAt" | "usedAt"> }>(result).map(
          ({ id, mailed }) => [
            id,
            { ...mailed, expiresAt: instantOf(mailed.expiresAt), usedAt: instantOrNull(mailed.usedAt) }
          ]
        )
      )
      return ids.map((id) => found.get(id) ?? null)
    })
  })
