import { createRoute, OpenAPIHono, type RouteConfig } from "@hono/zod-openapi"
import type { Ports } from "@treff/adapters/cloudflare"
import { eventMessage, toEventMessage, toWireInstant, wireEmploymentType } from "@treff/adapters/wire"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  type EmploymentType,
  enableOffer,
  endsAt,
  listOffers,
  type Offer,
  type OfferAction,
  type OfferChange,
  type OfferContent,
  offerLimits,
  offerStatuses,
  readOffer,
  readOfferHistory,
  transferOffer,
  updateOffer
} from "@treff/domain/offer"
import type { Versioned } from "@treff/domain/ports"
import type * as Effect from "effect/Effect"
import type { Context } from "hono"
import * as z from "zod"
import { bodyProblems, jsonBody, noBody } from "../body.ts"
import { allow, authenticate } from "../caller.ts"
import { memberProblems, problemsOf } from "../declare.ts"
import { identifier, instant, lastInstant, oneOf, text } from "../input.ts"
import { eitherPageOrAfter, pageHeaders, pageQuery, pageRequestOf } from "../paging.ts"
import type { Failure } from "../problem.ts"
import { type RequestEnv, respond } from "../request.ts"

// The names of the wire are those of the source; here, and nowhere else, they meet the domain's.

const employmentTypeOf = Object.fromEntries(
  Object.entries(wireEmploymentType).map(([employmentType, wire]) => [wire, employmentType])
) as { readonly [T in EmploymentType as (typeof wireEmploymentType)[T]]: T }

const OfferInput = z
  .strictObject({
    title: text(offerLimits.title).meta({ example: "Baker, nights" }),
    description: text(offerLimits.description).meta({ example: "Sourdough, four nights a week." }),
    emploiType: oneOf(Object.values(wireEmploymentType)).meta({ example: "CDI" }),
    salary: text(offerLimits.salary).meta({
      description: "an amount or a range, as text",
      example: "32 000 – 36 000 €"
    }),
    attachmentUrl: z
      .url({ protocol: /^https$/, error: "must be an https address" })
      .max(offerLimits.attachmentUrl)
      .nullish()
      .meta({ example: "https://example.com/baker.pdf" }),
    startDateJob: instant.meta({
      description: "later than now, earlier than expiredDate",
      type: "string",
      format: "date-time",
      example: "2027-01-04T08:00:00.000Z"
    }),
    expiredDate: instant.meta({
      description: "later than now",
      type: "string",
      format: "date-time",
      example: "2027-02-01T00:00:00.000Z"
    }),
    endDate: instant
      .nullish()
      .meta({ description: "later than startDateJob; not for CDI", type: ["string", "null"], format: "date-time" }),
    quizId: z.null().optional().meta({ description: "a quiz is added once the offer exists" }),
    quizRequired: z.boolean().nullish().meta({ description: "false if left out" })
  })
  .meta({ id: "OfferInput", description: "The whole content of an offer: what is left out or null is cleared." })

const contentOf = (input: z.output<typeof OfferInput>): OfferContent => ({
  title: input.title,
  description: input.description,
  employmentType: employmentTypeOf[input.emploiType],
  salary: input.salary,
  attachmentUrl: input.attachmentUrl ?? null,
  jobStartsAt: input.startDateJob,
  expiresAt: input.expiredDate,
  contractEndsAt: input.endDate ?? null,
  quizRequired: input.quizRequired ?? false
})

const id = z.uuid().meta({ example: "01932c5e-7d00-7000-8000-000000000001" })
const wireInstant = z.iso.datetime({ precision: 3 }).meta({ example: "2027-01-04T08:00:00.000Z" })

const offerFields = {
  id,
  recruiterId: id.meta({ description: "who owns it" }),
  companyId: id,
  title: z.string().meta({ example: "Baker, nights" }),
  description: z.string(),
  emploiType: z.enum(Object.values(wireEmploymentType)),
  salary: z.string(),
  attachmentUrl: z.string().nullable(),
  startDateJob: wireInstant,
  expiredDate: wireInstant,
  endDate: wireInstant.nullable(),
  status: z.enum(offerStatuses).meta({ description: "as it is now: an offer whose date has passed is expired" }),
  quizId: id.nullable(),
  quizRequired: z.boolean(),
  createdAt: wireInstant,
  updatedAt: wireInstant,
  endsAt: wireInstant.meta({ description: "the earlier of the two dates, at which the offer expires" })
}
const WireOffer = z.object(offerFields).meta({ id: "Offer" })

const days = (description: string) => z.int().meta({ description: `${description}, in whole days, rounded down` })
const WireOfferDetails = z
  .object({
    ...offerFields,
    ageDays: days("since createdAt"),
    daysToExpiry: days("until expiredDate; 0 on the last day, -1 at once after"),
    daysToStart: days("until startDateJob; 0 on the last day, -1 at once after"),
    acceptedCount: z.int().nullable().meta({ description: "null unless the offer is active" }),
    declinedCount: z.int().nullable().meta({ description: "null unless the offer is active" }),
    respondents: z
      .array(z.object({ candidateId: id, lastName: z.string(), firstName: z.string(), domain: z.string().nullable() }))
      .nullable()
      .meta({ description: "the newest ten, null unless the offer is active" })
  })
  .meta({ id: "OfferDetails" })

const wireOffer = (offer: Offer): z.infer<typeof WireOffer> => ({
  id: offer.id,
  recruiterId: offer.ownerId,
  companyId: offer.companyId,
  title: offer.title,
  description: offer.description,
  emploiType: wireEmploymentType[offer.employmentType],
  salary: offer.salary,
  attachmentUrl: offer.attachmentUrl,
  startDateJob: toWireInstant(offer.jobStartsAt),
  expiredDate: toWireInstant(offer.expiresAt),
  endDate: offer.contractEndsAt === null ? null : toWireInstant(offer.contractEndsAt),
  status: offer.status,
  quizId: offer.quizId,
  quizRequired: offer.quizRequired,
  createdAt: toWireInstant(offer.createdAt),
  updatedAt: toWireInstant(offer.updatedAt),
  endsAt: toWireInstant(endsAt(offer))
})

const offerCursor = z.strictObject({ createdAt: z.int().min(0).max(lastInstant), id: z.uuid() })
const sequenceCursor = z.int32().min(0)

const params = z.object({ id: z.string().meta({ description: "the offer's id", example: id.meta()?.example }) })
const headers = z.object({
  "if-match": z.string().optional().meta({ description: 'the ETag that the change builds on, or "*"' })
})
const security = [{ bearer: [] }]
const tags = ["offers"]
type Headers = Exclude<
  NonNullable<Extract<RouteConfig["responses"][string], { content?: unknown }>["headers"]>,
  z.ZodType
>
const etag: Headers = { ETag: { schema: { type: "string" }, description: "the version" } }
const pageHeadersDeclared: Headers = {
  Link: { schema: { type: "string" }, description: "RFC 8288: first, prev, next, last" },
  "X-Total-Count": { schema: { type: "integer" }, description: "exact up to 10000" },
  "X-Total-Count-Relation": { schema: { type: "string", enum: ["gte"] }, description: "where there are more" }
}
const json = <S extends z.ZodType>(schema: S, description: string, headers: Headers) => ({
  description,
  headers,
  content: { "application/json": { schema } }
})

const list = createRoute({
  method: "get",
  path: "/",
  tags,
  security,
  summary: "The offers within the caller's reach, newest first",
  middleware: [authenticate, allow("list")],
  request: {
    query: z
      .object({
        status: oneOf(offerStatuses).optional().meta({ description: "as each offer is now" }),
        ...pageQuery(offerCursor)
      })
      .refine(...eitherPageOrAfter)
  },
  responses: {
    200: json(z.array(WireOffer), "a page of offers", pageHeadersDeclared),
    ...problemsOf(...memberProblems, "InvalidInput")
  }
})

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags,
  security,
  summary: "One offer, with what is computed",
  middleware: [authenticate, allow("read")],
  request: { params },
  responses: {
    200: json(WireOfferDetails, "the offer", etag),
    ...problemsOf(...memberProblems, "NotOwner", "NotRecipient", "OfferNotFound")
  }
})

const create = createRoute({
  method: "post",
  path: "/",
  tags,
  security,
  summary: "Make an offer, active, owned by the caller",
  middleware: [authenticate, allow("create"), ...jsonBody],
  request: { body: { required: true, content: { "application/json": { schema: OfferInput } } } },
  responses: {
    201: json(WireOffer, "the offer", { ...etag, Location: { schema: { type: "string" }, description: "its path" } }),
    ...problemsOf(...memberProblems, ...bodyProblems, "RoleNotAllowed", "InvalidOffer")
  }
})

const changeProblems = [
  ...memberProblems,
  ...bodyProblems,
  "RoleNotAllowed",
  "OfferNotFound",
  "NotOwner",
  "VersionMismatch",
  "StaleVersion"
] as const

const update = createRoute({
  method: "post",
  path: "/{id}",
  tags,
  security,
  summary: "Write the whole content of an offer anew",
  middleware: [authenticate, allow("update"), ...jsonBody],
  request: { params, headers, body: { required: true, content: { "application/json": { schema: OfferInput } } } },
  responses: {
    200: json(WireOffer, "the offer", etag),
    ...problemsOf(...changeProblems, "InvalidOffer", "IllegalTransition")
  }
})

const transition = <const P extends string, R extends object>(
  path: P,
  action: OfferAction,
  summary: string,
  problems: R
) =>
  createRoute({
    method: "post",
    path: `/{id}/${path}`,
    tags,
    security,
    summary,
    middleware: [authenticate, allow(action), ...noBody],
    request: { params, headers },
    responses: { 200: json(WireOffer, "the offer", etag), ...problems }
  })

const enable = transition(
  "enabled",
  "enable",
  "Open an offer again; both of its dates must lie ahead",
  problemsOf(...changeProblems, "OfferDatesPassed")
)
const disable = transition(
  "disabled",
  "disable",
  "Hide an active offer from candidates",
  problemsOf(...changeProblems, "IllegalTransition")
)
const archive = transition("archived", "archive", "End an offer's term", problemsOf(...changeProblems))

const remove = createRoute({
  method: "post",
  path: "/{id}/delete",
  tags,
  security,
  summary: "Delete an offer for good",
  middleware: [authenticate, allow("delete"), ...noBody],
  request: { params, headers },
  responses: { 204: { description: "gone" }, ...problemsOf(...changeProblems) }
})

const transfer = createRoute({
  method: "post",
  path: "/{id}/transfer",
  tags,
  security,
  summary: "Hand an offer to another recruiter of the company",
  middleware: [authenticate, allow("transfer"), ...jsonBody],
  request: {
    params,
    headers,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({ newRecruiterId: identifier.meta({ description: "a recruiter of the caller's company" }) })
            .meta({ id: "Transfer" })
        }
      }
    }
  },
  responses: {
    200: json(WireOffer, "the offer", etag),
    ...problemsOf(...changeProblems, "RecruiterUnknown", "OfferNotActive")
  }
})

const history = createRoute({
  method: "get",
  path: "/{id}/history",
  tags,
  security,
  summary: "What has happened to an offer, oldest first",
  middleware: [authenticate, allow("history")],
  request: { params, query: z.object(pageQuery(sequenceCursor)).refine(...eitherPageOrAfter) },
  responses: {
    200: json(z.array(eventMessage), "a page of events", pageHeadersDeclared),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "NotOwner", "OfferNotFound", "InvalidInput")
  }
})

/** The versions that `If-Match` names (RFC 9110); a weak or unreadable one is no version of ours. */
const expectedVersions = (ifMatch: string | undefined): ReadonlyArray<number> | undefined =>
  ifMatch === undefined || ifMatch.trim() === "*"
    ? undefined
    : ifMatch.split(",").flatMap((tag) => {
        const version = /^"(\d{1,9})"$/.exec(tag.trim())?.[1]
        return version === undefined ? [] : [Number(version)]
      })

const etagOf = (version: number) => `"${version}"`

const changeOf = (c: Context<RequestEnv>, id: string): OfferChange => ({
  caller: c.var.caller,
  id,
  expected: expectedVersions(c.req.header("If-Match"))
})

/** Answers a change with the offer as it is then. */
const change = <F extends Failure>(c: Context<RequestEnv>, program: Effect.Effect<Versioned<Offer>, F, Ports>) =>
  respond(c, program, ({ version, value }) => c.json(wireOffer(value), 200, { ETag: etagOf(version) }))

export const offers = new OpenAPIHono<RequestEnv>()
  .openapi(list, (c) => {
    const { status, ...query } = c.req.valid("query")
    const page = pageRequestOf(query)
    return respond(c, listOffers(c.var.caller, { status: status ?? null, page }), (found) =>
      c.json(
        found.rows.map(wireOffer),
        200,
        pageHeaders(c, page, found, ({ createdAt, id }) => ({ createdAt, id }))
      )
    )
  })
  .openapi(read, (c) =>
    respond(c, readOffer(c.var.caller, c.req.valid("param").id), ({ version, value, ...computed }) => {
      // Until responses exist nobody has responded; what is counted is counted while the offer is active.
      const responses =
        value.status === "active"
          ? { acceptedCount: 0, declinedCount: 0, respondents: [] }
          : { acceptedCount: null, declinedCount: null, respondents: null }
      return c.json({ ...wireOffer(value), ...computed, ...responses }, 200, { ETag: etagOf(version) })
    })
  )
  .openapi(create, (c) =>
    respond(c, createOffer(c.var.caller, contentOf(c.req.valid("json"))), ({ version, value }) =>
      c.json(wireOffer(value), 201, { ETag: etagOf(version), Location: `/offers/${value.id}` })
    )
  )
  .openapi(update, (c) => change(c, updateOffer(changeOf(c, c.req.valid("param").id), contentOf(c.req.valid("json")))))
  .openapi(enable, (c) => change(c, enableOffer(changeOf(c, c.req.valid("param").id))))
  .openapi(disable, (c) => change(c, disableOffer(changeOf(c, c.req.valid("param").id))))
  .openapi(archive, (c) => change(c, archiveOffer(changeOf(c, c.req.valid("param").id))))
  .openapi(remove, (c) => respond(c, deleteOffer(changeOf(c, c.req.valid("param").id)), () => c.body(null, 204)))
  .openapi(transfer, (c) =>
    change(c, transferOffer(changeOf(c, c.req.valid("param").id), c.req.valid("json").newRecruiterId))
  )
  .openapi(history, (c) => {
    const page = pageRequestOf(c.req.valid("query"))
    return respond(c, readOfferHistory(c.var.caller, c.req.valid("param").id, page), (found) =>
      c.json(
        found.rows.map(toEventMessage),
        200,
        pageHeaders(c, page, found, ({ sequence }) => sequence)
      )
    )
  })
