import { randomInt } from "node:crypto"
import { layerUuid } from "@treff/adapters/identifiers"
import { signToken } from "@treff/adapters/jwt"
import { layerPostgres, type PostgresDatabase, schema } from "@treff/adapters/postgres"
import { Journal, recordChange, system } from "@treff/domain/events"
import { type Account, accountLifecycle } from "@treff/domain/identity"
import { asc, eq, getTableColumns, sql } from "drizzle-orm"
import * as Effect from "effect/Effect"
import * as z from "zod"
import type { SandboxClock } from "../clock.ts"
import { addressOf, languages, makePerson } from "../demo/people.ts"
import { newId } from "../ids.ts"
import { invalid, Problem } from "./problem.ts"

/** What tokens are signed with, and for whom: as the API checks them. */
export interface Signer {
  readonly key: Parameters<typeof signToken>[0]
  readonly issuer: string
  readonly audience: string
}

const text = (length: number) =>
  z
    .string()
    .trim()
    .min(1)
    .refine((value) => [...value].length <= length, `must be at most ${length} characters long`)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must be well-formed Unicode without NUL")

/** The body of `POST /accounts`. Null is as good as left out. */
export const NewAccount = z
  .strictObject({
    role: z.enum(["hiring_manager", "recruiter", "candidate"]),
    subRole: z.enum(["recruiter_admin", "recruiter_user"]).nullish(),
    companyId: z.union([z.literal("new"), z.uuid()], 'must be the id of a company, or "new"').nullish(),
    email: z.string().trim().toLowerCase().max(254).pipe(z.email()).nullish(),
    firstName: text(100).nullish(),
    lastName: text(100).nullish(),
    locale: z.enum(["en", "fr", "nb"]).nullish()
  })
  .refine(({ role, subRole }) => role === "recruiter" || subRole == null, {
    path: ["subRole"],
    message: "must be left out: only recruiters have one"
  })
  .refine(({ role, companyId }) => role !== "candidate" || companyId == null, {
    path: ["companyId"],
    message: "must be left out: a candidate belongs to no company"
  })

export const makeAccounts = (db: PostgresDatabase, clock: SandboxClock, signer: Signer) => {
  const { account, company } = schema
  const selected = () =>
    db
      .select({ ...getTableColumns(account), companyName: company.name })
      .from(account)
      .leftJoin(company, eq(company.id, account.companyId))

  const withToken = async (row: Account & { readonly companyName: string | null }) => {
    const { id, email, username, firstName, lastName, role, subRole, companyId, companyName, locale } = row
    const token = await signToken(
      signer.key,
      { id, role, subRole, companyId, email, username },
      // Valid from the real time on: so it is still good when the clock is back there after a reset.
      {
        issuer: signer.issuer,
        audience: signer.audience,
        at: clock.now() - clock.offset(),
        lifetime: tenYears + Math.ceil(clock.offset() / 1_000)
      }
    )
    return { id, email, firstName, lastName, role, subRole, companyId, companyName, locale, token }
  }

  return {
    /** Those with a company first: they are the ones that one looks for. */
    list: async () => {
      const rows = await selected().orderBy(sql`${account.companyId} is null`, asc(company.createdAt), asc(account.id))
      return Promise.all(rows.map(withToken))
    },

    create: async ({ role, subRole, companyId, ...wanted }: z.output<typeof NewAccount>) => {
      const at = clock.now()
      const id = newId(at)
      const madeUp = makePerson(chance, languages.find((language) => language === wanted.locale) ?? "en")
      const person = {
        firstName: wanted.firstName ?? madeUp.firstName,
        lastName: wanted.lastName ?? madeUp.lastName
      }
      const row = {
        ...{ id, version: 0, role, username: null, ...person, locale: wanted.locale ?? null, createdAt: at },
        ...{ contactNumber: null, emailVerified: true, profileComplete: true },
        subRole: role === "recruiter" ? (subRole ?? "recruiter_user") : null,
        companyId: companyId === "new" ? newId(at) : (companyId ?? null),
        email: wanted.email ?? `${addressOf(person)}.${id.slice(-8)}@example.com`.replace(/^\.+/, "")
      }
      await db.transaction(async (tx) => {
        if (companyId === "new" && row.companyId !== null) {
          const name = `${person.lastName} & Co`
          await tx.insert(company).values({ id: row.companyId, version: 0, name, creatorId: id, createdAt: at })
        } else if (row.companyId !== null) {
          const found = await tx.select({ id: company.id }).from(company).where(eq(company.id, row.companyId))
          if (found.length === 0) throw invalid({ pointer: "/companyId", message: "there is no such company" })
        }
        const made = await tx.insert(account).values(row).onConflictDoNothing().returning({ id: account.id })
        if (made.length === 0) throw new Problem("email-taken", `There is an account with the address ${row.email}.`)
      })
      return withToken(await one(selected().where(eq(account.id, id))))
    },

    /** Removes the account from its company; once more, or one that belongs to none, changes nothing. */
    remove: async (id: string): Promise<void> => {
      const leave = Effect.gen(function* () {
        const [row] = yield* Effect.promise(() => db.select().from(account).where(eq(account.id, id)))
        if (row === undefined) throw new Problem("not-found", "There is no such account.")
        const { version: expectedVersion, ...facts } = row
        const { companyId } = facts
        const at = clock.now()
        const existing = { ...facts, status: companyId === null ? "outside" : "member" } as const
        const decision = yield* Effect.fromResult(accountLifecycle.decide(existing, { type: "Leave", at }))
        const change = yield* recordChange("account", decision, { expectedVersion, actor: system, at, companyId })
        if (change.events.length > 0) yield* (yield* Journal).commit([change], { at })
      })
      // Whoever else changes it at the same instant is done soon.
      const retried = Effect.retry(leave, { times: 10, while: ({ _tag }) => _tag === "StaleVersion" })
      await Effect.runPromise(Effect.provide(retried, [layerPostgres(db), layerUuid]))
    }
  }
}

const tenYears = 10 * 365.25 * 86_400

const chance = { oneOf: <A>(items: ReadonlyArray<A>) => items[randomInt(items.length)] as A }

const one = async <A>(rows: PromiseLike<ReadonlyArray<A>>): Promise<A> => {
  const [row] = await rows
  if (row === undefined) throw new Error("The row that was just written is gone")
  return row
}
