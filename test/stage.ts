import { signToken, type TokenClaims } from "@treff/adapters/jwt"
import { layerSecrets } from "@treff/adapters/secrets"
import { aCompany, type CompanyWithPeople, everybodyOf } from "@treff/contract-tests/fixtures"
import { type Account, Secrets } from "@treff/domain/identity"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inject } from "vitest"
import { generateKey, generateSealingKey } from "../apps/local/src/keys.ts"
import { startNeonEndpoint } from "../apps/local/src/neon-endpoint.ts"
import { type PlatformOptions, startPlatform } from "../apps/local/src/platform.ts"
import { freshDatabase } from "./database.ts"

export interface CallOptions {
  /** What goes into `Authorization: Bearer`; left out: no header. */
  readonly token?: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** Both workers in workerd over a real PostgreSQL, with accounts that can call. Open one per file, and close it. */
export const openStage = async (options: Partial<PlatformOptions> = {}) => {
  const { url, pool, stop } = await freshDatabase()
  const neon = await startNeonEndpoint(url)
  const privateKey: Awaited<ReturnType<typeof generateKey>> =
    options.privateKey === undefined ? await generateKey() : JSON.parse(options.privateKey)
  const { d: _, ...publicKey } = privateKey
  const sealingKeys = generateSealingKey()
  const platform = await startPlatform({
    databaseUrl: url,
    neonEndpointUrl: neon.url,
    publicKeys: JSON.stringify([publicKey]),
    privateKey: JSON.stringify(privateKey),
    sealingKeys,
    retrySeconds: 0,
    batchSeconds: 0.1,
    bundles: inject("bundles"),
    onLog: () => {}, // a test that breaks something knows what is logged of it
    ...options
  })

  /** A token that the API accepts, for an account as it is given; `changes` make it say something else. */
  const tokenOf = (account: Account, changes: Partial<TokenClaims> = {}) => {
    const { id, role, subRole, companyId, email, username } = account
    return signToken(
      Redacted.make(privateKey),
      { id, role, subRole, companyId, email, username, ...changes },
      { issuer: "https://treff.example", audience: "treff", at: Date.now(), lifetime: 3_600 }
    )
  }

  const addAccount = async (account: Account): Promise<void> => {
    await pool.query(
      `insert into account (id, version, role, sub_role, company_id, email, username, first_name, last_name, locale, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now())`,
      [
        account.id,
        account.version,
        account.role,
        account.subRole,
        account.companyId,
        account.email,
        account.username,
        account.firstName,
        account.lastName,
        account.locale
      ]
    )
  }

  const call = async (method: string, path: string, { token, body, raw, headers }: CallOptions = {}) => {
    const response = await fetch(`${platform.apiUrl}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers
      },
      ...(raw !== undefined
        ? { body: raw as NonNullable<RequestInit["body"]> }
        : body !== undefined
          ? { body: JSON.stringify(body) }
          : {})
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: readJson(text) }
  }

  return {
    url,
    pool,
    neon,
    platform,
    privateKey,
    sealingKeys,
    tokenOf,
    addAccount,
    call,

    /** A company with somebody of every kind in it, each with an account. */
    addCompany: async (): Promise<CompanyWithPeople> => {
      const company = aCompany()
      await pool.query("insert into company (id, name, creator_id, created_at) values ($1, 'Acme', $2, now())", [
        company.id,
        company.manager.id
      ])
      for (const account of everybodyOf(company)) await addAccount(account)
      return company
    },

    /** The token of a mail that still waits, as its link will carry it: of an invitation, or of a sign-in. */
    sealedToken: async (table: "invitation" | "sign_in", id: string): Promise<string> => {
      const { rows } = await pool.query(`select sealed_token from ${table} where id = $1`, [id])
      const open = Secrets.use((secrets) => secrets.open(rows[0]?.sealed_token ?? ""))
      const token = await Effect.runPromise(Effect.provide(open, layerSecrets([Redacted.make(sealingKeys)])))
      if (token === null) throw new Error("There is no token of such a mail")
      return Redacted.value(token)
    },

    close: async () => {
      await platform.stop()
      await neon.stop()
      await stop()
    }
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

// biome-ignore lint/suspicious/noExplicitAny: an answer may hold anything, and the tests say what
const readJson = (text: string): any => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a client sends to make an offer, its dates ahead of the real time. */
export const offerInput = (changes: Readonly<Record<string, unknown>> = {}) => ({
  title: "Baker",
  description: "Bakes bread at night.",
  emploiType: "CDI",
  salary: "32,000 to 36,000",
  startDateJob: new Date(Date.now() + 10 * 86_400_000).toISOString(),
  expiredDate: new Date(Date.now() + 20 * 86_400_000).toISOString(),
  ...changes
})
