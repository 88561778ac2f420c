import { layerMailTemplates } from "@treff/adapters/mail-templates"
import type { Telling, Template } from "@treff/domain/notification"
import { MailTemplates } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import { newId } from "../given.ts"

const rendering = MailTemplates.useSync(({ render }) => render)
const render = Effect.runSync(Effect.provide(rendering, layerMailTemplates))

/** Everything that can be told, about an offer and somebody with these names. */
const tellings = (title: string, name: string, message: string): ReadonlyArray<Telling> => {
  const about = { offerId: newId(), title }
  const send = { ...about, offerSentId: newId() }
  const person = { id: newId(), firstName: name, lastName: "Bjørkli" }
  const ended = (reason: Extract<Telling, { template: "offer-ended" }>["data"]["reason"]) =>
    ({ template: "offer-ended", data: { ...send, reason } }) as const
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
    "offer-taken-over": [{ template: "offer-taken-over", data: { ...about, formerOwner: person } }]
  } satisfies Record<Template, ReadonlyArray<Telling>>
  return Object.values(all).flat()
}

const locales = ["en", "fr", "nb"] as const
const inEachLanguage = (title: string, name: string, message: string) =>
  tellings(title, name, message).flatMap((telling) =>
    locales.map((locale) => ({ telling, locale, mail: render(telling, locale) }))
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
    /<!doctype html>|<!--\[if mso\](?:><table [^<>]*><tr><td><!|><\/td><\/tr><\/table><!)\[endif\]-->|(<([a-z]\w*)(?: [a-z-]+="[^"<>&]*")*>)|<\/([a-z]\w*)>|((?:[^<>&]|&(?:amp|lt|gt|quot|#39|nbsp);)+)/gy
  const open: Array<Element> = [{ tag: "", inside: [] }]
  let end = 0
  for (const [whole, tag, name = "", closing, text] of html.matchAll(token)) {
    end += whole.length
    const last = open.at(-1) as Element
    if (tag !== undefined) {
      const element = { tag, inside: [] }
      last.inside.push(element)
      if (name !== "br" && name !== "meta") open.push(element)
    } else if (closing !== undefined) {
      assert.match(last.tag, new RegExp(`^<${closing}\\b`))
      open.pop()
    } else if (text !== undefined) {
      last.inside.push(text.replaceAll(/&[\w#]+;/g, (entity) => entities[entity] as string))
    }
  }
  assert.strictEqual(end, html.length, `not read: ${html.slice(end, end + 80)}`)
  assert.lengthOf(open, 1)
  return open[0] as Element
}

const within = (element: Element): ReadonlyArray<Element> =>
  element.inside.flatMap((one) => (typeof one === "string" ? [] : [one, ...within(one)]))

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
  "$& $1 $` {{title}} %s",
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

/** Says that a property holds. What breaks it is not made smaller first: of three texts as long as these, that takes minutes. */
const holds = <A>(property: fc.IProperty<A>): void => void fc.assert(property, { numRuns: 60, endOnFailure: true })

describe("whatever is told", () => {
  it("is escaped, whole, and changes nothing around it", () => {
    const plainTags = plain.map(({ mail }) => tagsOf(parse(mail.html)))
    holds(
      fc.property(anything(200), anything(100), anything(2_000), (title, name, message) => {
        for (const [n, { telling, mail }] of inEachLanguage(title, name, message).entries()) {
          const page = parse(mail.html)
          assert.strictEqual(tagsOf(page).join(), plainTags[n]?.join())
          assert.strictEqual(textAt(page, /^<title>/), mail.subject)
          assert.strictEqual(textAt(page, /class="title /), asLine(title))
          assert.include(mail.text, `\n\n${asLine(title)}\n\n`)
          const isWithMessage = telling.template === "offer-sent" && telling.data.message !== null
          assert.strictEqual(textAt(page, /class="message /), isWithMessage ? asLines(message) : undefined)
          if (isWithMessage) assert.include(mail.text, `\n\n${asLines(message)}\n\n`)
          if (telling.template !== "offer-ended") {
            assert.include(withoutIsolates(textOf(page)), asLine(name))
            assert.include(withoutIsolates(mail.text), asLine(name))
          }
        }
      })
    )
  })

  it("has a subject of one line, which is bounded and can be told from what is around it", () => {
    holds(
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
  it("says something else for each telling, in each language", () => {
    for (const part of ["text", "html"] as const) {
      assert.strictEqual(new Set(plain.map(({ mail }) => mail[part])).size, plain.length)
    }
    for (const [n, telling] of tellings("Baker", "Solveig", "Come and see us.").entries()) {
      const mails = plain.slice(n * locales.length, (n + 1) * locales.length).map(({ mail }) => mail)
      assert.strictEqual(new Set(mails.map(({ subject }) => subject)).size, locales.length, telling.template)
      // The reason for which one gets it stands last.
      const reasons = mails.map(({ text }) => text.split("\n—\n")[1])
      assert.strictEqual(new Set(reasons).size, locales.length, telling.template)
      for (const reason of reasons) assert.match(reason ?? "", /^\S[^\n]{30,}\.\n$/)
    }
  })

  it("holds no id, no address to go to, and nothing that was not filled in", () => {
    for (const { mail } of plain) {
      assert.hasAllKeys(mail, ["subject", "text", "html"])
      for (const part of Object.values(mail)) {
        assert.strictEqual(typeof part, "string")
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
    for (const { locale, mail } of plain) {
      for (const words of [mail.subject, mail.text]) {
        assert.notMatch(words, /['"]| {2}| \n/)
        if (locale === "fr") assert.notMatch(words, /[^\u00a0][:;!?»]|«[^\u00a0]|[“”]/)
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
  for (const telling of tellings("Baker", "Solveig", "Come and see us.")) {
    assert.deepStrictEqual(render(telling, locale), render(telling, language))
    assert.include(render(telling, locale).html, `<html lang="${language}"`)
  }
})
