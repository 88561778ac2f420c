import type { Context } from "hono"

/** Answers a file that travels as a text within the program, and may be kept for an hour. */
export const textFile = (contentType: "text/javascript" | "text/css", content: string) => (c: Context) =>
  c.body(content, 200, { "Content-Type": `${contentType}; charset=utf-8`, "Cache-Control": "public, max-age=3600" })
