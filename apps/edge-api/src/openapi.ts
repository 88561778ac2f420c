import { app } from "./app.ts"

type Document = ReturnType<typeof app.getOpenAPI31Document>

/** The API's own description, OpenAPI 3.1, made from the route declarations when it is first asked for. */
export const openApiDocument = (): Document => {
  known ??= app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Treff",
      version: "0.1.0",
      description:
        "Offers of a company, their states and their expiry. Every problem is RFC 9457 `application/problem+json`; its `code` is stable.",
      license: { name: "MIT" }
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "offers", description: "Job offers that a recruiter owns" },
      { name: "service", description: "Health and keys" }
    ]
  })
  return known
}

let known: Document | undefined

app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT"
})
