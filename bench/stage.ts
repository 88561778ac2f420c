import { signToken, type TokenClaims } from "@treff/adapters/jwt"
import { migrate } from "@treff/adapters/migrations"
import * as Redacted from "effect/Redacted"
import * as pg from "pg"
import { v7 } from "uuid"
import type { Database } from "../apps/local/src/database.ts"
import { generateKey, generateSealingKey } from "../apps/local/src/keys.ts"
import { startNeonEndpoint } from "../apps/local/src/neon-endpoint.ts"
import { type PlatformOptions, startPlatform } from "../apps/local/src/platform.ts"
import { mailSink } from "./sink.ts"

/** An empty database, and a pool for what is not measured. */
export const createDatabase = async (server: Database, name: string) => {
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const databaseUrl = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, options: "-c synchronous_commit=on" })
  pool.on("error", () => {}) // the server may stop before the pool does
  return { databaseUrl, pool }
}

/** A database of its own with one company and its admin, and what leads the workers to it. */
export const openStage = async (server: Database, name: string) => {
  const { databaseUrl, pool } = await createDatabase(server, name)
  await migrate(pool)
  const neon = await startNeonEndpoint(databaseUrl)
  const privateKey = await generateKey()
  const { d: _, ...publicKey } = privateKey
  const publicKeys = JSON.stringify([publicKey])
  const keys = { publicKeys, privateKey: JSON.stringify(privateKey), sealingKeys: generateSealingKey() }

  const tokenOf = (account: TokenClaims) =>
    signToken(Redacted.make(privateKey), account, {
      issuer: "https://treff.example",
      audience: "treff",
      at: Date.now(),
      lifetime: 12 * 3_600
    })

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
     values ($1, 0, $2, $3, $4, $5, 'Kim', 'Hansen', now())`,
    [account.id, account.role, account.subRole, company, account.email]
  )

  return {
    databaseUrl,
    pool,
    neon,
    keys,
    company,
    account,
    token: await tokenOf(account),
    tokenOf,
    /** Both workers as they are deployed: minified, and on the real time. Mails go to somebody who takes them at once. */
    startPlatform: async (options: Partial<PlatformOptions> = {}) => {
      const mails = await mailSink()
      return startPlatform({
        databaseUrl,
        neonEndpointUrl: neon.url,
        ...keys,
        clock: false,
        minify: true,
        mail: { apiKey: Redacted.make("bench"), url: mails.url },
        ...options,
        workers: [mails.worker, ...(options.workers ?? [])]
      })
    },
    close: async () => {
      await neon.stop()
      await pool.end()
    }
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Fills a table while its indexes are away: making them afterwards takes a third of the time. */
export const withoutIndexes = async ({ pool }: Stage, table: string, fill: () => Promise<unknown>): Promise<void> => {
  const { rows } = await pool.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where tablename = $1 and indexname <> $1 || '_pkey'`,
    [table]
  )
  for (const { name } of rows) await pool.query(`drop index ${name}`)
  await fill()
  for (const { definition } of rows) await pool.query(definition)
}

/** A UUIDv7 as the application makes them, in SQL: 48 bits of milliseconds, then the version and random bits. */
export const uuidAt = (instant: string) =>
  `overlay(overlay(gen_random_uuid()::text placing
     regexp_replace(lpad(to_hex((extract(epoch from ${instant}) * 1000)::bigint), 12, '0'), '(.{8})', '\\1-') from 1)
     placing '7' from 15)::uuid`

/** The numbers from 1 to `count` as offers of the stage's company, a minute apart, the last one the newest; `n` in SQL. */
export const insertOffers = async (
  { pool, company, account }: Stage,
  count: number,
  {
    status = "'active'",
    endsIn = "interval '30 days'",
    companyId = `'${company}'`,
    ownerId = `'${account.id}'`
  }: {
    readonly status?: string
    readonly endsIn?: string
    readonly companyId?: string
    readonly ownerId?: string
  } = {}
): Promise<void> => {
  await pool.query(
    `insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary,
       job_starts_at, expires_at, quiz_required, status, term, created_at, updated_at)
     select ${uuidAt("made_at")}, 1, ${companyId}::uuid, ${ownerId}::uuid, 'Baker ' || n,
       'Bakes bread at night, four nights a week, and cakes for the weekend.', 'permanent', '32,000 to 36,000',
       $2::timestamptz + ${endsIn} + n % 1000 * interval '1 min', $2::timestamptz + ${endsIn} + interval '10 days',
       false, ${status}, 1, made_at, made_at
     from generate_series(1, $1::int) n, lateral (select $2::timestamptz - ($1 - n) * interval '1 min' as made_at) m`,
    [count, new Date()]
  )
  await tidy(pool)
}

/** The ids of the stage's offers, the newest first. */
export const offerIds = async ({ pool, company }: Stage, count: number): Promise<ReadonlyArray<string>> => {
  const { rows } = await pool.query<{ id: string }>(
    "select id from offer where company_id = $1 order by created_at desc, id desc limit $2",
    [company, count]
  )
  return rows.map(({ id }) => id)
}

/** Ids by number: here, and in SQL. */
const numbered = (series: number) => ({
  id: (n: number): string => `01900000-0000-7000-${series}-${n.toString(16).padStart(12, "0")}`,
  idIn: (n: string): string => `('01900000-0000-7000-${series}-' || lpad(to_hex(${n}), 12, '0'))::uuid`
})
export const { id: candidateId, idIn: candidateIdIn } = numbered(8000)
const managers = numbered(8001)
const companies = numbered(8002)
export const { idIn: managerIdIn } = managers
export const { idIn: companyIdIn } = companies

/** The numbers from 1 to `count` as candidates. */
export const insertCandidates = async ({ pool }: Stage, count: number): Promise<void> => {
  await pool.query(
    `insert into account (id, version, role, email, first_name, last_name, created_at)
     select ${candidateIdIn("n")}, 0, 'candidate', 'candidate-' || n || '@example.org', 'Robin', 'Vik', now()
     from generate_series(1, $1::int) n`,
    [count]
  )
  await tidy(pool)
}

/** Who such a candidate is, for their token. */
export const candidate = (n: number): TokenClaims => ({
  id: candidateId(n),
  role: "candidate",
  subRole: null,
  companyId: null,
  email: `candidate-${n}@example.org`,
  username: null
})

/** The numbers from 1 to `count` as hiring managers, each with a company of their own. */
export const insertManagers = async ({ pool }: Stage, count: number): Promise<void> => {
  await pool.query(
    `insert into company (id, name, creator_id, created_at)
     select ${companies.idIn("n")}, 'Company ' || n, ${managers.idIn("n")}, now() from generate_series(1, $1::int) n`,
    [count]
  )
  await pool.query(
    `insert into account (id, version, role, company_id, email, first_name, last_name, created_at)
     select ${managers.idIn("n")}, 0, 'hiring_manager', ${companies.idIn("n")}, 'manager-' || n || '@example.org', 'Mia', 'Vik', now()
     from generate_series(1, $1::int) n`,
    [count]
  )
  await tidy(pool)
}

/** Who such a manager is, for their token. */
export const manager = (n: number): TokenClaims => ({
  id: managers.id(n),
  role: "hiring_manager",
  subRole: null,
  companyId: companies.id(n),
  email: `manager-${n}@example.org`,
  username: null
})

/** A send for each pair (`offer_id`, `candidate_id`) of a query, over the last 300 days, in whatever state. */
export const insertSends = async (stage: Stage, pairs: string): Promise<void> => {
  await withoutIndexes(stage, "offer_sent", () =>
    stage.pool.query(
      `insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, message, status,
         sent_at, viewed_at, responded_at, updated_at)
       select ${uuidAt("sent_at")}, version, company_id, offer_id, term, candidate_id, owner_id, title,
         'You would like it here.', (array['sent', 'viewed', 'responded'])[version], sent_at,
         case when version > 1 then sent_at end, case when version > 2 then sent_at end, sent_at
       from (
         select p.*, o.company_id, o.term, o.owner_id, o.title, 1 + floor(random() * 3)::int as version,
           now() - random() * interval '300 days' as sent_at
         from (${pairs}) p join offer o on o.id = p.offer_id offset 0
       ) sent order by sent_at`
    )
  )
  await tidy(stage.pool)
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
