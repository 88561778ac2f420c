import type { Caller } from "@treff/domain/account"
import { CallerStale } from "@treff/domain/ports"
import { and, eq, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type PostgresDatabase, uuidOrNull } from "./database.ts"
import { account } from "./schema.ts"

/**
 * The caller's account, if it still agrees with the claims: what every statement that begins a request selects from. Its
 * placeholders are filled by {@link claimsOf}. A caller who names no company contradicts none.
 */
export const confirmedCaller = (db: PostgresDatabase, namesCompany: boolean) =>
  db.$with("caller").as(
    db
      .select({ id: account.id, role: account.role, subRole: account.subRole, companyId: account.companyId })
      .from(account)
      .where(
        and(
          eq(account.id, sql`${sql.placeholder("callerId")}::uuid`),
          eq(account.role, sql.placeholder("callerRole")),
          sql`${account.subRole} is not distinct from ${sql.placeholder("callerSubRole")}`,
          namesCompany ? eq(account.companyId, sql`${sql.placeholder("callerCompanyId")}::uuid`) : undefined
        )
      )
  )

/** The caller of now, as such a statement answers it. */
export const fieldsOf = ({ id, role, subRole, companyId }: ReturnType<typeof confirmedCaller>) => ({
  id,
  role,
  subRole,
  companyId
})

/** What a statement with a confirmed caller is filled with. */
export const claimsOf = ({ id, role, subRole, companyId }: Caller) => ({
  callerId: uuidOrNull(id),
  callerRole: role,
  callerSubRole: subRole,
  callerCompanyId: companyId === null ? null : uuidOrNull(companyId)
})

/** The first row of such a statement; none means that the account does not agree. */
export const firstRow = <A>(claimed: Caller, rows: ReadonlyArray<A>): Effect.Effect<A, CallerStale> =>
  rows[0] === undefined ? Effect.fail(new CallerStale({ accountId: claimed.id })) : Effect.succeed(rows[0])
