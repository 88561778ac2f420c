import type { Person } from "@treff/domain/account"
import type { Telling } from "@treff/domain/notification"
import { MailTemplates } from "@treff/domain/ports"
import * as Layer from "effect/Layer"
import { english } from "./english.ts"
import { french } from "./french.ts"
import { layOutHtml, layOutText } from "./layout.ts"
import { norwegian } from "./norwegian.ts"
import type { Texts, Words } from "./texts.ts"

/**
 * Mails in English, French and Norwegian Bokmål, by the language of the locale (`fr-CA` is French, `no` and `nn` are
 * answered in Bokmål), English where it is null or another. The subject is one line, in which a long title or name is
 * cut; in the text and the HTML, titles stand whole and in one line, a message with its line breaks. Other control
 * characters are left out. The HTML asks for nothing from elsewhere. It cannot fail. Source: `http.md`, notifications.
 *
 * @example
 * ```ts
 * import { match, strictEqual } from "node:assert"
 * import { layerMailTemplates } from "@treff/adapters/mail-templates"
 * import { MailTemplates } from "@treff/domain/ports"
 * import * as Effect from "effect/Effect"
 *
 * const data = { offerSentId: "s1", offerId: "o1", title: "Baker & <cook>", reason: "offer_expired" } as const
 * const render = MailTemplates.useSync((templates) => templates.render({ template: "offer-ended", data }, "nb-NO"))
 * const mail = await Effect.runPromise(Effect.provide(render, layerMailTemplates))
 * strictEqual(mail.subject, "Jobbtilbudet «Baker & <cook>» er ikke lenger tilgjengelig")
 * match(mail.html, /Baker &amp; &lt;cook&gt;/)
 * ```
 */
export const layerMailTemplates: Layer.Layer<MailTemplates> = Layer.succeed(
  MailTemplates,
  MailTemplates.of({
    render: (telling, locale) => {
      const texts = textsFor(locale)
      const { subject } = wordsOf(texts, telling, (value) => isolated(cut(inOneLine(value))))
      const content = {
        ...wordsOf(texts, telling, (value) => isolated(inOneLine(value))),
        subject,
        language: texts.language,
        title: inOneLine(telling.data.title),
        message: messageOf(texts, telling)
      }
      return { subject, text: layOutText(content), html: layOutHtml(content) }
    }
  })
)

const textsByLanguage = new Map<string | undefined, Texts>([
  ["fr", french],
  ["nb", norwegian],
  ["nn", norwegian],
  ["no", norwegian]
])

const textsFor = (locale: string | null): Texts =>
  textsByLanguage.get(locale?.toLowerCase().split(/[-_]/)[0]) ?? english

/** The words for a telling, with its title and names as `shown`. What is not named here, ids above all, stays out. */
const wordsOf = (texts: Texts, telling: Telling, shown: (value: string) => string): Words => {
  const nameOf = ({ firstName, lastName }: Person) => shown(`${firstName} ${lastName}`)
  const title = shown(telling.data.title)
  switch (telling.template) {
    case "offer-sent":
      return texts[telling.template](title, shown(telling.data.companyName))
    case "offer-sent-viewed":
    case "offer-sent-responded":
    case "offer-sent-withdrawn":
      return texts[telling.template](title, nameOf(telling.data.candidate))
    case "offer-ended":
      return texts[telling.template](title, telling.data.reason)
    case "offer-handed-over":
      return texts[telling.template](title, nameOf(telling.data.newOwner))
    case "offer-taken-over":
      return texts[telling.template](title, nameOf(telling.data.formerOwner))
  }
}

const messageOf = (texts: Texts, telling: Telling) =>
  telling.template === "offer-sent" && telling.data.message !== null
    ? {
        from: texts.messageFrom(isolated(inOneLine(telling.data.companyName))),
        lines: telling.data.message.split(/\r\n|[\n\r]/).map((line) => line.replaceAll(/(?!\t)\p{Cc}/gu, ""))
      }
    : null

/** Without what would break the line, or turn the words around it: the controls of writing direction. */
const inOneLine = (value: string): string =>
  value
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, "")
    .trim()

const graphemes = new Intl.Segmenter()

/** To 60 code points at most, and no letter or emoji in two: a subject is read in a list. */
const cut = (value: string): string => {
  if ([...value].length <= 60) return value
  let kept = ""
  for (const { segment } of graphemes.segment(value)) {
    if ([...kept, ...segment].length >= 60) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** What is written from right to left keeps to itself; nothing else needs these marks, which some programs show. */
const isolated = (value: string): string =>
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(value)
    ? `\u2068${value}\u2069`
    : value
