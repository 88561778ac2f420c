import type { Caller, Person } from "@treff/domain/identity"
import { countedAtMost } from "@treff/domain/kernel"
import { type OfferStatus, Offers, scopeOf } from "@treff/domain/offers"
import { and, asc, desc, eq, gt, isNull, lte, type SQL, sql } from "drizzle-orm"
import { alias, unionAll } from "drizzle-orm/pg-core"
import * as Effect from "effect/Effect"
import { type Database, type PostgresDatabase, rowsOf, uuidArray, uuidOrNull } from "../store/database.ts"
import { statements, unnamed } from "../store/statement.ts"
import type { JsonRow } from "../tables/row-mapping.ts"
import { offerColumns as columns, offerRow } from "../tables/rows.ts"
import { account, offer, offerSent } from "../tables/schema.ts"
import { claimsOf, confirmedCaller, fieldsOf, firstRow } from "./caller.ts"
import { makeOfferHistory } from "./offer-history.ts"
import { pageOf, window } from "./page.ts"

const owner = alias(account, "owner")
const newOwner = alias(account, "new_owner")

export const makeOffers = (database: Database) => {
  const { db, ask } = database
  const find = (claimed: Caller, id: string, newOwnerId: string | null, respondents = false) => {
    const shape = { namesCompany: claimed.companyId !== null, respondents }
    const statement = findStatements(db, JSON.stringify(shape), () => findStatement(db, shape))
    return ask("Offers.find", () => statement.execute({ ...claimsOf(claimed), id: uuidOrNull(id), newOwnerId })).pipe(
      Effect.flatMap((rows) => firstRow(claimed, rows)),
      Effect.map(({ offer, ownerHasLeft, ...row }) => ({
        ...row,
        found: offer === null ? null : { ...offerRow.fromRow(offer), ownerHasLeft }
      }))
    )
  }

  return Offers.of({
    find: Effect.fn("Offers.find")((claimed, id) => find(claimed, id, null)),

    findWithRespondents: Effect.fn("Offers.findWithRespondents")((claimed, id) => find(claimed, id, null, true)),

    findForTransfer: Effect.fn("Offers.findForTransfer")((claimed, id, newOwnerId) =>
      find(claimed, id, uuidOrNull(newOwnerId))
    ),

    history: makeOfferHistory(database),

    list: Effect.fn("Offers.list")(function* (claimed, { status, at, page: request }) {
      const shape = { ...shapeOf(claimed), status, goesOn: "after" in request && request.after !== null }
      const statement = listStatements(db, JSON.stringify(shape), () => listStatement(db, shape))
      const { first, rows } = window(request)
      const cursor = "after" in request ? request.after : null
      const found = yield* ask("Offers.list", () =>
        statement.execute({
          ...claimsOf(claimed),
          at,
          first,
          rows,
          last: first + rows,
          afterCreatedAt: cursor?.createdAt,
          afterId: cursor?.id
        })
      )
      const { caller: confirmed, total: size } = yield* firstRow(claimed, found)
      const offers = found.flatMap(({ offer }) => (offer === null ? [] : [offerRow.fromRow(offer).value]))
      return { caller: confirmed, page: pageOf(request, offers, size) }
    }),

    due: Effect.fn("Offers.due")(function* (date, at, limit) {
      const rows = yield* ask("Offers.due", () =>
        db
          .select({ offer: sql<JsonRow>`row_to_json(${offer})` })
          .from(offer)
          .where(and(unsweptStatus, lte(offer[date], at)))
          .orderBy(asc(offer[date]), asc(offer.id))
          .limit(limit)
      )
      return rows.map(({ offer }) => offerRow.fromRow(offer))
    }),

    withPeople: Effect.fn("Offers.withPeople")(function* (offerIds, people) {
      const result = yield* ask("Offers.withPeople", () =>
        db.execute(sql`
          select
            (select coalesce(json_agg(row_to_json(o)), '[]') from ${offer} o
              where o.id = any(${uuidArray(offerIds)}::uuid[])) as offers,
            (select coalesce(json_agg(json_build_object('id', a.id, 'firstName', a.first_name, 'lastName', a.last_name,
              'companyId', a.company_id)), '[]')
              from ${account} a where a.id = any(${uuidArray(people)}::uuid[])) as people`)
      )
      const [row] = rowsOf<{
        readonly offers: ReadonlyArray<JsonRow>
        readonly people: ReadonlyArray<Person & { readonly companyId: string | null }>
      }>(result)
      return { offers: (row?.offers ?? []).map((one) => offerRow.fromRow(one).value), people: row?.people ?? [] }
    })
  })
}

/** What makes another text of a statement. */
const shapeOf = (claimed: Caller) => ({ scope: scopeOf(claimed), namesCompany: claimed.companyId !== null })
type Shape = ReturnType<typeof shapeOf>

const findStatement = (db: PostgresDatabase, { namesCompany, respondents }: FindShape) => {
  const caller = confirmedCaller(db, namesCompany)
  return db
    .with(caller)
    .select({
      caller: fieldsOf(caller),
      offer: sql<JsonRow | null>`row_to_json(${offer})`,
      ownerHasLeft: sql<boolean>`${isNull(owner.id)}`,
      respondents: respondents ? newestRespondents : sql<ReadonlyArray<Person>>`'[]'::json`,
      newOwner: { id: newOwner.id, version: newOwner.version }
    })
    .from(caller)
    .leftJoin(offer, and(eq(offer.id, sql`${sql.placeholder("id")}::uuid`), eq(offer.companyId, caller.companyId)))
    .leftJoin(owner, and(eq(owner.id, offer.ownerId), eq(owner.companyId, offer.companyId)))
    .leftJoin(
      newOwner,
      and(
        eq(newOwner.id, sql`${sql.placeholder("newOwnerId")}::uuid`),
        eq(newOwner.companyId, caller.companyId),
        eq(newOwner.role, "recruiter")
      )
    )
    .prepare(unnamed)
}
const findStatements = statements<ReturnType<typeof findStatement>>()

interface FindShape {
  readonly namesCompany: boolean
  readonly respondents: boolean
}

/** The newest ten who have responded to a send of the offer's term. */
const newestRespondents = sql<ReadonlyArray<Person>>`(
  select coalesce(json_agg(json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name)
    order by s.responded_at desc, s.id desc), '[]')
  from (
    select id, candidate_id, responded_at from ${offerSent}
    where offer_id = ${offer.id} and term = ${offer.term} and status = 'responded'
    order by responded_at desc, id desc limit 10
  ) s join ${account} c on c.id = s.candidate_id)`

interface ListShape extends Shape {
  readonly status: OfferStatus | null
  /** Whether it begins below a cursor. */
  readonly goesOn: boolean
}

const listStatement = (db: PostgresDatabase, { scope, namesCompany, status, goesOn }: ListShape) => {
  const caller = confirmedCaller(db, namesCompany)
  const companyOfCaller = sql`(select ${caller.companyId} from ${caller})`
  const within = {
    company: eq(offer.companyId, companyOfCaller),
    own: and(eq(offer.companyId, companyOfCaller), eq(offer.ownerId, sql`${sql.placeholder("callerId")}::uuid`))
  }[scope]
  const { written, unswept } = effectively(status, within)
  const select = (condition: SQL | undefined) =>
    db
      .select(columns)
      .from(offer)
      .where(and(condition, goesOn ? belowCursor : undefined))
      .orderBy(desc(offer.createdAt), desc(offer.id))
      .limit(sql.placeholder("last"))
  const count = (condition: SQL | undefined) =>
    db
      .select({ one: sql`1`.as("one") })
      .from(offer)
      .where(condition)
      // In the order of the page, so that the same index serves, and alone.
      .orderBy(desc(offer.createdAt), desc(offer.id))
      .limit(countedAtMost + 1)
  const page = db
    .$with("page")
    .as(
      unionAll(select(written), select(unswept))
        .orderBy(sql`created_at desc, id desc`)
        .offset(sql.placeholder("first"))
        .limit(sql.placeholder("rows"))
    )
  const counted = unionAll(count(written), count(unswept))
    .limit(countedAtMost + 1)
    .as("counted")
  const total = db.$with("total").as(db.select({ count: sql<number>`count(*)::int`.as("count") }).from(counted))
  return db
    .with(caller, total, page)
    .select({
      caller: fieldsOf(caller),
      total: total.count,
      offer: sql<JsonRow | null>`row_to_json(${page})`
    })
    .from(caller)
    .crossJoin(total)
    .leftJoin(page, sql`true`)
    .orderBy(desc(page.createdAt), desc(page.id))
    .prepare(unnamed)
}
const listStatements = statements<ReturnType<typeof listStatement>>()

/** Written out as in the partial indexes, which the planner only then recognises. */
const unsweptStatus = sql`status in ('active', 'disabled')`

/**
 * What an offer's status is at `at`, in SQL; `offerLifecycle.asOf` says the same. Those that are so as written, and those that
 * time alone has made so, apart: one index serves each, and none both.
 */
const effectively = (status: OfferStatus | null, scope: SQL | undefined) => {
  const at = sql.param(sql.placeholder("at"), offer.endsAt)
  const written = status === null ? undefined : eq(offer.status, status)
  return {
    written: and(scope, written, status === "active" || status === "disabled" ? gt(offer.endsAt, at) : undefined),
    unswept: status === "expired" ? and(scope, unsweptStatus, lte(offer.endsAt, at)) : sql`false`
  }
}

const belowCursor = sql`(${offer.createdAt}, ${offer.id}) < (${sql.param(sql.placeholder("afterCreatedAt"), offer.createdAt)}, ${sql.placeholder("afterId")}::uuid)`
