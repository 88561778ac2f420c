import { inputIssues } from "@treff/adapters/wire"
import * as Effect from "effect/Effect"
import type { Context } from "hono"
import { bodyLimit } from "hono/body-limit"
import { createMiddleware } from "hono/factory"
import * as z from "zod"
import { refuse } from "./caller.ts"
import type { RequestEnv } from "./request.ts"
import type { RequestFailure } from "./shared-problems.ts"

/** JSON, which is UTF-8 whatever else is said of it; who says another encoding means another one. */
const isJson = (type: string): boolean =>
  /^application\/json\s*(;|$)/i.test(type) && !/;\s*charset\s*=(?!\s*"?utf-?8"?\s*(;|$))/i.test(type)

const isEmpty = (c: Context): boolean => c.req.raw.body === null || c.req.header("Content-Length") === "0"

/** Lets bodies through that say they are JSON; one that is missing is for the schema to name. */
const onlyJson = createMiddleware<RequestEnv>(async (c, next) => {
  const type = c.req.header("Content-Type")
  const acceptable = type === undefined ? isEmpty(c) : isJson(type)
  return acceptable ? next() : refuse(c, { _tag: "MediaTypeNotSupported" })
})

const atMost256KiB = bodyLimit({
  maxSize: 256 * 1024,
  onError: (c) => refuse(c, { _tag: "BodyTooLarge" })
})

/** Reads the body as UTF-8. Left to itself the platform would put U+FFFD for what is not, and that would be kept. */
const onlyUtf8 = createMiddleware<RequestEnv>(async (c, next) => {
  const { url, method } = c.req.raw
  const text = decode(await c.req.raw.arrayBuffer())
  if (text === undefined) return refuse(c, { _tag: "InvalidInput", issues: [{ pointer: "", message: "is not UTF-8" }] })
  const headers = new Headers(c.req.raw.headers)
  // What reads the body for the schema knows fewer spellings of the type than RFC 9110 does, and throws on the others.
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

/** What a route with a JSON body checks before its schema does, in the order of the contract: 415, 413, then 400. */
export const jsonBody = [onlyJson, atMost256KiB, onlyUtf8]

/** The same of a body that is read only once something else is known: see `readBody`. */
export const lateJsonBody = [onlyJson, atMost256KiB]

/** Reads the body by its schema when it is run; none at all is one without fields. */
export const readBody = <S extends z.ZodType>(
  c: Context<RequestEnv>,
  schema: S
): Effect.Effect<z.output<S>, Extract<RequestFailure, { readonly _tag: "InvalidInput" }>> =>
  Effect.gen(function* () {
    const text = decode(yield* Effect.promise(() => c.req.raw.arrayBuffer()))
    if (text === undefined) return yield* wrong("is not UTF-8")
    const json = text === "" && c.req.header("Content-Type") === undefined ? {} : parse(text)
    if (json === undefined) return yield* wrong("is not JSON")
    const read = schema.safeParse(json)
    return read.success
      ? read.data
      : yield* Effect.fail({ _tag: "InvalidInput", issues: inputIssues(read.error) } as const)
  })

const wrong = (message: string) => Effect.fail({ _tag: "InvalidInput", issues: [{ pointer: "", message }] } as const)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Where no body is expected, its type matters only when there is something in it; how long a chunked one is shows later. */
const onlyJsonIfAny = createMiddleware<RequestEnv>(async (c, next) =>
  isEmpty(c) || c.req.header("Content-Length") === undefined || isJson(c.req.header("Content-Type") ?? "")
    ? next()
    : refuse(c, { _tag: "MediaTypeNotSupported" })
)

/** A route that takes no body lets an empty one through, and an empty object. */
const onlyNothing = createMiddleware<RequestEnv>(async (c, next) => {
  const text = (await c.req.text()).trim()
  if (text === "") return next()
  if (!isJson(c.req.header("Content-Type") ?? "")) return refuse(c, { _tag: "MediaTypeNotSupported" })
  const json = parse(text)
  if (json === undefined) return refuse(c, { _tag: "InvalidInput", issues: [{ pointer: "", message: "is not JSON" }] })
  const body = z.strictObject({}).nullable().safeParse(json)
  return body.success ? next() : refuse(c, { _tag: "InvalidInput", issues: inputIssues(body.error) })
})

/** What a route without a body checks, in the same order. */
export const noBody = [onlyJsonIfAny, atMost256KiB, onlyUtf8, onlyNothing]

/** What such a check may end in. */
export const bodyProblems = ["MediaTypeNotSupported", "BodyTooLarge", "InvalidInput"] as const
