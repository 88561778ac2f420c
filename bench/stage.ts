import { signToken } from "@treff/adapters/jwt"
import { migrate } from "@treff/adapters/migrations"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import { v7 } from "uuid"
import type { Database } from "../apps/local/src/database.ts"
import { generateKey } from "../apps/local/src/keys.ts"
import { startNeonEndpoint } from "../apps/local/src/neon-endpoint.ts"
import { type PlatformOptions, startPlatform } from "../apps/local/src/platform.ts"

/** A database of its own with one company and its admin, and what leads the workers to it. */
export const openStage = async (server: Database, name: string) => {
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const databaseUrl = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, options: "-c synchronous_commit=on" })
  pool.on("error", () => {}) // the server may stop before the pool does
  await migrate(pool)
  const neon = await startNeonEndpoint(databaseUrl)
  const privateKey = await generateKey()
  const { d: _, ...publicKey } = privateKey
  const publicKeys = JSON.stringify([publicKey])

  const company = v7()
  const account = {
    id: v7(),
    role: "recruiter",
    subRole: "recruiter_admin",
    companyId: company,
    email: "admin@example.org",
    username: null
  } as const
  await pool.query("insert into company (id, name, creator_id, created_at) values ($1, 'Acme', $2, now())", [
    company,
    account.id
  ])
  await pool.query(
    `insert into account (id, version, role, sub_role, company_id, email, first_name, last_name, created_at)
     values ($1, 1, $2, $3, $4, $5, 'Kim', 'Hansen', now())`,
    [account.id, account.role, account.subRole, company, account.email]
  )

  return {
    databaseUrl,
    pool,
    neon,
    publicKeys,
    company,
    account,
    token: await signToken(Redacted.make(privateKey), account, {
      issuer: "https://treff.example",
      audience: "treff",
      at: Date.now(),
      lifetime: 12 * 3_600
    }),
    /** Both workers as they are deployed: minified, and on the real time. */
    startPlatform: (options: Partial<PlatformOptions> = {}) =>
      startPlatform({
        databaseUrl,
        neonEndpointUrl: neon.url,
        publicKeys,
        clock: false,
        minify: true,
        ...options
      }),
    close: async () => {
      await neon.stop()
      await pool.end()
    }
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** The numbers from 1 to `count` as offers of the stage's company, an hour apart, the last one the newest. */
export const insertOffers = async (
  { pool, company, account }: Stage,
  count: number,
  { status = "'active'", endsIn = "interval '30 days'" }: { readonly status?: string; readonly endsIn?: string } = {}
): Promise<void> => {
  // UUIDv7 as the application makes them: 48 bits of milliseconds, then the version and random bits.
  await pool.query(
    `insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary,
       job_starts_at, expires_at, quiz_required, status, term, created_at, updated_at)
     select overlay(overlay(gen_random_uuid()::text placing
         regexp_replace(lpad(to_hex((extract(epoch from made_at) * 1000)::bigint), 12, '0'), '(.{8})', '\\1-') from 1)
         placing '7' from 15)::uuid,
       1, $2, $3, 'Baker ' || n, 'Bakes bread at night, four nights a week, and cakes for the weekend.', 'permanent',
       '32,000 to 36,000', $4::timestamptz + ${endsIn} + n % 1000 * interval '1 min',
       $4::timestamptz + ${endsIn} + interval '10 days', false, ${status}, 1, made_at, made_at
     from generate_series(1, $1::int) n, lateral (select $4::timestamptz - ($1 - n) * interval '1 min' as made_at) m`,
    [count, company, account.id, new Date()]
  )
  await tidy(pool)
}

/**
 * What PostgreSQL does by itself in time: it learns what the tables hold, and which pages everybody may see, without which
 * it reads a table rather than an index. No page counts as seen while a commit near it is still to be flushed; so the
 * commits before are flushed here, and those of this pool are not put off as the server's others are.
 */
export const tidy = async (pool: pg.Pool): Promise<void> => {
  await pool.query("checkpoint")
  await pool.query("vacuum analyze")
}
