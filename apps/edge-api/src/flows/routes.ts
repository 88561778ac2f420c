import type { OpenAPIHono } from "@hono/zod-openapi"
import type { ProblemKind, Problems } from "../http/problem.ts"
import type { RequestEnv } from "../http/request.ts"
import { service } from "../http/service.ts"
import { requestProblems, serviceProblems } from "../http/shared-problems.ts"
import { members } from "./identity/member-routes.ts"
import { identityProblems } from "./identity/problems.ts"
import { signIn } from "./identity/sign-in-routes.ts"
import { invitationProblems } from "./invitations/problems.ts"
import { invitations } from "./invitations/routes.ts"
import { notificationProblems } from "./notifications/problems.ts"
import { notifications } from "./notifications/routes.ts"
import { offers } from "./offers/offer-routes.ts"
import { offerSends } from "./offers/offer-sent-routes.ts"
import { offerProblems } from "./offers/problems.ts"

/** Where each flow has its routes, and the problems that they answer. A new flow adds a line. */
const flows = [
  { path: "/offers", routes: offers, problems: offerProblems },
  { path: "/", routes: offerSends, problems: offerProblems },
  { path: "/notifications", routes: notifications, problems: notificationProblems },
  { path: "/api/invitations", routes: invitations, problems: invitationProblems },
  { path: "/api", routes: members, problems: identityProblems },
  { path: "/api/sign-in", routes: signIn, problems: identityProblems },
  { path: "/", routes: service, problems: serviceProblems }
] as const satisfies ReadonlyArray<{
  readonly path: string
  readonly routes: () => object
  readonly problems: Problems
}>

/** Adds the routes of all flows, each made anew: a router knows the app that it is in. */
export const addRoutes = (app: OpenAPIHono<RequestEnv>): void => {
  for (const { path, routes } of flows) app.route(path, routes())
}

/** Every problem that the API answers, by status, and within one status by flow. */
export const allProblems: ReadonlyArray<ProblemKind> = [
  ...new Set([requestProblems, ...flows.map(({ problems }) => problems)])
]
  .flatMap((problems) => Object.values<ProblemKind>(problems))
  .toSorted((one, other) => one.status - other.status)
