import type { NotificationContent } from "@treff/domain/events"
import type { Instant } from "@treff/domain/kernel"
import { MailTemplates } from "@treff/domain/notifications"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { identityMails } from "./identity.ts"
import { invitationMails } from "./invitations.ts"
import { languageOf } from "./languages.ts"
import { layOutHtml, layOutText } from "./layout.ts"
import { type Format, type Language, type Mail, type Message, nameOf } from "./mail.ts"
import { offerMails } from "./offers.ts"

/**
 * Whether links may begin with this: the address of a site, without a path, or a slash at its end. See
 * docs/flows/invitations.md.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert"
 * import { isPublicUrl } from "@treff/adapters/mail-templates"
 *
 * strictEqual(isPublicUrl("https://treff.example"), true)
 * strictEqual(isPublicUrl("https://treff.example/"), false)
 * ```
 */
export const isPublicUrl = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text

/**
 * Mails in English, French and Norwegian Bokmål, by the language of the locale (`fr-CA` is French, `no` and `nn` are
 * answered in Bokmål), English where it is null or another. The subject is one line, in which a long title or name is
 * cut; in the text and the HTML, titles stand whole and in one line, a message with its line breaks. Other control
 * characters are left out. The HTML asks for nothing from elsewhere. Links lead to the pages of `publicUrl`, which has
 * no slash at its end, and are nowhere but in the text and the HTML, each as an address that can be copied; instants
 * are in UTC. It cannot fail; that a mail with a link is given no token is a bug, and throws. See
 * docs/flows/notifications.md.
 *
 * @example
 * ```ts
 * import { match } from "node:assert"
 * import { layerMailTemplates } from "@treff/adapters/mail-templates"
 * import { MailTemplates } from "@treff/domain/notifications"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const templates = MailTemplates.useSync((templates) => templates)
 * const { render } = await Effect.runPromise(Effect.provide(templates, layerMailTemplates("https://treff.example")))
 * const data = { signInId: "i1", expiresAt: 900_000 }
 * const { text } = render({ template: "sign-in", data }, "en", Redacted.make("one-time"))
 * match(text, /\nhttps:\/\/treff\.example\/sign-in\?token=one-time\n/)
 * ```
 */
export const layerMailTemplates = (publicUrl: string): Layer.Layer<MailTemplates> => {
  const mails = new Map(Object.entries(allMails()))
  return Layer.succeed(
    MailTemplates,
    MailTemplates.of({
      render: ({ template, data }, locale, token) => {
        const mail = mails.get(template) as Mail<NotificationContent["data"]> | undefined // a template has its data
        if (mail === undefined) throw new Error(`There is no mail for the template ${template}.`)
        const language = languageOf(locale)
        const address = (page: string) => {
          if (token === null) throw new Error("A mail with a link needs the token that the link carries.")
          return `${publicUrl}/${page}?token=${encodeURIComponent(Redacted.value(token))}`
        }
        const wordsWith = (text: Format["text"]) =>
          mail.words(language.name, data, {
            text,
            name: (person) => text(nameOf(person)),
            instant: (at) => inUtc(language, at),
            address
          })
        const { subject } = wordsWith((value) => isolated(cut(inOneLine(value))))
        const parts = {
          ...wordsWith((value) => isolated(inOneLine(value))),
          subject,
          language: language.code,
          title: "title" in data ? inOneLine(String(data.title)) : null,
          message: messageOf(language, mail.message(data)),
          copyAddress: language.copyAddress
        }
        return { subject, text: layOutText(parts), html: layOutHtml(parts) }
      }
    })
  )
}

/** The mails of every context; a new one adds a line. A function, so that a worker that sends no mails does not bundle them. */
const allMails = () => ({ ...offerMails, ...invitationMails, ...identityMails })

const messageOf = ({ messageFrom }: Language, message: Message | null) =>
  message === null || message.text === null
    ? null
    : {
        from: messageFrom(isolated(inOneLine(message.from))),
        lines: message.text.split(/\r\n|[\n\r]/).map((line) => line.replaceAll(/(?!\t)\p{Cc}/gu, ""))
      }

const inUtc = ({ dates }: Language, at: Instant): string =>
  new Intl.DateTimeFormat(dates, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short"
  }).format(at)

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
