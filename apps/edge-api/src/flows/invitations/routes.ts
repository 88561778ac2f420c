import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import { emailLimit, locales, nameLimit, type Profile } from "@treff/domain/identity"
import {
  acceptInvitation,
  bulkRule,
  declineInvitation,
  type InvitationContent,
  type InvitationOrder,
  invitationOrders,
  inviteLimit,
  inviteRecruiter,
  inviteRecruitersInBulk,
  listInvitations,
  mayActOnInvitations,
  personalMessageLimit,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import * as z from "zod"
import { bodyProblems, jsonBody, lateJsonBody, noBody, readBody } from "../../http/body.ts"
import { allow, authenticate, authenticateIfAny, callerIfAny, withoutCompany } from "../../http/caller.ts"
import {
  anyonesProblems,
  callerProblems,
  idParam,
  json,
  jsonInput,
  memberProblems,
  security,
  tokenParam
} from "../../http/declare.ts"
import { line, oneOf, text, trimmed } from "../../http/input.ts"
import type { RequestEnv } from "../../http/request.ts"
import { flowAnswers } from "../../http/respond.ts"
import { issueToken } from "../../http/session-token.ts"
import { changeOf, etag, etagOf, ifMatch } from "../../http/version.ts"
import {
  statusOfWire,
  WireInvitation,
  WireInvitationPage,
  WireInviteOutcomes,
  WireValidation,
  wireInvitation,
  wireInvitationPage,
  wireInviteOutcomes,
  wireStatuses,
  wireValidation
} from "./output.ts"
import { invitationProblems } from "./problems.ts"

const email = { description: "an e-mail address", example: "kim.hansen@example.org" }
const personalMessage = { description: "goes into the mail", example: "Come and bake with us." }
const locale = oneOf(locales)
  .nullish()
  .meta({
    description: "the language of the mail, and of a new account; the inviter's if left out",
    enum: [...locales, null]
  })

const InvitationInput = z
  .strictObject({
    email: text(emailLimit).meta({ ...email, format: "email" }),
    personalMessage: text(personalMessageLimit).nullish().meta(personalMessage),
    locale
  })
  .meta({ id: "InvitationInput" })

/** What is wrong with a row is answered with its outcome. An address stays as it was typed, since it names the outcome. */
const InvitationBulkInput = z
  .array(
    z.strictObject({ email: z.string().meta(email), personalMessage: trimmed.nullish().meta(personalMessage), locale })
  )
  .min(1, bulkRule)
  .max(inviteLimit, bulkRule)
  .meta({ id: "InvitationBulkInput" })

const contentOf = (input: z.output<typeof InvitationInput>): InvitationContent => ({
  email: input.email.trim(),
  personalMessage: input.personalMessage ?? null,
  locale: input.locale ?? null
})

const AcceptInput = z.strictObject({
  username: trimmed.meta({
    description: "letters (a to z), digits, dots, underscores or hyphens; taken in any letter case",
    pattern: "^[A-Za-z0-9._-]{3,40}$",
    example: "kim.hansen"
  }),
  firstName: line(nameLimit).meta({ example: "Kim" }),
  lastName: line(nameLimit).meta({ example: "Hansen" }),
  contactNumber: trimmed
    .nullish()
    .meta({ description: "a telephone number in E.164", pattern: "^\\+[1-9]\\d{1,14}$", example: "+4722225555" })
})

const profileOf = ({ contactNumber = null, ...profile }: z.output<typeof AcceptInput>): Profile => ({
  ...profile,
  contactNumber
})

const wholeNumber = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`
  return trimmed
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .refine((number) => number >= least && number <= most, message)
    .optional()
    .meta({ type: "integer", minimum: least, maximum: most })
}

/** An order as Spring reads it, but a single one, by a field that exists. */
const sortRule = `must be one of ${invitationOrders.join(", ")}, and then ,asc or ,desc or nothing, which is asc`
const sort = trimmed
  .transform((text, context): { readonly order: InvitationOrder; readonly descending: boolean } => {
    const [field, direction = "asc", ...more] = text.split(",").map((part) => part.trim())
    const order = invitationOrders.find((known) => known === field)
    if (order !== undefined && /^(asc|desc)$/i.test(direction) && more.length === 0) {
      return { order, descending: direction.toLowerCase() === "desc" }
    }
    context.addIssue({ code: "custom", message: sortRule })
    return z.NEVER
  })
  .optional()
  .meta({ description: `${sortRule}; createdAt,desc if left out`, type: "string", example: "createdAt,desc" })

const params = idParam("the invitation's id")

const tags = ["invitations"]
const { respond, problemsOf } = flowAnswers(invitationProblems, {
  instance: "/api/invitations",
  issue: { pointer: "/email", message: "must be an e-mail address" }
})

const inviteProblems = [...callerProblems, ...bodyProblems, "RoleNotAllowed", "StaleVersion"] as const

const invite = createRoute({
  method: "post",
  path: "/recruiter",
  tags,
  security,
  summary: "Invite a recruiter by e-mail into the caller's company, which is made if there is none",
  middleware: [authenticate, withoutCompany, allow(mayActOnInvitations, "invite"), ...jsonBody],
  request: { body: jsonInput(InvitationInput) },
  responses: {
    201: json(WireInvitation, "the invitation", etag),
    ...problemsOf(...inviteProblems, "InvalidInvitation", "AlreadyMember", "AlreadyInvited", "Declined", "OverLimit")
  }
})

const inviteInBulk = createRoute({
  method: "post",
  path: "/bulk-recruiter",
  tags,
  security,
  summary: `Invite up to ${inviteLimit} recruiters; what is wrong with one stops no other`,
  middleware: [authenticate, withoutCompany, allow(mayActOnInvitations, "invite"), ...jsonBody],
  request: { body: jsonInput(InvitationBulkInput) },
  responses: {
    200: json(WireInviteOutcomes, "what became of each address, none of which may have been invited"),
    ...problemsOf(...inviteProblems, "InvalidInvitationBulk")
  }
})

const list = createRoute({
  method: "get",
  path: "/",
  tags,
  security,
  summary: "The invitations of the company, as they are now",
  middleware: [authenticate, withoutCompany, allow(mayActOnInvitations, "list")],
  request: {
    query: z.object({
      page: wholeNumber(0, 2_147_483_647).meta({ description: "from 0; 0 if left out", example: 0 }),
      size: wholeNumber(1, 100).meta({ description: "rows a page; 20 if left out", example: 20 }),
      sort,
      status: oneOf(wireStatuses).optional().meta({ description: "as each invitation is now" })
    })
  },
  responses: {
    200: json(WireInvitationPage, "a page of invitations"),
    ...problemsOf(...callerProblems, "RoleNotAllowed", "InvalidInput")
  }
})

const validate = createRoute({
  method: "get",
  path: "/validate/{token}",
  tags,
  summary: "What a link invites to, and whether it still does; asking changes nothing",
  request: { params: tokenParam },
  responses: {
    200: json(WireValidation, "the invitation, good or not"),
    ...problemsOf(...anyonesProblems, "TokenUnknown")
  }
})

const accept = createRoute({
  method: "post",
  path: "/accept/{token}",
  tags,
  security: [{}, ...security],
  summary: "Accept an invitation: with a new account, or with the caller's own where the address has one",
  middleware: [authenticateIfAny, withoutCompany, ...lateJsonBody],
  request: {
    params: tokenParam,
    body: {
      required: false,
      description: "who the new recruiter is; not looked at where the address has an account",
      // By name: it is read after the token was looked at, and not before.
      content: { "application/json": { schema: { $ref: "#/components/schemas/AcceptInput" } } }
    }
  },
  responses: {
    200: json(
      z
        .strictObject({
          token: z.string().meta({ description: "what goes into Authorization: Bearer" }),
          message: z.string()
        })
        .meta({ id: "InvitationAcceptance" }),
      "accepted, and signed in"
    ),
    ...problemsOf(
      ...callerProblems,
      ...bodyProblems,
      "TokenUnknown",
      "InvitationNotOpen",
      "InvalidProfile",
      "UsernameTaken",
      "SignInRequired",
      "NotInvited",
      "AlreadyMember",
      "AlreadyInACompany",
      "IsAHiringManager",
      "StaleVersion"
    )
  }
})

const decline = createRoute({
  method: "post",
  path: "/decline/{token}",
  tags,
  summary: "Decline an invitation",
  middleware: [...noBody],
  request: { params: tokenParam },
  responses: {
    204: { description: "declined" },
    ...problemsOf(...anyonesProblems, ...bodyProblems, "TokenUnknown", "InvitationNotOpen", "StaleVersion")
  }
})

const changeProblems = [
  ...memberProblems,
  ...bodyProblems,
  "RoleNotAllowed",
  "InvitationNotFound",
  "InvitationNotPending",
  "VersionMismatch",
  "StaleVersion"
] as const

const revoke = createRoute({
  method: "patch",
  path: "/{id}/revoke",
  tags,
  security,
  summary: "Take an invitation back: for who sent it, or made the company",
  middleware: [authenticate, allow(mayActOnInvitations, "revoke"), ...noBody],
  request: { params, headers: ifMatch },
  responses: { 204: { description: "revoked" }, ...problemsOf(...changeProblems, "NotInviter") }
})

const resend = createRoute({
  method: "post",
  path: "/{id}/resend",
  tags,
  security,
  summary: "Send an invitation again, with another link, which is good for the whole time again",
  middleware: [authenticate, allow(mayActOnInvitations, "resend"), ...noBody],
  request: { params, headers: ifMatch },
  responses: {
    200: json(WireInvitation, "the invitation", etag),
    ...problemsOf(...changeProblems, "ResentTooOften", "AlreadyMember", "AlreadyInvited", "Declined", "OverLimit")
  }
})

export const invitations = () => {
  const routes = new OpenAPIHono<RequestEnv>()
  routes.openAPIRegistry.register("AcceptInput", AcceptInput)
  return routes
    .openapi(invite, (c) =>
      respond(c, inviteRecruiter(c.var.caller, contentOf(c.req.valid("json"))), ({ version, value }) =>
        c.json(wireInvitation(value), 201, { ETag: etagOf(version) })
      )
    )
    .openapi(inviteInBulk, (c) => {
      const rows = c.req.valid("json")
      const typed = rows.map(({ email }) => email)
      return respond(c, inviteRecruitersInBulk(c.var.caller, rows.map(contentOf)), (outcomes) =>
        c.json(wireInviteOutcomes(typed, outcomes), 200)
      )
    })
    .openapi(list, (c) => {
      const { page: number = 0, size = 20, sort, status } = c.req.valid("query")
      const { order, descending } = sort ?? { order: "createdAt", descending: true }
      const query = { number, size, order, descending, status: status === undefined ? null : statusOfWire(status) }
      return respond(c, listInvitations(c.var.caller, query), (found) => c.json(wireInvitationPage(query, found), 200))
    })
    .openapi(validate, (c) =>
      respond(c, readInvitation(c.req.valid("param").token), (found) => c.json(wireValidation(found), 200))
    )
    .openapi(accept, (c) => {
      const { token } = c.req.valid("param")
      const profile = Effect.map(readBody(c, AcceptInput), profileOf)
      return respond(c, acceptInvitation({ token, caller: callerIfAny(c), profile }), async (account) =>
        c.json({ token: await issueToken(c, account), message: "The invitation is accepted." }, 200)
      )
    })
    .openapi(decline, (c) => respond(c, declineInvitation(c.req.valid("param").token), () => c.body(null, 204)))
    .openapi(revoke, (c) => respond(c, revokeInvitation(changeOf(c, c.req.valid("param").id)), () => c.body(null, 204)))
    .openapi(resend, (c) =>
      respond(c, resendInvitation(changeOf(c, c.req.valid("param").id)), ({ version, value }) =>
        c.json(wireInvitation(value), 200, { ETag: etagOf(version) })
      )
    )
}
