import type { OpenAPIHono } from "@hono/zod-openapi"
import type { RequestEnv } from "../http/request.ts"
import { service } from "../http/service.ts"
import { members } from "./identity/member-routes.ts"
import { signIn } from "./identity/sign-in-routes.ts"
import { invitations } from "./invitations/routes.ts"
import { notifications } from "./notifications/routes.ts"
import { offers } from "./offers/offer-routes.ts"
import { offerSends } from "./offers/offer-sent-routes.ts"

/** Adds the routes of all flows, each made anew: a router knows the app that it is in. */
export const addRoutes = (app: OpenAPIHono<RequestEnv>): void => {
  app.route("/offers", offers())
  app.route("/", offerSends())
  app.route("/notifications", notifications())
  app.route("/api/invitations", invitations())
  app.route("/api", members())
  app.route("/api/sign-in", signIn())
  app.route("/", service())
}
