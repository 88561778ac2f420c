import { aManager, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { decodeJwt } from "jose"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { until } from "../until.ts"
import { type Mailer, startMailer } from "../workers/mailer.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

// The mails are sent by the consumer, as they are when it is deployed: by Resend, or who stands in for it here.

let mailer: Mailer
let edge: Edge
let cleo: Account
beforeAll(async () => {
  mailer = await startMailer()
  edge = await openEdge({ bindings: { queueConsumer: mailer.bindings } })
})
beforeEach(async () => {
  cleo = await edge.addCandidate({ email: `Cleo.${newId()}@Example.org` })
})
afterEach(() => edge.moveClock(0))
afterAll(async () => {
  await edge.close()
  await mailer.stop()
})

const minute = 60_000
const ask = (email: unknown) => edge.call("POST", "/api/sign-in", { body: { email } })
const use = (token: string) => edge.call("POST", `/api/sign-in/${token}`)

const mailsTo = ({ email }: Pick<Account, "email">) =>
  mailer.mails.filter(({ mail }) => mail.to[0]?.toLowerCase() === email.toLowerCase()).map(({ mail }) => mail)
/** What the links carry that were mailed to somebody, once there are so many. */
const tokensTo = async (account: Account, count = 1): Promise<ReadonlyArray<string>> => {
  await until(`${count} mails to ${account.email}`, () => mailsTo(account).length === count)
  return mailsTo(account).map(({ text }) => /\/sign-in\?token=([\w-]+)/.exec(text)?.[1] ?? "")
}
const requestsFor = async (email: string): Promise<number> =>
  (await edge.pool.query("select 1 from sign_in where lower(email) = lower($1)", [email])).rows.length

describe("asking for a link", () => {
  it("is 202 without a word, and the link is mailed at once, to the account's address", async () => {
    const answer = await ask(` ${cleo.email.toLowerCase()} `)
    assert.deepStrictEqual([answer.status, answer.text], [202, ""])
    const [token = ""] = await tokensTo(cleo)
    assert.match(token, /^[\w-]{43}$/)
    assert.include(mailsTo(cleo)[0]?.text, `${edge.platform.apiUrl}/sign-in?token=${token}`)
  })

  it("is the same where there is no such account: the same answer and the same rows, but no mail", async () => {
    const stranger = `nobody.${newId()}@example.org`
    const answers = [await ask(stranger), await ask(cleo.email)]
    const shown = ({ status, text, headers }: Answer) => {
      const { date: _, ...rest } = Object.fromEntries(headers)
      return { status, text, headers: rest }
    }
    assert.deepStrictEqual(shown(answers[0] as Answer), shown(answers[1] as Answer))
    assert.deepStrictEqual([await requestsFor(stranger), await requestsFor(cleo.email)], [1, 1])
    await tokensTo(cleo)
    // The other mail may be sent before what became of this one is written.
    await until("nobody is written to at the address of nobody", async () => {
      const { rows } = await edge.pool.query(
        `select d.status from notification_delivery d join notification n on n.id = d.notification_id
         join sign_in s on s.id = n.recipient_id where s.email = $1`,
        [stranger]
      )
      return rows.length === 1 && rows[0].status === "failed"
    })
    assert.deepStrictEqual(mailsTo({ email: stranger }), [])
  })

  it("sends five an hour at the most to one address, in whatever letter case, and says so to nobody", async () => {
    for (const email of [cleo.email, cleo.email.toUpperCase(), cleo.email, cleo.email.toLowerCase(), cleo.email]) {
      assert.strictEqual((await ask(email)).status, 202)
    }
    assert.strictEqual((await ask(cleo.email)).status, 202)
    assert.strictEqual(await requestsFor(cleo.email), 5)
    await edge.moveClock(60 * minute)
    assert.strictEqual((await ask(cleo.email)).status, 202)
    assert.strictEqual(await requestsFor(cleo.email), 6)
  })

  it("counts them when they come at once, too", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(cleo.email)))
    assert.deepStrictEqual([...new Set(answers.map(statusAndCode))], ["202"])
    assert.strictEqual(await requestsFor(cleo.email), 5)
  })

  it.each([
    "",
    "cleo",
    "cleo@localhost",
    "cleo@example.org\u0000",
    "cleo@example.org\r\nBcc: x",
    7,
    null,
    undefined,
    ["x"]
  ])("refuses %j with 400", async (email) => {
    const answer = await ask(email)
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(
      answer.json.errors.map(({ pointer }: { readonly pointer: string }) => pointer),
      ["/email"]
    )
  })

  it("looks at the type and the size of the body first", async () => {
    const post = (options: object) => edge.call("POST", "/api/sign-in", options)
    const json = { "Content-Type": "application/json" }
    assert.strictEqual(
      statusAndCode(await post({ raw: "x", headers: { "Content-Type": "text/plain" } })),
      "415 media-type-not-supported"
    )
    assert.strictEqual(
      statusAndCode(await post({ raw: "x".repeat(256 * 1024 + 1), headers: json })),
      "413 body-too-large"
    )
    assert.strictEqual(statusAndCode(await post({ raw: "{", headers: json })), "400 invalid-input")
    assert.strictEqual(statusAndCode(await post({ body: { email: cleo.email, locale: "fr" } })), "400 invalid-input")
    assert.strictEqual(statusAndCode(await edge.call("GET", "/api/sign-in")), "405 method-not-allowed")
  })
})

describe("using a link", () => {
  it("answers a token of the account, as it is now, that every route takes at once", async () => {
    await ask(cleo.email)
    const [link = ""] = await tokensTo(cleo)
    const answer = await use(link)
    assert.strictEqual(answer.status, 200, answer.text)
    assert.deepStrictEqual(Object.keys(answer.json), ["token"])
    const { sub, role, subRole, companyId, email, exp = 0, iat = 0 } = decodeJwt(answer.json.token)
    assert.deepStrictEqual(
      { sub, role, subRole, companyId, email },
      { sub: cleo.id, role: "candidate", subRole: null, companyId: null, email: cleo.email }
    )
    assert.strictEqual(exp - iat, 43_200)
    assert.strictEqual((await edge.call("GET", "/offers", { token: answer.json.token })).status, 200)
  })

  it("is good for a hiring manager, too, with company or without", async () => {
    const { manager } = await edge.addCompany()
    const unbound = aManager(null)
    await edge.addAccount(unbound)
    for (const account of [manager, unbound]) {
      await ask(account.email)
      const [link = ""] = await tokensTo(account)
      const { token } = (await use(link)).json
      assert.strictEqual((await edge.call("GET", "/api/invitations", { token })).status, 200)
    }
  })

  it("is possible once: of ten at the same time one is 200 and nine are 400", async () => {
    await ask(cleo.email)
    const [link = ""] = await tokensTo(cleo)
    const answers = await Promise.all(Array.from({ length: 10 }, () => use(link)))
    assert.deepStrictEqual(answers.map(statusAndCode).sort(), [
      "200",
      ...Array.from({ length: 9 }, () => "400 token-unknown")
    ])
  })

  it("is possible for 15 minutes, and not at their very end", async () => {
    await ask(cleo.email)
    await ask(cleo.email)
    const [first = "", second = ""] = await tokensTo(cleo, 2)
    await edge.moveClock(14 * minute)
    assert.strictEqual(statusAndCode(await use(first)), "200")
    await edge.moveClock(15 * minute)
    assert.strictEqual(statusAndCode(await use(second)), "400 token-unknown")
  })

  it("is 400 for a token that never was", async () => {
    for (const guess of ["x", newId(), "x".repeat(43), "%00", "🥖"]) {
      assert.strictEqual(statusAndCode(await use(guess)), "400 token-unknown", guess)
    }
  })

  it("is 400 where the token is of an invitation", async () => {
    const { manager } = await edge.addCompany()
    const { json } = await edge.as(manager)("POST", "/api/invitations/recruiter", {
      body: { email: `x@${newId()}.org` }
    })
    const { rows } = await edge.pool.query("select token_hash from invitation where id = $1", [json.id])
    assert.strictEqual(statusAndCode(await use(rows[0].token_hash)), "400 token-unknown")
  })
})
