import type { OpenAPIHono } from "@hono/zod-openapi"
import { memoize } from "effect/Function"
import { allProblems } from "../flows/routes.ts"
import type { RequestEnv } from "../http/request.ts"

type Document = ReturnType<OpenAPIHono["getOpenAPI31Document"]>

/** An app's own description, OpenAPI 3.1, made from its route declarations when it is first asked for. */
export const openApiDocument = memoize((app: OpenAPIHono<RequestEnv>): Document => {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A token of ours, or an ID token of an OpenID Connect issuer that is configured"
  })
  const document = app.getOpenAPI31Document(
    {
      openapi: "3.1.0",
      info: {
        title: "Treff",
        version: "0.1.0",
        description:
          "Recruiters invited into a company, its offers, what is sent of them to candidates, and what people are told of it. Every problem is RFC 9457 `application/problem+json`; its `code` is stable.",
        license: { name: "MIT" }
      },
      servers: [{ url: "/" }],
      tags: [
        { name: "offers", description: "Job offers that a recruiter owns" },
        { name: "offer sends", description: "Offers on their way to candidates, and what became of them" },
        { name: "invitations", description: "Recruiters who are invited by e-mail, and what became of it" },
        { name: "members", description: "Who belongs to a company, and its name" },
        { name: "sign-in", description: "A one-time link by mail" },
        { name: "notifications", description: "What the caller was notified of" },
        { name: "service", description: "Health and keys" }
      ]
    },
    // What a route answers has one schema or the other, by who asks.
    { unionPreferredType: "oneOf" }
  )
  sayWhichCodes(document)
  return document
})

/** Says which codes a problem may have. Only here are the problems of all flows known. */
const sayWhichCodes = (document: Document): void => {
  const problem = document.components?.schemas?.Problem
  const code = problem !== undefined && "properties" in problem ? problem.properties?.code : undefined
  if (code === undefined) throw new Error("The description has no problems")
  // A problem that concerns a part of a request stands within an answer of another kind.
  const ofWholeRequests = allProblems.filter(({ status }) => status >= 400)
  Object.assign(code, { enum: [...new Set(ofWholeRequests.map(({ code }) => code))] })
}
