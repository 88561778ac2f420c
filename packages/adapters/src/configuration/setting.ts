import * as Redacted from "effect/Redacted"
import * as z from "zod"
import { isPublicUrl } from "../mail-templates/index.ts"
import { databaseUrlExample, isDatabaseUrl } from "../neon/database-url.ts"
import { layerSecrets, sealingKeysOf } from "../secrets/index.ts"

// The rules of single settings. Each message makes a sentence with the name of its setting before it, and repeats no value.

export const text = z.string("is not set")

export const secret = text.transform((value) => Redacted.make(value))

export const databaseUrl = text
  .refine(isDatabaseUrl, `must be the address of a database, such as ${databaseUrlExample}`)
  .transform((value) => Redacted.make(value))

export const publicUrl = text.refine(
  isPublicUrl,
  "must be an address such as https://treff.example, without a path or a slash at its end"
)

/** A whole number, 1 or more. */
export const count = text.regex(/^[1-9]\d{0,8}$/, "must be a whole number, 1 or more").transform(Number)

/** Seconds, fractions of one among them. A queue of Cloudflare's keeps a message back for 12 hours at the most. */
export const seconds = text
  .refine((value) => /^\d{1,5}(\.\d+)?$/.test(value) && Number(value) <= 43_200, "must be a number from 0 to 43200")
  .transform(Number)

/** Texts that are separated by commas; none when it is not set. */
export const list = z
  .string()
  .default("")
  .transform((value): ReadonlyArray<string> => value.split(",").flatMap((item) => item.trim() || []))

/** Whom mails are from: an address, or a name with an address. */
export const sender = text.regex(
  /^([^<>@\r\n]*<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/,
  "must be an address that mails come from, such as Treff <no-reply@treff.example>"
)

export const sealingKeys = text.transform((value, context) => {
  const keys = sealingKeysOf(value)
  try {
    layerSecrets(keys)
    return keys
  } catch (error) {
    context.addIssue(`can't be used. ${(error as Error).message.replace(/\.$/, "")}`)
    return z.NEVER
  }
})

/** JSON of some shape. What is wrong within it is said as one mistake, each place by its JSON pointer. */
export const json = <S extends z.ZodType>(schema: S) =>
  text.transform((value, context): z.output<S> => {
    const read = schema.safeParse(parse(value))
    if (read.success) return read.data
    const places = read.error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`)
    context.addIssue(`is not what it must be (${places.join("; ")})`)
    return z.NEVER
  })

/** What is no JSON is nothing: the parser's own message would repeat some of it. */
const parse = (value: string): unknown => {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
