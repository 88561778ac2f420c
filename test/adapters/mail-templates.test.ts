import { layerMailTemplates } from "@treff/adapters/mail-templates"
import { newId } from "@treff/contract-tests/fixtures"
import type { Person, SignInContent } from "@treff/domain/identity"
import type { InvitationNotification } from "@treff/domain/invitations"
import { MailTemplates } from "@treff/domain/notifications"
import type { OfferNotification, SendEnd } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"

/** What mails are made of, of every context. */
type Content = OfferNotification | InvitationNotification | SignInContent
type Template = Content["template"]

const rendering = MailTemplates.useSync(({ render }) => render)
const renderWith = Effect.runSync(Effect.provide(rendering, layerMailTemplates("https://treff.example")))

const token = "an-example-of-a-token-which-opens-nothing-0"
const pages: Partial<Record<Template, string>> = { invitation: "accept-invitation", "sign-in": "sign-in" }

/** Where the link of such a mail leads to; undefined where it has none. */
const addressOf = ({ template }: Content): string | undefined =>
  pages[template] && `https://treff.example/${pages[template]}?token=${token}`

/** As it is sent: only mails with a link come with a token. */
const render = (content: Content, locale: string | null) =>
  renderWith(content, locale, content.template in pages ? Redacted.make(token) : null)

const messageOf = ({ template, data }: Content): string | null =>
  template === "offer-sent" ? data.message : template === "invitation" ? data.personalMessage : null

/** All that people can be notified of, about an offer and somebody with these names. */
const contents = (title: string, name: string, message: string): ReadonlyArray<Content> => {
  const about = { offerId: newId(), title }
  const send = { ...about, offerSentId: newId() }
  const person = { id: newId(), firstName: name, lastName: "Bjørkli" }
  const ended = (reason: SendEnd) => ({ template: "offer-ended", data: { ...send, reason } }) as const
  const all = {
    "offer-sent": [
      { template: "offer-sent", data: { ...send, companyName: name, message } },
      { template: "offer-sent", data: { ...send, companyName: name, message: null } }
    ],
    "offer-sent-viewed": [{ template: "offer-sent-viewed", data: { ...send, candidate: person } }],
    "offer-sent-responded": [{ template: "offer-sent-responded", data: { ...send, candidate: person } }],
    "offer-sent-withdrawn": [{ template: "offer-sent-withdrawn", data: { ...send, candidate: person } }],
    "offer-ended": [ended("offer_archived"), ended("offer_deleted"), ended("offer_expired")],
    "offer-handed-over": [{ template: "offer-handed-over", data: { ...about, newOwner: person } }],
    "offer-taken-over": [{ template: "offer-taken-over", data: { ...about, formerOwner: person } }],
    invitation: [invitation(person, name, message), invitation(person, name, null)],
    "invitation-accepted": [
      { template: "invitation-accepted", data: { invitationId: newId(), email: name, member: person } }
    ],
    "invitation-declined": [{ template: "invitation-declined", data: { invitationId: newId(), email: name } }],
    "sign-in": [{ template: "sign-in", data: { signInId: newId(), expiresAt } }]
  } satisfies Record<Template, ReadonlyArray<Content>>
  return Object.values(all).flat()
}

const expiresAt = Date.UTC(2026, 10, 23, 0, 5, 59)
const invitation = (inviter: Person, companyName: string, personalMessage: string | null) =>
  ({
    template: "invitation",
    data: { invitationId: newId(), resends: 0, personalMessage, expiresAt, inviter, companyName }
  }) as const

const locales = ["en", "fr", "nb"] as const
const inEachLanguage = (title: string, name: string, message: string) =>
  contents(title, name, message).flatMap((content) =>
    locales.map((locale) => ({ content, locale, mail: render(content, locale) }))
  )
const plain = inEachLanguage("Baker", "Solveig", "Come and see us.")

interface Element {
  /** Its tag with its attributes, as it stands there. */
  readonly tag: string
  readonly inside: Array<Element | string>
}

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": "\u00a0"
}

/**
 * Reads HTML, and only as much of it as leaves nothing to a parser's judgement: attributes in double quotes, no bare <, >
 * or & anywhere, every element closed in its order, Outlook's two comments. All else throws.
 */
const parse = (html: string): Element => {
  const token =
    /<!doctype html>|<!--\[if mso\](?:><table [^<>]*><tr><td><!|><\/td><\/tr><\/table><!)\[endif\]-->|(<([a-z]\w*)(?: [a-z-]+="(?:[^"<>&]|&(?:amp|lt|gt|quot|#39);)*")*>)|<\/([a-z]\w*)>|((?:[^<>&]|&(?:amp|lt|gt|quot|#39|nbsp);)+)/gy
  const open: Array<Element> = [{ tag: "", inside: [] }]
  let end = 0
  for (const [complete, tag, name = "", closing, text] of html.matchAll(token)) {
    end += complete.length
    const last = open.at(-1) as Element
    if (tag !== undefined) {
      const element = { tag, inside: [] }
      last.inside.push(element)
      if (name !== "br" && name !== "meta") open.push(element)
    } else if (closing !== undefined) {
      assert.match(last.tag, new RegExp(`^<${closing}\\b`))
      open.pop()
    } else if (text !== undefined) {
      last.inside.push(unescaped(text))
    }
  }
  assert.strictEqual(end, html.length, `not read: ${html.slice(end, end + 80)}`)
  assert.lengthOf(open, 1)
  return open[0] as Element
}

const within = (element: Element): ReadonlyArray<Element> =>
  element.inside.flatMap((one) => (typeof one === "string" ? [] : [one, ...within(one)]))

const unescaped = (text: string) => text.replaceAll(/&[\w#]+;/g, (entity) => entities[entity] as string)

const textOf = (element: Element | string): string =>
  typeof element === "string" ? element : element.tag === "<br>" ? "\n" : element.inside.map(textOf).join("")

/** What stands in the one element whose tag looks so; nothing where there is none. */
const textAt = (page: Element, tag: RegExp): string | undefined => {
  const found = within(page).filter((element) => tag.test(element.tag))
  assert.isAtMost(found.length, 1)
  return found.map(textOf)[0]
}

/** All elements but the line breaks of a message. */
const tagsOf = (page: Element) => within(page).flatMap(({ tag }) => (tag === "<br>" ? [] : [tag]))

const nasty = [
  "<script>alert(1)</script>",
  "</title></td></table><img src=x onerror=alert(1)>",
  "<!--[if mso]><b>",
  "<![CDATA[x]]>",
  `"' onload='x' &amp; &lt;b&gt; &#60;`,
  "R\u0000\u0007\u001b[31m&D\u007f\u0085",
  "Baker\r\nBcc: everybody@example.org\n\nHello",
  "one\u2028two\u2029three\u000bfour",
  "אופה בלילה",
  "خبّاز ليلي",
  "Baker \u202egnipeek\u2066 nights \u2069\u2069",
  "👩‍👩‍👧‍👦🇳🇴👍🏽",
  "$& $1 $` {{title}} {{token}} %s",
  "To: a@example.org\r\nSubject: yours\r\n\r\nhttps://elsewhere.example/accept-invitation?token=x\r\n\r\n—\r\nBye",
  "e\u0301\u0301\u0301",
  "x".repeat(200),
  "𝔵".repeat(200)
]
const anything = (maxLength: number) =>
  fc
    .oneof(
      fc.constantFrom(...nasty),
      fc.array(fc.constantFrom(...nasty, " ", "\n", "a"), { minLength: 1, maxLength: 9 }).map((some) => some.join("")),
      fc.string({ unit: "binary", minLength: 1, maxLength, size: "max" }),
      fc.string({ unit: "grapheme", minLength: 1, maxLength, size: "max" })
    )
    // As the domain takes it: trimmed, and not empty.
    .map((value) => [...value].slice(0, maxLength).join("").trim() || "x")

/** A title or a name as it is to be read: in one line, with no control characters nor controls of direction. */
const asLine = (value: string) =>
  value
    .split(/[\p{Cc}\u2028\u2029]+/u)
    .join(" ")
    .replaceAll(/[\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069]/g, "")
    .trim()
const withoutIsolates = (value: string) => value.replaceAll(/[\u2068\u2069]/g, "")

/** A message as it is to be read: with its line breaks and tabs, and no other control characters. */
const asLines = (value: string) =>
  value
    .replaceAll(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.replaceAll(/(?!\t)\p{Cc}/gu, ""))
    .join("\n")

/** Says that a property is true. What breaks it is not made smaller first: of three texts as long as these, that takes minutes. */
const checks = <A>(property: fc.IProperty<A>, numRuns = 60): void =>
  void fc.assert(property, { numRuns, endOnFailure: true })

describe("whatever somebody is notified of", () => {
  it("is escaped, whole, and changes nothing around it", () => {
    const plainTags = plain.map(({ mail }) => tagsOf(parse(mail.html)))
    const plainLines = plain.map(({ mail }) => mail.text.replace("\n\nCome and see us.\n\n", "").split("\n").length)
    checks(
      fc.property(anything(200), anything(100), anything(2_000), (title, name, message) => {
        for (const [n, { content, mail }] of inEachLanguage(title, name, message).entries()) {
          const page = parse(mail.html)
          assert.strictEqual(tagsOf(page).join(), plainTags[n]?.join())
          assert.strictEqual(textAt(page, /^<title>/), mail.subject)
          const isOfOffer = "title" in content.data
          assert.strictEqual(textAt(page, /class="title /), isOfOffer ? asLine(title) : undefined)
          if (isOfOffer) assert.include(mail.text, `\n\n${asLine(title)}\n\n`)
          const isWithMessage = messageOf(content) !== null
          assert.strictEqual(textAt(page, /class="message /), isWithMessage ? asLines(message) : undefined)
          if (isWithMessage) assert.include(mail.text, `\n\n${asLines(message)}\n\n`)
          const rest = mail.text.replace(isWithMessage ? `\n\n${asLines(message)}\n\n` : "", () => "")
          assert.notMatch(rest, /(?!\n)\p{Cc}|[\u2028-\u202e\u2066\u2067]/u)
          assert.lengthOf(rest.split("\n"), plainLines[n] ?? 0)
          const address = addressOf(content)
          assert.strictEqual(textAt(page, /class="address /), address)
          if (address !== undefined) assert.include(mail.text, `\n\n${address}\n\n`)
          if (content.template !== "offer-ended" && content.template !== "sign-in") {
            assert.include(withoutIsolates(textOf(page)), asLine(name))
            assert.include(withoutIsolates(mail.text), asLine(name))
          }
        }
      }),
      // Each in some fifty mails.
      30
    )
  })

  it("keeps what the inviter writes in its one place", () => {
    const mia = { id: newId(), firstName: "Mia", lastName: "Vik" }
    const [without, other] = [null, "Hello"].map((message) => render(invitation(mia, "Acme", message), "en"))
    const [heading = "", ...rest] = without?.text.split(/(?=\n\n)/) ?? []
    checks(
      fc.property(anything(1_000), (message) => {
        const mail = render(invitation(mia, "Acme", message), "en")
        assert.strictEqual(mail.subject, without?.subject)
        assert.strictEqual(mail.text, [heading, "Mia Vik writes:", asLines(message)].join("\n\n") + rest.join(""))
        const withoutMessage = (html = "") => html.replace(/(<td class="message [^>]*>).*?(?=<\/td>)/s, "$1")
        assert.strictEqual(withoutMessage(mail.html), withoutMessage(other?.html))
      })
    )
  })

  it("has a subject of one line, which is bounded and can be distinguished from what is around it", () => {
    checks(
      fc.property(anything(200), anything(100), (title, name) => {
        for (const { mail } of inEachLanguage(title, name, "Hello")) {
          assert.notMatch(mail.subject, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u)
          assert.isAtMost([...mail.subject].length, 180)
          assert.notMatch(mail.subject, /[\u202a-\u202e\u2066\u2067]/)
          assert.match(mail.subject, /^[^\u2068\u2069]*(?:\u2068[^\u2068\u2069]*\u2069[^\u2068\u2069]*)*$/)
        }
      })
    )
  })

  it("stays far under what Gmail cuts off, at its longest", () => {
    for (const character of ['"', "𝔵", "\n"]) {
      for (const { mail } of inEachLanguage(character.repeat(200), character.repeat(200), character.repeat(2_000))) {
        assert.isBelow(new TextEncoder().encode(mail.html).length, 50_000)
      }
    }
  })
})

const subjectOf = (title: string) => {
  const data = { offerSentId: newId(), offerId: newId(), title, companyName: "Tidemill", message: null }
  return render({ template: "offer-sent", data }, "en").subject
}

describe("a link", () => {
  const linked = plain.filter(({ content }) => content.template in pages)

  it("carries whatever the token is, and that alone", () => {
    checks(
      fc.property(fc.string({ unit: "grapheme" }), (any) => {
        for (const { content, locale } of linked) {
          const mail = renderWith(content, locale, Redacted.make(any))
          const page = parse(mail.html)
          const [button = ""] = tagsOf(page).flatMap((tag) => /^<a .*? href="([^"]*)"/.exec(tag)?.[1] ?? [])
          const address = unescaped(button)
          assert.strictEqual(textAt(page, /class="address /), address)
          assert.include(mail.text, `\n\n${address}\n\n`)
          const { origin, pathname, searchParams, hash } = new URL(address)
          assert.strictEqual(`${origin}${pathname}${hash}`, `https://treff.example/${pages[content.template]}`)
          assert.deepStrictEqual([...searchParams], [["token", any]])
        }
      })
    )
  })

  it("cannot be without a token", () => {
    for (const { content, locale } of linked) assert.throws(() => renderWith(content, locale, null), /needs the token/)
  })

  it.each([
    ["en", "until Monday, 23 November 2026 at 00:05 UTC."],
    ["fr", "jusqu’au lundi 23 novembre 2026 à 00:05 UTC."],
    ["nb", "til mandag 23. november 2026 kl. 00:05 UTC."]
  ])("says in %s until when it is good, to the minute that has begun", (language, until) => {
    const mails = linked.filter(({ locale }) => locale === language)
    assert.lengthOf(mails, 3)
    for (const { mail } of mails) for (const part of [mail.text, mail.html]) assert.include(part, until)
  })
})

it.each([
  ["en", "Mia Vik invites you to join Acme as a recruiter"],
  ["fr", "Mia Vik vous invite à rejoindre l’équipe de recrutement chez Acme"],
  ["nb", "Mia Vik inviterer deg til å bli med i Acme som rekrutterer"]
])("an invitation names inviter and company in its subject: %s", (locale, subject) => {
  const mia = { id: newId(), firstName: "Mia", lastName: "Vik" }
  assert.strictEqual(render(invitation(mia, "Acme", null), locale).subject, subject)
})

it.each([
  ["stands whole up to 60 code points", "𝔵".repeat(60), "𝔵".repeat(60)],
  ["is cut beyond", "𝔵".repeat(61), `${"𝔵".repeat(59)}…`],
  [
    "is cut between letters",
    `${"x".repeat(57)}e\u0301e\u0301`,
    `${"x".repeat(57)}e\u0301e\u0301`.slice(0, 59).concat("…")
  ],
  ["is cut between emoji", "👩‍👩‍👧‍👦".repeat(28), `${"👩‍👩‍👧‍👦".repeat(8)}…`],
  ["is cut without a space before the ellipsis", `${"x".repeat(58)} ${"x".repeat(9)}`, `${"x".repeat(58)}…`],
  ["is one line", "Baker\r\nBcc: you@example.org\tnights", "Baker Bcc: you@example.org nights"],
  ["keeps its own direction", "אופה", "\u2068אופה\u2069"],
  ["cannot turn the direction of others", "Ba\u202eker", "Baker"]
])("a title in a subject %s", (_, title, shown) => {
  assert.strictEqual(subjectOf(title), `Tidemill has sent you a job offer: ${shown}`)
})

describe("every mail", () => {
  it("says something else for each content, in each language", () => {
    for (const part of ["text", "html"] as const) {
      assert.strictEqual(new Set(plain.map(({ mail }) => mail[part])).size, plain.length)
    }
    for (const [n, content] of contents("Baker", "Solveig", "Come and see us.").entries()) {
      const mails = plain.slice(n * locales.length, (n + 1) * locales.length).map(({ mail }) => mail)
      assert.strictEqual(new Set(mails.map(({ subject }) => subject)).size, locales.length, content.template)
      // The reason for which one gets it stands last.
      const reasons = mails.map(({ text }) => text.split("\n—\n")[1])
      assert.strictEqual(new Set(reasons).size, locales.length, content.template)
      for (const reason of reasons) assert.match(reason ?? "", /^\S[^\n]{30,}\.\n$/)
    }
  })

  it("has a subject, and no empty line where words should be", () => {
    for (const { mail } of plain) {
      assert.notMatch(mail.subject, /^\s*$/)
      for (const paragraph of mail.text.split("\n\n")) assert.notMatch(paragraph, /^\s*$|\n\n/)
      assert.notMatch(mail.text, /\n{3}/)
      const empty = within(parse(mail.html)).filter(
        (element) => /^<(?:a|h1|p|td|title)\b/.test(element.tag) && textOf(element) === ""
      )
      assert.deepStrictEqual(empty, [])
    }
  })

  it("has no id, no address to go to but its link's, and nothing that was not filled in", () => {
    for (const { content, mail: complete } of plain) {
      const address = addressOf(content)
      if (address !== undefined) {
        assert.lengthOf(complete.text.split(`\n${address}\n`), 2)
        assert.lengthOf(complete.html.split(` href="${address}"`), 2)
        assert.lengthOf(complete.html.split(`>${address}</td>`), 2)
      }
      const mail = {
        subject: complete.subject,
        text: complete.text.replace(`\n${address}\n`, ""),
        html: complete.html.replace(/<a [^>]*>([^<]*)<\/a>/, "$1").replace(`>${address}<`, "><")
      }
      assert.hasAllKeys(complete, ["subject", "text", "html"])
      for (const part of Object.values(mail)) {
        assert.strictEqual(typeof part, "string")
        assert.notInclude(part, token)
        assert.notMatch(part, /[\da-f]{8}-[\da-f]{4}|https?:|undefined|null|NaN|\[object|\$\{|offer_/i)
      }
      assert.notMatch(
        mail.html,
        /<(?:a|img|script|link|iframe|form|base|object)\b|\b(?:href|src|on\w+)=|url\(|@import/i
      )
    }
  })

  it("says its language to what reads it out, and that it can be dark", () => {
    for (const { locale, mail } of plain) {
      const page = parse(mail.html)
      assert.include(tagsOf(page), `<html lang="${locale}" dir="ltr">`)
      assert.include(tagsOf(page), '<meta name="color-scheme" content="light dark">')
      for (const table of tagsOf(page).filter((tag) => tag.startsWith("<table")))
        assert.include(table, 'role="presentation"')
    }
  })

  it("is set as its language is", () => {
    for (const { content, locale, mail } of plain) {
      for (const words of [mail.subject, mail.text.replace(`\n${addressOf(content)}\n`, "")]) {
        assert.notMatch(words, /['"]| {2}| \n/)
        if (locale === "fr") assert.notMatch(words, /[^\u00a0](?!(?<=\d):\d)[:;!?»]|«[^\u00a0]|[“”]/)
        else assert.notMatch(words, / [:;!?»]|\u00a0/)
        if (locale === "nb") assert.notMatch(words, /[“”]/)
        if (locale === "en") assert.notMatch(words, /[«»]/)
      }
    }
  })
})

it.each([
  [null, "en"],
  ["", "en"],
  ["en", "en"],
  ["en-GB", "en"],
  ["de", "en"],
  ["frisian", "en"],
  ["constructor", "en"],
  ["fr", "fr"],
  ["FR", "fr"],
  ["fr-CA", "fr"],
  ["fr_CH", "fr"],
  ["nb", "nb"],
  ["nb-NO", "nb"],
  ["no", "nb"],
  ["nn", "nb"],
  ["nn-NO", "nb"]
])("answers the locale %s in %s", (locale, language) => {
  for (const content of contents("Baker", "Solveig", "Come and see us.")) {
    assert.deepStrictEqual(render(content, locale), render(content, language))
    assert.include(render(content, locale).html, `<html lang="${language}"`)
  }
})
