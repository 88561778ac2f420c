import { bodyLimit } from "hono/body-limit"
import { createMiddleware } from "hono/factory"
import { refuse } from "./caller.ts"
import type { RequestEnv } from "./request.ts"

const jsonType = /^application\/json\s*(;|$)/i

/** Lets bodies through that say they are JSON; one that is missing is for the schema to name. */
const onlyJson = createMiddleware<RequestEnv>(async (c, next) => {
  const type = c.req.header("Content-Type")
  const acceptable = type === undefined ? c.req.raw.body === null : jsonType.test(type)
  return acceptable ? next() : refuse(c, { _tag: "MediaTypeNotSupported" })
})

const atMost256KiB = bodyLimit({
  maxSize: 256 * 1024,
  onError: (c) => refuse(c, { _tag: "BodyTooLarge" })
})

/** What a route with a JSON body checks before its schema does, in the order of the contract: 415, then 413. */
export const jsonBody = [onlyJson, atMost256KiB]
