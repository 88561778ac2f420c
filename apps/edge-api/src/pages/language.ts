import type { Context } from "hono"
import { accepts } from "hono/accepts"
import { english } from "./english.ts"
import { french } from "./french.ts"
import { norwegian } from "./norwegian.ts"
import type { Texts } from "./texts.ts"

const textsByLanguage: Readonly<Record<string, Texts>> = {
  en: english,
  fr: french,
  nb: norwegian,
  nn: norwegian,
  no: norwegian
}

/**
 * The texts in the language that `Accept-Language` (RFC 9110) likes best of those there are, English if none: by weight,
 * then in its order, and by the language alone: `fr-CA` is French. A weight that is no number counts as none.
 */
export const textsOf = (c: Context): Texts => {
  const language = accepts(c, {
    header: "Accept-Language",
    supports: Object.keys(textsByLanguage),
    default: "en",
    match: (accepted, { supports, default: otherwise }) =>
      accepted
        .filter(({ q, params }) => q > 0 && !Number.isNaN(Number(params.q ?? 1)))
        .map(({ type }) => type.toLowerCase().split("-")[0] ?? "")
        .find((language) => supports.includes(language)) ?? otherwise
  })
  return textsByLanguage[language] ?? english
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
