import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import { html } from "hono/html"
import type { HtmlEscapedString } from "hono/utils/html"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type { RequestEnv } from "../http/request.ts"
import { textsFor } from "./language.ts"
import type { Texts } from "./texts.ts"

/** What the visitor reads best. */
export const textsOf = (c: Context): Texts => textsFor(c.req.header("Accept-Language"))

/** Answers a page in the visitor's language. */
export const answerPage = (
  c: Context,
  page: HtmlEscapedString | Promise<HtmlEscapedString>,
  status: ContentfulStatusCode = 200
) => c.html(html`<!doctype html>${page}`, status, { "Content-Language": textsOf(c).language })

/** Nothing comes from elsewhere, nothing is inline, nothing is kept, and no address, with the token in it, is given away. */
export const pageHeaders = createMiddleware<RequestEnv>(async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
  c.res.headers.append("Vary", "Accept-Language, Cookie")
})

const headers = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY"
}
