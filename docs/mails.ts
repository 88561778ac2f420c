import { createHash } from "node:crypto"
import { layerMailTemplates } from "@treff/adapters/mail-templates"
import type { NotificationContent } from "@treff/domain/events"
import type { Person } from "@treff/domain/identity"
import { MailTemplates } from "@treff/domain/notifications"
import type { SendEnd } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const { render } = Effect.runSync(
  Effect.provide(
    MailTemplates.useSync((templates) => templates),
    layerMailTemplates("https://treff.example")
  )
)

const languages = { en: "English", fr: "French", nb: "Norwegian Bokmål" }
type Locale = keyof typeof languages
const locales = Object.keys(languages) as ReadonlyArray<Locale>

/** As long as those that are sent, and none of them. */
const token = Redacted.make("an-example-of-a-token-that-opens-nothing-00")

/** What the mails are about here. */
const examples: Readonly<
  Record<
    Locale,
    {
      readonly title: string
      readonly companyName: string
      readonly message: string
      readonly inviter: Person
      readonly personalMessage: string
    }
  >
> = {
  en: {
    title: "Baker, nights",
    companyName: "Tidemill Bakery",
    message:
      "Hello Solveig,\n\nYour sourdough was the best that we have tasted this year. Four nights a week, every other weekend off: would you come and see us?\n\nRosalind Fairweather",
    inviter: { id: "inviter", firstName: "Rosalind", lastName: "Fairweather" },
    personalMessage:
      "Hello Théo,\n\nWe are opening a second bakehouse in spring, and need somebody who finds the people for it. I would be glad if that were you."
  },
  fr: {
    title: "Boulangerie de nuit, quatre nuits par semaine",
    companyName: "Fournil du Vasselin",
    message:
      "Bonjour Solveig,\n\nVotre pain au levain est le meilleur que nous ayons goûté cette année. Quatre nuits par semaine, un week-end libre sur deux\u00a0: viendriez-vous nous voir\u00a0?\n\nMathilde Péradel",
    inviter: { id: "inviter", firstName: "Mathilde", lastName: "Péradel" },
    personalMessage:
      "Bonjour Théo,\n\nNous ouvrons un second fournil au printemps et cherchons quelqu’un qui sache trouver les bonnes personnes. Je serais ravie que ce soit vous."
  },
  nb: {
    title: "Baker, natt",
    companyName: "Skogrand Bakeri",
    message:
      "Hei Solveig,\n\nSurdeigsbrødet ditt var det beste vi har smakt i år. Fire netter i uka og fri annenhver helg: Kunne du tenke deg å komme innom?\n\nTorbjørn Lindvik",
    inviter: { id: "inviter", firstName: "Torbjørn", lastName: "Lindvik" },
    personalMessage:
      "Hei Théo,\n\nVi åpner et nytt bakeri til våren og trenger en som finner de rette folkene. Jeg håper det blir deg."
  }
}

const ids = { offerSentId: "send", offerId: "offer" }
const candidate = { id: "candidate", firstName: "Solveig", lastName: "Bjørkli" }
const recruiter = { id: "recruiter", firstName: "Théo", lastName: "Œuvrard" }
const invited = { invitationId: "invitation", email: "theo.oeuvrard@example.org" }

/** Every mail that there is: to whom it goes and when, and what it says. */
const mails: Readonly<
  Record<
    string,
    { readonly to: string; readonly when: string; readonly content: (locale: Locale) => NotificationContent }
  >
> = {
  "offer-sent": {
    to: "the candidate",
    when: "a company has sent them an offer; without a message, nothing stands in its place",
    content: (locale) => {
      const { title, companyName, message } = examples[locale]
      return { template: "offer-sent", data: { ...ids, title, companyName, message } }
    }
  },
  "offer-sent-viewed": {
    to: "the offer's owner, and who sent it",
    when: "the candidate has seen the offer; for now, Treff notifies of it in the inbox only",
    content: (locale) => ({ template: "offer-sent-viewed", data: { ...ids, title: examples[locale].title, candidate } })
  },
  "offer-sent-responded": {
    to: "the offer's owner, and who sent it",
    when: "the candidate has answered",
    content: (locale) => ({
      template: "offer-sent-responded",
      data: { ...ids, title: examples[locale].title, candidate }
    })
  },
  "offer-sent-withdrawn": {
    to: "the offer's owner, and who sent it",
    when: "the candidate has withdrawn",
    content: (locale) => ({
      template: "offer-sent-withdrawn",
      data: { ...ids, title: examples[locale].title, candidate }
    })
  },
  "offer-ended, archived": {
    to: "the candidate",
    when: "an offer that was sent to them was archived",
    content: (locale) => ended(locale, "offer_archived")
  },
  "offer-ended, deleted": {
    to: "the candidate",
    when: "it was deleted",
    content: (locale) => ended(locale, "offer_deleted")
  },
  "offer-ended, expired": {
    to: "the candidate",
    when: "it has expired",
    content: (locale) => ended(locale, "offer_expired")
  },
  "offer-handed-over": {
    to: "the recruiter who owned the offer",
    when: "it was transferred",
    content: (locale) => ({
      template: "offer-handed-over",
      data: { offerId: ids.offerId, title: examples[locale].title, newOwner: recruiter }
    })
  },
  "offer-taken-over": {
    to: "the recruiter who owns the offer now",
    when: "it was transferred",
    content: (locale) => ({
      template: "offer-taken-over",
      data: { offerId: ids.offerId, title: examples[locale].title, formerOwner: recruiter }
    })
  },
  invitation: {
    to: "the address that is invited",
    when: "it is invited to a company, and when that is sent again; without a message, nothing stands in its place",
    content: (locale) => {
      const { inviter, companyName, personalMessage } = examples[locale]
      const expiresAt = Date.UTC(2026, 10, 23, 9, 30)
      const data = { invitationId: invited.invitationId, resends: 0, expiresAt, inviter, companyName, personalMessage }
      return { template: "invitation", data }
    }
  },
  "invitation-accepted": {
    to: "who invited",
    when: "the invitation was accepted",
    content: () => ({ template: "invitation-accepted", data: { ...invited, member: recruiter } })
  },
  "invitation-declined": {
    to: "who invited",
    when: "the invitation was declined",
    content: () => ({ template: "invitation-declined", data: invited })
  },
  "sign-in": {
    to: "the address of an account",
    when: "somebody asked to sign in with it",
    content: () => ({ template: "sign-in", data: { signInId: "sign-in", expiresAt: Date.UTC(2026, 10, 20, 9, 45) } })
  }
}

const ended = (locale: Locale, reason: SendEnd): NotificationContent => ({
  template: "offer-ended",
  data: { ...ids, title: examples[locale].title, reason }
})

/** How a mail is looked at. */
interface View {
  readonly mail: string
  readonly locale: Locale
  readonly scheme: "light" | "dark"
  /** In CSS pixels. */
  readonly width: number
}

const desk = { scheme: "light", width: 640 } as const

const views: Readonly<Record<string, View>> = {
  "offer-sent-en": { ...desk, mail: "offer-sent", locale: "en" },
  "offer-sent-en-dark": { mail: "offer-sent", locale: "en", scheme: "dark", width: 640 },
  "offer-sent-en-phone": { mail: "offer-sent", locale: "en", scheme: "light", width: 320 },
  "offer-sent-fr": { ...desk, mail: "offer-sent", locale: "fr" },
  "offer-sent-nb": { ...desk, mail: "offer-sent", locale: "nb" },
  "offer-sent-viewed-en": { ...desk, mail: "offer-sent-viewed", locale: "en" },
  "offer-sent-responded-nb": { ...desk, mail: "offer-sent-responded", locale: "nb" },
  "offer-sent-withdrawn-fr": { ...desk, mail: "offer-sent-withdrawn", locale: "fr" },
  "offer-ended-archived-en": { ...desk, mail: "offer-ended, archived", locale: "en" },
  "offer-ended-deleted-nb": { ...desk, mail: "offer-ended, deleted", locale: "nb" },
  "offer-ended-expired-fr": { ...desk, mail: "offer-ended, expired", locale: "fr" },
  "offer-handed-over-nb": { ...desk, mail: "offer-handed-over", locale: "nb" },
  "offer-taken-over-fr": { ...desk, mail: "offer-taken-over", locale: "fr" },
  "invitation-en": { ...desk, mail: "invitation", locale: "en" },
  "invitation-en-dark": { mail: "invitation", locale: "en", scheme: "dark", width: 640 },
  "invitation-en-phone": { mail: "invitation", locale: "en", scheme: "light", width: 320 },
  "invitation-fr": { ...desk, mail: "invitation", locale: "fr" },
  "invitation-nb": { ...desk, mail: "invitation", locale: "nb" },
  "invitation-accepted-en": { ...desk, mail: "invitation-accepted", locale: "en" },
  "invitation-declined-nb": { ...desk, mail: "invitation-declined", locale: "nb" },
  "sign-in-en": { ...desk, mail: "sign-in", locale: "en" },
  "sign-in-fr": { ...desk, mail: "sign-in", locale: "fr" }
}

const rendered = (mail: string, locale: Locale) => {
  const { content } = mails[mail] as (typeof mails)[string]
  return render(content(locale), locale, token)
}

/** The pictures of `docs/mails`, by their names. `hash` is that of all that a picture depends on. */
export const pictures = Object.entries(views).map(([name, { mail, locale, scheme, width }]) => {
  const { html } = rendered(mail, locale)
  const hash = createHash("sha256").update(`${scheme} ${width} ${html}`).digest("hex")
  return { name, html, scheme, width, hash }
})

const sectionOf = (mail: string): ReadonlyArray<string> => [
  `## ${mail}`,
  "",
  ...Object.entries(views)
    .filter(([, view]) => view.mail === mail)
    .flatMap(([name, { locale, scheme, width }]) => [
      `![${mail}, in ${languages[locale]}, ${scheme}, ${width} pixels wide](mails/${name}.png)`,
      ""
    ]),
  ...locales.flatMap((locale) => {
    const { subject, text } = rendered(mail, locale)
    return [`${languages[locale]}: **${subject}**`, "", "```text", text.trimEnd(), "```", ""]
  })
]

/** The page of the mails, with the words as they are in the code. */
export const mailsPage = (): string =>
  [
    "# Mails",
    "",
    "Every mail that Treff sends, in its three languages: subject, and the plain text that goes beside the HTML of the pictures.",
    "The account's locale decides, for an invitation its own or else the inviter's; where that is none of these languages, English.",
    "This page is generated; the pictures are taken by `node --conditions=source docs/mail-pictures.ts`, and a test says when",
    "they no longer show what is sent. The tokens in its links are examples.",
    "",
    "| mail | goes to | when |",
    "|---|---|---|",
    ...Object.entries(mails).map(([mail, { to, when }]) => `| ${mail} | ${to} | ${when} |`),
    "",
    "Where an offer's owner has left the company, its admins are notified instead.",
    "",
    ...Object.keys(mails).flatMap(sectionOf)
  ].join("\n")
