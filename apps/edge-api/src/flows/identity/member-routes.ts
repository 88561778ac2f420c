import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import {
  changeSubRole,
  companyNameLimit,
  listMembers,
  mayActOnMembers,
  removeMember,
  renameCompany
} from "@treff/domain/identity"
import * as z from "zod"
import { bodyProblems, jsonBody, noBody } from "../../http/body.ts"
import { allow, authenticate } from "../../http/caller.ts"
import { idParam, json, jsonInput, memberProblems, security } from "../../http/declare.ts"
import { line, oneOf } from "../../http/input.ts"
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
import { builderOf, changeOf, etag, etagOf, ifMatch } from "../../http/version.ts"
import { WireCompany, WireMember, wireCompany, wireMember } from "./member-output.ts"
import { identityProblems } from "./problems.ts"

const SubRoleInput = z
  .strictObject({ subRole: oneOf(["recruiter_admin", "recruiter_user"]) })
  .meta({ id: "SubRoleInput" })

const CompanyInput = z
  .strictObject({ name: line(companyNameLimit).meta({ example: "Acme" }) })
  .meta({ id: "CompanyInput" })

const params = idParam("the member's id")

const tags = ["members"]
const { respond, problemsOf } = flowAnswers(identityProblems, {
  instance: "/api/members",
  issue: { pointer: "/subRole", message: "must be recruiter_admin or recruiter_user" }
})

const company = flowAnswers(identityProblems, {
  instance: "/api/company",
  issue: { pointer: "/name", message: `must be 1 to ${companyNameLimit} characters long` }
})

const list = createRoute({
  method: "get",
  path: "/members",
  tags,
  security,
  summary: "The members of the company, newest first",
  middleware: [authenticate, allow(mayActOnMembers, "list")],
  request: { query: z.object(pageQuery(createdAtCursor)).refine(...eitherPageOrAfter) },
  responses: {
    200: json(z.array(WireMember), "a page of members", declaredPageHeaders),
    ...problemsOf(...memberProblems, "RoleNotAllowed", "InvalidInput")
  }
})

const changeProblems = [
  ...memberProblems,
  ...bodyProblems,
  "RoleNotAllowed",
  "VersionMismatch",
  "StaleVersion"
] as const

const remove = createRoute({
  method: "delete",
  path: "/members/{id}",
  tags,
  security,
  summary: "Remove a member from the company; what they call with is stale at once",
  middleware: [authenticate, allow(mayActOnMembers, "remove"), ...noBody],
  request: { params, headers: ifMatch },
  responses: {
    204: { description: "a member no more" },
    ...problemsOf(...changeProblems, "MemberNotFound", "MemberIsYou", "MemberIsCreator")
  }
})

const change = createRoute({
  method: "patch",
  path: "/members/{id}",
  tags,
  security,
  summary: "Say what a recruiter may do in the company",
  middleware: [authenticate, allow(mayActOnMembers, "changeSubRole"), ...jsonBody],
  request: { params, headers: ifMatch, body: jsonInput(SubRoleInput) },
  responses: {
    200: json(WireMember, "the member", etag),
    ...problemsOf(...changeProblems, "MemberNotFound", "NotARecruiter")
  }
})

const rename = createRoute({
  method: "patch",
  path: "/company",
  tags,
  security,
  summary: "Name the company",
  middleware: [authenticate, allow(mayActOnMembers, "renameCompany"), ...jsonBody],
  request: { headers: ifMatch, body: jsonInput(CompanyInput) },
  responses: {
    200: json(WireCompany, "the company", etag),
    ...company.problemsOf(...changeProblems, "InvalidCompanyName")
  }
})

export const members = () =>
  new OpenAPIHono<RequestEnv>()
    .openapi(list, (c) => {
      const page = pageRequestOf(c.req.valid("query"))
      return respond(c, listMembers(c.var.caller, page), (found) =>
        c.json(
          found.rows.map(({ value }) => wireMember(value)),
          200,
          pageHeaders(c, page, found, ({ value }) => createdAtCursorOf(value))
        )
      )
    })
    .openapi(remove, (c) => respond(c, removeMember(changeOf(c, c.req.valid("param").id)), () => c.body(null, 204)))
    .openapi(change, (c) => {
      const { subRole } = c.req.valid("json")
      return respond(c, changeSubRole(changeOf(c, c.req.valid("param").id), subRole), ({ version, value }) =>
        c.json(wireMember(value), 200, { ETag: etagOf(version) })
      )
    })
    .openapi(rename, (c) =>
      respond(c, renameCompany({ ...builderOf(c), ...c.req.valid("json") }), ({ version, value }) =>
        c.json(wireCompany(value), 200, { ETag: etagOf(version) })
      )
    )
