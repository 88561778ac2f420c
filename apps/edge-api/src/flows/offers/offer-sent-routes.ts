import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import {
  bulkLimit,
  bulkRule,
  changeOfferSentStatus,
  listOfferSends,
  listSendsOfOffer,
  mayActOnSends,
  messageLimit,
  type OfferSentCursor,
  type OfferSentView,
  offerSentStatuses,
  readOfferSent,
  sendOffer,
  sendOfferInBulk,
  withdrawOfferSent
} from "@treff/domain/offers"
import * as z from "zod"
import { bodyProblems, jsonBody, noBody } from "../../http/body.ts"
import { allow, authenticate } from "../../http/caller.ts"
import { idParam, json, jsonInput, memberProblems, security } from "../../http/declare.ts"
import { identifier, oneOf, text } from "../../http/input.ts"
import { id } from "../../http/output.ts"
import {
  cursorInstant,
  declaredPageHeaders,
  eitherPageOrAfter,
  pageHeaders,
  pageQuery,
  pageRequestOf
} from "../../http/paging.ts"
import type { RequestEnv } from "../../http/request.ts"
import { answerProblem, flowAnswers } from "../../http/respond.ts"
import { changeOf, etag, etagOf, ifMatch } from "../../http/version.ts"
import {
  WireMemberOfferSent,
  WireOfferSent,
  WireOfferSentDetails,
  WireSendFailure,
  wireMemberOfferSent,
  wireOfferSent,
  wireOfferSentDetails,
  wireSendFailure
} from "./offer-sent-output.ts"
import { offerSentProblems } from "./problems.ts"

const message = text(messageLimit)
  .nullish()
  .meta({ description: "goes with the offer to the candidate", example: "You would like it here." })

const SendInput = z
  .strictObject({
    offerId: identifier.meta({ example: id.meta()?.example }),
    candidateId: identifier.optional().meta({ description: "to whom: required, unless candidateIds says it" }),
    candidateIds: identifier.optional().meta({ description: "the same by another name: one id, as text" }),
    message
  })
  .refine(({ candidateId, candidateIds }) => candidateId !== undefined || candidateIds !== undefined, {
    path: ["candidateId"],
    error: "must be given",
    // Also where another field is wrong, so that all mistakes are answered at once.
    when: ({ value }) => typeof value === "object" && !Array.isArray(value) && value !== null
  })
  // OpenAPI knows nothing of the refinement, so this says it.
  .meta({ id: "SendInput", oneOf: [{ required: ["candidateId"] }, { required: ["candidateIds"] }] })

/** The body of a send, with its candidate under one name. */
const SendRequest = SendInput.transform(({ candidateId, candidateIds, ...input }, context) => {
  if (candidateId === undefined || candidateIds === undefined) {
    return { ...input, to: candidateId ?? candidateIds ?? z.NEVER }
  }
  context.addIssue({
    code: "custom",
    path: ["candidateIds"],
    message: "must be left out where candidateId is given"
  })
  return z.NEVER
})

const BulkInput = z
  .strictObject({
    offerId: identifier.meta({ example: id.meta()?.example }),
    candidateIds: z.array(identifier).min(1, bulkRule).max(bulkLimit, bulkRule),
    message
  })
  .meta({ id: "BulkInput" })

const StatusInput = z.strictObject({ status: oneOf(["viewed", "responded"]) }).meta({ id: "StatusInput" })

const cursor = z.strictObject({ sentAt: cursorInstant, id: z.uuid() })
const cursorOf = ({ value: { sentAt, id } }: OfferSentView): OfferSentCursor => ({ sentAt, id })

const status = oneOf(offerSentStatuses).optional()
const params = idParam("the send's id")

const tags = ["offer sends"]
const { respond, problemsOf } = flowAnswers(offerSentProblems, {
  instance: "/offer-sends",
  issue: { pointer: "/message", message: `must be 1 to ${messageLimit} characters long` }
})

const list = createRoute({
  method: "get",
  path: "/offer-sends",
  tags,
  security,
  summary: "The sends within the caller's reach, newest first",
  middleware: [authenticate],
  request: {
    query: z
      .object({
        status,
        offerId: identifier.optional(),
        candidateId: identifier.optional().meta({ description: "for a candidate none but the own" }),
        ...pageQuery(cursor)
      })
      .refine(...eitherPageOrAfter)
  },
  responses: {
    200: json(z.array(WireOfferSent), "a page of sends", declaredPageHeaders),
    ...problemsOf(...memberProblems, "NotRecipient", "InvalidInput")
  }
})

const listOfOffer = createRoute({
  method: "get",
  path: "/offers/{offerId}/sends",
  tags,
  security,
  summary: "The sends of one offer, newest first",
  middleware: [authenticate, allow(mayActOnSends, "listOfOffer")],
  request: {
    params: z.object({ offerId: z.string().meta({ description: "the offer's id", example: id.meta()?.example }) }),
    query: z.object({ status, ...pageQuery(cursor) }).refine(...eitherPageOrAfter)
  },
  responses: {
    200: json(z.array(WireMemberOfferSent), "a page of sends", declaredPageHeaders),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "NotOwner", "OfferNotFound", "InvalidInput")
  }
})

const read = createRoute({
  method: "get",
  path: "/offer-sends/{id}",
  tags,
  security,
  summary: "One send, with its offer and its history; a candidate who reads it has viewed it",
  middleware: [authenticate],
  request: { params },
  responses: {
    200: json(WireOfferSentDetails, "the send", etag),
    ...problemsOf(...memberProblems, "NotOwner", "NotRecipient", "OfferSentNotFound")
  }
})

const sendProblems = [
  ...memberProblems,
  ...bodyProblems,
  "RoleNotAllowed",
  "NotOwner",
  "OfferNotFound",
  "InvalidMessage",
  "OfferNotActive",
  "StaleVersion"
] as const

const send = createRoute({
  method: "post",
  path: "/offer-sends",
  tags,
  security,
  summary: "Send an active offer to a candidate",
  middleware: [authenticate, allow(mayActOnSends, "send"), ...jsonBody],
  request: { body: jsonInput(SendRequest) },
  responses: {
    201: json(WireMemberOfferSent, "the send", {
      ...etag,
      Location: { schema: { type: "string" }, description: "its path" }
    }),
    ...problemsOf(...sendProblems, "CandidateUnknown", "AlreadySent", "Withdrawn")
  }
})

const sendInBulk = createRoute({
  method: "post",
  path: "/offer-sends/bulk",
  tags,
  security,
  summary: `Send an active offer to up to ${bulkLimit} candidates`,
  middleware: [authenticate, allow(mayActOnSends, "send"), ...jsonBody],
  request: { body: jsonInput(BulkInput) },
  responses: {
    201: json(
      z
        .object({ created: z.array(WireMemberOfferSent), failures: z.array(WireSendFailure) })
        .meta({ id: "BulkOutcome", description: "Each candidate is in one of the two." }),
      "what became of each candidate, none of whom may have been sent it"
    ),
    ...problemsOf(...sendProblems, "InvalidBulk")
  }
})

const changeProblems = [
  ...memberProblems,
  ...bodyProblems,
  "OfferSentNotFound",
  "NotOwner",
  "NotRecipient",
  "VersionMismatch",
  "StaleVersion"
] as const

const changeStatus = createRoute({
  method: "post",
  path: "/offer-sends/{id}/status",
  tags,
  security,
  summary: "Note that a send was viewed, or answered",
  middleware: [authenticate, ...jsonBody],
  request: { params, headers: ifMatch, body: jsonInput(StatusInput) },
  responses: {
    200: json(WireOfferSent, "the send", etag),
    ...problemsOf(...changeProblems, "StatusOutOfOrder", "OfferNotActive")
  }
})

const withdraw = createRoute({
  method: "delete",
  path: "/offer-sends/{id}",
  tags,
  security,
  summary: "Take a send back; a candidate does so who is no longer available",
  middleware: [authenticate, ...noBody],
  request: { params, headers: ifMatch },
  responses: { 204: { description: "gone" }, ...problemsOf(...changeProblems, "AlreadyAnswered") }
})

export const offerSends = () => {
  const routes = new OpenAPIHono<RequestEnv>()

  routes.openapi(sendInBulk, (c) => {
    const { message = null, ...input } = c.req.valid("json")
    return respond(c, sendOfferInBulk(c.var.caller, { ...input, message }), ({ created, failures }) =>
      c.json(
        { created: created.map(({ value }) => wireMemberOfferSent(value)), failures: failures.map(wireSendFailure) },
        201
      )
    )
  })

  // Otherwise the routes of one send would take this path for theirs.
  routes.all("/offer-sends/bulk", (c) => {
    c.header("Allow", "POST")
    return answerProblem(c, { _tag: "MethodNotAllowed" })
  })

  return routes
    .openapi(list, (c) => {
      const { status = null, offerId = null, candidateId = null, ...query } = c.req.valid("query")
      const page = pageRequestOf(query)
      return respond(c, listOfferSends(c.var.caller, { status, offerId, candidateId, page }), (found) =>
        c.json(found.rows.map(wireOfferSent), 200, pageHeaders(c, page, found, cursorOf))
      )
    })
    .openapi(listOfOffer, (c) => {
      const { status = null, ...query } = c.req.valid("query")
      const page = pageRequestOf(query)
      return respond(c, listSendsOfOffer(c.var.caller, c.req.valid("param").offerId, { status, page }), (found) =>
        c.json(found.rows.map(wireMemberOfferSent), 200, pageHeaders(c, page, found, cursorOf))
      )
    })
    .openapi(send, (c) => {
      const { offerId, to, message = null } = c.req.valid("json")
      return respond(c, sendOffer(c.var.caller, { offerId, candidateId: to, message }), ({ version, value }) =>
        c.json(wireMemberOfferSent(value), 201, { ETag: etagOf(version), Location: `/offer-sends/${value.value.id}` })
      )
    })
    .openapi(read, (c) =>
      respond(
        c,
        readOfferSent(c.var.caller, c.req.valid("param").id, { views: c.req.method !== "HEAD" }),
        ({ version, ...found }) => c.json(wireOfferSentDetails(found), 200, { ETag: etagOf(version) })
      )
    )
    .openapi(changeStatus, (c) => {
      const change = changeOf(c, c.req.valid("param").id)
      return respond(c, changeOfferSentStatus(change, c.req.valid("json").status), ({ version, value }) =>
        c.json(wireOfferSent(value), 200, { ETag: etagOf(version) })
      )
    })
    .openapi(withdraw, (c) =>
      respond(c, withdrawOfferSent(changeOf(c, c.req.valid("param").id)), () => c.body(null, 204))
    )
}
