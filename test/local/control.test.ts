import { execFile } from "node:child_process"
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { promisify } from "node:util"
import type { WorkerdStructuredLog } from "miniflare"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Sandbox, startSandbox } from "../../apps/local/src/sandbox.ts"
import { until } from "../until.ts"
import { type Answer, call, makeFolder } from "./start.ts"

const day = 86_400_000
let sandbox: Sandbox
/** What the workers log; at `npm start` their errors are printed. */
const logged: Array<WorkerdStructuredLog> = []
let removeFolder: () => Promise<void>

beforeAll(async () => {
  const { folder, remove } = await makeFolder()
  removeFolder = remove
  const onLog = (log: WorkerdStructuredLog) => void logged.push(log)
  sandbox = await startSandbox({ folder, platform: { retrySeconds: 0, batchSeconds: 0.1, onLog } })
})
afterAll(async () => {
  await sandbox?.stop()
  await removeFolder?.()
})

const control = (method: string, path: string, body?: unknown) => call(method, sandbox.controlUrl + path, body)
const api = (method: string, path: string, body: unknown, token: string) =>
  call(method, sandbox.apiUrl + path, body, token)

interface Account {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly subRole: string | null
  readonly companyId: string | null
  readonly companyName: string | null
  readonly locale: string | null
  readonly token: string
}
const accounts = async (): Promise<ReadonlyArray<Account>> => (await control("GET", "/accounts")).body
const anAdmin = async (): Promise<Account> => {
  const found = (await accounts()).find(({ subRole }) => subRole === "recruiter_admin")
  assert(found)
  return found
}

const aManager = async (): Promise<Account> => {
  const found = (await accounts()).find(({ role }) => role === "hiring_manager")
  assert(found)
  return found
}
const invite = async (email: string) =>
  api("POST", "/api/invitations/recruiter", { email, personalMessage: "Welcome!" }, (await aManager()).token)

const makeOffer = async (token: string): Promise<string> => {
  const at = (days: number) => new Date(sandbox.clock.now() + days * day).toISOString()
  const dates = { startDateJob: at(10), expiredDate: at(20) }
  const body = { title: "Baker", description: "Nights", emploiType: "CDI", salary: "32000", ...dates }
  const made = await api("POST", "/offers", body, token)
  assert.strictEqual(made.status, 201)
  return made.body.id
}

const pointers = ({ status, headers, body }: Answer): ReadonlyArray<string> => {
  assert.strictEqual(status, 400)
  assert.match(headers.get("Content-Type") ?? "", /^application\/problem\+json/)
  assert.strictEqual(body.code, "invalid-input")
  return body.errors.map(({ pointer }: { readonly pointer: string }) => pointer)
}

describe("GET /accounts", () => {
  it("shows the demo people, nine of whom belong to three companies", async () => {
    const all = await accounts()
    assert.strictEqual(all.length, 209)
    const members = all.filter(({ companyId }) => companyId !== null)
    assert.strictEqual(members.length, 9)
    assert.strictEqual(new Set(members.map(({ companyName }) => companyName)).size, 3)
    assert.hasAllKeys(all[0], "id email firstName lastName role subRole companyId companyName locale token".split(" "))
  })

  it("gives each a token that the API accepts, for ten years", async () => {
    const { token } = await anAdmin()
    assert.strictEqual((await api("GET", "/offers", undefined, token)).status, 200)
    const { exp } = JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")))
    assert.isAtLeast(exp * 1_000, sandbox.clock.now() + 10 * 365 * day)
  })

  it("shows offers in every state", async () => {
    const { token } = await anAdmin()
    for (const status of ["active", "disabled", "archived", "expired"]) {
      assert.notStrictEqual((await api("GET", `/offers?status=${status}`, undefined, token)).body.length, 0)
    }
  })
})

describe("POST /accounts", () => {
  it("makes up what is left out", async () => {
    const { status, body } = await control("POST", "/accounts", { role: "recruiter" })
    assert.strictEqual(status, 201)
    assert.include(body, { role: "recruiter", subRole: "recruiter_user", companyId: null, companyName: null })
    assert.match(body.email, /^[a-z0-9.]+@example\.com$/)
    assert.strictEqual((await api("GET", "/offers", undefined, body.token)).body.code, "no-company")
  })

  it("makes a company whose creator the account is, and lets others in", async () => {
    const manager = (await control("POST", "/accounts", { role: "hiring_manager", companyId: "new" })).body
    assert.isString(manager.companyName)
    const { rows } = await sandbox.pool.query("select creator_id from company where id = $1", [manager.companyId])
    assert.strictEqual(rows[0].creator_id, manager.id)
    const recruiter = (await control("POST", "/accounts", { role: "recruiter", companyId: manager.companyId })).body
    const id = await makeOffer(recruiter.token)
    assert.strictEqual((await api("GET", `/offers/${id}`, undefined, manager.token)).status, 200)
  })

  it("keeps e-mails unique and in lower case", async () => {
    const first = await control("POST", "/accounts", {
      role: "candidate",
      email: " Mixed@Example.ORG",
      firstName: "Åse"
    })
    assert.include(first.body, { email: "mixed@example.org", firstName: "Åse" })
    const second = await control("POST", "/accounts", { role: "candidate", email: "mixed@example.org" })
    assert.include(second.body, { status: 409, code: "email-taken" })
    assert.deepStrictEqual(pointers(await control("POST", "/accounts", { role: "candidate", email: "nobody" })), [
      "/email"
    ])
  })

  it("refuses what no account can be", async () => {
    const refused = async (body: unknown) => pointers(await control("POST", "/accounts", body))
    assert.deepStrictEqual(await refused({}), ["/role"])
    assert.deepStrictEqual(await refused({ role: "candidate", companyId: "new" }), ["/companyId"])
    assert.deepStrictEqual(await refused({ role: "hiring_manager", subRole: "recruiter_admin" }), ["/subRole"])
    assert.deepStrictEqual(await refused({ role: "recruiter", companyId: crypto.randomUUID() }), ["/companyId"])
    assert.deepStrictEqual(await refused({ role: "recruiter", companyId: "old" }), ["/companyId"])
    assert.deepStrictEqual(await refused({ role: "recruiter", firstName: "a\0b" }), ["/firstName"])
    assert.deepStrictEqual(await refused({ role: "recruiter", "a/b": 1 }), ["/a~1b"])
    assert.deepStrictEqual(await refused("{"), [""])
  })
})

describe("DELETE /accounts/:id", () => {
  it("removes one from its company, whose token is stale then", async () => {
    const { companyId } = await anAdmin()
    const { id, token } = (await control("POST", "/accounts", { role: "recruiter", companyId })).body
    assert.strictEqual((await control("DELETE", `/accounts/${id}`)).status, 204)
    assert.strictEqual((await api("GET", "/offers", undefined, token)).body.code, "token-stale")
    assert.strictEqual((await accounts()).find((account) => account.id === id)?.companyId, null)
    assert.strictEqual((await control("DELETE", `/accounts/${id}`)).status, 204)
    // Made without an event, and left by one, the first: version and log agree.
    const events = (await control("GET", `/events?subjectId=${id}`)).body
    assert.lengthOf(events, 1)
    const actor = { kind: "system", id: null }
    assert.deepInclude(events[0], { type: "account.left", sequence: 1, actor, data: { role: "recruiter" } })
    const { rows } = await sandbox.pool.query("select version from account where id = $1", [id])
    assert.deepStrictEqual(rows, [{ version: 1 }])
  })

  it("removes everybody once who is removed by many at once", async () => {
    const { companyId } = await anAdmin()
    const { id } = (await control("POST", "/accounts", { role: "recruiter", companyId })).body
    const answers = await Promise.all(Array.from({ length: 5 }, () => control("DELETE", `/accounts/${id}`)))
    for (const { status } of answers) assert.strictEqual(status, 204)
    assert.lengthOf((await control("GET", `/events?subjectId=${id}`)).body, 1)
  })

  it("knows nothing of others", async () => {
    for (const id of [crypto.randomUUID(), "somebody"]) {
      assert.include((await control("DELETE", `/accounts/${id}`)).body, { status: 404, code: "not-found" })
    }
  })
})

describe("an invitation", () => {
  const tokenOf = async (email: string, template: string): Promise<string> => {
    await control("POST", "/drain")
    const [mail] = (await control("GET", `/mailbox?to=${email}`)).body
    assert.strictEqual(mail.template, template)
    return /[?&]token=([\w-]+)/.exec(mail.text)?.[1] ?? ""
  }
  const ask = (method: string, path: string, body?: unknown) => call(method, sandbox.apiUrl + path, body)

  it("goes by mail, makes an account, and lets its owner sign in", async () => {
    const email = "kari@example.org"
    assert.include((await invite(email)).body, { email, status: "PENDING" })
    const token = await tokenOf(email, "invitation")
    const profile = { username: "kari.nord", firstName: "Kari", lastName: "Nord" }
    const accepted = await ask("POST", `/api/invitations/accept/${token}`, profile)
    assert.strictEqual(accepted.status, 200)
    assert.strictEqual((await api("GET", "/offers", undefined, accepted.body.token)).status, 200)
    const made = (await accounts()).find((account) => account.email === email)
    assert.include(made, { role: "recruiter", subRole: "recruiter_user", companyId: (await aManager()).companyId })
    assert.strictEqual((await api("GET", "/offers", undefined, made?.token ?? "")).status, 200)

    assert.strictEqual((await ask("POST", "/api/sign-in", { email })).status, 202)
    const link = await tokenOf(email, "sign-in")
    const signedIn = await ask("POST", `/api/sign-in/${link}`)
    assert.strictEqual((await api("GET", "/offers", undefined, signedIn.body.token)).status, 200)
    assert.include((await ask("POST", `/api/sign-in/${link}`)).body, { status: 400, code: "token-unknown" })
  })

  it("can be answered by the links in the demo mails", async () => {
    const mails: ReadonlyArray<{ readonly template: string; readonly text: string }> = (
      await control("GET", "/mailbox")
    ).body
    const tokens = mails.flatMap(({ template, text }) =>
      template === "invitation" ? [/[?&]token=([\w-]+)/.exec(text)?.[1] ?? ""] : []
    )
    const states = new Set<string>()
    for (const token of tokens) {
      const { body } = await ask("GET", `/api/invitations/validate/${token}`)
      states.add(body.status === 400 ? body.code : `${body.status} ${body.valid}`)
    }
    // Unknown are those that another one was sent after.
    const others = ["ACCEPTED false", "DECLINED false", "EXPIRED false", "REVOKED false", "token-unknown"]
    assert.sameMembers([...states], ["PENDING true", ...others])
  })
})

describe("/clock", () => {
  it("moves both workers forward, and goes on ticking", async () => {
    const { token } = await anAdmin()
    const id = await makeOffer(token)
    const { status, body } = await control("POST", "/clock", { advance: "P1DT12H" })
    assert.strictEqual(status, 200)
    assert.isAtLeast(body.offset, 1.5 * day)
    assert.closeTo(Date.parse(body.now), Date.now() + body.offset, 1_000)
    const target = new Date(sandbox.clock.now() + 9 * day).toISOString().replace("Z", "+00:00")
    assert.isAtLeast(Date.parse((await control("POST", "/clock", { now: target })).body.now), Date.parse(target))
    assert.strictEqual((await api("GET", `/offers/${id}`, undefined, token)).body.status, "expired")
    await control("POST", "/cron", { job: "checkDateStartDateJobOffers" })
    await control("POST", "/drain")
    const events = (await control("GET", `/events?subjectId=${id}`)).body
    assert.deepStrictEqual(
      events.map(({ type }: { readonly type: string }) => type),
      ["offer.created", "offer.expired"]
    )
    // The consumer's time is the sandbox's too.
    assert.isAtLeast(Date.parse(events[1].publishedAt), Date.parse(target))
    assert.isAtLeast(Date.parse((await control("GET", "/clock")).body.now), Date.parse(target))
  })

  it("only moves forward, by what it understands", async () => {
    const refused = async (body: unknown) => pointers(await control("POST", "/clock", body))
    assert.deepStrictEqual(await refused({ now: "2020-01-01T00:00:00Z" }), ["/now"])
    assert.deepStrictEqual(await refused({ now: "tomorrow" }), ["/now"])
    assert.deepStrictEqual(await refused({ now: "+010000-01-01T00:00:00Z" }), ["/now"])
    for (const advance of ["P", "PT", "-PT1H", "72h", "P1H", "P99999Y", 72]) {
      assert.deepStrictEqual(await refused({ advance }), ["/advance"], String(advance))
    }
    assert.deepStrictEqual(await refused({}), [""])
    assert.deepStrictEqual(await refused({ advance: "PT1H", now: "2030-01-01T00:00:00Z" }), [""])
  })
})

describe("POST /cron", () => {
  it("runs each job by its name", async () => {
    for (const job of ["checkDateExpiredOffers", "checkDateStartDateJobOffers", "expireInvitations", "relayEvents"]) {
      assert.deepInclude(await control("POST", "/cron", { job }), { status: 200, body: { job } })
    }
    assert.deepStrictEqual(pointers(await control("POST", "/cron", { job: "expire" })), ["/job"])
  })

  it("writes down which invitations have expired, and forgets who asked for a link", async () => {
    const invited = await invite("late@example.org")
    await call("POST", `${sandbox.apiUrl}/api/sign-in`, { email: "late@example.org" })
    await control("POST", "/drain")
    const signIns = async () => (await sandbox.pool.query("select from sign_in")).rowCount
    assert.notStrictEqual(await signIns(), 0)
    await control("POST", "/clock", { advance: "PT72H" })
    await control("POST", "/cron", { job: "expireInvitations" })
    assert.strictEqual(await signIns(), 0)
    const events = (await control("GET", `/events?subjectId=${invited.body.id}`)).body
    assert.deepStrictEqual(
      events.map(({ type }: { readonly type: string }) => type),
      ["invitation.created", "invitation.expired"]
    )
    assert.strictEqual(events[1].occurredAt, invited.body.expiresAt)
  })

  it("says that a job failed, and the worker's log says why", async () => {
    logged.length = 0
    sandbox.endpoint.onRequest = (statements) =>
      statements.some(({ query }) => /update "delivery"/.test(query)) ? { down: "before", status: 503 } : undefined
    const { status, body } = await control("POST", "/cron", { job: "relayEvents" })
    sandbox.endpoint.onRequest = undefined
    assert.include({ status, code: body.code }, { status: 500, code: "job-failed" })
    const lines = logged.filter(({ level }) => level === "error" || level === "warn").map(({ message }) => message)
    assert.isTrue(
      lines.some((line) => line.includes("Deliveries.claim")),
      lines.join("\n")
    )
  })
})

describe("the cron trigger", () => {
  it("has the hourly jobs run by their queue, as where they are deployed", async () => {
    const id = await makeOffer((await anAdmin()).token)
    await control("POST", "/clock", { advance: "P11D" })
    await sandbox.platform.runCron(new Date("2026-11-02T14:00:55Z"))
    await until("the offer's expiry is written", async () => {
      const { rows } = await sandbox.pool.query("select status from offer where id = $1", [id])
      return rows[0].status === "expired"
    })
  })
})

describe("POST /drain and GET /events", () => {
  it("answers at once when nothing waits", async () => {
    await control("POST", "/drain")
    const { published, deadLetters } = (await control("POST", "/drain")).body
    const { rows } = await sandbox.pool.query("select count(*)::int as events from event")
    assert.deepStrictEqual({ published, deadLetters }, { published: rows[0].events, deadLetters: 0 })
  })

  it("sends what nobody has sent", async () => {
    const { token } = await anAdmin()
    const id = await makeOffer(token)
    await control("POST", "/drain")
    // As if the commit had been followed by a crash.
    await sandbox.pool.query(
      `with seen as (delete from receipt where event_id in (select id from event where subject_id = $1) returning event_id)
       insert into delivery (event_id, due_at, attempts) select event_id, now() + interval '100 days', 0 from seen`,
      [id]
    )
    assert.strictEqual((await control("GET", `/events?subjectId=${id}`)).body[0].publishedAt, null)
    await control("POST", "/drain")
    assert.isString((await control("GET", `/events?subjectId=${id}`)).body[0].publishedAt)
  })

  it("shows the log, oldest first, and goes on after an event", async () => {
    const all = (await control("GET", "/events")).body
    assert.hasAllKeys(all[0], "id type subject sequence actor data occurredAt publishedAt".split(" "))
    for (const { type, subject } of all) assert.strictEqual(type.split(".")[0], subject.type)
    const sequences = new Map<string, number>()
    for (const { subject, sequence } of all) {
      assert.strictEqual(sequence, (sequences.get(subject.id) ?? 0) + 1)
      sequences.set(subject.id, sequence)
    }
    assert.deepStrictEqual((await control("GET", `/events?after=${all[9].id}`)).body, all.slice(10))
    const { token } = await anAdmin()
    const ids = await Promise.all(Array.from({ length: 20 }, () => makeOffer(token)))
    const since = (await control("GET", `/events?after=${all.at(-1).id}&type=offer.created`)).body
    assert.sameMembers(
      since.map(({ subject }: { readonly subject: { readonly id: string } }) => subject.id),
      ids
    )
  })

  it("refuses what it can't look for", async () => {
    assert.deepStrictEqual(pointers(await control("GET", "/events?subjectId=1")), ["/subjectId"])
    assert.deepStrictEqual(pointers(await control("GET", `/events?type=${"x".repeat(101)}`)), ["/type"])
    assert.deepStrictEqual(pointers(await control("GET", `/events?after=${crypto.randomUUID()}`)), ["/after"])
    assert.strictEqual((await control("GET", "/events?subjectId=&type=&after=")).status, 200)
  })

  it("has nothing of a type that this version doesn't know", async () => {
    for (const type of ["offer.sold", "meeting.created", "x".repeat(100), "%00", "\u{1F600}".repeat(100)]) {
      assert.deepInclude(await control("GET", `/events?type=${type}`), { status: 200, body: [] }, type)
    }
  })

  it("counts what was given up after five tries, which dead-letters lists and replays", async () => {
    const { token } = await anAdmin()
    await control("POST", "/drain")
    let poisonous = ""
    let tries = 0
    sandbox.endpoint.onRequest = (statements) => {
      const handles = statements.some(
        ({ query, params }) => /insert into "receipt"/.test(query) && JSON.stringify(params).includes(poisonous)
      )
      if (poisonous === "" || !handles) return undefined
      tries++
      return { down: "before", status: 503 }
    }
    const id = await makeOffer(token)
    poisonous = (await control("GET", `/events?subjectId=${id}`)).body[0].id
    const healthy = await makeOffer(token)
    const before = (await control("POST", "/drain")).body
    assert.strictEqual(before.deadLetters, 1)
    assert.isAtLeast(tries, 5)
    assert.isString((await control("GET", `/events?subjectId=${healthy}`)).body[0].publishedAt)
    assert.strictEqual((await control("GET", `/events?subjectId=${id}`)).body[0].publishedAt, null)
    sandbox.endpoint.onRequest = undefined

    const list = (await deadLetters("list")).stdout
    assert.include(list, "offer.created")
    assert.include(list, id)
    const [letter = ""] = list.split("\n")[1]?.split(" ") ?? []
    assert.include((await deadLetters("replay", letter)).stdout, "1 events are due again")
    assert.deepStrictEqual((await control("POST", "/drain")).body, { published: before.published + 1, deadLetters: 0 })
  }, 60_000)
})

const deadLetters = async (...args: ReadonlyArray<string>) => {
  const env = { ...process.env, DATABASE_URL: sandbox.database.url }
  const argv = ["--conditions=source", "apps/local/src/dead-letters.ts", ...args]
  return promisify(execFile)(process.execPath, argv, { env }).catch(
    (failed: { readonly stdout: string; readonly stderr: string }) => failed
  )
}

describe("every call", () => {
  it("answers in problems when it is called in another way", async () => {
    const put = await control("PUT", "/clock", {})
    assert.include(put.body, { status: 405, code: "method-not-allowed", instance: "/clock" })
    assert.strictEqual(put.headers.get("Allow"), "GET, HEAD, POST")
    assert.include((await control("GET", "/reset")).body, { status: 405 })
    assert.include((await control("GET", "/nothing")).body, { status: 404, code: "not-found" })
    const untyped = await fetch(`${sandbox.controlUrl}/clock`, { method: "POST", body: "{}" })
    assert.strictEqual(untyped.status, 415)
    assert.include((await control("POST", "/clock", { advance: "P".repeat(300_000) })).body, { status: 413 })
  })
})

describe("a call of a web page", () => {
  /** With headers that `fetch` would not send. */
  const reset = async (headers: Readonly<Record<string, string>>) => {
    const sent = request(`${sandbox.controlUrl}/reset`, { method: "POST", headers }).end()
    const [response] = (await once(sent, "response")) as [IncomingMessage]
    const text = (await response.toArray()).join("")
    return { status: response.statusCode, code: JSON.parse(text).code as string | undefined }
  }

  it("is refused for its origin", async () => {
    for (const Origin of ["https://example.org", "null", sandbox.apiUrl, sandbox.controlUrl]) {
      assert.deepStrictEqual(await reset({ Origin }), { status: 403, code: "not-for-pages" })
    }
  })

  it("is refused for a name that was made to lead here", async () => {
    const { port } = new URL(sandbox.controlUrl)
    for (const Host of [
      `example.org:${port}`,
      "example.org",
      "localhost",
      "localhost:1",
      `localhost.example.org:${port}`
    ]) {
      assert.deepStrictEqual(await reset({ Host }), { status: 403, code: "not-for-pages" }, Host)
    }
    for (const name of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]) {
      assert.strictEqual((await reset({ Host: `${name}:${port}` })).status, 200, name)
    }
  })
})

describe("POST /reset", () => {
  it("goes back to the demo data and the real time, whatever comes in meanwhile", async () => {
    const { id: admin, token } = await anAdmin()
    let going = true
    const statuses = new Set<number>()
    const traffic = Array.from({ length: 8 }, async () => {
      while (going) {
        const at = (days: number) => new Date(sandbox.clock.now() + days * day).toISOString()
        const dates = { startDateJob: at(10), expiredDate: at(20) }
        const body = { title: "Baker", description: "Nights", emploiType: "CDI", salary: "1", ...dates }
        statuses.add((await api("POST", "/offers", body, token)).status)
        statuses.add((await api("GET", "/offers", undefined, token)).status)
      }
    })
    const resets: Array<Answer> = []
    for (let n = 0; n < 3; n++) {
      await control("POST", "/clock", { advance: "PT1H" })
      resets.push(await control("POST", "/reset"))
    }
    going = false
    await Promise.all(traffic)
    for (const { status, body } of resets) assert.include({ status, ...body }, { status: 200, offset: 0 })
    assert.deepStrictEqual([...statuses].sort(), [200, 201])

    assert.strictEqual((await control("POST", "/reset")).status, 200)
    const { rows } = await sandbox.pool.query(
      `select (select count(*)::int from offer) as offers, (select count(*)::int from account) as accounts,
         (select count(*)::int from invitation) as invitations, (select count(*)::int from sign_in) as sign_ins,
         (select count(*)::int from delivery) as waiting`
    )
    assert.deepStrictEqual(rows[0], { offers: 60, accounts: 209, invitations: 27, sign_ins: 0, waiting: 0 })
    // The same people, whose old tokens are still good.
    assert.strictEqual((await anAdmin()).id, admin)
    assert.strictEqual((await api("GET", "/offers", undefined, token)).status, 200)
    assert.closeTo(Date.parse((await control("GET", "/clock")).body.now), Date.now(), 1_000)
    assert.strictEqual((await control("POST", "/drain")).body.deadLetters, 0)
  })
})
