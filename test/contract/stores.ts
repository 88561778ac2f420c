import { neon, neonConfig } from "@neondatabase/serverless"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import { layerPostgres, type PostgresDatabase, type PostgresOptions, type Store } from "@treff/adapters/postgres"
import type { Account, AccountFacts, Company } from "@treff/domain/identity"
import type { Versioned } from "@treff/domain/kernel"
import type { OfferSentState } from "@treff/domain/offers"
import { drizzle as drizzleNeon } from "drizzle-orm/neon-http"
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Pool } from "pg"
import { type NeonEndpoint, startNeonEndpoint } from "../../apps/local/src/neon-endpoint.ts"
import { empty, freshDatabase, type TestDatabase, tablesOfEvents } from "../database.ts"
import { factsOf, now } from "../given.ts"

/** What a store keeps of which kind. */
export type Kept =
  | "account"
  | "company"
  | "invitation"
  | "notification"
  | "notificationDelivery"
  | "offer"
  | "offerSent"
  | "signIn"

/** A row as it is kept, with its version where it has one; instants are in milliseconds. */
export type KeptRow = Readonly<Record<string, unknown>> & { readonly id: string }

type SeededAccount = Account & Partial<AccountFacts>

/** A store under test: its ports, and what they offer no way to do, which is to write accounts and to forget everything. */
export interface TestStore {
  readonly name: string
  readonly layer: Layer.Layer<Store>
  /** Writes accounts as they are given, over what there was, and their companies where there are none. */
  readonly seed: (accounts: ReadonlyArray<SeededAccount>) => Effect.Effect<void>
  /** Writes a company as it is given, as one that had no event so far; over what there was. */
  readonly seedCompany: (company: Company) => Effect.Effect<void>
  /** All of a kind as it is kept, sealed tokens and what was withdrawn, too; in the order of ids. */
  readonly kept: (kind: Kept) => Effect.Effect<ReadonlyArray<KeptRow>>
  /** All sends of an offer as they are kept, withdrawn ones too. */
  readonly sendsOf: (offer: { readonly id: string }) => Effect.Effect<ReadonlyArray<Versioned<OfferSentState>>>
  readonly clear: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const memoryStore = (): TestStore => {
  const state = memoryState()
  const rowsOf: Readonly<Record<Kept, () => Iterable<Versioned<object> | object>>> = {
    account: () => state.accounts.values(),
    company: () => state.companies.values(),
    invitation: () => state.invitations.values(),
    notification: () => [...state.notifications.values()].map(({ deliveries: _, ...row }) => row),
    notificationDelivery: () =>
      [...state.notifications.values()].flatMap(({ id: notificationId, deliveries }) =>
        deliveries.map((delivery) => ({ ...delivery, notificationId }))
      ),
    offer: () => state.offers.values(),
    offerSent: () => state.offerSends.values(),
    signIn: () => state.signIns.values()
  }
  const kept = (kind: Kept) =>
    Effect.sync(() =>
      [...rowsOf[kind]()]
        .map((row) => ("value" in row ? { ...row.value, version: row.version } : { ...row }) as KeptRow)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    )
  return {
    name: "memory",
    layer: layerMemory(state),
    seed: (accounts) =>
      Effect.sync(() => {
        for (const account of accounts) {
          const { companyId } = account
          if (companyId !== null && !state.companies.has(companyId)) {
            state.companies.set(companyId, { ...aCompanyOf(companyId), version: 0 })
          }
          state.accounts.set(account.id, { ...factsOf(account), version: account.version })
        }
      }),
    seedCompany: (company) => Effect.sync(() => void state.companies.set(company.id, { ...company, version: 0 })),
    kept,
    sendsOf: sendsIn(kept),
    clear: async () => {
      for (const rows of Object.values(state)) rows.clear()
    },
    stop: async () => {}
  }
}

export interface PostgresStore extends TestStore {
  readonly database: TestDatabase
  readonly db: PostgresDatabase
  readonly with: (options: PostgresOptions) => Layer.Layer<Store>
}

/** PostgreSQL as those have it who run on Node. */
export const pgStore = async (): Promise<PostgresStore> => {
  const database = await freshDatabase()
  return postgres("PostgreSQL by pg", database, drizzlePg(database.pool), database.stop)
}

/** PostgreSQL as the edge has it: over HTTP, by Neon's driver. */
export const neonStore = async (): Promise<PostgresStore & { readonly endpoint: NeonEndpoint }> => {
  const database = await freshDatabase()
  const endpoint = await startNeonEndpoint(database.pool)
  neonConfig.fetchEndpoint = () => endpoint.url
  const db = drizzleNeon(neon(database.url))
  const stop = async () => {
    await endpoint.stop()
    await database.stop()
  }
  return { ...postgres("PostgreSQL by Neon's driver", database, db, stop), endpoint }
}

const aCompanyOf = (id: string): Company => ({ id, name: "A company", creatorId: null, createdAt: now })

const sendsIn =
  (kept: TestStore["kept"]): TestStore["sendsOf"] =>
  ({ id }) =>
    Effect.map(kept("offerSent"), (rows) =>
      rows.flatMap(({ version, ...value }) =>
        value.offerId === id ? [{ version, value } as unknown as Versioned<OfferSentState>] : []
      )
    )

const postgres = (
  name: string,
  database: TestDatabase,
  db: PostgresDatabase,
  stop: () => Promise<void>
): PostgresStore => {
  const kept = (kind: Kept) => Effect.promise(() => readRows(database.pool, kind))
  return {
    name,
    database,
    db,
    layer: layerPostgres(db),
    with: (options) => layerPostgres(db, options),
    seed: (accounts) => Effect.promise(() => seedAccounts(database.pool, accounts)),
    seedCompany: (company) => Effect.promise(() => seedCompany(database.pool, company)),
    kept,
    sendsOf: sendsIn(kept),
    clear: () => empty(database.pool, ["account", "company", ...tablesOfEvents]),
    stop
  }
}

/** In SQL, not by the adapter's own mapping, which is under test. */
const readRows = async (pool: Pool, kind: Kept): Promise<ReadonlyArray<KeptRow>> => {
  const table = kind.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)
  const { rows } = await pool.query(`select * from ${table} order by id`)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        cell instanceof Date ? cell.getTime() : cell
      ])
    )
  ) as unknown as ReadonlyArray<KeptRow> // each table has an id
}

const seedCompany = async (pool: Pool, { id, name, creatorId, createdAt }: Company): Promise<void> => {
  await pool.query(
    `insert into company (id, name, creator_id, created_at) values ($1, $2, $3, $4)
     on conflict (id) do update set name = excluded.name, creator_id = excluded.creator_id, created_at = excluded.created_at`,
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
       email = excluded.email, username = excluded.username, locale = excluded.locale`,
    [JSON.stringify(rows)]
  )
}
