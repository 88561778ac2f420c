import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import { employmentTypeOfWire, offerEventCodec, wireEmploymentType } from "@treff/adapters/wire"
import type { Page, Versioned } from "@treff/domain/kernel"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  listOffers,
  listReceivedOffers,
  mayActOnOffers,
  type Offer,
  type OfferAction,
  type OfferContent,
  offerLimits,
  offerStatuses,
  type ReceivedOffer,
  readOffer,
  readOfferHistory,
  readReceivedOffer,
  transferOffer,
  updateOffer
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import type { Context } from "hono"
import * as z from "zod"
import { bodyProblems, jsonBody, noBody } from "../../http/body.ts"
import { allow, authenticate } from "../../http/caller.ts"
import { idParam, json, jsonInput, memberProblems, security } from "../../http/declare.ts"
import { identifier, instant, oneOf, text } from "../../http/input.ts"
import {
  createdAtCursor,
  createdAtCursorOf,
  declaredPageHeaders,
  eitherPageOrAfter,
  pageHeaders,
  pageQuery,
  pageRequestOf
} from "../../http/paging.ts"
import type { RequestEnv } from "../../http/request.ts"
import { flowAnswers } from "../../http/respond.ts"
import { changeOf, etag, etagOf, ifMatch } from "../../http/version.ts"
import {
  WireOffer,
  WireOfferDetails,
  WireReceivedOffer,
  WireReceivedOfferDetails,
  wireOffer,
  wireOfferDetails,
  wireReceivedOffer
} from "./offer-output.ts"
import { offerProblems } from "./problems.ts"

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
  employmentType: employmentTypeOfWire[input.emploiType],
  salary: input.salary,
  attachmentUrl: input.attachmentUrl ?? null,
  jobStartsAt: input.startDateJob,
  expiresAt: input.expiredDate,
  contractEndsAt: input.endDate ?? null,
  quizRequired: input.quizRequired ?? false
})

const sequenceCursor = z.int32().min(0)

const params = idParam("the offer's id")

const tags = ["offers"]
const { respond, problemsOf } = flowAnswers(offerProblems, {
  instance: "/offers",
  issue: { pointer: "/title", message: "must be 1 to 200 characters long" }
})

const list = createRoute({
  method: "get",
  path: "/",
  tags,
  security,
  summary: "The offers within the caller's reach, newest first: a candidate's are the active ones sent to them",
  middleware: [authenticate],
  request: {
    query: z
      .object({
        status: oneOf(offerStatuses).optional().meta({ description: "as each offer is now" }),
        ...pageQuery(createdAtCursor)
      })
      .refine(...eitherPageOrAfter)
  },
  responses: {
    200: json(z.array(z.union([WireOffer, WireReceivedOffer])), "a page of offers", declaredPageHeaders),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "InvalidInput")
  }
})

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags,
  security,
  summary: "One offer, with what is computed; a candidate who reads it has viewed what was sent to them",
  middleware: [authenticate],
  request: { params },
  responses: {
    200: json(z.union([WireOfferDetails, WireReceivedOfferDetails]), "the offer", etag),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "NotOwner", "NotRecipient", "OfferNotFound")
  }
})

const create = createRoute({
  method: "post",
  path: "/",
  tags,
  security,
  summary: "Make an offer, active, owned by the caller",
  middleware: [authenticate, allow(mayActOnOffers, "create"), ...jsonBody],
  request: { body: jsonInput(OfferInput) },
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
  middleware: [authenticate, allow(mayActOnOffers, "update"), ...jsonBody],
  request: { params, headers: ifMatch, body: jsonInput(OfferInput) },
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
    middleware: [authenticate, allow(mayActOnOffers, action), ...noBody],
    request: { params, headers: ifMatch },
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
  middleware: [authenticate, allow(mayActOnOffers, "delete"), ...noBody],
  request: { params, headers: ifMatch },
  responses: { 204: { description: "gone" }, ...problemsOf(...changeProblems) }
})

const transfer = createRoute({
  method: "post",
  path: "/{id}/transfer",
  tags,
  security,
  summary: "Hand an offer to another recruiter of the company",
  middleware: [authenticate, allow(mayActOnOffers, "transfer"), ...jsonBody],
  request: {
    params,
    headers: ifMatch,
    body: jsonInput(
      z
        .strictObject({ newRecruiterId: identifier.meta({ description: "a recruiter of the caller's company" }) })
        .meta({ id: "Transfer" })
    )
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
  middleware: [authenticate, allow(mayActOnOffers, "history")],
  request: { params, query: z.object(pageQuery(sequenceCursor)).refine(...eitherPageOrAfter) },
  responses: {
    200: json(z.array(offerEventCodec.schema), "a page of events", declaredPageHeaders),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "NotOwner", "OfferNotFound", "InvalidInput")
  }
})

/** Answers a change with the offer as it is then. */
const changed =
  (c: Context<RequestEnv>) =>
  ({ version, value }: Versioned<Offer>) =>
    c.json(wireOffer(value), 200, { ETag: etagOf(version) })

/** What a candidate is answered who asks for offers that are not active. */
const noOffers: Page<ReceivedOffer> = { rows: [], more: false, total: 0 }

export const offers = () =>
  new OpenAPIHono<RequestEnv>()
    .openapi(list, (c) => {
      const { status, ...query } = c.req.valid("query")
      const page = pageRequestOf(query)
      if (c.var.caller.role === "candidate") {
        const received = listReceivedOffers(c.var.caller, page)
        const asked = status === undefined || status === "active" ? received : Effect.as(received, noOffers)
        return respond(c, asked, (found) =>
          c.json(found.rows.map(wireReceivedOffer), 200, pageHeaders(c, page, found, createdAtCursorOf))
        )
      }
      return respond(c, listOffers(c.var.caller, { status: status ?? null, page }), (found) =>
        c.json(found.rows.map(wireOffer), 200, pageHeaders(c, page, found, createdAtCursorOf))
      )
    })
    .openapi(read, (c) => {
      const { caller } = c.var
      const { id } = c.req.valid("param")
      return caller.role === "candidate"
        ? respond(c, readReceivedOffer(caller, id, { views: c.req.method !== "HEAD" }), ({ version, value, ...ages }) =>
            c.json({ ...wireReceivedOffer(value), ...ages }, 200, { ETag: etagOf(version) })
          )
        : respond(c, readOffer(caller, id), ({ version, ...found }) =>
            c.json(wireOfferDetails(found), 200, { ETag: etagOf(version) })
          )
    })
    .openapi(create, (c) =>
      respond(c, createOffer(c.var.caller, contentOf(c.req.valid("json"))), ({ version, value }) =>
        c.json(wireOffer(value), 201, { ETag: etagOf(version), Location: `/offers/${value.id}` })
      )
    )
    .openapi(update, (c) =>
      respond(c, updateOffer(changeOf(c, c.req.valid("param").id), contentOf(c.req.valid("json"))), changed(c))
    )
    .openapi(enable, (c) => respond(c, enableOffer(changeOf(c, c.req.valid("param").id)), changed(c)))
    .openapi(disable, (c) => respond(c, disableOffer(changeOf(c, c.req.valid("param").id)), changed(c)))
    .openapi(archive, (c) => respond(c, archiveOffer(changeOf(c, c.req.valid("param").id)), changed(c)))
    .openapi(remove, (c) => respond(c, deleteOffer(changeOf(c, c.req.valid("param").id)), () => c.body(null, 204)))
    .openapi(transfer, (c) =>
      respond(c, transferOffer(changeOf(c, c.req.valid("param").id), c.req.valid("json").newRecruiterId), changed(c))
    )
    .openapi(history, (c) => {
      const page = pageRequestOf(c.req.valid("query"))
      return respond(c, readOfferHistory(c.var.caller, c.req.valid("param").id, page), (found) =>
        c.json(
          found.rows.map(offerEventCodec.toMessage),
          200,
          pageHeaders(c, page, found, ({ sequence }) => sequence)
        )
      )
    })
