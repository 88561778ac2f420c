import { OpenAPIHono } from "@hono/zod-openapi"
import { describeFailure } from "@treff/adapters/cloudflare"
import { ConfigurationInvalid } from "@treff/adapters/configuration"
import { inputIssues } from "@treff/adapters/wire"
import { cors } from "hono/cors"
import { HTTPException } from "hono/http-exception"
import { methodNotAllowed } from "hono/method-not-allowed"
import { members } from "./flows/identity/member-routes.ts"
import { signIn } from "./flows/identity/sign-in-routes.ts"
import { invitations } from "./flows/invitations/routes.ts"
import { notifications } from "./flows/notifications/routes.ts"
import { offers } from "./flows/offers/offer-routes.ts"
import { offerSends } from "./flows/offers/offer-sent-routes.ts"
import { refuse } from "./http/caller.ts"
import { answerProblem } from "./http/problem.ts"
import { beginInvocation, type RequestEnv } from "./http/request.ts"
import { service } from "./http/service.ts"
import { wiringOf } from "./wiring/wiring.ts"

/** The whole API, without what only a deployed worker has: see worker.ts. */
export const app = new OpenAPIHono<RequestEnv>({
  defaultHook: (result, c) =>
    result.success ? undefined : refuse(c, { _tag: "InvalidInput", issues: inputIssues(result.error) })
})

app.use("*", beginInvocation)
app.use("*", async (c, next) => {
  if (c.req.header("Origin") === undefined) {
    await next()
    // What a cache keeps of this answer must not be given to a browser, which needs the headers of CORS.
    c.header("Vary", "Origin", { append: true })
    return
  }
  return cors({
    origin: [...wiringOf(c.env).corsOrigins],
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-Match"],
    exposeHeaders: ["ETag", "Link", "Location", "X-Total-Count", "X-Total-Count-Relation", "Retry-After"],
    maxAge: 600
  })(c, next)
})
app.use("*", async (c, next) => {
  await next()
  c.res.headers.set("X-Content-Type-Options", "nosniff")
  if (c.req.header("Authorization") !== undefined) c.res.headers.set("Cache-Control", "private, no-store")
  // What is answered to whoever holds a link is as little for others.
  else if (c.req.path.startsWith("/api/")) c.res.headers.set("Cache-Control", "no-store")
})
app.use(
  "*",
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) => {
      c.header("Allow", methods.join(", "))
      return answerProblem(c, { _tag: "MethodNotAllowed" })
    }
  })
)

app.notFound((c) => answerProblem(c, { _tag: "RouteNotFound" }))

app.onError((error, c) => {
  // The only exception that is thrown on purpose, by the reader of JSON bodies.
  if (error instanceof HTTPException && error.status === 400) {
    return refuse(c, { _tag: "InvalidInput", issues: [{ pointer: "", message: "is not JSON" }] })
  }
  console.error({ ...describeFailure(error), ...(error instanceof ConfigurationInvalid && { reason: error.message }) })
  return answerProblem(c, { _tag: "Unexpected" })
})

app.route("/offers", offers)
app.route("/", offerSends)
app.route("/notifications", notifications)
app.route("/api/invitations", invitations)
app.route("/api", members)
app.route("/api/sign-in", signIn)
app.route("/", service)
