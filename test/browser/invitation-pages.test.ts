import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { aCandidate, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import type { AxeResults, RunOptions } from "axe-core"
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { english } from "../../apps/edge-api/src/pages/english.ts"
import { french } from "../../apps/edge-api/src/pages/french.ts"
import { norwegian } from "../../apps/edge-api/src/pages/norwegian.ts"
import { openInvitations, pageStates, pathOf, profile } from "../edge/page-states.ts"
import { until } from "../until.ts"
import { deliver, openManualStage } from "../workers/manual-queue.ts"
import { launchBrowser } from "./browser.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let cast: Awaited<ReturnType<typeof openInvitations>>
let browser: Browser
let url: string

beforeAll(async () => {
  ;[manual, browser] = await Promise.all([openManualStage(), launchBrowser()])
  url = manual.stage.platform.apiUrl
  cast = await openInvitations(manual.stage)
})
afterAll(async () => {
  await browser.close()
  await manual.close()
})
afterEach(() => {
  manual.stage.neon.onRequest = undefined
})

/** What a browser did that it should not have done. */
const offences: Array<string> = []

/** A browser of somebody's own, in which is noted what a page may not do: ask elsewhere, break its policy, or fail. */
const openContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
  offences.length = 0
  const context = await browser.newContext({ locale: "en", reducedMotion: "reduce", ...options })
  context.on("request", (request) => {
    if (new URL(request.url()).origin !== url) offences.push(`asks ${request.url()}`)
  })
  context.on("console", (message) => {
    // A status is no offence: it is what the page is answered with.
    if (!message.text().startsWith("Failed to load resource: the server responded")) offences.push(message.text())
  })
  context.on("weberror", (error) => offences.push(String(error.error())))
  return context
}

const openPage = async (options: BrowserContextOptions = {}): Promise<Page> => (await openContext(options)).newPage()

const signInAs = async (context: BrowserContext, account: Account): Promise<void> => {
  const value = await manual.stage.tokenOf(account)
  await context.addCookies([{ name: "treff_session", value, url, httpOnly: true, sameSite: "Strict" }])
}

/** Has the consumer handle all that is on the queue, and what comes of it. */
const drain = async (): Promise<void> => {
  for (let messages = manual.queue.take(); messages.length > 0; messages = manual.queue.take()) {
    assert.strictEqual(await deliver(manual.stage.platform, messages), 0)
  }
}

/** The link of the last mail to an address. An answer does not wait until its events are published. */
const linkTo = async (email: string): Promise<string> => {
  const find = () => manual.mailer.mails.findLast(({ mail }) => mail.to[0] === email)
  await until(`a mail to ${email}`, async () => {
    await drain()
    return find() !== undefined
  })
  const text = find()?.mail.text ?? ""
  return /http\S+\?token=\S+/.exec(text)?.[0] ?? assert.fail(text)
}

const sessionOf = async (page: Page) => {
  const cookies = await page.context().cookies()
  return cookies.find(({ name }) => name === "treff_session") ?? assert.fail("nobody is signed in")
}

const heading = (page: Page): Promise<string | null> => page.textContent("h1")

const fillIn = async (page: Page, values: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, value] of Object.entries(values)) await page.fill(`[name=${name}]`, value)
}

const statusOf = async (id: string): Promise<string> =>
  (await manual.stage.pool.query("select status from invitation where id = $1", [id])).rows[0].status

describe("the whole way", () => {
  it.each([
    ["with scripts", true],
    ["without scripts", false]
  ])("from the invitation by mail to a token for the API, %s", async (_, javaScriptEnabled) => {
    const email = `${newId()}@mail.example`
    await cast.invite(email, { personalMessage: "Come and join us." })
    const link = await linkTo(email)
    assert.isTrue(link.startsWith(`${url}/accept-invitation?token=`), link)

    const page = await openPage({ javaScriptEnabled })
    assert.strictEqual((await page.goto(link))?.status(), 200)
    assert.strictEqual(page.url(), javaScriptEnabled ? `${url}/accept-invitation` : link)
    assert.strictEqual(await heading(page), english.invitation.heading("Acme"))
    await fillIn(page, profile({ username: "no" }))
    await page.click("button:not(.quiet)")
    assert.strictEqual(await page.getAttribute("#username", "aria-invalid"), "true")
    assert.strictEqual(await page.inputValue("#username"), "no")
    await fillIn(page, { username: profile().username })
    await page.click("button:not(.quiet)")
    assert.strictEqual(page.url(), `${url}/accept-invitation/done`)
    assert.strictEqual(await heading(page), english.done.accepted.heading)

    const session = await sessionOf(page)
    assert.deepInclude(session, { path: "/", httpOnly: true, secure: true, sameSite: "Strict" })
    assert.strictEqual((await manual.stage.call("GET", "/offers", { token: session.value })).status, 200)
    await page.goto(`${url}/sign-in`)
    assert.include(await page.textContent("main"), english.invitation.signedInAs(email))
    assert.deepStrictEqual(offences, [])
  })

  it("to declining: first it is opened, then sent", async () => {
    const { id, email } = await cast.invite()
    const page = await openPage({ javaScriptEnabled: false })
    await page.goto(await linkTo(email))
    assert.isFalse(await page.isVisible("details button"))
    await page.click("summary")
    await page.click("details button")
    assert.strictEqual(await heading(page), english.done.declined.heading)
    assert.strictEqual(await statusOf(id), "declined")
    await drain()
    assert.include(manual.mailer.taken(), "mia@acme.example invitation-declined")
    assert.deepStrictEqual(offences, [])
  })

  it("of somebody with an account: sign in by mail, then join; from a webmail the page is loaded again", async () => {
    const { id, email } = await cast.inviteAccount(aCandidate())
    const invitation = await linkTo(email)
    const page = await openPage()
    await page.goto(invitation)
    await page.click("section button")
    assert.strictEqual(page.url(), `${url}/sign-in/done`)
    const signIn = await linkTo(email)
    await page.goto(signIn)
    assert.strictEqual(page.url(), `${url}/sign-in`)
    await page.click("button")
    assert.strictEqual(page.url(), `${url}/sign-in`)
    assert.include(await page.textContent("main"), english.invitation.signedInAs(email))
    assert.deepStrictEqual(offences, [])

    await page.route("https://webmail.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: `<a href="${invitation}">Open the invitation</a>` })
    )
    await page.goto("https://webmail.example/")
    await page.click("a")
    assert.include(await page.textContent("section"), english.signInFirst.again)
    await page.click("section form[method=get] button")
    assert.include(await page.textContent("section"), english.join.candidate)
    await page.click("section button")
    assert.strictEqual(await heading(page), english.done.accepted.heading)
    assert.strictEqual(await statusOf(id), "accepted")
  })

  it("is closed to forms of other sites", async () => {
    const { id, token } = await cast.invite()
    const page = await openPage()
    await page.route("https://evil.example/", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${url}/accept-invitation/decline"><input name="token" value="${token}"><button>Win</button></form>`
      })
    )
    await page.goto("https://evil.example/")
    await Promise.all([page.waitForURL(`${url}/**`), page.click("button")])
    assert.strictEqual(await heading(page), english.trouble.CrossOrigin.heading)
    assert.strictEqual(await statusOf(id), "pending")
  })
})

describe("by keyboard alone", () => {
  const at = (selector: string) => `document.activeElement.matches(${JSON.stringify(selector)})`
  const isAt = (page: Page, selector: string): Promise<boolean> => page.evaluate(at(selector))
  /** A page that was just loaded gets its focus only when it is first drawn. */
  const comesTo = (page: Page, selector: string) => page.waitForFunction(at(selector), undefined, { timeout: 10_000 })
  /** Tabs on until there, and says that it can be seen where one is. */
  const tabTo = async (page: Page, selector: string): Promise<void> => {
    for (let n = 0; n < 20; n++) {
      await page.keyboard.press("Tab")
      assert.match(await page.evaluate("getComputedStyle(document.activeElement).outline"), /solid 3px/)
      if (await isAt(page, selector)) return
    }
    assert.fail(`${selector} is not reached`)
  }

  it("a form is filled in, put right and sent, in the order of the page", async () => {
    const { token } = await cast.invite()
    const page = await openPage()
    await page.goto(url + pathOf(token))
    for (const [name, value] of Object.entries(profile({ username: "no", contactNumber: "1" }))) {
      await tabTo(page, `#${name}`)
      await page.keyboard.type(value)
    }
    await tabTo(page, "section button")
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])
    await comesTo(page, ".mistakes")
    await tabTo(page, '.mistakes a[href="#username"]')
    await page.keyboard.press("Enter")
    await comesTo(page, "#username")
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.type(profile().username)
    await tabTo(page, "#contactNumber")
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])
    assert.strictEqual(await heading(page), english.done.accepted.heading)
  })

  it("an invitation is declined", async () => {
    const { token } = await cast.invite()
    const page = await openPage()
    await page.goto(url + pathOf(token))
    await tabTo(page, "summary")
    await page.keyboard.press("Enter")
    await tabTo(page, "details button")
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])
    assert.strictEqual(await heading(page), english.done.declined.heading)
  })

  it("a link is asked for", async () => {
    const page = await openPage()
    await page.goto(`${url}/sign-in`)
    await tabTo(page, "#email")
    await page.keyboard.type("kim@mail.example")
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])
    assert.strictEqual(await heading(page), english.signIn.asked.heading)
  })
})

/** What is on the screen only after a form was sent, or when something is wrong: how one comes there from a new page. */
const afterwards: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  "mistakes in the form": async (page) => {
    const { token } = await cast.invite()
    await page.goto(url + pathOf(token))
    await page.click("section button")
  },
  "declining, opened": async (page) => {
    const { token } = await cast.invite()
    await page.goto(url + pathOf(token))
    await page.click("summary")
  },
  accepted: async (page) => {
    const { token } = await cast.invite()
    await page.goto(url + pathOf(token))
    await fillIn(page, profile())
    await page.click("section button")
  },
  declined: async (page) => {
    const { token } = await cast.invite()
    await page.goto(url + pathOf(token))
    await page.click("summary")
    await page.click("details button")
  },
  "a mistake in the address": async (page) => {
    await page.goto(`${url}/sign-in`)
    await page.click("button")
  },
  "a sign-in link that is used": async (page) => {
    await page.goto(`${url}/sign-in?token=used`)
    await page.click("button")
  },
  "out of reach": async (page) => {
    manual.stage.neon.onRequest = () => ({ down: "before" })
    await page.goto(url + pathOf("any"))
    manual.stage.neon.onRequest = undefined
  },
  "nothing to see": (page) => page.goto(`${url}/sign-out`)
}

describe("every state", () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

  /** What axe-core finds on the page as it is. */
  const check = async (
    page: Page,
    colorScheme: "light" | "dark",
    options: RunOptions = {}
  ): Promise<ReadonlyArray<string>> => {
    await page.emulateMedia({ colorScheme })
    await page.waitForFunction(`matchMedia("(prefers-color-scheme: ${colorScheme})").matches`)
    // Of what it finds in order, axe-core describes only the first: that is most of its work, and nobody reads it.
    const settings: RunOptions = { ...options, resultTypes: ["violations"] }
    const violations: AxeResults["violations"] = await page.evaluate(
      `axe.run(document, ${JSON.stringify(settings)}).then(({ violations }) => violations)`
    )
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }

  /** By every rule in the light, and by the one about colours in the dark as well; and whoever needs it large can use it. */
  const assertAccessible = async (page: Page, language: string): Promise<void> => {
    assert.strictEqual(await page.getAttribute("html", "lang"), language)
    assert.deepStrictEqual(await check(page, "light"), [])
    // Colours are the same in every language.
    if (language === english.language) {
      assert.deepStrictEqual(await check(page, "dark", { runOnly: ["color-contrast"] }), [])
    }
    await assertFits(page)
  }

  /** On the narrowest screen, and with letters of twice the size: nothing is cut off, and what is pressed is large enough. */
  const assertFits = async (page: Page): Promise<void> => {
    await page.setViewportSize({ width: 320, height: 640 })
    for (const size of ["100%", "200%"]) {
      await page.evaluate(`document.documentElement.style.fontSize = "${size}"`)
      assert.isAtMost(await page.evaluate("document.documentElement.scrollWidth"), 320, size)
      const small = `[...document.querySelectorAll("button, input:not([type=hidden]), summary, p > a:only-child, .mistakes a")]
        .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
        .map((element) => element.outerHTML)`
      assert.deepStrictEqual(await page.evaluate(small), [])
    }
    await page.setViewportSize({ width: 1280, height: 720 })
  }

  const languages = [english, french, norwegian]

  /** Without the policy, which forbids what axe-core does. */
  let lenient: BrowserContext
  let checked: Page
  /** A page of a browser that keeps the policy. To open another for each state would take longer than to look at it. */
  let page: Page
  beforeAll(async () => {
    lenient = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" })
    await lenient.addInitScript(axe)
    checked = await lenient.newPage()
    page = await openPage()
  })
  afterAll(() => Promise.all([lenient.close(), page?.context().close()]))
  beforeEach(() => {
    offences.length = 0
  })
  afterEach(() => Promise.all([lenient.clearCookies(), page.context().clearCookies()]))

  it.each(Object.keys(pageStates))("%s: keeps its policy, fits, and axe-core finds nothing", async (name) => {
    const state = pageStates[name] ?? assert.fail()
    const { path, viewer } = await state.open(cast)
    if (viewer !== undefined) await Promise.all([signInAs(page.context(), viewer), signInAs(lenient, viewer)])
    for (const { language } of languages) {
      await checked.setExtraHTTPHeaders({ ...state.headers, "Accept-Language": language })
      await checked.goto(url + path)
      await assertAccessible(checked, language)
    }
    await page.goto(url + path)
    assert.match(await page.evaluate("getComputedStyle(document.body).fontFamily"), /system-ui/)
    assert.isNull(new URL(page.url()).searchParams.get("token"))
    assert.deepStrictEqual(offences, [])
  })

  it.each(Object.keys(afterwards))("%s: the same", async (name) => {
    const arrive = afterwards[name] ?? assert.fail()
    for (const { language } of languages) {
      await checked.setExtraHTTPHeaders({ "Accept-Language": language })
      await arrive(checked)
      await assertAccessible(checked, language)
      await lenient.clearCookies()
    }
    await arrive(page)
    assert.deepStrictEqual(offences, [])
  })

  it("would be noticed to break its policy, to ask elsewhere, or to be inaccessible", async () => {
    await page.goto(`${url}/sign-in`)
    await page.evaluate(`document.body.setAttribute("style", "color: red")`)
    await page.evaluate(`document.body.append(Object.assign(new Image(), { src: "https://elsewhere.example/" }))`)
    await page.waitForTimeout(100)
    assert.match(offences.join("\n"), /style/)
    assert.match(offences.join("\n"), /elsewhere\.example/)
    await checked.goto(`${url}/sign-in`)
    await checked.evaluate(`document.querySelector("label").remove()`)
    assert.match((await check(checked, "light")).join("\n"), /^label: <input id="email"/m)
    await checked.evaluate(`document.querySelector("button").style.all = "initial"`)
    assert.match(String(await assertFits(checked).catch(String)), /AssertionError/)
  })
})
