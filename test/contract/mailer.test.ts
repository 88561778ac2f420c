import { type AddressInfo, createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
import { layerResend } from "@treff/adapters/resend"
import { layerSmtp } from "@treff/adapters/smtp"
import { aMail } from "@treff/contract-tests/fixtures"
import { mailerContract, send } from "@treff/contract-tests/mailer"
import { Mailer } from "@treff/domain/notifications"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { afterAll, beforeEach, vi } from "vitest"
import { type ResendAnswer, startResendServer } from "../resend-server.ts"
import { type SmtpReply, startSmtpServer, type TestSmtpServer } from "../smtp-server.ts"

const from = "Treff <no-reply@treff.example>"
const apiKey = "re_the_secret_of_treff"
const password = "the-secret-of-treff"

const mailbox: MemoryMailbox = new Map()
const smtp = await startSmtpServer()
const resend = await startResendServer({ apiKey, domain: "treff.example" })
afterAll(async () => {
  await byKeptConnections.dispose()
  await smtp.stop()
  await resend.stop()
})

const bySmtp = (url = `smtp://127.0.0.1:${smtp.port}`, timeout = 30_000) =>
  layerSmtp({ url: Redacted.make(url), from, timeout })
/** For most tests one is enough: its connections last, and a test server takes its time to greet. */
const byKeptConnections = ManagedRuntime.make(bySmtp())
const keptSmtp = Layer.succeed(Mailer, await byKeptConnections.runPromise(Effect.service(Mailer)))

const byResend = (changes: Partial<Parameters<typeof layerResend>[0]> = {}) =>
  layerResend({ apiKey: Redacted.make(apiKey), from, url: resend.url, ...changes })

/** How sending one mail ends. */
const ending = (layer: Layer.Layer<Mailer>, mail = aMail()) =>
  send(mail).pipe(
    Effect.as("sent"),
    Effect.catch(({ _tag }) => Effect.succeed(_tag)),
    Effect.provide(layer)
  )
const failing = (layer: Layer.Layer<Mailer>, mail = aMail()) => Effect.flip(Effect.provide(send(mail), layer))

const resendAnswers = (answer: ResendAnswer) => () => {
  resend.onMail = () => answer
}
const error = (statusCode: number, name: string, message = "Because.") => ({ statusCode, name, message })

mailerContract({
  name: "a mailer in memory",
  layer: layerMemoryMailer(mailbox),
  arrived: () => [...mailbox.values()].map((mail) => ({ ...mail, knownBy: mail.id })),
  answers: null,
  clear: () => mailbox.clear()
})

mailerContract({
  name: "a mailer by SMTP",
  layer: keptSmtp,
  arrived: () =>
    smtp.mails.map(({ mail: { subject = "", text = "", html = "", messageId = "" }, to }) => ({
      to: to.join(),
      subject,
      text,
      html,
      knownBy: messageId
    })),
  answers: {
    refused: () => Object.assign(smtp, { reply: { at: "RCPT TO", code: 550 } satisfies SmtpReply }),
    deferred: () => Object.assign(smtp, { reply: { at: "RCPT TO", code: 450 } satisfies SmtpReply }),
    unavailable: () => Object.assign(smtp, { reply: { at: "RCPT TO", code: 421 } satisfies SmtpReply })
  },
  clear: smtp.clear
})

mailerContract({
  name: "a mailer by Resend",
  layer: byResend(),
  arrived: () =>
    resend.mails.map(({ mail: { to, subject, text, html }, headers }) => ({
      to: to.join(),
      subject,
      text,
      html,
      knownBy: `${headers["idempotency-key"]}`
    })),
  answers: {
    refused: resendAnswers(error(422, "validation_error")),
    deferred: resendAnswers(error(409, "concurrent_idempotent_requests")),
    unavailable: resendAnswers(error(500, "internal_server_error"))
  },
  clear: resend.clear
})

describe("a mailer in memory", () => {
  it.effect("keeps a mail once, as it was first", () =>
    Effect.gen(function* () {
      mailbox.clear()
      const mail = aMail()
      yield* Effect.provide(
        Effect.andThen(send(mail), send({ ...mail, subject: "Another" })),
        layerMemoryMailer(mailbox)
      )
      assert.deepStrictEqual([...mailbox], [[mail.id, mail]])
    })
  )
})

describe("a mailer by SMTP", () => {
  beforeEach(smtp.clear)

  it.effect("says whom a mail is from, which one it is, and that nobody wrote it", () =>
    Effect.gen(function* () {
      const mail = aMail()
      yield* Effect.provide(send(mail), keptSmtp)
      const [arrived] = smtp.mails
      assert.strictEqual(arrived?.from, "no-reply@treff.example")
      assert.deepInclude(arrived?.mail.from, { name: "Treff", address: "no-reply@treff.example" })
      assert.strictEqual(arrived?.mail.messageId, `<${mail.id}@treff.example>`)
      const headers = new Map(arrived?.mail.headers.map(({ key, value }) => [key, value]))
      assert.strictEqual(headers.get("auto-submitted"), "auto-generated")
      assert.isFalse(headers.has("x-mailer"))
      assert.isFalse(headers.has("bcc"))
    })
  )

  const mailsOwn: ReadonlyArray<SmtpReply["at"]> = ["RCPT TO", "DATA"]
  const replies: ReadonlyArray<readonly [SmtpReply["at"], number, string]> = [
    ...mailsOwn.flatMap((at) => [
      [at, 421, "MailerUnavailable"] as const,
      ...[450, 451, 452].map((code) => [at, code, "MailDeferred"] as const),
      ...[501, 550, 551, 552, 553, 554, 556].map((code) => [at, code, "MailRefused"] as const),
      // About the session, not about the mail.
      ...[503, 530, 535].map((code) => [at, code, "MailerUnavailable"] as const)
    ]),
    // The server knows nothing yet of the mail: what it has against the sender, it has against every mail.
    ...[421, 450, 451, 452, 501, 530, 550, 552, 553, 554].map(
      (code) => ["MAIL FROM", code, "MailerUnavailable"] as const
    ),
    ...[421, 450, 554].map((code) => ["CONNECT", code, "MailerUnavailable"] as const),
    ...[421, 454, 530, 534, 535, 538].map((code) => ["AUTH", code, "MailerUnavailable"] as const)
  ]
  it.effect.each(replies)("hears at %s the reply %i as %s", ([at, code, expected]) =>
    Effect.gen(function* () {
      smtp.reply = { at, code }
      const url = `smtp://treff:${password}@127.0.0.1:${smtp.port}?requireTLS=false`
      const layer = at === "CONNECT" || at === "AUTH" ? bySmtp(url) : keptSmtp
      assert.strictEqual(yield* ending(layer), expected)
      assert.isEmpty(smtp.mails)
    })
  )

  it.effect("keeps what the server said as the reason, cut, and as PostgreSQL takes it", () =>
    Effect.gen(function* () {
      smtp.reply = { at: "RCPT TO", code: 550, says: "5.1.1 no such mailbox" }
      assert.strictEqual((yield* failing(keptSmtp)).reason, "550 5.1.1 no such mailbox")
      smtp.reply = { at: "RCPT TO", code: 550, says: "🥐".repeat(600) }
      const { reason } = yield* failing(keptSmtp)
      assert.isTrue(reason.startsWith("550 🥐"))
      assert.isAtMost(reason.length, 500)
      assert.isTrue(reason.isWellFormed())
    })
  )

  it.effect.each(["CONNECT", "MAIL FROM", "RCPT TO", "DATA"] as const)(
    "is unavailable when the server breaks off at %s, and does not repeat by itself",
    (at) =>
      Effect.gen(function* () {
        smtp.reply = { at, code: Number.NaN }
        assert.strictEqual(yield* ending(bySmtp()), "MailerUnavailable")
        assert.strictEqual(smtp.connections, 1)
      })
  )

  it.effect("is unavailable when nobody listens", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.promise(() => startSmtpServer())
      yield* Effect.promise(gone.stop)
      assert.strictEqual(yield* ending(bySmtp(`smtp://127.0.0.1:${gone.port}`)), "MailerUnavailable")
    })
  )

  it.effect("is unavailable when the server never says a word", () =>
    Effect.gen(function* () {
      const { port, connected } = yield* listening()
      const sending = yield* Effect.forkChild(ending(bySmtp(`smtp://127.0.0.1:${port}`, 60_000)))
      const socket = yield* Effect.promise(() => connected)
      const closed = new Promise((done) => socket.on("close", done))
      yield* TestClock.adjust(60_000)
      assert.strictEqual(yield* Fiber.join(sending), "MailerUnavailable")
      // Nothing goes on behind its back.
      yield* Effect.promise(() => closed)
    })
  )

  it.effect("sends its password by TLS only", () =>
    Effect.gen(function* () {
      const login = (server: TestSmtpServer, query: string, scheme = "smtp") =>
        ending(bySmtp(`${scheme}://treff:${password}@127.0.0.1:${server.port}${query}`))
      const asked = yield* started("asked")
      const always = yield* started("always")
      const trusting = "?tls.rejectUnauthorized=false"
      assert.strictEqual(yield* login(asked, trusting), "sent")
      assert.strictEqual(yield* login(always, trusting, "smtps"), "sent")
      assert.deepStrictEqual([...asked.logins, ...always.logins], Array(2).fill({ username: "treff", secure: true }))

      // Nobody vouches for the certificate, and nobody said to trust it all the same.
      assert.strictEqual(yield* login(asked, ""), "MailerUnavailable")
      assert.strictEqual(yield* login(always, "", "smtps"), "MailerUnavailable")
      assert.strictEqual(asked.logins.length + always.logins.length, 2)

      assert.strictEqual(yield* login(smtp, ""), "MailerUnavailable")
      assert.isEmpty(smtp.logins)
      assert.strictEqual(yield* login(smtp, "?requireTLS=false"), "sent")
      assert.deepStrictEqual(smtp.logins, [{ username: "treff", secure: false }])
    })
  )

  it.effect("uses TLS without a password too, where the server has it", () =>
    Effect.gen(function* () {
      const asked = yield* started("asked")
      assert.strictEqual(yield* ending(bySmtp(`smtp://127.0.0.1:${asked.port}`)), "MailerUnavailable")
      assert.isEmpty(asked.mails)
    })
  )

  it.effect("opens no connection before there is a mail, keeps it for the next, and closes it in the end", () =>
    Effect.gen(function* () {
      const beforehand = smtp.open
      yield* Effect.provide(Effect.service(Mailer), bySmtp())
      assert.strictEqual(smtp.connections, 0)
      const mails = Array.from({ length: 5 }, () => aMail())
      yield* Effect.provide(Effect.forEach(mails, send), bySmtp())
      assert.strictEqual(smtp.mails.length, 5)
      assert.strictEqual(smtp.connections, 1)
      yield* Effect.promise(async () => {
        while (smtp.open > beforehand) await new Promise(setImmediate)
      })
    })
  )

  it.effect("goes on after a mail that was refused", () =>
    Effect.gen(function* () {
      smtp.reply = { at: "DATA", code: 554 }
      const both = Effect.gen(function* () {
        const failure = yield* Effect.flip(send(aMail()))
        smtp.reply = undefined
        yield* send(aMail())
        return failure._tag
      })
      assert.strictEqual(yield* Effect.provide(both, keptSmtp), "MailRefused")
      assert.strictEqual(smtp.mails.length, 1)
    })
  )

  it.effect.each(["", "mail.example.org", "https://treff:secret@example.org", "smtp://treff:secret@exa mple:x"])(
    "is not built from what is no address of an SMTP server, and doesn't say it: %s",
    (url) =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Effect.provide(Effect.service(Mailer), bySmtp(url)))
        assert.isTrue(Exit.isFailure(exit))
        if (Exit.isFailure(exit)) assert.notInclude(Cause.pretty(exit.cause) + JSON.stringify(exit), "secret")
      })
  )

  it.effect("says its password in no failure", () =>
    Effect.gen(function* () {
      const url = `smtp://treff:${password}@127.0.0.1:${smtp.port}?requireTLS=false`
      for (const at of ["CONNECT", "AUTH", "MAIL FROM", "RCPT TO", "DATA"] as const) {
        smtp.reply = { at, code: 535 }
        assert.notInclude(Cause.pretty(Cause.fail(yield* failing(bySmtp(url)))), password)
      }
    })
  )
})

describe("a mailer by Resend", () => {
  beforeEach(resend.clear)

  it.effect("says who asks, whom a mail is from, which one it is, and what it is made from", () =>
    Effect.gen(function* () {
      const { id, template, ...words } = aMail()
      yield* Effect.provide(send({ id, template, ...words }), byResend())
      const [arrived] = resend.mails
      assert.deepStrictEqual(arrived?.mail, {
        ...words,
        from,
        to: [words.to],
        tags: [{ name: "template", value: template }]
      })
      assert.include(arrived?.headers, {
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        "idempotency-key": id,
        "user-agent": "treff"
      })
    })
  )

  it.effect("sends a mail once, however often it is asked, and whatever the mail says by then", () =>
    Effect.gen(function* () {
      const mail = aMail()
      assert.strictEqual(yield* ending(byResend(), mail), "sent")
      assert.strictEqual(yield* ending(byResend(), mail), "sent")
      assert.strictEqual(yield* ending(byResend(), { ...mail, subject: "Une offre pour vous" }), "sent")
      assert.strictEqual(resend.mails.length, 1)
    })
  )

  it.effect("sends a mail once although the answer was lost", () =>
    Effect.gen(function* () {
      const mail = aMail()
      resend.onMail = () => "lost"
      assert.strictEqual(yield* ending(byResend(), mail), "MailerUnavailable")
      resend.onMail = () => undefined
      assert.strictEqual(yield* ending(byResend(), mail), "sent")
      assert.strictEqual(resend.mails.length, 1)
    })
  )

  it.effect("sends a mail that was refused, when it has been mended", () =>
    Effect.gen(function* () {
      const mail = aMail()
      resend.onMail = () => error(422, "validation_error")
      assert.strictEqual(yield* ending(byResend(), mail), "MailRefused")
      resend.onMail = () => undefined
      assert.strictEqual(yield* ending(byResend(), { ...mail, subject: "Better" }), "sent")
      assert.strictEqual(resend.mails.length, 1)
    })
  )

  it.effect("waits for a mail that is under way", () =>
    Effect.gen(function* () {
      const mail = aMail()
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
      const { promise: released, resolve: release } = Promise.withResolvers<undefined>()
      resend.onMail = () => {
        arrive()
        return released
      }
      const first = yield* Effect.forkChild(ending(byResend(), mail))
      yield* Effect.promise(() => arrived)
      assert.strictEqual(yield* ending(byResend(), mail), "MailDeferred")
      release(undefined)
      assert.strictEqual(yield* Fiber.join(first), "sent")
      assert.strictEqual(resend.mails.length, 1)
    })
  )

  it.effect("is unavailable once there were too many mails in a second, until the next", () =>
    Effect.gen(function* () {
      resend.rateLimit = 2
      resend.now += 1_000
      const endings = yield* Effect.forEach([1, 2, 3], () => ending(byResend()))
      assert.deepStrictEqual(endings, ["sent", "sent", "MailerUnavailable"])
      resend.now += 1_000
      assert.strictEqual(yield* ending(byResend()), "sent")
    })
  )

  it.effect("waits for its turn when Resend says that it is soon", () =>
    Effect.gen(function* () {
      resend.rateLimit = 2
      resend.retryAfter = 0
      resend.onLimit = () => {
        resend.now += 1_000
      }
      resend.now += 1_000
      const endings = yield* Effect.forEach([1, 2, 3, 4, 5], () => ending(byResend()))
      assert.deepStrictEqual(endings, ["sent", "sent", "sent", "sent", "sent"])
    })
  )

  it.effect.each([
    [0, 6],
    [6, 1],
    [86_400, 1]
  ] as const)(
    "is unavailable when its turn in %i s does not come, or is not soon: it asks %i times",
    ([after, asked]) =>
      Effect.gen(function* () {
        let limited = 0
        resend.rateLimit = 0
        resend.retryAfter = after
        resend.onLimit = () => {
          limited++
        }
        assert.strictEqual(yield* ending(byResend()), "MailerUnavailable")
        assert.strictEqual(limited, asked)
      })
  )

  it.effect.each([
    // What the documentation lists: https://resend.com/docs/api-reference/errors
    [400, "invalid_idempotency_key", "MailRefused"],
    [400, "validation_error", "MailRefused"],
    [401, "missing_api_key", "MailerUnavailable"],
    [401, "restricted_api_key", "MailerUnavailable"],
    [403, "invalid_api_key", "MailerUnavailable"],
    [403, "validation_error", "MailerUnavailable"],
    [404, "not_found", "MailerUnavailable"],
    [405, "method_not_allowed", "MailerUnavailable"],
    [409, "invalid_idempotent_request", "sent"],
    [409, "concurrent_idempotent_requests", "MailDeferred"],
    [422, "invalid_attachment", "MailRefused"],
    [422, "invalid_from_address", "MailerUnavailable"],
    [422, "invalid_access", "MailerUnavailable"],
    [422, "invalid_parameter", "MailerUnavailable"],
    [422, "invalid_region", "MailerUnavailable"],
    [422, "missing_required_field", "MailRefused"],
    [422, "validation_error", "MailRefused"],
    [429, "daily_quota_exceeded", "MailerUnavailable"],
    [429, "monthly_quota_exceeded", "MailerUnavailable"],
    [429, "rate_limit_exceeded", "MailerUnavailable"],
    [451, "security_error", "MailRefused"],
    [500, "application_error", "MailerUnavailable"],
    [500, "internal_server_error", "MailerUnavailable"],
    // What it listed at other times, or its own client knows.
    [403, "suspended_api_key", "MailerUnavailable"],
    [403, "invalid_from_address", "MailerUnavailable"],
    [422, "monthly_quota_exceeded", "MailerUnavailable"],
    // What it may come to list.
    [400, "bad_day", "MailRefused"],
    [403, "bad_day", "MailerUnavailable"],
    [409, "bad_day", "MailDeferred"],
    [413, "bad_day", "MailRefused"],
    [422, "bad_day", "MailRefused"],
    [429, "bad_day", "MailerUnavailable"],
    [503, "bad_day", "MailerUnavailable"],
    [422, "constructor", "MailRefused"]
  ] as const)("hears %i %s as %s", ([status, name, expected]) =>
    Effect.gen(function* () {
      resend.onMail = () => error(status, name)
      assert.strictEqual(yield* ending(byResend()), expected)
    })
  )

  it.effect.each([
    ["no address", "Treff"],
    ["an address of a domain that isn't verified", "Treff <no-reply@elsewhere.example>"],
    ["nothing", ""]
  ] as const)("is unavailable, and loses no mail, when mails are from %s", ([, sender]) =>
    Effect.gen(function* () {
      assert.strictEqual(yield* ending(byResend({ from: sender })), "MailerUnavailable")
    })
  )

  it.effect.each([
    [200, "MailerUnavailable"],
    [302, "MailerUnavailable"],
    [400, "MailRefused"],
    [403, "MailerUnavailable"],
    [409, "MailDeferred"],
    [422, "MailRefused"],
    [502, "MailerUnavailable"]
  ] as const)("hears a page of somebody else's, %i, as %s", ([statusCode, expected]) =>
    Effect.gen(function* () {
      resend.onMail = () => ({ statusCode, page: "<h1>Welcome to the hotel</h1>" })
      assert.strictEqual(yield* ending(byResend()), expected)
    })
  )

  it.effect("keeps what Resend said as the reason, cut, and as PostgreSQL takes it", () =>
    Effect.gen(function* () {
      resend.onMail = () => error(422, "validation_error", "Invalid `to` field.")
      assert.strictEqual((yield* failing(byResend())).reason, "validation_error: Invalid `to` field.")
      resend.onMail = () => error(422, "validation_error", `a\0b${"🥐".repeat(600)}`)
      const { reason } = yield* failing(byResend())
      assert.isTrue(reason.startsWith("validation_error: a\uFFFDb🥐"))
      assert.isAtMost(reason.length, 500)
      assert.isTrue(reason.isWellFormed())
    })
  )

  it.effect("is unavailable when nobody listens", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.promise(() => startResendServer({ apiKey, domain: "treff.example" }))
      yield* Effect.promise(gone.stop)
      const { _tag, reason } = yield* failing(byResend({ url: gone.url }))
      assert.deepStrictEqual([_tag, reason], ["MailerUnavailable", "Resend did not answer."])
    })
  )

  it.effect("asks Resend itself where no other address is given", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const fetching = vi.spyOn(globalThis, "fetch").mockImplementation(async (url) => {
        asked.push(String(url))
        return Response.json({ id: "one" })
      })
      yield* Effect.provide(send(aMail()), layerResend({ apiKey: Redacted.make(apiKey), from }))
      fetching.mockRestore()
      assert.deepStrictEqual(asked, ["https://api.resend.com/emails"])
    })
  )

  it.effect("is unavailable when nobody answers in time", () =>
    Effect.gen(function* () {
      const arrived = Promise.withResolvers<void>()
      resend.onMail = () => {
        arrived.resolve()
        return new Promise(() => {})
      }
      const sending = yield* Effect.forkChild(ending(byResend({ timeout: 5_000 })))
      yield* Effect.promise(() => arrived.promise)
      yield* TestClock.adjust(5_000)
      assert.strictEqual(yield* Fiber.join(sending), "MailerUnavailable")
    })
  )

  it.effect.each(["re_another_secret", "re_secret\nof two lines", ""])(
    "is unavailable with a key that isn't right, and doesn't say it: %j",
    (key) =>
      Effect.gen(function* () {
        const failure = yield* failing(byResend({ apiKey: Redacted.make(key) }))
        assert.strictEqual(failure._tag, "MailerUnavailable")
        if (key !== "") assert.notInclude(Cause.pretty(Cause.fail(failure)) + JSON.stringify(failure), "re_")
      })
  )
})

const started = (tls: "asked" | "always") =>
  Effect.acquireRelease(
    Effect.promise(() => startSmtpServer(tls)),
    ({ stop }) => Effect.promise(stop)
  )

/** A server that hears and says nothing; `connected` is its first connection. */
const listening = () =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const server = createServer()
        const connected = new Promise<Socket>((connect) =>
          server.on("connection", (socket) => connect(socket.resume()))
        )
        await new Promise<void>((open) => server.listen(0, "127.0.0.1", open))
        return { server, connected }
      }),
      ({ server }) => Effect.promise(() => new Promise((closed) => server.close(closed)))
    ),
    ({ server, connected }) => ({ port: (server.address() as AddressInfo).port, connected })
  )
