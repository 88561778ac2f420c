import type { Context } from "hono"
import { createMiddleware } from "hono/factory"
import { html } from "hono/html"
import { secureHeaders } from "hono/secure-headers"
import type { HtmlEscapedString } from "hono/utils/html"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import { textsOf } from "./language.ts"

/** Answers a page in the visitor's language. */
export const answerPage = (
  c: Context,
  page: HtmlEscapedString | Promise<HtmlEscapedString>,
  status: ContentfulStatusCode = 200
) => c.html(html`<!doctype html>${page}`, status, { "Content-Language": textsOf(c).language })

/** Nothing comes from elsewhere, nothing is inline, and no address, with the token in it, is given away. */
const closedToOthers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"]
  },
  crossOriginOpenerPolicy: "same-origin",
  crossOriginResourcePolicy: "same-origin",
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
  referrerPolicy: "no-referrer",
  xContentTypeOptions: "nosniff",
  xFrameOptions: "DENY",
  // TLS is the business of whoever hosts the API, and these concern old browsers alone.
  strictTransportSecurity: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false
})

/** Nothing of a page is kept, since it may be another one for the next visitor. */
const notKept = createMiddleware(async (c, next) => {
  await next()
  c.res.headers.set("Cache-Control", "no-store")
  c.res.headers.append("Vary", "Accept-Language, Cookie")
})

export const pageHeaders = [closedToOthers, notKept] as const
