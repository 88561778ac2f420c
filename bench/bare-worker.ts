import { neon, neonConfig } from "@neondatabase/serverless"
import { Hono } from "hono"
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose"
import { v7 } from "uuid"
import * as sql from "./bare-sql.ts"

/**
 * What one would write without Treff: the same requests, answers, statements and messages for one admin of a company, and
 * nothing else. No domain, no effect, no drizzle, no zod; no rules, no problems, no lost race tried again.
 */
interface Env {
  readonly DATABASE_URL: string
  readonly NEON_FETCH_ENDPOINT: string
  readonly JWT_PUBLIC_KEYS: string
  readonly JWT_ISSUER: string
  readonly JWT_AUDIENCE: string
  readonly EVENTS: { readonly sendBatch: (messages: ReadonlyArray<object>) => Promise<unknown> }
}

interface Claims {
  readonly sub: string
  readonly role: string
  readonly subRole: string | null
  readonly companyId: string
}

const wirings = new WeakMap<Env, ReturnType<typeof wire>>()
const wire = (env: Env) => {
  neonConfig.fetchEndpoint = env.NEON_FETCH_ENDPOINT
  return {
    query: neon(env.DATABASE_URL, { arrayMode: true }).query,
    keys: createLocalJWKSet({ keys: JSON.parse(env.JWT_PUBLIC_KEYS) } as JSONWebKeySet)
  }
}
const wiringOf = (env: Env) => {
  const wiring = wirings.get(env) ?? wire(env)
  wirings.set(env, wiring)
  return wiring
}

const app = new Hono<{ Bindings: Env; Variables: { claims: Claims } }>()

app.use("*", async (c, next) => {
  const { payload } = await jwtVerify(c.req.header("Authorization")?.slice(7) ?? "", wiringOf(c.env).keys, {
    issuer: c.env.JWT_ISSUER,
    audience: c.env.JWT_AUDIENCE,
    algorithms: ["ES256"],
    requiredClaims: ["exp", "sub"]
  })
  c.set("claims", payload as unknown as Claims)
  await next()
  c.header("Vary", "Origin")
  c.header("X-Content-Type-Options", "nosniff")
  c.header("Cache-Control", "private, no-store")
})

app.get("/offers", async (c) => {
  const page = Number(c.req.query("page") ?? 1)
  const limit = Number(c.req.query("limit") ?? 20)
  const rows = page * limit + 1
  const found = await wiringOf(c.env).query(sql.list, [
    ...callerOf(c.var.claims),
    ...[10_001, 10_001, 10_001, rows, rows, limit + 1, rows - limit - 1]
  ])
  if (found[0] === undefined) return c.json({}, 401)
  const total: number = found[0][4]
  const address = (number: number) => {
    const url = new URL(c.req.url)
    url.searchParams.set("page", String(number))
    return url.href
  }
  return c.json(
    found.slice(0, limit).map((row) => wireOffer(offerIn(row, 5))),
    200,
    {
      Link: `<${address(1)}>; rel="first", <${address(page + 1)}>; rel="next", <${address(Math.ceil(total / limit))}>; rel="last"`,
      "X-Total-Count": String(total)
    }
  )
})

app.get("/offers/:id", async (c) => {
  const [row] = await wiringOf(c.env).query(sql.findWithRespondents, [
    ...callerOf(c.var.claims),
    ...[c.req.param("id"), null, "recruiter"]
  ])
  if (row === undefined) return c.json({}, 401)
  const offer = offerIn(row, 4)
  const respondents = row[6] as ReadonlyArray<Person>
  const now = Date.now()
  const days = (from: number, to: number) => Math.floor((to - from) / 86_400_000)
  return c.json(
    {
      ...wireOffer(offer),
      ageDays: days(offer.createdAt.getTime(), now),
      daysToExpiry: days(now, offer.expiresAt.getTime()),
      daysToStart: days(now, offer.jobStartsAt.getTime()),
      acceptedCount: 0,
      declinedCount: 0,
      respondents: respondents.map(({ id, lastName, firstName }) => ({
        candidateId: id,
        lastName,
        firstName,
        domain: null
      }))
    },
    200,
    { ETag: `"${offer.version}"` }
  )
})

app.post("/offers", async (c) => {
  const body = await c.req.json()
  const { query } = wiringOf(c.env)
  const claims = c.var.claims
  const [caller] = await query(sql.confirm, callerOf(claims))
  if (caller === undefined) return c.json({}, 401)
  const now = new Date()
  const offer: Offer = {
    id: v7({ msecs: now.getTime() }),
    version: 1,
    companyId: caller[3],
    ownerId: caller[0],
    title: body.title,
    description: body.description,
    employmentType: employmentTypes[body.emploiType] ?? "",
    salary: body.salary,
    attachmentUrl: body.attachmentUrl ?? null,
    jobStartsAt: new Date(body.startDateJob),
    expiresAt: new Date(body.expiredDate),
    contractEndsAt: null,
    quizId: null,
    quizRequired: false,
    status: "active",
    term: 1,
    createdAt: now,
    updatedAt: now
  }
  const { jobStartsAt, expiresAt } = offer
  const event = eventOf(offer, claims, "offer.created", now)
  await query(
    sql.createOffer,
    commitOf(offer, 0, now, {
      ...event,
      data: { ownerId: offer.ownerId, term: 1, jobStartsAt: jobStartsAt.getTime(), expiresAt: expiresAt.getTime() }
    })
  )
  const data = { recruiterId: offer.ownerId, term: 1, startDateJob: jobStartsAt, expiredDate: expiresAt }
  c.executionCtx.waitUntil(c.env.EVENTS.sendBatch([{ body: { ...event, data }, contentType: "json" }]))
  return c.json(wireOffer(offer), 201, { ETag: '"1"', Location: `/offers/${offer.id}` })
})

app.post("/offers/:id/archived", async (c) => {
  const { query } = wiringOf(c.env)
  const claims = c.var.claims
  const [row] = await query(sql.find, [...callerOf(claims), c.req.param("id"), null, "recruiter"])
  if (row === undefined) return c.json({}, 401)
  const now = new Date()
  const found = offerIn(row, 4)
  const offer = { ...found, version: found.version + 1, status: "archived", updatedAt: now }
  const event = { ...eventOf(offer, claims, "offer.archived", now), data: { term: offer.term } }
  const written = await query(sql.changeOffer, commitOf(offer, found.version, now, event))
  if (written.length === 0) return c.json({}, 409)
  c.executionCtx.waitUntil(c.env.EVENTS.sendBatch([{ body: event, contentType: "json" }]))
  return c.json(wireOffer(offer), 200, { ETag: `"${offer.version}"` })
})

app.post("/offer-sends", async (c) => {
  const body = await c.req.json()
  const { query } = wiringOf(c.env)
  const claims = c.var.claims
  const [row] = await query(sql.findForSending, [...callerOf(claims), ...[`{${body.candidateId}}`, body.offerId]])
  if (row === undefined) return c.json({}, 401)
  const caller = row[0] as { readonly id: string }
  const offer = offerIn(row, 1)
  const [{ version, sent, ...candidate }] = row[2] as readonly [
    Person & { readonly version: number; readonly sent: null }
  ]
  if (offer.status !== "active" || sent !== null) return c.json({}, 409)
  const now = new Date()
  const id = v7({ msecs: now.getTime() })
  const parties = { offerId: offer.id, candidateId: candidate.id }
  const event = {
    ...{ id: v7({ msecs: now.getTime() }), subject: { type: "offerSent", id }, sequence: 1, type: "offerSent.created" },
    ...{ actor: { kind: claims.role, id: caller.id }, occurredAt: now }
  }
  const written = await query(sql.commitSend, [
    JSON.stringify([
      {
        expectedVersion: 0,
        gone: false,
        begins: true,
        row: {
          id,
          version: 1,
          company_id: offer.companyId,
          offer_id: offer.id,
          term: offer.term,
          candidate_id: candidate.id,
          sender_id: caller.id,
          title: offer.title,
          message: body.message ?? null,
          status: "sent",
          sent_at: now,
          viewed_at: null,
          responded_at: null,
          updated_at: now
        }
      }
    ]),
    JSON.stringify([{ kind: "offer", id: offer.id, version: offer.version }]),
    JSON.stringify([{ kind: "account", id: candidate.id, version }]),
    ...[1, 0, 1],
    JSON.stringify([
      { ...event, companyId: offer.companyId, data: { ...parties, term: offer.term, senderId: caller.id } }
    ]),
    now.toISOString()
  ])
  if (written.length === 0) return c.json({}, 409)
  const data = { ...parties, recruiterId: caller.id, term: offer.term }
  c.executionCtx.waitUntil(c.env.EVENTS.sendBatch([{ body: { ...event, data }, contentType: "json" }]))
  return c.json(
    {
      id,
      ...parties,
      status: "sent",
      sentAt: now,
      viewedAt: null,
      respondedAt: null,
      message: body.message ?? null,
      createdAt: now,
      updatedAt: now,
      recruiterId: caller.id,
      companyId: offer.companyId,
      offer: { id: offer.id, title: offer.title },
      candidate
    },
    201,
    { ETag: '"1"', Location: `/offer-sends/${id}` }
  )
})

// biome-ignore lint/style/noDefaultExport: what workerd runs is a module's default export
export default { fetch: app.fetch }

const callerOf = ({ sub, role, subRole, companyId }: Claims) => [sub, role, subRole, companyId]

interface Person {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
}

/** The driver answers rows as arrays of whatever the columns hold. */
type Row = ReadonlyArray<unknown>

const offerIn = (row: Row, place: number) => {
  const offer = row[place] as Readonly<Record<string, string>>
  return {
    id: offer.id as string,
    version: Number(offer.version),
    companyId: offer.company_id as string,
    ownerId: offer.owner_id as string,
    title: offer.title as string,
    description: offer.description as string,
    employmentType: offer.employment_type as string,
    salary: offer.salary as string,
    attachmentUrl: offer.attachment_url as string | null,
    jobStartsAt: new Date(offer.job_starts_at as string),
    expiresAt: new Date(offer.expires_at as string),
    contractEndsAt: offer.contract_ends_at == null ? null : new Date(offer.contract_ends_at),
    quizId: offer.quiz_id as string | null,
    quizRequired: Boolean(offer.quiz_required),
    status: offer.status as string,
    term: Number(offer.term),
    createdAt: new Date(offer.created_at as string),
    updatedAt: new Date(offer.updated_at as string)
  }
}
type Offer = ReturnType<typeof offerIn>

const employmentTypes: Readonly<Record<string, string>> = {
  CDI: "permanent",
  CDD: "fixed_term",
  Alternance: "apprenticeship",
  Stage: "internship",
  Freelance: "freelance"
}
const wireEmploymentTypes = Object.fromEntries(Object.entries(employmentTypes).map(([wire, type]) => [type, wire]))

const wireOffer = (offer: Offer) => {
  const endsAt = offer.jobStartsAt < offer.expiresAt ? offer.jobStartsAt : offer.expiresAt
  return {
    id: offer.id,
    recruiterId: offer.ownerId,
    companyId: offer.companyId,
    title: offer.title,
    description: offer.description,
    emploiType: wireEmploymentTypes[offer.employmentType],
    salary: offer.salary,
    attachmentUrl: offer.attachmentUrl,
    startDateJob: offer.jobStartsAt,
    expiredDate: offer.expiresAt,
    endDate: offer.contractEndsAt,
    status: offer.status === "active" && endsAt.getTime() <= Date.now() ? "expired" : offer.status,
    quizId: offer.quizId,
    quizRequired: offer.quizRequired,
    createdAt: offer.createdAt,
    updatedAt: offer.updatedAt,
    endsAt
  }
}

const eventOf = (offer: Offer, claims: Claims, type: string, now: Date) => ({
  id: v7({ msecs: now.getTime() }),
  subject: { type: "offer", id: offer.id },
  sequence: offer.version,
  type,
  actor: { kind: claims.role, id: claims.sub },
  occurredAt: now
})

const commitOf = (offer: Offer, expectedVersion: number, now: Date, event: object) => [
  JSON.stringify([
    {
      expectedVersion,
      gone: false,
      begins: expectedVersion === 0,
      row: {
        id: offer.id,
        version: offer.version,
        company_id: offer.companyId,
        owner_id: offer.ownerId,
        title: offer.title,
        description: offer.description,
        employment_type: offer.employmentType,
        salary: offer.salary,
        attachment_url: offer.attachmentUrl,
        job_starts_at: offer.jobStartsAt,
        expires_at: offer.expiresAt,
        contract_ends_at: offer.contractEndsAt,
        quiz_id: offer.quizId,
        quiz_required: offer.quizRequired,
        status: offer.status,
        term: offer.term,
        created_at: offer.createdAt,
        updated_at: offer.updatedAt
      }
    }
  ]),
  expectedVersion === 0 ? 0 : 1,
  JSON.stringify([{ ...event, companyId: offer.companyId }]),
  now.toISOString()
]
