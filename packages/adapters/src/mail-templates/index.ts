import { type Person, signInLifetime } from "@treff/domain/identity"
import type { Instant } from "@treff/domain/kernel"
import { MailTemplates } from "@treff/domain/notifications"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { english } from "./english.ts"
import { french } from "./french.ts"
import { layOutHtml, layOutText } from "./layout.ts"
import { norwegian } from "./norwegian.ts"
import type { MailContent, Texts, Words } from "./texts.ts"

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
export const layerMailTemplates = (publicUrl: string): Layer.Layer<MailTemplates> =>
  Layer.succeed(
    MailTemplates,
    MailTemplates.of({
      render: (notification, locale, token) => {
        const content = notification as MailContent // there is a mail of no other template
        const texts = textsFor(locale)
        const addressOf = (page: string) => {
          if (token === null) throw new Error("A mail with a link needs the token that the link carries.")
          return `${publicUrl}/${page}?token=${encodeURIComponent(Redacted.value(token))}`
        }
        const { subject } = wordsOf(texts, content, addressOf, (value) => isolated(cut(inOneLine(value))))
        const parts = {
          ...wordsOf(texts, content, addressOf, (value) => isolated(inOneLine(value))),
          subject,
          language: texts.language,
          title: "title" in content.data ? inOneLine(content.data.title) : null,
          message: messageOf(texts, content),
          copyAddress: texts.copyAddress
        }
        return { subject, text: layOutText(parts), html: layOutHtml(parts) }
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

/**
 * The words for a mail, with its titles, names and addresses as `shown`, and links to the pages of `addressOf`. What is
 * not named here, ids above all, stays out.
 */
const wordsOf = (
  texts: Texts,
  content: MailContent,
  addressOf: (page: string) => string,
  shown: (value: string) => string
): Words => {
  switch (content.template) {
    case "offer-sent": {
      const { title, companyName } = content.data
      return texts[content.template]({ title: shown(title), company: shown(companyName) })
    }
    case "offer-sent-viewed":
    case "offer-sent-responded":
    case "offer-sent-withdrawn": {
      const { title, candidate } = content.data
      return texts[content.template]({ title: shown(title), candidate: shown(nameOf(candidate)) })
    }
    case "offer-ended": {
      const { title, reason } = content.data
      return texts[content.template]({ title: shown(title), reason })
    }
    case "offer-handed-over": {
      const { title, newOwner } = content.data
      return texts[content.template]({ title: shown(title), newOwner: shown(nameOf(newOwner)) })
    }
    case "offer-taken-over": {
      const { title, formerOwner } = content.data
      return texts[content.template]({ title: shown(title), formerOwner: shown(nameOf(formerOwner)) })
    }
    case "invitation": {
      const { inviter, companyName, expiresAt } = content.data
      return texts[content.template]({
        inviter: shown(nameOf(inviter)),
        company: shown(companyName),
        until: inUtc(texts, expiresAt),
        address: addressOf("accept-invitation")
      })
    }
    case "invitation-accepted": {
      const { member, email } = content.data
      return texts[content.template]({ member: shown(nameOf(member)), email: shown(email) })
    }
    case "invitation-declined":
      return texts[content.template]({ email: shown(content.data.email) })
    case "sign-in":
      return texts[content.template]({
        minutes: signInLifetime / 60_000,
        until: inUtc(texts, content.data.expiresAt),
        address: addressOf("sign-in")
      })
  }
}

const nameOf = ({ firstName, lastName }: Person) => `${firstName} ${lastName}`

const messageOf = (texts: Texts, content: MailContent) => {
  const [name, message] =
    content.template === "offer-sent"
      ? [content.data.companyName, content.data.message]
      : content.template === "invitation"
        ? [nameOf(content.data.inviter), content.data.personalMessage]
        : ["", null]
  if (message === null) return null
  return {
    from: texts.messageFrom(isolated(inOneLine(name))),
    lines: message.split(/\r\n|[\n\r]/).map((line) => line.replaceAll(/(?!\t)\p{Cc}/gu, ""))
  }
}

/** An instant in words, to the minute. */
const inUtc = ({ dates }: Texts, at: Instant): string =>
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
