import { Accounts, type Caller } from "@treff/domain/identity"
import { countedAtMost } from "@treff/domain/kernel"
import { sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, type PostgresDatabase, rowsOf, uuidOrNull } from "../store/database.ts"
import { statements, unnamed } from "../store/statement.ts"
import { iso, type JsonRow } from "../tables/row-mapping.ts"
import { accountRow, companyRow } from "../tables/rows.ts"
import { account, company } from "../tables/schema.ts"
import { askingFor, type CallerRow, callerJson, claimsOf, confirmedCaller, firstRow } from "./caller.ts"
import { pageOf, window } from "./page.ts"

export const makeAccounts = (database: Database) => {
  const { db, ask } = database
  const askFor = askingFor(database)

  return Accounts.of({
    confirm: Effect.fn("Accounts.confirm")(function* (claimed) {
      const namesCompany = claimed.companyId !== null
      const statement = confirmations(db, String(namesCompany), () => confirmation(db, namesCompany))
      return yield* firstRow(claimed, yield* ask("Accounts.confirm", () => statement.execute(claimsOf(claimed))))
    }),

    findByEmail: Effect.fn("Accounts.findByEmail")(function* (email) {
      const result = yield* ask("Accounts.findByEmail", () =>
        db.execute(sql`
          select id, role, sub_role as "subRole", company_id as "companyId" from ${account}
          where lower(email) = ${email.toLowerCase()}`)
      )
      return rowsOf<Caller>(result)[0] ?? null
    }),

    findMember: Effect.fn("Accounts.findMember")(function* (claimed, id) {
      const { first } = yield* askFor<
        CallerRow & {
          readonly member: JsonRow | null
          readonly creatorId: string | null
          readonly callerVersion: number
        }
      >(
        "Accounts.findMember",
        claimed,
        sql`
          select ${callerJson}, row_to_json(a) as member, c.creator_id as "creatorId", own.version as "callerVersion"
          from caller
          join ${account} own on own.id = caller.id
          left join ${company} c on c.id = caller.company_id
          left join ${account} a on a.id = ${uuidOrNull(id)}::uuid and a.company_id = caller.company_id`
      )
      const { caller, member, creatorId, callerVersion } = first
      return {
        caller,
        found: member === null ? null : { ...accountRow.fromRow(member), creatorId, callerVersion }
      }
    }),

    members: Effect.fn("Accounts.members")(function* (claimed, request) {
      const { first: skipped, rows: wanted } = window(request)
      const cursor = "after" in request ? request.after : null
      const own = sql`a.company_id = (select company_id from caller)`
      const below =
        cursor === null
          ? sql``
          : sql`and (a.created_at, a.id) < (${iso(cursor.createdAt)}::timestamptz, ${uuidOrNull(cursor.id)}::uuid)`
      const { first, rows } = yield* askFor<CallerRow & { readonly total: number; readonly member: JsonRow | null }>(
        "Accounts.members",
        claimed,
        sql`,
          total as (
            select count(*)::int as total
            from (select 1 from ${account} a where ${own} limit ${countedAtMost + 1}) counted
          ),
          page as (
            select a.* from ${account} a where ${own} ${below}
            order by a.created_at desc, a.id desc offset ${skipped} limit ${wanted}
          )
          select ${callerJson}, total.total, row_to_json(page) as member
          from caller cross join total left join page on true
          order by page.created_at desc, page.id desc`
      )
      const found = rows.flatMap(({ member }) => (member === null ? [] : [accountRow.fromRow(member)]))
      return { caller: first.caller, page: pageOf(request, found, first.total) }
    }),

    findCompany: Effect.fn("Accounts.findCompany")(function* (claimed) {
      const { first } = yield* askFor<CallerRow & { readonly company: JsonRow | null }>(
        "Accounts.findCompany",
        claimed,
        sql`
          select ${callerJson}, row_to_json(c) as company
          from caller left join ${company} c on c.id = caller.company_id`
      )
      const { caller, company: found } = first
      return { caller, company: found === null ? null : companyRow.fromRow(found) }
    })
  })
}

const confirmation = (db: PostgresDatabase, namesCompany: boolean) => {
  const caller = confirmedCaller(db, namesCompany)
  return db.with(caller).select().from(caller).prepare(unnamed)
}
const confirmations = statements<ReturnType<typeof confirmation>>()
