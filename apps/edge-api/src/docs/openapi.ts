import { app } from "../app.ts"

type Document = ReturnType<typeof app.getOpenAPI31Document>

/** The API's own description, OpenAPI 3.1, made from the route declarations when it is first asked for. */
export const openApiDocument = (): Document => {
  known ??= app.getOpenAPI31Document(
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
        { name: "notifications", description: "What the caller was told" },
        { name: "service", description: "Health and keys" }
      ]
    },
    // What a route answers has one schema or the other, by who asks.
    { unionPreferredType: "oneOf" }
  )
  return known
}

let known: Document | undefined

app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description: "A token of ours, or an ID token of an OpenID Connect issuer that is configured"
})
