import { layerPostgres, type PostgresDatabase } from "@treff/adapters/postgres"
import type { Company } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import type { Pool } from "pg"
import { factsOf, now } from "../fixtures/index.ts"
import type { SeededAccount, StoredKind, StoredRow, TestStore } from "../store/index.ts"
import { emptyTables, tablesOfEvents } from "./empty-tables.ts"

/**
 * The store in PostgreSQL, as the suite for stores tests it, over a database of its own that is migrated already. The store
 * uses `db`; what the ports offer no way to do is done in SQL over `pool`. Whoever made both closes them. See
 * docs/writing-an-adapter.md.
 */
export const postgresStore = ({
  name,
  pool,
  db
}: {
  readonly name: string
  readonly pool: Pool
  readonly db: PostgresDatabase
}): TestStore => ({
  name,
  layer: layerPostgres(db),
  seed: (accounts) => Effect.promise(() => seedAccounts(pool, accounts)),
  seedCompany: (company) => Effect.promise(() => seedCompany(pool, company)),
  rowsOf: (kind) => Effect.promise(() => readRows(pool, kind)),
  clear: () => emptyTables(pool, ["account", "company", ...tablesOfEvents])
})

/** In SQL, not by the adapter's own mapping, which is under test. */
const readRows = async (pool: Pool, kind: StoredKind): Promise<ReadonlyArray<StoredRow>> => {
  const table = kind.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
  const { rows } = await pool.query(`select * from ${table} order by id`)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        cell instanceof Date ? cell.getTime() : cell
      ])
    )
  ) as unknown as ReadonlyArray<StoredRow> // each table has an id
}

const seedCompany = async (pool: Pool, { id, name, creatorId, createdAt }: Company): Promise<void> => {
  await pool.query(
    `insert into company (id, name, creator_id, created_at) values ($1, $2, $3, $4)
     on conflict (id) do update set name = excluded.name, creator_id = excluded.creator_id, created_at = excluded.created_at,
       version = 0`,
    [id, name, creatorId, new Date(createdAt).toISOString()]
  )
}

/** Companies that are not there yet are made, accounts that are there are written over. */
const seedAccounts = async (pool: Pool, accounts: ReadonlyArray<SeededAccount>): Promise<void> => {
  await pool.query(
    `insert into company (id, name, created_at)
     select distinct (a->>'companyId')::uuid, 'A company', $2::timestamptz
     from jsonb_array_elements($1::jsonb) a where a->>'companyId' is not null
     on conflict do nothing`,
    [JSON.stringify(accounts), new Date(now).toISOString()]
  )
  const last = new Map(accounts.map((account) => [account.id, account]))
  const rows = [...last.values()].map((account) => {
    const facts = factsOf(account)
    return { ...facts, version: account.version, createdAt: new Date(facts.createdAt).toISOString() }
  })
  await pool.query(
    `insert into account (id, version, role, sub_role, company_id, email, username, first_name, last_name, locale,
       contact_number, email_verified, profile_complete, created_at)
     select id, version, role, "subRole", "companyId", email, username, "firstName", "lastName", locale, "contactNumber",
       "emailVerified", "profileComplete", "createdAt"
     from jsonb_to_recordset($1::jsonb) as a(id uuid, version int, role text, "subRole" text, "companyId" uuid, email text,
       username text, "firstName" text, "lastName" text, locale text, "contactNumber" text, "emailVerified" boolean,
       "profileComplete" boolean, "createdAt" timestamptz)
     on conflict (id) do update set version = excluded.version, role = excluded.role, sub_role = excluded.sub_role,
       company_id = excluded.company_id, first_name = excluded.first_name, last_name = excluded.last_name,
       email = excluded.email, username = excluded.username, locale = excluded.locale,
       contact_number = excluded.contact_number, email_verified = excluded.email_verified,
       profile_complete = excluded.profile_complete, created_at = excluded.created_at`,
    [JSON.stringify(rows)]
  )
}
