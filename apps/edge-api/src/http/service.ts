import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import { ping } from "@treff/adapters/postgres"
import * as z from "zod"
import type { RequestEnv } from "./request.ts"
import { flowAnswers } from "./respond.ts"

const tags = ["service"]
const { respond, problemsOf } = flowAnswers({}, { instance: "/health/ready" })
const Ok = z.object({ status: z.literal("ok") }).meta({ id: "Health" })

const live = createRoute({
  method: "get",
  path: "/health/live",
  tags,
  summary: "Whether the API runs",
  responses: { 200: { description: "it does", content: { "application/json": { schema: Ok } } } }
})

const ready = createRoute({
  method: "get",
  path: "/health/ready",
  tags,
  summary: "Whether the API can serve: the store answers",
  responses: {
    200: { description: "it can", content: { "application/json": { schema: Ok } } },
    ...problemsOf("StoreUnavailable", "Unexpected")
  }
})

const keySet = createRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  tags,
  summary: "The public keys of our tokens (RFC 7517)",
  responses: {
    200: {
      description: "one key, or two while one replaces the other",
      content: {
        "application/json": {
          schema: z.object({ keys: z.array(z.object({ kty: z.string() }).catchall(z.string())) }).meta({ id: "KeySet" })
        }
      }
    }
  }
})

export const service = () =>
  new OpenAPIHono<RequestEnv>()
    .openapi(live, (c) => c.json({ status: "ok" } as const, 200))
    .openapi(ready, (c) =>
      respond(c, ping(c.var.services.database, c.var.invocation), () => c.json({ status: "ok" } as const, 200))
    )
    .openapi(keySet, (c) => c.json({ keys: [...c.var.services.keys] }, 200, { "Cache-Control": "public, max-age=300" }))
