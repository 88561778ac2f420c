import { inputIssues } from "@treff/adapters/wire"
import * as Effect from "effect/Effect"
import type { Context } from "hono"
import { bodyLimit } from "hono/body-limit"
import { createMiddleware } from "hono/factory"
import * as z from "zod"
import { refuse } from "./caller.ts"
import type { RequestEnv } from "./request.ts"
import type { RequestFailure } from "./shared-problems.ts"

/** Whether a content type is JSON, which is always UTF-8: a type that names another encoding is not. */
const isJson = (type: string): boolean =>
  /^application\/json\s*(;|$)/i.test(type) && !/;\s*charset\s*=(?!\s*"?utf-?8"?\s*(;|$))/i.test(type)

const isEmpty = (c: Context): boolean => c.req.raw.body === null || c.req.header("Content-Length") === "0"

/** Lets through bodies of the type JSON, and requests without a body, whose missing fields the schema names. */
const onlyJson = createMiddleware<RequestEnv>(async (c, next) => {
  const type = c.req.header("Content-Type")
  const acceptable = type === undefined ? isEmpty(c) : isJson(type)
  return acceptable ? next() : refuse(c, { _tag: "MediaTypeNotSupported" })
})

const atMost256KiB = bodyLimit({
  maxSize: 256 * 1024,
  onError: (c) => refuse(c, { _tag: "BodyTooLarge" })
})

/** Refuses a body that is not UTF-8. The platform would put U+FFFD in place of what it can't read, and that would be stored. */
const onlyUtf8 = createMiddleware<RequestEnv>(async (c, next) => {
  const { url, method } = c.req.raw
  const text = decode(await c.req.raw.arrayBuffer())
  if (text === undefined) return refuse(c, { _tag: "InvalidInput", issues: [{ pointer: "", message: "is not UTF-8" }] })
  const headers = new Headers(c.req.raw.headers)
  // The reader of the body knows fewer spellings of the type than RFC 9110 allows, and throws on the others.
  if (isJson(headers.get("Content-Type") ?? "")) headers.set("Content-Type", "application/json")
  c.req.raw = new Request(url, { method, headers, ...(text !== "" && { body: text }) })
  return next()
})

const decode = (bytes: ArrayBuffer): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    return undefined
  }
}

/** The checks of a route with a JSON body before those of its schema, in the order 415, 413, 400. */
export const jsonBody = [onlyJson, atMost256KiB, onlyUtf8]

/** The checks of a route that reads its body by `readBody`, once something else is known. */
export const lateJsonBody = [onlyJson, atMost256KiB]

/** Reads the body by a schema, when the effect is run. A request without a body counts as one without fields. */
export const readBody = <S extends z.ZodType>(
  c: Context<RequestEnv>,
  schema: S
): Effect.Effect<z.output<S>, Extract<RequestFailure, { readonly _tag: "InvalidInput" }>> =>
  Effect.gen(function* () {
    const text = decode(yield* Effect.promise(() => c.req.raw.arrayBuffer()))
    if (text === undefined) return yield* invalid("is not UTF-8")
    const json = text === "" && c.req.header("Content-Type") === undefined ? {} : parse(text)
    if (json === undefined) return yield* invalid("is not JSON")
    const read = schema.safeParse(json)
    return read.success
      ? read.data
      : yield* Effect.fail({ _tag: "InvalidInput", issues: inputIssues(read.error) } as const)
  })

const invalid = (message: string) => Effect.fail({ _tag: "InvalidInput", issues: [{ pointer: "", message }] } as const)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where no body is expected, its type matters only if it has content, which is not known yet of a chunked one. */
const onlyJsonIfAny = createMiddleware<RequestEnv>(async (c, next) =>
  isEmpty(c) || c.req.header("Content-Length") === undefined || isJson(c.req.header("Content-Type") ?? "")
    ? next()
    : refuse(c, { _tag: "MediaTypeNotSupported" })
)

/** Lets through an empty body and an empty object, for a route that takes no body. */
const onlyNothing = createMiddleware<RequestEnv>(async (c, next) => {
  const text = (await c.req.text()).trim()
  if (text === "") return next()
  if (!isJson(c.req.header("Content-Type") ?? "")) return refuse(c, { _tag: "MediaTypeNotSupported" })
  const json = parse(text)
  if (json === undefined) return refuse(c, { _tag: "InvalidInput", issues: [{ pointer: "", message: "is not JSON" }] })
  const body = z.strictObject({}).nullable().safeParse(json)
  return body.success ? next() : refuse(c, { _tag: "InvalidInput", issues: inputIssues(body.error) })
})

/** The checks of a route that takes no body, in the order of `jsonBody`. */
export const noBody = [onlyJsonIfAny, atMost256KiB, onlyUtf8, onlyNothing]

/** The problems that these checks may end in. */
export const bodyProblems = ["MediaTypeNotSupported", "BodyTooLarge", "InvalidInput"] as const
