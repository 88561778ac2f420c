import { mailsAreDue } from "@treff/adapters/queue"
import { aCandidate, aManager, aRecruiter, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { english } from "../../apps/edge-api/src/pages/english.ts"
import { french } from "../../apps/edge-api/src/pages/french.ts"
import { norwegian } from "../../apps/edge-api/src/pages/norwegian.ts"
import type { Fault } from "../../apps/local/src/neon-endpoint.ts"
import { offerInput, openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { startManualQueue } from "../workers/manual-queue.ts"
import { openInvitations, pageStates, pathOf, profile } from "./page-states.ts"

const publicUrl = "https://treff.example.org"

let stage: Stage
/** Delivers nothing: what a request writes is all that is written. */
let queue: Awaited<ReturnType<typeof startManualQueue>>
let cast: Awaited<ReturnType<typeof openInvitations>>
/** Every line that a worker logged. */
const logs: Array<string> = []

beforeAll(async () => {
  queue = await startManualQueue()
  stage = await openStage({ publicUrl, ...queue.options, onLog: ({ message }) => logs.push(message) })
  cast = await openInvitations(stage)
})
afterAll(async () => {
  await stage.close()
  await queue.stop()
})
afterEach(() => {
  stage.neon.onRequest = undefined
})

interface VisitOptions {
  readonly form?: Readonly<Record<string, string>>
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly cookies?: Readonly<Record<string, string>>
}

/** What a browser does: a form comes from our own page, as browsers say it that are asked to send no referrer. */
const visit = async (method: string, path: string, { form, raw, headers, cookies = {} }: VisitOptions = {}) => {
  const posts = form !== undefined || raw !== undefined
  const sent = {
    "Accept-Language": "en",
    Cookie: Object.entries(cookies)
      .map(([name, value]) => `${name}=${value}`)
      .join("; "),
    ...(posts && {
      Origin: "null",
      "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/x-www-form-urlencoded"
    }),
    ...headers
  }
  const response = await fetch(`${stage.platform.apiUrl}${path}`, {
    method,
    redirect: "manual",
    headers: Object.entries(sent).filter((header): header is [string, string] => header[1] !== undefined),
    ...(posts && { body: raw === undefined ? new URLSearchParams(form).toString() : (raw as string) })
  })
  const html = await response.text()
  const page = { status: response.status, headers: response.headers, html, text: textOf(html) }
  if (!path.startsWith("/api")) assertHeaders(page)
  return page
}
type Page = Awaited<ReturnType<typeof visit>>

/** What a reader sees of a page, in one line. */
const textOf = (html: string): string =>
  html
    .replace(/^.*<main>/s, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&(lt|gt|amp|quot|#39);/g, (_, name: string) => entities[name] ?? "")
    .replaceAll(/[ \n]+/g, " ")
const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'" }

/** What every answer of these addresses carries, whatever it is; null: nothing. */
const closedToOthers = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "strict-transport-security": null,
  "origin-agent-cluster": null,
  "x-xss-protection": null
}

const assertHeaders = ({ status, headers, html }: Page): void => {
  for (const [name, value] of Object.entries(closedToOthers)) assert.strictEqual(headers.get(name), value, name)
  assert.match(headers.get("vary") ?? "", /accept-language/i)
  if (html === "") return
  assert.strictEqual(headers.get("content-type"), "text/html; charset=UTF-8", String(status))
  assert.match(html, /^<!doctype html><html lang="(en|fr|nb)"/)
  assert.include(html, `<html lang="${headers.get("content-language")}"`)
  const tags = (html.match(/<[^>]*>/g) ?? []).join("")
  assert.notMatch(tags, /<style|<script(?! src="\/pages\/[a-z-]+\.js" defer=""><\/script>)|javascript:/)
  assert.notMatch(tags.replaceAll(/"[^"]*"/g, '""'), / (?:style|on[a-z]+)=/)
  assert.notMatch(html, /(?:src|href|action)="(?:https?:)?\/\//, "nothing comes from elsewhere")
}

const cookiesOf = ({ headers }: Page): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.getSetCookie().map((cookie) => [cookie.replace(/=.*/, ""), cookie.replace(/^[^=]*=/, "")]))

const sessionOf = async (account: Account) => ({ treff_session: await stage.tokenOf(account) })

const statusOf = async (id: string): Promise<string> => {
  const { rows } = await stage.pool.query("select status from invitation where id = $1", [id])
  return rows[0]?.status
}
const accountOf = async (email: string) => {
  const { rows } = await stage.pool.query("select * from account where lower(email) = lower($1)", [email])
  return rows[0]
}
const set = (id: string, change: string) => stage.pool.query(`update invitation set ${change} where id = $1`, [id])

/** Everything that a request could write. */
const snapshot = async () => {
  const tables = [
    ...["company", "account", "invitation", "sign_in", "event", "delivery"],
    ...["notification", "notification_delivery", "outgoing_mail"]
  ]
  const { rows } = await stage.pool.query(
    `select ${tables.map((name) => `(select json_agg(t order by t::text) from ${name} t) as "${name}"`).join(", ")}`
  )
  return rows[0]
}

const formsOf = (html: string): ReadonlyArray<string> =>
  [...html.matchAll(/<form action="([^"]*)" method="([^"]*)"/g)].map(([, action, method]) => `${method} ${action}`)

describe("a page", () => {
  it.each(Object.keys(pageStates))(
    "%s: says so in three languages, and keeps the token in hidden fields",
    async (name) => {
      const { open, says, forms, headers } = pageStates[name] ?? assert.fail()
      const { path, viewer, ...found } = await open(cast)
      const cookies = viewer === undefined ? {} : await sessionOf(viewer)
      for (const texts of [english, french, norwegian]) {
        const page = await visit("GET", path, {
          cookies,
          headers: { ...headers, "Accept-Language": texts.language }
        })
        assert.strictEqual(page.status, 200)
        assert.strictEqual(page.headers.get("content-language"), texts.language)
        assert.match(page.html, /<title>[^<]+ – Treff<\/title>/)
        assert.lengthOf(page.html.match(/<h1>/g) ?? [], 1)
        for (const text of says(texts, found)) assert.include(page.text, text)
        assert.deepStrictEqual(formsOf(page.html), forms)
        assert.isEmpty(page.headers.getSetCookie())
        const token = new URL(path, publicUrl).searchParams.get("token")
        if (token === null) continue
        const hidden = `<input type="hidden" name="token" value="${token}"/>`
        assert.notInclude(page.html.replaceAll(hidden, ""), token)
        assert.notInclude(JSON.stringify([...page.headers]), token)
        assert.lengthOf(
          page.html.split(hidden),
          forms.filter((form) => !/\/sign-in$/.test(form) || path.startsWith("/sign-in")).length + 1
        )
      }
    }
  )

  it("answers in the language that the browser likes best", async () => {
    const languages = [
      [undefined, "en"],
      ["", "en"],
      ["*", "en"],
      ["de", "en"],
      ["fr", "fr"],
      ["fr-CA, en;q=0.8", "fr"],
      ["FR-ca", "fr"],
      ["no", "nb"],
      ["nn-NO, en;q=0.1", "nb"],
      ["nb-NO", "nb"],
      ["de, nb;q=0.3, en;q=0.2", "nb"],
      ["en;q=0.2, fr ; q=0.9", "fr"],
      ["fr;q=0, en;q=0.1", "en"],
      ["fr;q=0", "en"],
      [";;q=,,q=1;fr", "en"],
      ["fr;q=many, nb;q=0.1", "nb"]
    ] as const
    for (const [asked, language] of languages) {
      const page = await visit("GET", "/sign-in", { headers: { "Accept-Language": asked ?? "" } })
      assert.strictEqual(page.headers.get("content-language"), language, String(asked))
    }
  })

  it("is asked for with GET and HEAD ten times by a mail scanner, and nothing has changed", async () => {
    const { email, token } = await cast.invite()
    await stage.addAccount({ ...aCandidate(), email: `known-${email}` })
    await visit("POST", "/sign-in", { form: { email: `known-${email}` } })
    const { rows } = await stage.pool.query("select id from sign_in where email = $1", [`known-${email}`])
    const signInToken = await stage.sealedToken("sign_in", rows[0].id)
    const before = await snapshot()
    for (let n = 0; n < 10; n++) {
      for (const path of [pathOf(token), `/sign-in?token=${signInToken}`]) {
        assert.strictEqual((await visit("GET", path)).status, 200)
        const head = await visit("HEAD", path)
        assert.deepStrictEqual([head.status, head.html], [200, ""])
      }
    }
    assert.deepStrictEqual(await snapshot(), before)
    const accepted = await visit("POST", "/accept-invitation", { form: { token, ...profile() } })
    const signedIn = await visit("POST", "/sign-in", { form: { token: signInToken } })
    assert.deepStrictEqual([accepted.status, signedIn.status], [303, 303], "both links are as good as new")
  })

  it("of an unknown link says nothing about anyone, whatever the token", async () => {
    const unknown = await visit("GET", pathOf("k".repeat(43)))
    for (const token of ["", "x", "%00", "%FF", "é", "'; --", "k".repeat(4_000), newId()]) {
      const page = await visit("GET", pathOf(token))
      assert.deepStrictEqual([page.status, page.html], [200, unknown.html], token)
    }
    assert.notMatch(unknown.html, /@|Acme|Mia|value=/)
  })

  it("counts a link as expired from the very instant on, swept or not", async () => {
    const { id, token } = await cast.invite()
    await set(id, "expires_at = now()")
    assert.include((await visit("GET", pathOf(token))).text, english.closed.expired("", "").heading)
    assert.strictEqual(await statusOf(id), "pending")
  })

  it("shows what people wrote as text, whatever it is", async () => {
    const evil = {
      markup: `</blockquote><script>alert(1)</script><img src=x onerror="alert(2)">`,
      template: "{{7*7}} #{7*7} <%= 7*7 %> &lt;b&gt;",
      turned: "\u202eKim\u2066"
    }
    const all = Object.values(evil).join(" ")
    const { id: companyId, manager: inviter } = await stage.addCompany()
    await stage.pool.query("update company set name = $2 where id = $1", [companyId, all])
    const address = `"'><b>x</b>"@acme.example`
    await stage.pool.query("update account set first_name = $2, last_name = $2, email = $3 where id = $1", [
      inviter.id,
      all,
      address
    ])
    const { id, email, token } = await cast.invite(`o'b&${newId()}@mail.example`, { personalMessage: all })
    await stage.pool.query("update invitation set company_id = $2, inviter_id = $3 where id = $1", [
      id,
      companyId,
      inviter.id
    ])
    const viewer = { ...aCandidate(), email: `<i>${newId()}</i>` }
    const pages = [
      await visit("GET", pathOf(token), { cookies: await sessionOf(viewer) }),
      await visit("POST", "/accept-invitation", { form: { token, ...profile({ firstName: all, username: `"><b>` }) } })
    ]
    await set(id, "status = 'revoked'")
    pages.push(await visit("GET", pathOf(token)))
    for (const { html, text } of pages) {
      assert.notMatch(html, /<(?:script(?! src="\/pages)|img|b>|i>|%)/)
      assert.include(text, evil.markup)
      assert.include(text, evil.template)
      assert.include(text, address)
      assert.include(text, email)
      assert.include(html, 'href="mailto:%22&#39;%3E%3Cb%3Ex%3C%2Fb%3E%22@acme.example"')
      // Only in the message, which is a block of its own, may they turn the writing.
      assert.notMatch(
        html.replace(/<blockquote.*<\/blockquote>/s, "").replaceAll(/value="[^"]*"/g, ""),
        /[\u202a-\u202e\u2066-\u2067]/
      )
    }
    assert.include(pages[0]?.text, viewer.email)
    assert.include(pages[1]?.html, 'value="&quot;&gt;&lt;b&gt;"')
  })
})

describe("accepting", () => {
  it("as somebody new makes an account and signs in; its token is good for the API at once", async () => {
    const { id, email, token } = await cast.invite(`New.${newId()}@Mail.example`)
    const form = { token, ...profile({ firstName: "  Zoë ", contactNumber: "+47 (22) 33-44.55" }) }
    const answer = await visit("POST", "/accept-invitation", { form })
    assert.deepStrictEqual([answer.status, answer.headers.get("location")], [303, "/accept-invitation/done"])
    const cookies = cookiesOf(answer)
    assert.match(
      cookies.treff_session ?? "",
      /^[\w-]+\.[\w-]+\.[\w-]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/
    )
    assert.strictEqual(
      cookies.treff_answer,
      "accepted; Max-Age=600; Path=/accept-invitation; HttpOnly; Secure; SameSite=Strict"
    )
    assert.strictEqual(await statusOf(id), "accepted")
    assert.deepInclude(await accountOf(email), {
      role: "recruiter",
      sub_role: "recruiter_user",
      company_id: cast.company.id,
      username: form.username,
      first_name: "Zoë",
      last_name: "Hansen",
      contact_number: "+4722334455",
      email_verified: true,
      profile_complete: true
    })
    const jwt = cookies.treff_session?.split(";")[0] ?? ""
    assert.strictEqual((await stage.call("GET", "/offers", { token: jwt })).status, 200)
    const done = await visit("GET", "/accept-invitation/done", {
      cookies: { treff_answer: "accepted", treff_session: jwt }
    })
    assert.include(done.text, english.done.accepted.heading)
  })

  it("says beside each field what is wrong with it, keeps what was typed, and leaves the invitation open", async () => {
    const taken = profile().username
    await stage.addAccount({ ...aCandidate(), username: taken })
    const mistakes: ReadonlyArray<readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>]> = [
      [{ username: "ab" }, { username: english.newAccount.fields.username.invalid }],
      [{ username: "kim hansen" }, { username: english.newAccount.fields.username.invalid }],
      [{ username: taken.toUpperCase() }, { username: english.newAccount.usernameTaken }],
      [{ firstName: "" }, { firstName: english.newAccount.fields.firstName.invalid }],
      [{ lastName: "x".repeat(101) }, { lastName: english.newAccount.fields.lastName.invalid }],
      [{ lastName: "Two\nlines" }, { lastName: english.newAccount.fields.lastName.invalid }],
      [{ contactNumber: "22 33 44 55" }, { contactNumber: english.newAccount.fields.contactNumber.invalid }],
      [
        { username: "", firstName: " ", lastName: "", contactNumber: "+0" },
        Object.fromEntries(Object.entries(english.newAccount.fields).map(([name, { invalid }]) => [name, invalid]))
      ]
    ]
    const { id, token } = await cast.invite()
    for (const [typed, expected] of mistakes) {
      const form = { token, ...profile(typed) }
      const { status, html, text } = await visit("POST", "/accept-invitation", { form })
      assert.strictEqual(status, 400)
      assert.include(html, `<title>${english.mistake}`)
      assert.match(
        html,
        /<main><div class="mistakes" role="alert" aria-labelledby="mistakes" tabindex="-1" autofocus="">/
      )
      for (const name of ["username", "firstName", "lastName", "contactNumber"]) {
        const input = html.match(new RegExp(`<input id="${name}"[^>]*>`))?.[0] ?? ""
        assert.include(input, `value="${form[name as keyof typeof form]}"`)
        const mistake = expected[name]
        assert.strictEqual(input.includes('aria-invalid="true"'), mistake !== undefined, name)
        assert.strictEqual(input.includes(`${name}-mistake`), mistake !== undefined)
        if (mistake === undefined) continue
        assert.include(html, `<p class="mistake" id="${name}-mistake">${mistake}</p>`)
        assert.include(html, `<a href="#${name}">${mistake}</a>`)
      }
      assert.include(text, english.newAccount.mistakes)
    }
    assert.strictEqual(await statusOf(id), "pending")
    assert.strictEqual((await visit("POST", "/accept-invitation", { form: { token, ...profile() } })).status, 303)
  })

  it("as somebody new, while somebody else is signed in, leaves that account alone", async () => {
    const other = aCandidate()
    await stage.addAccount(other)
    const before = await accountOf(other.email)
    const { email, token } = await cast.invite()
    const form = { token, ...profile() }
    const answer = await visit("POST", "/accept-invitation", { form, cookies: await sessionOf(other) })
    assert.strictEqual(answer.status, 303)
    assert.deepStrictEqual(await accountOf(other.email), before)
    const page = await visit("GET", "/sign-in", {
      cookies: { treff_session: (cookiesOf(answer).treff_session ?? "").split(";")[0] ?? "" }
    })
    assert.include(page.text, english.invitation.signedInAs(email))
  })

  it("as somebody who has an account is for its owner alone", async () => {
    const { account, id, email, token } = await cast.inviteAccount({
      ...aCandidate(),
      firstName: "Ada",
      username: newId()
    })
    const form = { token, ...profile({ firstName: "Eve" }) }
    const before = await accountOf(email)
    const nobody = await visit("POST", "/accept-invitation", { form })
    assert.deepStrictEqual([nobody.status, nobody.headers.get("www-authenticate")], [401, 'Bearer realm="treff"'])
    assert.include(nobody.text, english.signInFirst.line(email))
    const other = aCandidate()
    await stage.addAccount(other)
    const another = await visit("POST", "/accept-invitation", { form, cookies: await sessionOf(other) })
    assert.strictEqual(another.status, 403)
    assert.include(another.text, english.somebodyElse.line(other.email, email))
    const stale = { treff_session: await stage.tokenOf(account, { role: "hiring_manager" }) }
    const former = await visit("POST", "/accept-invitation", { form, cookies: stale })
    assert.strictEqual(former.status, 401)
    assert.include(former.text, english.signInFirst.line(email))
    assert.match(cookiesOf(former).treff_session ?? "", /^; Max-Age=0; Path=\//)
    const forged = { treff_session: `${(await stage.tokenOf(account)).slice(0, -4)}AAAA` }
    assert.strictEqual((await visit("POST", "/accept-invitation", { form, cookies: forged })).status, 401)
    assert.deepStrictEqual([await accountOf(email), await statusOf(id)], [before, "pending"])

    const own = await visit("POST", "/accept-invitation", { form: { token }, cookies: await sessionOf(account) })
    assert.deepStrictEqual([own.status, own.headers.get("location")], [303, "/accept-invitation/done"])
    assert.deepInclude(await accountOf(email), { role: "recruiter", first_name: "Ada", username: account.username })
    const jwt = (cookiesOf(own).treff_session ?? "").split(";")[0] ?? ""
    assert.strictEqual((await stage.call("POST", "/offers", { token: jwt, body: offerInput() })).status, 201)
  })

  it.each([
    [
      "of another company",
      () => aRecruiter(cast.elsewhere.id),
      409,
      english.cannotJoin.AlreadyInACompany("Acme", "Mia Vik")
    ],
    ["a manager without a company", () => aManager(null), 409, english.cannotJoin.IsAHiringManager("Acme", "Mia Vik")]
  ])("as the invited, %s, is refused with the reason", async (_, make, status, words) => {
    const { account, id, token } = await cast.inviteAccount(make())
    const page = await visit("POST", "/accept-invitation", { form: { token }, cookies: await sessionOf(account) })
    assert.strictEqual(page.status, status)
    assert.include(page.text, words.heading)
    assert.strictEqual(await statusOf(id), "pending")
  })

  it("what is no longer open shows what it is", async () => {
    const { id, email, token } = await cast.invite()
    const form = { token, ...profile() }
    await set(id, "status = 'revoked'")
    const revoked = await visit("POST", "/accept-invitation", { form })
    assert.deepStrictEqual([revoked.status, await accountOf(email)], [400, undefined])
    assert.include(revoked.text, english.closed.revoked("Acme", "Mia Vik").heading)
    const unknown = await visit("POST", "/accept-invitation", { form: { ...form, token: "guessed" } })
    assert.strictEqual(unknown.status, 400)
    assert.include(unknown.text, english.closed.unknown.heading)
    assert.strictEqual((await visit("POST", "/accept-invitation", { form: profile() })).status, 400)
  })

  it("ten times at once makes one account; sent again by its owner it says that it is done", async () => {
    const { email, token } = await cast.invite()
    const form = { token, ...profile() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => visit("POST", "/accept-invitation", { form })))
    assert.deepStrictEqual(answers.map(({ status }) => status).sort(), [303, ...Array(9).fill(400)])
    const [won] = answers.filter(({ status }) => status === 303)
    const lost = answers.filter(({ status }) => status === 400)
    for (const { text, headers } of lost) {
      assert.include(text, english.closed.accepted("Acme", email).heading)
      assert.isEmpty(headers.getSetCookie())
    }
    const { rows } = await stage.pool.query("select count(*)::int as n from account where email = $1", [email])
    assert.strictEqual(rows[0].n, 1)
    const treff_session = (cookiesOf(won ?? assert.fail()).treff_session ?? "").split(";")[0] ?? ""
    const again = await visit("POST", "/accept-invitation", { form, cookies: { treff_session } })
    assert.include(again.text, english.closed.acceptedByYou("Acme").heading)
  })
})

describe("declining", () => {
  it("needs no account, says so, and sent twice says the same", async () => {
    const { id, token } = await cast.invite()
    for (let n = 0; n < 2; n++) {
      const answer = await visit("POST", "/accept-invitation/decline", { form: { token } })
      assert.deepStrictEqual([answer.status, answer.headers.get("location")], [303, "/accept-invitation/done"])
      const cookies = cookiesOf(answer)
      assert.hasAllKeys(cookies, ["treff_answer"])
      assert.match(
        cookies.treff_answer ?? "",
        /^declined; Max-Age=600; Path=\/accept-invitation; HttpOnly; Secure; SameSite=Strict$/
      )
      assert.strictEqual(await statusOf(id), "declined")
    }
    const done = await visit("GET", "/accept-invitation/done", { cookies: { treff_answer: "declined" } })
    assert.include(done.text, english.done.declined.heading)
    const odd = await visit("GET", "/accept-invitation/done", { cookies: { treff_answer: "<b>constructor</b>" } })
    assert.include(odd.text, english.done.nothing.heading)
  })

  it("what is not open, or unknown, is refused", async () => {
    const { id, token } = await cast.invite()
    await visit("POST", "/accept-invitation", { form: { token, ...profile() } })
    const used = await visit("POST", "/accept-invitation/decline", { form: { token } })
    assert.deepStrictEqual([used.status, await statusOf(id)], [400, "accepted"])
    assert.include(used.text, english.closed.accepted("", "").heading)
    const unknown = await visit("POST", "/accept-invitation/decline", { form: { token: "guessed" } })
    assert.strictEqual(unknown.status, 400)
    assert.include(unknown.text, english.closed.unknown.heading)
  })
})

describe("signing in", () => {
  const tokenFor = async (email: string) => {
    const { rows } = await stage.pool.query("select id from sign_in where email = $1 order by created_at desc", [email])
    return stage.sealedToken("sign_in", rows[0]?.id)
  }

  it("is asked for by address: the answer is the same whether or not there is such an account", async () => {
    const known = aCandidate()
    await stage.addAccount(known)
    queue.take()
    const one = await visit("POST", "/sign-in", { form: { email: ` ${known.email} ` } })
    const other = await visit("POST", "/sign-in", { form: { email: `${newId()}@nobody.example` } })
    const outline = ({ status, headers, html }: Page) => ({
      status,
      html,
      headers: [...headers].filter(([name]) => name !== "date")
    })
    assert.deepStrictEqual(outline(one), outline(other))
    assert.deepStrictEqual([one.status, one.headers.get("location")], [303, "/sign-in/done"])
    assert.isNotEmpty(await tokenFor(known.email))
    await until("the queue was notified for both", () => queue.batches.length === 2)
    assert.deepStrictEqual<ReadonlyArray<unknown>>(queue.take(), [mailsAreDue, mailsAreDue])
  })

  it("wants an address, and keeps what was typed", async () => {
    for (const email of ["", "kim", "kim@", `"><b>@mail.example`]) {
      const page = await visit("POST", "/sign-in", { form: { email } })
      assert.strictEqual(page.status, 400)
      assert.include(page.text, english.signIn.email.invalid)
      const input = page.html.match(/<input id="email"[^>]*>/)?.[0] ?? ""
      assert.include(input, 'aria-describedby="email-mistake" aria-invalid="true"')
      assert.include(
        input,
        `value="${email.replaceAll('"', "&quot;").replaceAll(">", "&gt;").replaceAll("<", "&lt;")}"`
      )
    }
  })

  it("by the link's button works once, and the pages know who it is", async () => {
    const account = aRecruiter(cast.company.id)
    await stage.addAccount(account)
    await visit("POST", "/sign-in", { form: { email: account.email.toUpperCase() } })
    const token = await tokenFor(account.email.toUpperCase())
    const answer = await visit("POST", "/sign-in", { form: { token } })
    assert.deepStrictEqual([answer.status, answer.headers.get("location")], [303, "/sign-in"])
    const cookie = cookiesOf(answer).treff_session ?? ""
    assert.match(cookie, /; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    const treff_session = cookie.split(";")[0] ?? ""
    assert.strictEqual((await stage.call("GET", "/offers", { token: treff_session })).status, 200)
    const page = await visit("GET", "/sign-in", { cookies: { treff_session } })
    assert.include(page.text, english.invitation.signedInAs(account.email))
    for (const used of [token, "guessed"]) {
      const again = await visit("POST", "/sign-in", { form: { token: used } })
      assert.deepStrictEqual([again.status, again.headers.getSetCookie()], [400, []])
      assert.include(again.text, english.signIn.tokenUnknown.heading)
      assert.deepStrictEqual(formsOf(again.html), ["post /sign-in"])
    }
    const out = await visit("POST", "/sign-out", { form: {}, cookies: { treff_session } })
    assert.deepStrictEqual([out.status, out.headers.get("location")], [303, "/sign-in"])
    assert.match(cookiesOf(out).treff_session ?? "", /^; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  })

  it("out of another account leads back to the invitation", async () => {
    const { email, token } = await cast.inviteAccount(aCandidate())
    const cookies = await sessionOf(aCandidate())
    const out = await visit("POST", "/sign-out", { form: { token }, cookies })
    assert.strictEqual(out.status, 200)
    assert.include(out.text, english.signInFirst.line(email))
    assert.match(cookiesOf(out).treff_session ?? "", /^; Max-Age=0/)
  })

  it("is for the pages alone: the API does not look at cookies", async () => {
    const { account, token } = await cast.inviteAccount(aRecruiter(null))
    const cookies = await sessionOf({ ...cast.company.recruiter })
    assert.strictEqual((await visit("GET", "/api/invitations", { cookies })).status, 401)
    const headers = { Cookie: `treff_session=${await stage.tokenOf(account)}` }
    const accept = await stage.call("POST", `/api/invitations/accept/${token}`, { headers })
    assert.deepStrictEqual([accept.status, accept.json.code], [401, "sign-in-required"])
    assert.strictEqual((await stage.call("GET", "/offers", { headers })).json.code, "token-missing")
  })

  it("has expired when the token of the session has", async () => {
    const cookies = { treff_session: await stage.tokenOf(cast.company.recruiter) }
    await stage.platform.setClockOffset(2 * 3_600_000)
    const page = await visit("GET", "/sign-in", { cookies })
    await stage.platform.setClockOffset(0)
    assert.include(page.text, english.signIn.email.label)
  })
})

describe("a form", () => {
  const targets = ["/accept-invitation", "/accept-invitation/decline", "/sign-in", "/sign-out"]
  let invited: Awaited<ReturnType<typeof cast.invite>>
  let before: unknown
  beforeEach(async () => {
    invited = await cast.invite()
    before = await snapshot()
  })
  /** What the form of each address would send. */
  const formFor = (path: string): Readonly<Record<string, string>> =>
    path === "/sign-in"
      ? { email: invited.email }
      : { token: invited.token, ...(path === "/accept-invitation" && profile()) }

  it.each([
    ["no Origin", { Origin: undefined }],
    ["another origin", { Origin: "https://evil.example" }],
    ["another port", { Origin: "http://127.0.0.1:1" }],
    ["another scheme", { Origin: publicUrl.replace("https", "http") }],
    ["a name that only begins like ours", { Origin: `${publicUrl}.evil.example` }],
    ["no address at all", { Origin: "//" }],
    ["an opaque origin, from another site", { "Sec-Fetch-Site": "cross-site" }],
    ["an opaque origin, from another subdomain", { "Sec-Fetch-Site": "same-site" }],
    ["an opaque origin, and nothing else", { "Sec-Fetch-Site": undefined }],
    ["no Origin, although from here", { Origin: undefined, "Sec-Fetch-Site": "same-origin" }]
  ])("that comes with %s is refused everywhere", async (_, headers) => {
    for (const path of targets) {
      const page = await visit("POST", path, { form: formFor(path), headers })
      assert.strictEqual(page.status, 403, path)
      assert.include(page.text, english.trouble.CrossOrigin.heading)
      assert.isEmpty(page.headers.getSetCookie())
    }
    assert.deepStrictEqual(await snapshot(), before)
  })

  it("from our own origin is taken, however it is called", async () => {
    for (const Origin of [publicUrl, stage.platform.apiUrl]) {
      const { token } = await cast.invite()
      const headers = { Origin, "Sec-Fetch-Site": undefined }
      const answer = await visit("POST", "/accept-invitation/decline", { form: { token }, headers })
      assert.strictEqual(answer.status, 303)
    }
  })

  it("of another kind is refused, as pages", async () => {
    const kinds = [
      "application/json",
      "text/plain",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded; charset=iso-8859-1",
      "application/x-www-form-urlencoded2",
      ""
    ]
    for (const path of targets) {
      for (const kind of kinds) {
        const page = await visit("POST", path, { form: formFor(path), headers: { "Content-Type": kind } })
        assert.strictEqual(page.status, 415, `${path} ${kind}`)
        assert.include(page.text, english.trouble.MediaTypeNotSupported.heading)
      }
      const tooMuch = await visit("POST", path, { raw: `token=${"x".repeat(256 * 1024)}` })
      assert.strictEqual(tooMuch.status, 413)
      assert.include(tooMuch.text, english.trouble.BodyTooLarge.heading)
    }
    assert.deepStrictEqual(await snapshot(), before)
    const headers = { "Content-Type": 'Application/X-WWW-Form-Urlencoded; Charset="UTF-8"' }
    assert.strictEqual((await visit("POST", "/sign-out", { form: {}, headers })).status, 303)
  })

  it("that no page of ours sends is refused", async () => {
    for (const path of targets) {
      const sound = new URLSearchParams(formFor(path)).toString()
      const [first = ""] = sound.split("&")
      const broken = [
        `${sound}&admin=true`,
        `${sound}&__proto__=x`,
        `${sound}&${first}`,
        `${sound}%00`,
        `${sound}%ff`,
        `${sound}%C3`,
        `${sound}%ED%A0%80`,
        `${sound}%zz`,
        `${sound}%`,
        `${sound}&%00=`,
        new Uint8Array([...new TextEncoder().encode(sound), 0xff])
      ]
      for (const raw of broken) {
        const page = await visit("POST", path, { raw })
        assert.strictEqual(page.status, 400, `${path} ${raw}`)
        assert.include(page.text, english.trouble.BadRequest.heading)
      }
    }
    assert.deepStrictEqual(await snapshot(), before)
  })

  it("goes nowhere else: other methods are 405, as pages", async () => {
    const methods: Readonly<Record<string, ReadonlyArray<string>>> = {
      "/accept-invitation": ["GET", "POST", "HEAD"],
      "/accept-invitation/decline": ["POST"],
      "/accept-invitation/done": ["GET", "HEAD"],
      "/sign-in": ["GET", "POST", "HEAD"],
      "/sign-in/done": ["GET", "HEAD"],
      "/sign-out": ["POST"]
    }
    for (const [path, allowed] of Object.entries(methods)) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].filter(
        (m) => !allowed.includes(m)
      )) {
        const page = await visit(method, path)
        assert.strictEqual(page.status, 405, `${method} ${path}`)
        assert.sameMembers((page.headers.get("allow") ?? "").split(", "), [...allowed])
        if (method !== "HEAD") assert.include(page.text, english.trouble.MethodNotAllowed.heading)
      }
    }
  })

  it("lost to changes by others says so, and can be sent again as it is", async () => {
    const { id, token } = invited
    stage.neon.onRequest = async () => {
      await set(id, "version = version + 1")
      return undefined
    }
    const form = { token, ...profile({ firstName: "Zoë" }) }
    const accept = await visit("POST", "/accept-invitation", { form })
    const decline = await visit("POST", "/accept-invitation/decline", { form: { token } })
    stage.neon.onRequest = undefined
    for (const page of [accept, decline]) {
      assert.strictEqual(page.status, 409)
      assert.include(page.text, english.trouble.StaleVersion.heading)
    }
    assert.deepStrictEqual(
      hiddenOf(accept.html),
      Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ""))
    )
    assert.deepStrictEqual(hiddenOf(decline.html), { token })
    assert.strictEqual(await statusOf(id), "pending")
  })

  it("while the store is down gets a page that sends it again, and nothing is written", async () => {
    const { email, token } = invited
    stage.neon.onRequest = () => ({ down: "before" })
    const form = { token, ...profile({ contactNumber: "+47 22 33 44 55" }) }
    const pages = [
      [await visit("GET", pathOf(token)), "get /accept-invitation", { token }],
      [await visit("POST", "/accept-invitation", { form }), "post /accept-invitation", form],
      [
        await visit("POST", "/accept-invitation/decline", { form: { token } }),
        "post /accept-invitation/decline",
        { token }
      ],
      [await visit("POST", "/sign-in", { form: { email } }), "post /sign-in", { email }],
      [await visit("POST", "/sign-in", { form: { token: "x" } }), "post /sign-in", { token: "x" }],
      [await visit("POST", "/sign-out", { form: { token } }), "post /sign-out", { token }]
    ] as const
    stage.neon.onRequest = undefined
    for (const [page, target, fields] of pages) {
      assert.deepStrictEqual([page.status, page.headers.get("retry-after")], [503, "5"], target)
      assert.include(page.text, english.trouble.StoreUnavailable.heading)
      assert.deepStrictEqual(formsOf(page.html), [target])
      assert.deepStrictEqual(hiddenOf(page.html), { ...fields })
    }
    assert.deepStrictEqual(await snapshot(), before)
  })

  it("that runs into a mistake of ours gets a page, and what was sent is not logged", async () => {
    const { token, email } = invited
    const form = { token, ...profile({ firstName: "Zebedee" }) }
    logs.length = 0
    await stage.pool.query("alter table invitation rename to away")
    const pages = [
      await visit("GET", pathOf(token)),
      await visit("POST", "/accept-invitation", { form }),
      await visit("POST", "/accept-invitation/decline", { form: { token } })
    ]
    await stage.pool.query("alter table away rename to invitation")
    for (const { status, text } of pages) {
      assert.strictEqual(status, 500)
      assert.include(text, english.trouble.Unexpected.heading)
    }
    const logged = await until("all of them are logged", () => (logs.length >= 3 ? logs.join("\n") : undefined))
    for (const secret of [token, email, "Zebedee"]) assert.notInclude(logged, secret)
    assert.deepStrictEqual(await snapshot(), before)
  })

  it("that was taken although its answer was lost says what has become of it", async () => {
    const { token, email } = invited
    // It is read, then written, and what became of that can't be looked up.
    const faults: Array<Fault | undefined> = [undefined, { down: "after" }, { down: "before" }]
    stage.neon.onRequest = () => faults.shift()
    const form = { token, ...profile() }
    assert.strictEqual((await visit("POST", "/accept-invitation", { form })).status, 503)
    stage.neon.onRequest = undefined
    const again = await visit("POST", "/accept-invitation", { form })
    assert.include(again.text, english.closed.accepted("Acme", email).lines[0] ?? "")
    assert.deepStrictEqual(formsOf(again.html), ["post /sign-in"])
  })
})

const hiddenOf = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g)].map(([, name, value]) => [
      name,
      value
    ])
  )

describe("round trips", () => {
  it("are one to look, two to accept, and none to see the page of a sign-in link", async () => {
    const { token } = await cast.invite()
    const tripsOf = ({ headers }: Page) => headers.get("server-timing")
    assert.strictEqual(tripsOf(await visit("GET", pathOf(token))), 'round-trips;desc="1"')
    assert.strictEqual(
      tripsOf(await visit("POST", "/accept-invitation", { form: { token, ...profile() } })),
      'round-trips;desc="2"'
    )
    assert.strictEqual(tripsOf(await visit("GET", "/sign-in?token=x")), 'round-trips;desc="0"')
    assert.strictEqual(
      tripsOf(await visit("POST", "/sign-in", { form: { email: "kim@mail.example" } })),
      'round-trips;desc="1"'
    )
  })
})

describe("what the pages load", () => {
  it("is a style and a script of our own", async () => {
    for (const [path, type] of [
      ["/pages/style.css", "text/css; charset=utf-8"],
      ["/pages/address-bar.js", "text/javascript; charset=utf-8"]
    ] as const) {
      const { status, headers, text } = await stage.call("GET", path)
      assert.deepStrictEqual([status, headers.get("content-type")], [200, type])
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
      assert.notMatch(text, /https?:|url\(|@import/)
    }
  })
})
