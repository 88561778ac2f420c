import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { readApiConfiguration, readConsumerConfiguration } from "@treff/adapters/configuration"
import { signToken } from "@treff/adapters/jwt"
import { layerMemoryMailer, type MemoryMailbox } from "@treff/adapters/memory"
import { schema } from "@treff/adapters/postgres"
import { aCompany, everybodyOf, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { drizzle } from "drizzle-orm/node-postgres"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it, vi } from "vitest"
import { createApp } from "../../apps/edge-api/src/app.ts"
import { generateKey } from "../../apps/local/src/keys.ts"
import { serve } from "../../apps/local/src/serve.ts"
import { buryMessages } from "../../apps/queue-consumer/src/dead-letters.ts"
import { handleMessages, type Message } from "../../apps/queue-consumer/src/handle-messages.ts"
import { runDueJobs } from "../../apps/queue-consumer/src/jobs.ts"
import type { Wiring as ConsumerWiring } from "../../apps/queue-consumer/src/layer.ts"
import { freshDatabase } from "../database.ts"
import { environmentWith } from "../environment.ts"
import { offerInput } from "../stage.ts"

// Both apps on plain Node over `pg`, without a worker: whoever hosts them needs no more than is here.

const company = aCompany()
const env = { ...environmentWith(await generateKey()), CORS_ORIGINS: "https://app.example" }

/** A file of the package that draws the page /docs. */
const swaggerFile = (name: string) =>
  readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`), "utf8")

let database: Awaited<ReturnType<typeof freshDatabase>>
let server: Awaited<ReturnType<typeof serve>>
let consumer: ConsumerWiring
/** What goes on in the background, as the host is given it. */
const background: Array<Promise<unknown>> = []
/** A queue that keeps what is sent until somebody takes it. */
const queued: Array<unknown> = []
/** The jobs that were asked for, by a queue that keeps them likewise. */
const asked: Array<unknown> = []
const mailbox: MemoryMailbox = new Map()

const queueInto = (kept: Array<unknown>): ConsumerWiring["queue"] => ({
  sendBatch: async (messages) => {
    for (const { body } of messages) kept.push(body)
  }
})
const queue = queueInto(queued)

const makeHostedApp = async (changes: Partial<typeof env> = {}) => {
  const { databaseUrl: _, ...settings } = readApiConfiguration({ ...env, ...changes, DATABASE_URL: database.url })
  return createApp({
    database: drizzle(database.pool),
    queue,
    currentInstant: async () => Date.now(),
    settings,
    swaggerUi: { script: await swaggerFile("swagger-ui-bundle.js"), style: await swaggerFile("swagger-ui.css") }
  })
}

const keepAlive = (work: Promise<unknown>) => void background.push(work)

beforeAll(async () => {
  database = await freshDatabase()
  const db = drizzle(database.pool)
  await db
    .insert(schema.company)
    .values({ id: company.id, name: "Acme", creatorId: company.manager.id, createdAt: Date.now() })
  for (const account of everybodyOf(company)) {
    await db.insert(schema.account).values({ ...account, createdAt: Date.now() })
  }
  const app = await makeHostedApp()
  server = await serve(0, (request) => app.fetch(request, { keepAlive }))
  consumer = {
    database: drizzle(database.pool),
    queue,
    jobQueue: queueInto(asked),
    mailer: layerMemoryMailer(mailbox),
    currentInstant: async () => Date.now(),
    settings: readConsumerConfiguration({ ...env, DATABASE_URL: database.url })
  }
})
afterAll(async () => {
  await server.stop()
  await database.stop()
})
beforeEach(async () => {
  await Promise.all(background.splice(0))
  queued.splice(0)
  asked.splice(0)
  // What a host would read in its log is nothing for the output of the tests.
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const tokenOf = ({ id, role, subRole, companyId, email, username }: Account) =>
  signToken(
    readApiConfiguration({ ...env, DATABASE_URL: database.url }).privateKey,
    { id, role, subRole, companyId, email, username },
    { issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE, at: Date.now(), lifetime: 60 }
  )

const call = async (method: string, path: string, by?: Account, body?: unknown) => {
  const response = await fetch(`${server.url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(by !== undefined && { Authorization: `Bearer ${await tokenOf(by)}` }),
      ...(body !== undefined && { "Content-Type": "application/json" })
    },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.includes("json")
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}

/** Delivers what is queued, as often as there is something, and answers what became of each message. */
const deliver = async () => {
  const outcomes: Array<string> = []
  await Promise.all(background.splice(0))
  while (queued.length > 0) {
    const messages = queued.splice(0).map(messageOf)
    outcomes.push(...(await Effect.runPromise(handleMessages(consumer, messages))).map(({ _tag }) => _tag))
  }
  return outcomes
}

const messageOf = (body: unknown): Message => ({ id: newId(), body, attempts: 1, sentAt: Date.now() })

describe("the API on Node", () => {
  it("makes an offer, lists it, and publishes what happened in the background", async () => {
    const made = await call("POST", "/offers", company.recruiter, offerInput())
    assert.strictEqual(made.status, 201, made.text)
    assert.isNull(made.headers.get("server-timing"))
    const listed = await call("GET", "/offers", company.recruiter)
    assert.deepStrictEqual(
      listed.json.map(({ id }: { readonly id: string }) => id),
      [made.json.id]
    )
    assert.isNotEmpty(background, "the host keeps alive what publishes")
    await Promise.all(background)
    assert.lengthOf(queued, 1)
    assert.deepInclude(queued[0], { type: "offer.created", subject: { type: "offer", id: made.json.id } })
    assert.deepStrictEqual(await deliver(), ["Handled"])
  })

  it("refuses what is not valid, and who is nobody, as anywhere", async () => {
    const invalid = await call("POST", "/offers", company.recruiter, { title: 1 })
    assert.deepInclude(invalid.json, { status: 400, code: "invalid-input", instance: "/offers" })
    assert.isNotEmpty(invalid.json.errors)
    const nobody = await call("GET", "/offers")
    assert.strictEqual(nobody.json.code, "token-missing")
    assert.strictEqual(nobody.headers.get("www-authenticate"), 'Bearer realm="treff"')
    assert.strictEqual((await call("PUT", "/offers")).headers.get("allow"), "GET, HEAD, POST")
    assert.strictEqual((await call("GET", "/nowhere")).json.code, "not-found")
    assert.strictEqual((await call("GET", "/health/ready")).status, 200)
  })

  it("describes itself, and draws the description", async () => {
    const described = await call("GET", "/openapi.json")
    assert.deepStrictEqual(
      described.json,
      JSON.parse(await readFile(new URL("../../openapi.json", import.meta.url), "utf8"))
    )
    assert.include((await call("GET", "/docs")).text, "/docs/swagger-ui-bundle.js")
    for (const [path, type] of [
      ["/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
      ["/docs/swagger-ui.css", "text/css; charset=utf-8"],
      ["/pages/style.css", "text/css; charset=utf-8"],
      ["/pages/address-bar.js", "text/javascript; charset=utf-8"]
    ] as const) {
      const file = await call("GET", path)
      assert.deepStrictEqual([file.status, file.headers.get("content-type")], [200, type], path)
      assert.isNotEmpty(file.text)
    }
  })

  it("beside another app in the same process shares nothing with it", async () => {
    const other = await makeHostedApp({ CORS_ORIGINS: "https://other.example", JWT_AUDIENCE: "others" })
    const request = (path: string, headers: Readonly<Record<string, string>>) =>
      other.fetch(new Request(`http://localhost${path}`, { headers }), { keepAlive })
    const allowed = await request("/health/live", { Origin: "https://other.example" })
    assert.strictEqual(allowed.headers.get("access-control-allow-origin"), "https://other.example")
    const mine = await fetch(`${server.url}/health/live`, { headers: { Origin: "https://other.example" } })
    assert.isNull(mine.headers.get("access-control-allow-origin"))
    const stranger = await request("/offers", { Authorization: `Bearer ${await tokenOf(company.recruiter)}` })
    assert.strictEqual(stranger.status, 401)
    assert.strictEqual((await call("GET", "/offers", company.recruiter)).status, 200)
    assert.deepStrictEqual(await (await request("/openapi.json", {})).json(), (await call("GET", "/openapi.json")).json)
  })
})

describe("the API and the consumer on Node", () => {
  it("carry an invitation from the call to the page that its mail links to, and to its answer", async () => {
    const email = "kim.hansen@mail.example"
    const invited = await call("POST", "/api/invitations/recruiter", company.manager, { email })
    assert.strictEqual(invited.status, 201, invited.text)
    assert.include(await deliver(), "Handled")
    const mail = [...mailbox.values()].find(({ to }) => to === email)
    const [, path = ""] = /https:\/\/treff\.example(\/accept-invitation\?token=[\w-]+)/.exec(mail?.text ?? "") ?? []
    const page = await call("GET", path)
    assert.strictEqual(page.status, 200)
    assert.match(page.text, /^<!doctype html><html lang="en"/)
    assert.include(page.text, "Acme")

    const form = { username: "kim.hansen", firstName: "Kim", lastName: "Hansen", contactNumber: "" }
    const token = path.replace(/.*token=/, "")
    const accepted = await fetch(`${server.url}/accept-invitation`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: server.url },
      body: new URLSearchParams({ token, ...form })
    })
    assert.strictEqual(accepted.status, 303)
    await deliver()
    const inbox = await call("GET", "/notifications?channel=inbox", company.manager)
    assert.deepInclude(inbox.json[0], { template: "invitation-accepted" })
  })

  it("try later what fails, and keep what is given up", async () => {
    const [outcome] = await Effect.runPromise(handleMessages(consumer, [{ ...messageOf("nonsense"), attempts: 3 }]))
    assert.deepStrictEqual(outcome, { _tag: "Retry", afterSeconds: 250 })
    const letters = async () => (await database.pool.query("select message from dead_letter")).rows
    const messages = [messageOf("nonsense"), messageOf({ continue: "sendMails" })]
    const outcomes = await Effect.runPromise(buryMessages(consumer, messages))
    assert.deepStrictEqual(outcomes, [{ _tag: "Handled" }, { _tag: "Handled" }])
    assert.deepStrictEqual(await letters(), [{ message: "nonsense" }])
  })

  const hourly = ["checkDateExpiredOffers", "checkDateStartDateJobOffers", "expireInvitations", "forgetSignIns"]
  const runJobsAt = async (wiring: ConsumerWiring, time: string) => [
    ...(await Effect.runPromise(runDueJobs(wiring, Date.parse(`2026-11-02T${time}:55Z`))))
  ]
  const noTime = () => Promise.reject(new Error("no time"))
  const jobsLoggedAs = (level: "error" | "warn") => vi.mocked(console[level]).mock.calls.map(([line]) => line.job)

  it("ask for the jobs of a minute, and run each by its message", async () => {
    assert.isEmpty(await runJobsAt(consumer, "13:01"))
    assert.isEmpty(asked)
    assert.isEmpty(await runJobsAt(consumer, "13:00"))
    assert.sameDeepMembers(
      asked,
      hourly.map((name) => ({ continue: name }))
    )
    const outcomes = await Effect.runPromise(handleMessages(consumer, asked.map(messageOf)))
    assert.isTrue(outcomes.every(({ _tag }) => _tag === "Handled"))
  })

  it("run a job that is asked for twice in one batch once", async () => {
    let invocations = 0
    const counting: ConsumerWiring = {
      ...consumer,
      currentInstant: async () => {
        invocations++
        return Date.now()
      }
    }
    const messages = [1, 2].map(() => messageOf({ continue: "checkDateExpiredOffers" }))
    assert.strictEqual((await Effect.runPromise(handleMessages(counting, messages))).length, 2)
    assert.strictEqual(invocations, 1)
  })

  it("say which of the jobs failed, and try each later that a message asked for", async () => {
    const failing: ConsumerWiring = { ...consumer, currentInstant: noTime }
    assert.deepStrictEqual(await runJobsAt(failing, "13:00"), ["relayEvents"])
    const outcomes = await Effect.runPromise(handleMessages(failing, asked.map(messageOf)))
    assert.isTrue(outcomes.every(({ _tag }) => _tag === "Retry"))
    assert.sameMembers(jobsLoggedAs("error"), ["relayEvents", ...hourly])
  })

  it("run the jobs that can't be asked for all the same", async () => {
    const jobQueue = { sendBatch: () => Promise.reject(new Error("no queue")) }
    assert.isEmpty(await runJobsAt({ ...consumer, jobQueue }, "13:00"))
    assert.sameMembers(jobsLoggedAs("warn"), hourly)
    const failed = await runJobsAt({ ...consumer, jobQueue, currentInstant: noTime }, "13:00")
    assert.sameMembers(failed, ["relayEvents", ...hourly])
    assert.includeMembers(jobsLoggedAs("error"), ["relayEvents", ...hourly])
  })
})
