import type { Caller } from "@treff/domain/account"
import { CallerStale } from "@treff/domain/ports"
import { and, eq, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type PostgresDatabase, uuidOrNull } from "./database.ts"
import { account } from "./schema.ts"

/** The caller's account, if it still agrees with the claims: what every statement that begins a request selects from. */
export const confirmedCaller = (db: PostgresDatabase, claimed: Caller) =>
  db.$with("caller").as(
    db
      .select({ id: account.id, role: account.role, subRole: account.subRole, companyId: account.companyId })
      .from(account)
      .where(
        and(
          eq(account.id, sql`${uuidOrNull(claimed.id)}::uuid`),
          eq(account.role, claimed.role),
          sql`${account.subRole} is not distinct from ${claimed.subRole}`,
          claimed.companyId === null ? undefined : eq(account.companyId, sql`${uuidOrNull(claimed.companyId)}::uuid`)
        )
      )
  )

/** The first row of such a statement; none means that the account does not agree. */
export const firstRow = <A>(claimed: Caller, rows: ReadonlyArray<A>): Effect.Effect<A, CallerStale> =>
  rows[0] === undefined ? Effect.fail(new CallerStale({ accountId: claimed.id })) : Effect.succeed(rows[0])
