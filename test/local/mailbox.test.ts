import * as Redacted from "effect/Redacted"
import { afterAll, assert, beforeAll, describe, it, vi } from "vitest"
import { drain } from "../../apps/local/src/control/drain.ts"
import { runJobNow } from "../../apps/local/src/cron.ts"
import { exampleRequests, whereItRuns } from "../../apps/local/src/introduction.ts"
import { type Sandbox, type SandboxOptions, startSandbox } from "../../apps/local/src/sandbox.ts"
import { readSettings } from "../../apps/local/src/settings.ts"
import { startSmtpServer, type TestSmtpServer } from "../smtp-server.ts"
import { until } from "../until.ts"
import { call, makeFolder } from "./start.ts"

// Starting a whole system takes seconds when the machine has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const day = 86_400_000
let sandbox: Sandbox
let folder: Awaited<ReturnType<typeof makeFolder>>
let smtp: TestSmtpServer

const start = async ({ platform, ...options }: Partial<SandboxOptions> = {}) => {
  sandbox = await startSandbox({
    folder: folder.folder,
    platform: { retrySeconds: 0, batchSeconds: 0.1, ...platform },
    ...options
  })
}

beforeAll(async () => {
  folder = await makeFolder()
  smtp = await startSmtpServer()
  await start()
})
afterAll(async () => {
  await sandbox?.stop()
  await smtp?.stop()
  await folder?.remove()
})

const control = async (method: string, path: string, body?: unknown) =>
  (await call(method, sandbox.controlUrl + path, body)).body

interface Received {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly template: string
  readonly sentAt: string
}
const mailsTo = (to: string): Promise<ReadonlyArray<Received>> =>
  control("GET", `/mailbox?to=${encodeURIComponent(to)}`)

/** A new offer of the first company's, sent to a new candidate with this address; not drained yet. */
const sendTo = async (email: string, locale = "en") => {
  const accounts: ReadonlyArray<{ readonly subRole: string | null; readonly token: string }> = await control(
    "GET",
    "/accounts"
  )
  const token = accounts.find(({ subRole }) => subRole === "recruiter_admin")?.token
  const candidate = await control("POST", "/accounts", { role: "candidate", email, locale })
  const at = (days: number) => new Date(sandbox.clock.now() + days * day).toISOString()
  const dates = { startDateJob: at(10), expiredDate: at(20) }
  const content = { title: "Night baker", description: "Nights", emploiType: "CDI", salary: "32000", ...dates }
  const offer = (await call("POST", `${sandbox.apiUrl}/offers`, content, token)).body
  const body = { offerId: offer.id, candidateId: candidate.id, message: "For you <3" }
  const sent = await call("POST", `${sandbox.apiUrl}/offer-sends`, body, token)
  assert.strictEqual(sent.status, 201)
  return { candidate, offer, send: sent.body, token }
}

/** What became of the mail to somebody. */
const mailOf = async (recipientId: string) => {
  const { rows } = await sandbox.pool.query(
    `select d.id, d.status, d.error from notification_delivery d join notification n on n.id = d.notification_id
     where n.recipient_id = $1 and d.channel = 'mail'`,
    [recipientId]
  )
  return rows[0]
}

describe("what npm start prints", () => {
  it("says where the system is, and on what it runs", () => {
    const text = whereItRuns(sandbox)
    assert.match(text, /^Treff runs, after [\d.]+ s\. Ctrl-C stops it\.$/m)
    assert.include(text, `API       ${sandbox.apiUrl}\n`)
    assert.include(text, `Mails     ${sandbox.controlUrl}/mailbox\n`)
    assert.include(text, "Database  PostgreSQL, with new demo data\n")
  })

  it("sends an offer to a candidate, whose mail is where it says", async () => {
    const text = await exampleRequests(sandbox)
    const [, mailbox = ""] = /a mail at (\S+) :/.exec(text) ?? []
    const [, token, body = "", url = ""] = /Bearer (\S+)' .*-d '(.*)' (.*)/.exec(text) ?? []
    const before = (await call("GET", mailbox)).body
    assert.strictEqual((await call("POST", url, body, token)).status, 201)
    await control("POST", "/drain")
    const mails = (await call("GET", mailbox)).body
    assert.strictEqual(mails.length, before.length + 1)
    assert.strictEqual(mails[0].template, "offer-sent")
  })

  it("leads to an invitation that can be answered", async () => {
    const [, email = "", link = ""] =
      /mailed to (\S+), an invitation .*\n\n(\S+)/.exec(await exampleRequests(sandbox)) ?? []
    assert.isTrue(link.startsWith(`${sandbox.apiUrl}/accept-invitation?token=`), link)
    const page = await fetch(link)
    assert.strictEqual(page.status, 200)
    assert.include(await page.text(), email)
  })
})

describe("GET /mailbox", () => {
  it("shows the mails of the demo data, newest first", async () => {
    const all: ReadonlyArray<Received> = await control("GET", "/mailbox")
    const { rows } = await sandbox.pool.query(
      "select count(*)::int as mails from notification_delivery where channel = 'mail'"
    )
    assert.strictEqual(all.length, Math.min(rows[0].mails, 1_000))
    assert.hasAllKeys(all[0], ["to", "subject", "text", "html", "template", "sentAt"])
    const times = all.map(({ sentAt }) => sentAt)
    assert.deepStrictEqual(times, times.toSorted().reverse())
    assert.includeMembers(
      all.map(({ template }) => template),
      ["offer-sent", "offer-sent-responded", "offer-sent-withdrawn", "offer-ended", "offer-handed-over"]
    )
    assert.includeMembers(
      all.map(({ template }) => template),
      ["invitation", "invitation-accepted", "invitation-declined"]
    )
  })

  it("shows what was just sent, in the recipient's language and the sandbox's time", async () => {
    await control("POST", "/clock", { advance: "P2D" })
    const { offer } = await sendTo("mari.berg@example.com", "nb")
    await control("POST", "/drain")
    const [mail, ...others] = await mailsTo("Mari.BERG@example.com")
    assert.isEmpty(others)
    assert.include(mail, { to: "mari.berg@example.com", template: "offer-sent" })
    assert.include(mail?.subject, offer.title)
    assert.include(mail?.text, "For you <3")
    assert.include(mail?.html, "For you &lt;3")
    assert.include(mail?.html, 'lang="nb"')
    assert.closeTo(Date.parse(mail?.sentAt ?? ""), sandbox.clock.now(), 30_000)
    assert.deepStrictEqual((await control("GET", "/mailbox"))[0], mail)
    assert.deepStrictEqual(await mailsTo("mari.berg@example.co"), [])
    assert.include(await control("GET", "/mailbox?to=%00"), { status: 400, code: "invalid-input" })
  })

  it("keeps the log, too: by whom the send was made, and that it was", async () => {
    const { send, token } = await sendTo("log@example.com")
    await call("DELETE", `${sandbox.apiUrl}/offer-sends/${send.id}`, undefined, token)
    await control("POST", "/drain")
    const events: ReadonlyArray<{ readonly type: string; readonly subject: unknown }> = await control(
      "GET",
      `/events?subjectId=${send.id}`
    )
    assert.deepStrictEqual(
      events.map(({ type, subject }) => [type, subject]),
      ["offerSent.created", "offerSent.deleted"].map((type) => [type, { type: "offerSent", id: send.id }])
    )
    assert.isNotEmpty(await control("GET", "/events?type=offerSent.viewed"))
  })
})

describe("POST /drain", () => {
  it("answers when a mail is given up, which its delivery explains", async () => {
    const { candidate } = await sendTo("nobody@example.invalid")
    await control("POST", "/drain")
    const { status, error } = await mailOf(candidate.id)
    assert.strictEqual(status, "failed")
    assert.include(error, ".invalid")
    assert.deepStrictEqual(await mailsTo("nobody@example.invalid"), [])
  })

  it("sends what is due later, and a mail that was sent already only once", async () => {
    const { candidate } = await sendTo("later@example.com")
    await control("POST", "/drain")
    const before = await mailsTo("later@example.com")
    // As if a crash had followed the sending.
    const { id } = await mailOf(candidate.id)
    await sandbox.pool.query("update notification_delivery set status = 'queued', sent_at = null where id = $1", [id])
    await sandbox.pool.query("insert into outgoing_mail values ($1, now() + interval '100 days', 1)", [id])
    await control("POST", "/drain")
    assert.strictEqual((await mailOf(candidate.id)).status, "sent")
    assert.deepStrictEqual(await mailsTo("later@example.com"), before)
  })
})

describe("a consumer that has no SEALING_KEYS", () => {
  it("lets mails with a link wait, and sends the others", async () => {
    await sandbox.stop()
    const logged: Array<string> = []
    const queueConsumer = { SEALING_KEYS: { type: "text", value: "" } } as const
    await start({ platform: { bindings: { queueConsumer }, onLog: ({ message }) => void logged.push(message) } })
    const accounts: ReadonlyArray<{ readonly role: string; readonly token: string }> = await control("GET", "/accounts")
    const manager = accounts.find(({ role }) => role === "hiring_manager")
    const invite = { email: "link@example.com" }
    const invited = await call("POST", `${sandbox.apiUrl}/api/invitations/recruiter`, invite, manager?.token)
    assert.strictEqual(invited.status, 201)
    await sendTo("no.link@example.com")
    await until("the mail was tried", async () => (await mailOf(invited.body.id))?.error)
    await until("the other was sent", async () => (await mailsTo("no.link@example.com"))[0])
    const waiting = await mailOf(invited.body.id)
    assert.include(waiting, { status: "queued", error: "its link could not be opened" })
    assert.isEmpty(await mailsTo("link@example.com"))
    assert.isTrue(
      logged.some((line) => line.includes("SEALING_KEYS is not set")),
      logged.join("\n")
    )
  })
})

describe("a sandbox that sends by SMTP", () => {
  it("still has the mails of before, and adds those that the server took", async () => {
    const before = await control("GET", "/mailbox")
    await sandbox.stop()
    const smtpUrl = Redacted.make(`smtp://127.0.0.1:${smtp.port}`)
    await start({ mail: { from: "Treff <no-reply@example.org>", smtpUrl } })
    assert.strictEqual(sandbox.mail, "smtp")
    assert.deepStrictEqual(await control("GET", "/mailbox"), before)
    await control("POST", "/drain")
    await sendTo("by.smtp@example.com")
    await control("POST", "/drain")
    // What waited for SEALING_KEYS first: nothing was lost for want of them.
    assert.deepStrictEqual(
      smtp.mails.map(({ from, to }) => ({ from, to })),
      ["link@example.com", "by.smtp@example.com"].map((to) => ({ from: "no-reply@example.org", to: [to] }))
    )
    const [mail] = await mailsTo("by.smtp@example.com")
    assert.strictEqual(smtp.mails[1]?.mail.subject, mail?.subject)
    const [invitation] = await mailsTo("link@example.com")
    const [, token] = /token=([\w-]+)/.exec(invitation?.text ?? "") ?? []
    const validated = await call("GET", `${sandbox.apiUrl}/api/invitations/validate/${token}`)
    assert.include(validated.body, { valid: true, email: "link@example.com" })
  })

  it("gives up what the server refuses", async () => {
    smtp.reply = { at: "RCPT TO", code: 550, says: "no such mailbox" }
    const { candidate } = await sendTo("refused@example.com")
    await control("POST", "/drain")
    smtp.clear()
    const { status, error } = await mailOf(candidate.id)
    assert.strictEqual(status, "failed")
    assert.include(error, "no such mailbox")
    assert.deepStrictEqual(await mailsTo("refused@example.com"), [])
  })

  it("says why it is not drained while the server puts a mail off, and sends it later", async () => {
    smtp.reply = { at: "RCPT TO", code: 451, says: "not today" }
    const { candidate } = await sendTo("patient@example.com")
    await until("the mail was tried", async () => (await mailOf(candidate.id))?.error)
    const relay = () => runJobNow("relayEvents", sandbox.platform.runJob)
    const problem = await drain(sandbox.pool, sandbox.clock, relay, 500).catch((error: Error) => error)
    assert.match(
      problem instanceof Error ? problem.message : "",
      /^After \d+ s 0 events are not handled and 1 mails not sent; one of them failed with: .*not today/
    )
    smtp.clear()
    await control("POST", "/drain")
    assert.strictEqual((await mailsTo("patient@example.com")).length, 1)
  })

  it("is back at the mails of the demo data after a reset, whatever was under way", async () => {
    await sendTo("forgotten@example.com")
    assert.strictEqual((await call("POST", `${sandbox.controlUrl}/reset`)).status, 200)
    await control("POST", "/drain")
    const all: ReadonlyArray<Received> = await control("GET", "/mailbox")
    const { rows } = await sandbox.pool.query(
      `select (select count(*)::int from notification_delivery where channel = 'mail') as mails,
         (select count(*)::int from offer_sent) as sends, (select count(*)::int from outgoing_mail) as waiting`
    )
    assert.include(rows[0], { mails: all.length, waiting: 0 })
    assert.isAtLeast(rows[0].sends, 100)
    assert.isTrue(all.every(({ to }) => to !== "by.smtp@example.com"))
  })
})

describe("the settings of mails", () => {
  it("are SMTP_URL or RESEND_API_KEY, with MAIL_FROM", () => {
    const settingsOf = (env: Readonly<Record<string, string>>) => readSettings([], env).mail
    assert.isUndefined(settingsOf({ SMTP_URL: "", RESEND_API_KEY: "", MAIL_FROM: "treff@example.org" }))
    const MAIL_FROM = "Treff <no-reply@example.org>"
    const bySmtp = settingsOf({ SMTP_URL: "smtp://a:b@localhost:587", MAIL_FROM })
    assert.deepStrictEqual(bySmtp, { from: MAIL_FROM, smtpUrl: Redacted.make("smtp://a:b@localhost:587") })
    const byResend = settingsOf({ RESEND_API_KEY: "re_secret", MAIL_FROM })
    assert.deepStrictEqual(byResend, { from: MAIL_FROM, resendApiKey: Redacted.make("re_secret") })
    assert.notInclude(JSON.stringify([bySmtp, byResend]), "secret")
  })

  it("are refused in a sentence that repeats no secret", () => {
    const refused = (env: Readonly<Record<string, string>>, sentence: RegExp) => {
      assert.throws(() => readSettings([], env), sentence)
      assert.throws(() => readSettings([], env), /^(?!.*secret)/)
    }
    refused({ SMTP_URL: "smtp://localhost" }, /^Set MAIL_FROM /)
    refused({ RESEND_API_KEY: "secret", MAIL_FROM: "somebody" }, /^Set MAIL_FROM /)
    refused({ SMTP_URL: "smtp://localhost", RESEND_API_KEY: "secret", MAIL_FROM: "a@b.eu" }, /not both/)
    refused({ SMTP_URL: "http://user:secret@localhost", MAIL_FROM: "a@b.eu" }, /^SMTP_URL is no address/)
    refused({ SMTP_URL: "secret", MAIL_FROM: "a@b.eu" }, /^SMTP_URL is no address/)
  })
})
