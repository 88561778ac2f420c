import { OpenAPIHono } from "@hono/zod-openapi"
import { describeFailure } from "@treff/adapters/invocation"
import { inputIssues } from "@treff/adapters/wire"
import { createMiddleware } from "hono/factory"
import { HTTPException } from "hono/http-exception"
import { methodNotAllowed } from "hono/method-not-allowed"
import { addDocs } from "./docs/docs.ts"
import { addRoutes } from "./flows/routes.ts"
import { refuse } from "./http/caller.ts"
import { allowOrigins } from "./http/origins.ts"
import { beginInvocation, type RequestEnv } from "./http/request.ts"
import { answerProblem } from "./http/respond.ts"
import { addPages } from "./pages/pages.tsx"
import { makeServices, type Wiring } from "./wiring/wiring.ts"

/**
 * Makes the whole API, with its documentation and the pages that mails link to. Whoever hosts it calls `fetch` with each
 * request and its `RequestHost`: `app.fetch(request, { keepAlive })`.
 */
export const createApp = (wiring: Wiring): OpenAPIHono<RequestEnv> => {
  const app = new OpenAPIHono<RequestEnv>({
    defaultHook: (result, c) =>
      result.success ? undefined : refuse(c, { _tag: "InvalidInput", issues: inputIssues(result.error) })
  })
  app.use("*", beginInvocation(makeServices(wiring)))
  app.use("*", allowOrigins(wiring.settings.corsOrigins))
  app.use("*", keepToCaller)
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
    console.error(describeFailure(error))
    return answerProblem(c, { _tag: "Unexpected" })
  })
  addRoutes(app)
  addDocs(app, wiring.swaggerUi)
  addPages(app)
  return app
}

/** What is answered to somebody is for nobody else to keep, nor to guess the type of. */
const keepToCaller = createMiddleware<RequestEnv>(async (c, next) => {
  await next()
  c.res.headers.set("X-Content-Type-Options", "nosniff")
  if (c.req.header("Authorization") !== undefined) c.res.headers.set("Cache-Control", "private, no-store")
  // What anybody with a link is answered is for nobody else either.
  else if (c.req.path.startsWith("/api/")) c.res.headers.set("Cache-Control", "no-store")
})
