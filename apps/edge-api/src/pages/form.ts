import type { Context } from "hono"
import { bodyLimit } from "hono/body-limit"
import { csrf } from "hono/csrf"
import { createMiddleware } from "hono/factory"
import type { RequestEnv } from "../http/request.ts"
import { answerTrouble } from "./trouble-page.tsx"

/**
 * Lets through the forms of our own pages alone, whatever cookies come with others. A browser names the site of the page in
 * `Origin`; since our pages give away no referrer, most say "null" there, and then `Sec-Fetch-Site` says where the form comes
 * from. Hono looks only at what a form can send: anything else is refused because it is no form.
 */
const onlySameOrigin = csrf({
  origin: (origin, c: Context<RequestEnv>) =>
    [c.req.url, c.var.services.publicUrl].some((url) => new URL(url).origin === origin),
  secFetchSite: (site, c) => site === "same-origin" && c.req.header("Origin") === "null"
})

const onlyForms = createMiddleware<RequestEnv>(async (c, next) =>
  /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(c.req.header("Content-Type") ?? "")
    ? next()
    : answerTrouble(c, "MediaTypeNotSupported")
)

const atMost256KiB = bodyLimit({ maxSize: 256 * 1024, onError: (c) => answerTrouble(c, "BodyTooLarge") })

/** What every form is checked for, before it is read. */
export const formBody = [onlySameOrigin, onlyForms, atMost256KiB] as const

/** Answers a form by its fields, as they were typed; those that were left out are empty. */
export const withForm = async <F extends string>(
  c: Context<RequestEnv>,
  names: ReadonlyArray<F>,
  answer: (fields: Readonly<Record<F, string>>) => Promise<Response>
): Promise<Response> => {
  const fields = readFields(await c.req.arrayBuffer(), names)
  return fields === undefined ? answerTrouble(c, "BadRequest") : answer(fields)
}

/** Undefined when it is nothing that our forms send: not UTF-8, a NUL, an unknown field, or one twice. */
const readFields = <F extends string>(body: ArrayBuffer, names: ReadonlyArray<F>) => {
  const fields = Object.fromEntries(names.map((name) => [name, ""])) as Record<F, string>
  const named = new Set<string>()
  try {
    for (const pair of new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body).split("&")) {
      if (pair === "") continue
      const [name, value] = [pair.replace(/=.*/s, ""), pair.replace(/^[^=]*=?/, "")].map(decoded) as [F, string]
      if (!names.includes(name) || named.has(name) || value.includes("\0")) return undefined
      named.add(name)
      fields[name] = value
    }
    return fields
  } catch {
    return undefined
  }
}

/** It throws at what is no UTF-8, where `URLSearchParams` would put something else. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll("+", " "))
