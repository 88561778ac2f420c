import { english } from "./english.ts"
import { french } from "./french.ts"
import { norwegian } from "./norwegian.ts"
import type { Texts } from "./texts.ts"

const textsByLanguage = new Map<string | undefined, Texts>([
  ["en", english],
  ["fr", french],
  ["nb", norwegian],
  ["nn", norwegian],
  ["no", norwegian]
])

/**
 * The texts in the language that `Accept-Language` (RFC 9110) likes best of those there are, English if none: by weight,
 * then in its order, and by the language alone: `fr-CA` is French.
 */
export const textsFor = (acceptLanguage: string | undefined): Texts => {
  const wanted = (acceptLanguage ?? "")
    .toLowerCase()
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim())
      const weight = parameters.find((parameter) => parameter.startsWith("q="))
      return {
        texts: textsByLanguage.get(tag.split("-")[0]),
        weight: weight === undefined ? 1 : Number(weight.slice(2))
      }
    })
    .filter(({ texts, weight }) => texts !== undefined && weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return wanted[0]?.texts ?? english
}

/** An instant in words, with its time zone. */
export const instantInWords = ({ dates, timeZone }: Texts, at: number): string => {
  const format = new Intl.DateTimeFormat(dates, { dateStyle: "full", timeStyle: "short", timeZone: "UTC" })
  return `${format.format(at)} (${timeZone})`
}

/**
 * What somebody wrote, to stand within a sentence of ours: the controls of writing direction are left out, and what is
 * written from right to left keeps to itself.
 */
export const quoted = (value: string): string => {
  const plain = value.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain
}
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
