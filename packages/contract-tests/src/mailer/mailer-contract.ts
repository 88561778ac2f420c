import { assert, describe, it } from "@effect/vitest"
import { type Mail, Mailer } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { beforeEach } from "vitest"
import { aMail } from "../fixtures/index.ts"

/**
 * A mail that arrived; `knownBy` is what stays the same when it arrives again. See docs/writing-an-adapter.md.
 */
export interface ArrivedMail extends Pick<Mail, "to" | "subject" | "text" | "html"> {
  readonly knownBy: string
}

/** A mailer under test, and the far end of it, where its mails arrive. See docs/writing-an-adapter.md. */
export interface TestMailer {
  /** What the tests' report calls it. */
  readonly name: string
  readonly layer: Layer.Layer<Mailer>
  /** Every mail that arrived since it was cleared, in any order. */
  readonly arrived: () => ReadonlyArray<ArrivedMail>
  /** Makes the far end refuse every mail, defer it or be unavailable from now on; null where nothing can go wrong. */
  readonly answers: Readonly<Record<"refused" | "deferred" | "unavailable", () => void>> | null
  /** Forgets what arrived, and all is well again. */
  readonly clear: () => void
}

/** Sends a mail by whichever mailer is provided. */
export const send = (mail: Mail) => Mailer.use((mailer) => mailer.send(mail))

/** Line ends are the transport's: SMTP has CRLF, and ends the last line too. */
const words = ({ to, subject, text, html }: Pick<Mail, "to" | "subject" | "text" | "html">) => {
  const lines = (content: string) => content.replaceAll("\r\n", "\n").trimEnd()
  return { to, subject, text: lines(text), html: lines(html) }
}

/**
 * The tests of what every mailer has to do, whatever carries its mails: call it at the top of a file of tests. See
 * docs/writing-an-adapter.md.
 */
export const mailerContract = (mailer: TestMailer) =>
  describe(mailer.name, () => {
    beforeEach(mailer.clear)

    it.effect.each([
      ["plain words", {}],
      [
        "every script",
        {
          to: "åse@blåbær.example",
          subject: "Tilbud på Ærøskøbing — “Boulangère”, 招聘 🥐",
          text: "Dear Åse Nguyễn,\n\n面包师 · пекарь · خباز · 🥐👩🏽‍🍳",
          html: '<p lang="fr">Bonjour Zoë, voilà l’été &amp; 面包师 · пекарь · خباز · 👩🏽‍🍳</p>'
        }
      ],
      ["a long subject", { subject: "Bäcker und Konditorin ".repeat(20).trim() }],
      [
        "long lines, and lines of a single dot",
        { text: `.\n..\n${"bread ".repeat(500)}\n.\nFrom here`, html: `<p>${"x".repeat(5_000)}</p>` }
      ],
      ["nothing but a subject", { text: "", html: "" }]
    ] satisfies ReadonlyArray<readonly [string, Partial<Mail>]>)("carries a mail whole: %s", ([, changes]) =>
      Effect.gen(function* () {
        const mail = aMail(changes)
        yield* Effect.provide(send(mail), mailer.layer)
        assert.deepStrictEqual(mailer.arrived().map(words), [words(mail)])
      })
    )

    it.effect("carries each mail, to whom it is for", () =>
      Effect.gen(function* () {
        const mails = ["ada", "bo", "cy"].map((name) => aMail({ to: `${name}@example.org`, subject: `For ${name}` }))
        yield* Effect.provide(Effect.forEach(mails, send, { concurrency: "unbounded" }), mailer.layer)
        const bySubject = (one: Pick<Mail, "subject">, other: Pick<Mail, "subject">) =>
          one.subject.localeCompare(other.subject)
        assert.deepStrictEqual(mailer.arrived().toSorted(bySubject).map(words), mails.map(words))
        assert.strictEqual(new Set(mailer.arrived().map(({ knownBy }) => knownBy)).size, mails.length)
      })
    )

    it.effect("lets the same mail be known when it is sent again, whatever it says by then", () =>
      Effect.gen(function* () {
        const mail = aMail()
        yield* Effect.provide(send(mail), mailer.layer)
        yield* Effect.provide(send(mail), mailer.layer)
        yield* Effect.provide(send({ ...mail, subject: "Une offre pour vous" }), mailer.layer)
        assert.strictEqual(new Set(mailer.arrived().map(({ knownBy }) => knownBy)).size, 1)
      })
    )

    it.effect("does not let a mail say whom else it goes to, nor what it is", () =>
      Effect.gen(function* () {
        const injections = [
          "\r\nBcc: eve@example.org",
          "\nX-Evil: 1\n\nWords",
          "\r\n\r\n.\r\nRCPT TO:<eve@example.org>"
        ]
        for (const injection of injections) {
          mailer.clear()
          const mail = aMail({ subject: `Offer${injection}` })
          yield* Effect.provide(send(mail), mailer.layer)
          const [arrived, ...others] = mailer.arrived()
          assert.deepStrictEqual(others, [])
          assert.strictEqual(arrived?.to, mail.to)
          assert.strictEqual(arrived?.text.trimEnd(), mail.text)
        }
      })
    )

    const { answers } = mailer
    if (answers === null) return

    it.effect.each(["MailRefused", "MailDeferred", "MailerUnavailable"] as const)("says: %s", (tag) =>
      Effect.gen(function* () {
        const answer = { MailRefused: "refused", MailDeferred: "deferred", MailerUnavailable: "unavailable" } as const
        answers[answer[tag]]()
        const failure = yield* Effect.flip(Effect.provide(send(aMail()), mailer.layer))
        assert.strictEqual(failure._tag, tag)
        assert.isNotEmpty(failure.reason)
        assert.isEmpty(mailer.arrived())
        mailer.clear()
        yield* Effect.provide(send(aMail()), mailer.layer)
        assert.strictEqual(mailer.arrived().length, 1)
      })
    )

    it.effect.each([
      "",
      "nobody",
      "ada@example.org, eve@example.org",
      "ada@example.org\r\nBcc: eve@example.org",
      "ada@example.org>\r\nRCPT TO:<eve@example.org",
      "Ada <ada@example.org>, eve@example.org"
    ])("refuses what is not one address: %j", (to) =>
      Effect.gen(function* () {
        const failure = yield* Effect.flip(Effect.provide(send(aMail({ to })), mailer.layer))
        assert.strictEqual(failure._tag, "MailRefused")
        assert.isEmpty(mailer.arrived())
      })
    )
  })
