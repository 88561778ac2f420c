import { cors } from "hono/cors"
import { createMiddleware } from "hono/factory"
import type { RequestEnv } from "./request.ts"

/** Lets the pages of these origins call from a browser. */
export const allowOrigins = (origins: ReadonlyArray<string>) => {
  const answerBrowser = cors({
    origin: [...origins],
    allowMethods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "If-Match"],
    exposeHeaders: ["ETag", "Link", "Location", "X-Total-Count", "X-Total-Count-Relation", "Retry-After"],
    maxAge: 600
  })
  return createMiddleware<RequestEnv>(async (c, next) => {
    if (c.req.header("Origin") !== undefined) return answerBrowser(c, next)
    await next()
    // What a cache keeps of this answer must not be given to a browser, which needs the headers of CORS.
    c.header("Vary", "Origin", { append: true })
    return
  })
}
