import { neon, neonConfig } from "@neondatabase/serverless"
import { layerMemory, memoryState } from "@treff/adapters/memory"
import { layerPostgres, type PostgresDatabase, type PostgresOptions, type Store } from "@treff/adapters/postgres"
import type { Account } from "@treff/domain/account"
import type { OfferSentState } from "@treff/domain/offer-sent"
import type { Versioned } from "@treff/domain/ports"
import { drizzle as drizzleNeon } from "drizzle-orm/neon-http"
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Pool } from "pg"
import { type NeonEndpoint, startNeonEndpoint } from "../../apps/local/src/neon-endpoint.ts"
import { empty, freshDatabase, type TestDatabase, tablesOfEvents } from "../database.ts"
import { now } from "../given.ts"

/** A store under test: its ports, and what they offer no way to do, which is to write accounts and to forget everything. */
export interface TestStore {
  readonly name: string
  readonly layer: Layer.Layer<Store>
  /** Writes accounts, and their companies, as they are given; over what there was. */
  readonly seed: (accounts: ReadonlyArray<Account>) => Effect.Effect<void>
  /** All sends of an offer as they are kept, withdrawn ones too. */
  readonly sendsOf: (offer: { readonly id: string }) => Effect.Effect<ReadonlyArray<Versioned<OfferSentState>>>
  readonly clear: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const memoryStore = (): TestStore => {
  const state = memoryState()
  return {
    name: "memory",
    layer: layerMemory(state),
    seed: (accounts) =>
      Effect.sync(() => {
        for (const account of accounts) {
          const { companyId } = account
          if (companyId !== null) state.companies.set(companyId, { id: companyId, name: "A company", creatorId: null })
          state.accounts.set(account.id, account)
        }
      }),
    sendsOf: ({ id }) => Effect.sync(() => [...state.offerSends.values()].filter(({ value }) => value.offerId === id)),
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

const postgres = (
  name: string,
  database: TestDatabase,
  db: PostgresDatabase,
  stop: () => Promise<void>
): PostgresStore => ({
  name,
  database,
  db,
  layer: layerPostgres(db),
  with: (options) => layerPostgres(db, options),
  seed: (accounts) => Effect.promise(() => seedPostgres(database.pool, accounts)),
  sendsOf: ({ id }) => Effect.promise(() => readSends(database.pool, id)),
  clear: () => empty(database.pool, ["account", "company", ...tablesOfEvents]),
  stop
})

/** In SQL, not by the adapter's own mapping, which is under test. */
const readSends = async (pool: Pool, offerId: string): Promise<ReadonlyArray<Versioned<OfferSentState>>> => {
  const { rows } = await pool.query(
    `select version, id, company_id as "companyId", offer_id as "offerId", term, candidate_id as "candidateId",
       sender_id as "senderId", title, message, status, sent_at as "sentAt", viewed_at as "viewedAt",
       responded_at as "respondedAt", updated_at as "updatedAt"
     from offer_sent where offer_id = $1 order by id`,
    [offerId]
  )
  const inMilliseconds = (cell: unknown) => (cell instanceof Date ? cell.getTime() : cell)
  return rows.map((row) => {
    const { version, ...value } = Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [name, inMilliseconds(cell)])
    )
    return { version, value } as unknown as Versioned<OfferSentState> // as it is selected above
  })
}

/** The same. */
const seedPostgres = async (pool: Pool, accounts: ReadonlyArray<Account>): Promise<void> => {
  await pool.query(
    `insert into company (id, name, created_at)
     select distinct (a->>'companyId')::uuid, 'A company', $2::timestamptz
     from jsonb_array_elements($1::jsonb) a where a->>'companyId' is not null
     on conflict do nothing`,
    [JSON.stringify(accounts), new Date(now).toISOString()]
  )
  await pool.query(
    `insert into account (id, version, role, sub_role, company_id, email, username, first_name, last_name, locale, created_at)
     select id, version, role, "subRole", "companyId", email, username, "firstName", "lastName", locale, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as a(id uuid, version int, role text, "subRole" text, "companyId" uuid, email text,
       username text, "firstName" text, "lastName" text, locale text)
     on conflict (id) do update set version = excluded.version, role = excluded.role, sub_role = excluded.sub_role,
       company_id = excluded.company_id, first_name = excluded.first_name, last_name = excluded.last_name,
       email = excluded.email, locale = excluded.locale`,
    [JSON.stringify(accounts), new Date(now).toISOString()]
  )
}
