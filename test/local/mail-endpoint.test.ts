import { setTimeout as sleep } from "node:timers/promises"
import { layerResend } from "@treff/adapters/resend"
import { aMail } from "@treff/contract-tests/fixtures"
import { send } from "@treff/contract-tests/mailer"
import { type Mail, MailDeferred, Mailer, MailerUnavailable, MailRefused } from "@treff/domain/notifications"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { makeMailEndpoint } from "../../apps/local/src/mail-endpoint.ts"
import { findMails, mailbox, makeMailbox } from "../../apps/local/src/mailbox.ts"
import { serve } from "../../apps/local/src/serve.ts"
import { freshDatabase, type TestDatabase } from "../database.ts"

let database: TestDatabase
let endpoint: Awaited<ReturnType<typeof serve>>
/** Whom it sends mails on by, and which came there. */
let passOn: (mail: Mail) => Effect.Effect<void, MailRefused | MailDeferred | MailerUnavailable>
const passedOn: Array<string> = []
const now = Date.UTC(2030, 0, 1)

beforeAll(async () => {
  database = await freshDatabase()
  await makeMailbox(database.pool)
  const mailer = ManagedRuntime.make(
    Layer.succeed(
      Mailer,
      Mailer.of({
        send: (mail) => {
          passedOn.push(mail.id)
          return passOn(mail)
        }
      })
    )
  )
  const apiKey = Redacted.make("ours")
  endpoint = await serve(0, makeMailEndpoint({ pool: database.pool, now: () => now, apiKey, mailer }).fetch)
})
afterAll(async () => {
  await endpoint?.stop()
  await database?.stop()
})
beforeEach(async () => {
  passOn = () => Effect.void
  passedOn.length = 0
  await database.pool.query(`truncate ${mailbox}`)
})

/** What the consumer's client makes of the answer; the mail is a delivery of somebody's notification. */
const post = async (mail: Mail, apiKey = "ours") => {
  await database.pool.query(
    `insert into notification_delivery (id, notification_id, channel, status) values ($1, $1, 'mail', 'queued')
     on conflict do nothing`,
    [mail.id]
  )
  return postAlone(mail, apiKey)
}

const postAlone = (mail: Mail, apiKey = "ours") =>
  Effect.runPromise(
    send(mail).pipe(
      Effect.as("sent"),
      Effect.catch((failure) => Effect.succeed(failure._tag)),
      Effect.provide(
        layerResend({ apiKey: Redacted.make(apiKey), from: "treff@example.org", url: `${endpoint.url}/emails` })
      )
    )
  )

describe("the sandbox's mail endpoint", () => {
  it("keeps what it takes, whole, in the sandbox's time", async () => {
    const mail = aMail({ to: "åse@blåbær.example", subject: "Été 招聘 🥐", text: 'a\n"b"\\', html: "<p>'&amp;</p>" })
    assert.strictEqual(await post(mail), "sent")
    const { id: _, ...kept } = mail
    assert.deepStrictEqual(await findMails(database.pool, undefined), [{ ...kept, sentAt: new Date(now) }])
  })

  it("takes the same mail once, at the same time or later, and gives it the same id", async () => {
    passOn = () => Effect.promise(() => sleep(50))
    const mail = aMail()
    assert.deepStrictEqual(await Promise.all([post(mail), post(mail)]), ["sent", "sent"])
    assert.strictEqual(await post({ ...mail, subject: "Another" }), "sent")
    assert.deepStrictEqual(passedOn, [mail.id])
    const kept = await findMails(database.pool, mail.to.toUpperCase())
    assert.deepStrictEqual(
      kept.map(({ subject }) => subject),
      [mail.subject]
    )
  })

  it("lets the client know what became of a mail that is sent on", async () => {
    const failures = [
      new MailRefused({ reason: "no such mailbox" }),
      new MailDeferred({ reason: "full" }),
      new MailerUnavailable({ reason: "down" })
    ] as const
    const mail = aMail()
    for (const failure of failures) {
      passOn = () => Effect.fail(failure)
      assert.strictEqual(await post(mail), failure._tag)
      assert.isEmpty(await findMails(database.pool, undefined))
    }
    passOn = () => Effect.void
    assert.strictEqual(await post(mail), "sent")
    assert.strictEqual((await findMails(database.pool, undefined)).length, 1)
  })

  it("refuses for good what can reach nobody", async () => {
    for (const to of ["bo@example.invalid", "bo@INVALID", "", "nobody", "a@example.org, b@example.org"]) {
      assert.strictEqual(await post(aMail({ to })), "MailRefused", to)
    }
    assert.isEmpty(passedOn)
    assert.strictEqual(await post(aMail({ to: "bo@invalid.example.org" })), "sent")
  })

  it("keeps none whose delivery is gone", async () => {
    assert.strictEqual(await postAlone(aMail()), "sent")
    assert.isEmpty(await findMails(database.pool, undefined))
  })

  it("takes nothing from whoever has not its key", async () => {
    assert.strictEqual(await post(aMail(), "theirs"), "MailerUnavailable")
    assert.strictEqual((await fetch(`${endpoint.url}/emails`, { method: "POST", body: "{}" })).status, 401)
    assert.isEmpty(await findMails(database.pool, undefined))
  })

  it("says so when the mailbox is out of reach", async () => {
    await database.pool.query(`alter table ${mailbox} rename to elsewhere`)
    const outcome = await post(aMail())
    await database.pool.query(`alter table elsewhere rename to ${mailbox}`)
    assert.strictEqual(outcome, "MailerUnavailable")
  })
})
