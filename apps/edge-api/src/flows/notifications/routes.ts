import { createRoute, OpenAPIHono } from "@hono/zod-openapi"
import { channels } from "@treff/domain/events"
import { listNotifications, markAllNotificationsRead, markNotificationRead } from "@treff/domain/notifications"
import * as z from "zod"
import { bodyProblems, noBody } from "../../http/body.ts"
import { authenticate, withoutCompany } from "../../http/caller.ts"
import { callerProblems, idParam, json, security } from "../../http/declare.ts"
import { oneOf, trimmed } from "../../http/input.ts"
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
import { WireNotification, wireNotification } from "./output.ts"
import { notificationProblems } from "./problems.ts"

const tags = ["notifications"]
const { respond, problemsOf } = flowAnswers(notificationProblems, {
  instance: "/notifications",
  issue: { pointer: "/limit", message: "must be a whole number from 1 to 100" }
})

const list = createRoute({
  method: "get",
  path: "/",
  tags,
  security,
  summary: "What the caller was notified of, newest first",
  middleware: [authenticate, withoutCompany],
  request: {
    query: z
      .object({
        unread: trimmed
          .pipe(z.enum(["true", "false"]))
          .transform((word) => word === "true")
          .optional()
          .meta({ description: "only those that are unread, or only the others", type: "boolean" }),
        channel: oneOf(channels).optional().meta({ description: "only those that have a delivery by this channel" }),
        ...pageQuery(createdAtCursor)
      })
      .refine(...eitherPageOrAfter)
  },
  responses: {
    200: json(z.array(WireNotification), "a page of notifications", declaredPageHeaders),
    ...problemsOf(...callerProblems, "InvalidInput")
  }
})

const markRead = createRoute({
  method: "post",
  path: "/{id}/read",
  tags,
  security,
  summary: "Mark a notification as read",
  middleware: [authenticate, withoutCompany, ...noBody],
  request: { params: idParam("the notification's id") },
  responses: {
    200: json(WireNotification, "the notification"),
    ...problemsOf(...callerProblems, ...bodyProblems, "NotificationNotFound")
  }
})

const markAllRead = createRoute({
  method: "post",
  path: "/read-all",
  tags,
  security,
  summary: "Mark all notifications until now as read",
  middleware: [authenticate, withoutCompany, ...noBody],
  responses: { 204: { description: "all are read" }, ...problemsOf(...callerProblems, ...bodyProblems) }
})

export const notifications = () =>
  new OpenAPIHono<RequestEnv>()
    .openapi(list, (c) => {
      const { unread = null, channel = null, ...query } = c.req.valid("query")
      const page = pageRequestOf(query)
      return respond(c, listNotifications(c.var.caller, { unread, channel, page }), (found) =>
        c.json(found.rows.map(wireNotification), 200, pageHeaders(c, page, found, createdAtCursorOf))
      )
    })
    .openapi(markRead, (c) =>
      respond(c, markNotificationRead(c.var.caller, c.req.valid("param").id), (notification) =>
        c.json(wireNotification(notification), 200)
      )
    )
    .openapi(markAllRead, (c) => respond(c, markAllNotificationsRead(c.var.caller), () => c.body(null, 204)))
