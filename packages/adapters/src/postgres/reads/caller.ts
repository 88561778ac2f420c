import { type Caller, CallerStale } from "@treff/domain/identity"
import { type SQL, type SQLWrapper, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import { type Database, type PostgresDatabase, rowsOf, uuidOrNull } from "../store/database.ts"
import { account } from "../tables/schema.ts"

/** Whether an account still agrees with what a token says of it. A caller who names no company contradicts none. */
const agrees = (id: SQLWrapper, role: SQLWrapper, subRole: SQLWrapper, companyId: SQLWrapper | null): SQL =>
  sql`${account.id} = ${id}::uuid and ${account.role} = ${role} and ${account.subRole} is not distinct from ${subRole}${
    companyId === null ? sql`` : sql` and ${account.companyId} = ${companyId}::uuid`
  }`

/**
 * The caller's account, if it still agrees with the claims: what every statement that begins a request selects from. Its
 * placeholders are filled by {@link claimsOf}.
 */
export const confirmedCaller = (db: PostgresDatabase, namesCompany: boolean) =>
  db.$with("caller").as(
    db
      .select({ id: account.id, role: account.role, subRole: account.subRole, companyId: account.companyId })
      .from(account)
      .where(
        agrees(
          sql.placeholder("callerId"),
          sql.placeholder("callerRole"),
          sql.placeholder("callerSubRole"),
          namesCompany ? sql.placeholder("callerCompanyId") : null
        )
      )
  )

/** The caller as a common table expression, for a statement that is written in SQL. */
const callerTable = (claimed: Caller): SQL => {
  const { callerId, callerRole, callerSubRole, callerCompanyId } = claimsOf(claimed)
  return sql`caller as materialized (
    select id, role, sub_role, company_id from ${account}
    where ${agrees(
      sql`${callerId}`,
      sql`${callerRole}`,
      sql`${callerSubRole}`,
      claimed.companyId === null ? null : sql`${callerCompanyId}`
    )}
  )`
}

/** The caller of now, as such a statement answers it, beside whatever else. */
export const callerJson = sql.raw(
  `json_build_object('id', caller.id, 'role', caller.role, 'subRole', caller.sub_role, 'companyId', caller.company_id) as caller`
)

/** What every row of it holds. */
export interface CallerRow {
  readonly caller: Caller
}

/** The caller of now, as a statement of the builder answers it. */
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

/**
 * Asks with a statement that is written out and begins with its caller: `rest` follows the caller's table. Answers all of
 * its rows, and the first.
 */
export const askingFor = ({ db, ask }: Database) =>
  Effect.fnUntraced(function* <A extends CallerRow>(operation: string, claimed: Caller, rest: SQL) {
    const rows = rowsOf<A>(yield* ask(operation, () => db.execute(sql`with ${callerTable(claimed)} ${rest}`)))
    return { rows, first: yield* firstRow(claimed, rows) }
  })

/** The first row of such a statement; none means that the account does not agree. */
export const firstRow = <A>(claimed: Caller, rows: ReadonlyArray<A>): Effect.Effect<A, CallerStale> =>
  rows[0] === undefined ? Effect.fail(new CallerStale({ accountId: claimed.id })) : Effect.succeed(rows[0])
