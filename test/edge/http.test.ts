import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Validator } from "@seriousme/openapi-schema-validator"
import { signToken } from "@treff/adapters/jwt"
import { type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import * as Redacted from "effect/Redacted"
import { afterAll, assert, beforeAll, describe, inject, it } from "vitest"
import { readTexts } from "../../apps/local/src/bundle.ts"
import { generateKey } from "../../apps/local/src/keys.ts"
import { offerInput } from "../stage.ts"
import { assertProblem, type Edge, openEdge, pathWith, routesOf, schemasOf } from "./contract.ts"

const ourOrigin = "https://console.treff.example"
const otherOrigin = "https://admin.treff.example"

let edge: Edge
let ours: CompanyWithPeople
let oldKey: Awaited<ReturnType<typeof generateKey>>
let newKey: typeof oldKey
/** Every line that a worker logged. */
const logs: Array<{ readonly level: string; readonly message: string }> = []

beforeAll(async () => {
  oldKey = await generateKey()
  newKey = await generateKey()
  const { d: _, ...oldPublicKey } = oldKey
  edge = await openEdge({
    // With Swagger UI, which the page of the description loads.
    bundles: { ...inject("bundles"), texts: await readTexts(inject("bundles").edgeApi.main) },
    // The private part of the new key is here by mistake: whoever configures it so must not publish it.
    publicKeys: JSON.stringify([oldPublicKey, newKey]),
    privateKey: JSON.stringify(newKey),
    bindings: { edgeApi: { CORS_ORIGINS: { type: "text", value: `${ourOrigin}, ${otherOrigin}` } } },
    onLog: ({ level, message }) => logs.push({ level, message })
  })
  ours = await edge.addCompany()
})
afterAll(() => edge.close())

const tokenOf = ({ id, role, subRole, companyId, email, username }: Account, key = newKey) =>
  signToken(
    Redacted.make(key),
    { id, role, subRole, companyId, email, username },
    { ...edge.platform.tokens, at: Date.now(), lifetime: 3_600 }
  )
const as =
  (account: Account) =>
  async (method: string, path: string, options: Parameters<Edge["call"]>[2] = {}) =>
    edge.call(method, path, { ...options, token: await tokenOf(account) })

describe("a known path with another method", () => {
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
  it("is 405 and says in Allow which ones there are, for every route and method", async () => {
    for (const [path, operations] of Object.entries(edge.document.paths)) {
      const known = Object.keys(operations).map((method) => method.toUpperCase())
      const allowed = known.includes("GET") ? [...known, "HEAD"] : known
      for (const method of methods.filter((method) => !allowed.includes(method))) {
        const answer = await edge.call(method, pathWith(path, newId()))
        assert.strictEqual(answer.status, 405, `${method} ${path}`)
        assert.sameMembers((answer.headers.get("allow") ?? "").split(", "), allowed, `${method} ${path}`)
        if (method !== "HEAD") assert.strictEqual(answer.json.code, "method-not-allowed")
      }
    }
  })
})

describe("an unknown path", () => {
  it.each([
    "/",
    "/offer",
    "/offers/",
    "/Offers",
    `/offers/${newId()}/`,
    `/offers/${newId()}/publish`,
    `/offers/${newId()}/sends/`,
    "/offer-sends/",
    "/offer-sends/bulk/",
    `/offer-sends/${newId()}/viewed`,
    `/notifications/${newId()}`,
    "/notifications/unread",
    "//offers",
    "/v1/offers",
    "/api",
    "/api/",
    "/api/invitations/",
    "/api/invitations/accept",
    "/api/invitations/accept/",
    "/api/members/",
    `/api/members/${newId()}/`,
    "/api/company/",
    "/api/sign-in/",
    "/.well-known/",
    "/docs/",
    "/.env"
  ])("is 404: %s", async (path) => {
    for (const method of ["GET", "POST"]) {
      const answer = await edge.call(method, path)
      assert.deepStrictEqual([answer.status, answer.json.code], [404, "not-found"])
    }
  })
})

describe("an answer to a call with a token", () => {
  it("is private and never stored, whatever it is", async () => {
    const { id } = (await as(ours.recruiter)("POST", "/offers", { body: offerInput() })).json
    const token = await tokenOf(ours.recruiter)
    const calls: ReadonlyArray<readonly [string, string, object?]> = [
      ["GET", "/offers"],
      ["GET", `/offers/${id}`],
      ["POST", "/offers", { body: {} }],
      ["POST", "/offers", { raw: "x", headers: { "Content-Type": "text/plain" } }],
      ["POST", `/offers/${id}/delete`],
      ["POST", `/offers/${newId()}/archived`],
      ["PUT", "/offers"],
      ["GET", "/offer-sends"],
      ["GET", `/offers/${id}/sends`],
      ["POST", "/offer-sends", { body: {} }],
      ["DELETE", `/offer-sends/${newId()}`],
      ["GET", "/notifications"],
      ["POST", "/notifications/read-all"],
      ["GET", "/api/invitations"],
      ["POST", "/api/invitations/accept/guessed"],
      ["POST", "/api/sign-in/guessed"],
      ["PATCH", `/api/members/${newId()}`, { body: {} }],
      ["GET", "/nothing"],
      ["GET", "/health/ready"],
      ["GET", "/openapi.json"],
      ["GET", "/docs"],
      ["GET", "/.well-known/jwks.json"]
    ]
    for (const [method, path, options] of calls) {
      const { headers } = await edge.call(method, path, { token, ...options })
      assert.strictEqual(headers.get("cache-control"), "private, no-store", `${method} ${path}`)
    }
    const broken = await edge.call("GET", "/offers", { token: "x" })
    assert.strictEqual(broken.headers.get("cache-control"), "private, no-store")
  })
})

describe("WWW-Authenticate", () => {
  it("names an error only where there was a token (RFC 6750)", async () => {
    const challenge = async (token?: string) =>
      (await edge.call("GET", "/offers", token === undefined ? {} : { token })).headers.get("www-authenticate")
    assert.strictEqual(await challenge(), 'Bearer realm="treff"')
    assert.strictEqual(await challenge("x"), 'Bearer realm="treff", error="invalid_token"')
    const gone = await tokenOf({ ...ours.recruiter, id: newId() })
    assert.strictEqual(await challenge(gone), 'Bearer realm="treff", error="invalid_token"')
  })
})

describe("CORS", () => {
  it.each([ourOrigin, otherOrigin])("lets %s read the answers, and the headers that clients need", async (Origin) => {
    const token = await tokenOf(ours.recruiter)
    const { status, headers } = await edge.call("GET", "/offers", { token, headers: { Origin } })
    assert.strictEqual(status, 200)
    assert.strictEqual(headers.get("access-control-allow-origin"), Origin)
    assert.include(headers.get("vary") ?? "", "Origin")
    const exposed = (headers.get("access-control-expose-headers") ?? "").split(",").map((name) => name.trim())
    assert.includeMembers(exposed, ["ETag", "Link", "Location", "X-Total-Count", "Retry-After"])
    assert.isFalse(headers.has("access-control-allow-credentials"))
  })

  it("lets it read refusals too", async () => {
    for (const [method, path, status] of [
      ["GET", "/offers", 401],
      ["PUT", "/offers", 405],
      ["GET", "/nothing", 404]
    ] as const) {
      const answer = await edge.call(method, path, { headers: { Origin: ourOrigin } })
      assert.strictEqual(answer.status, status)
      assert.strictEqual(answer.headers.get("access-control-allow-origin"), ourOrigin, `${status}`)
    }
  })

  it.each([
    "https://evil.example",
    "http://console.treff.example",
    "https://console.treff.example.evil.example",
    "https://console.treff.example:8443",
    "null"
  ])("gives %s no leave", async (Origin) => {
    const token = await tokenOf(ours.recruiter)
    const answer = await edge.call("GET", "/offers", { token, headers: { Origin } })
    assert.isFalse(answer.headers.has("access-control-allow-origin"))
    const preflight = await edge.call("OPTIONS", "/offers", {
      headers: { Origin, "Access-Control-Request-Method": "POST" }
    })
    assert.isFalse(preflight.headers.has("access-control-allow-origin"))
  })

  it("answers a preflight without asking for a token", async () => {
    for (const path of Object.keys(edge.document.paths)) {
      const { status, text, headers } = await edge.call("OPTIONS", pathWith(path, newId()), {
        headers: {
          Origin: ourOrigin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization,content-type,if-match"
        }
      })
      assert.deepStrictEqual([status, text], [204, ""], path)
      assert.strictEqual(headers.get("access-control-allow-origin"), ourOrigin)
      const list = (name: string) => (headers.get(name) ?? "").split(",").map((item) => item.trim().toLowerCase())
      assert.includeMembers(list("access-control-allow-methods"), ["get", "head", "post", "delete"])
      assert.includeMembers(list("access-control-allow-headers"), ["authorization", "content-type", "if-match"])
      assert.match(headers.get("access-control-max-age") ?? "", /^\d+$/)
    }
  })

  it("is not spoken of to those who name no origin", async () => {
    const { headers } = await edge.call("GET", "/health/live")
    assert.deepStrictEqual(
      [...headers.keys()].filter((name) => name.startsWith("access-control")),
      []
    )
  })
})

describe("health", () => {
  it("is well while the store answers", async () => {
    for (const path of ["/health/live", "/health/ready"]) {
      const answer = await edge.call("GET", path)
      assert.deepStrictEqual([answer.status, answer.json], [200, { status: "ok" }])
    }
  })

  it.each([
    ["breaks off", { down: "before" }],
    ["answers 503", { down: "before", status: 503 }],
    ["answers 500", { down: "before", status: 500 }]
  ] as const)("is alive but not ready while the store %s, and ready again by itself", async (_, fault) => {
    edge.neon.onRequest = () => fault
    try {
      const ready = await edge.call("GET", "/health/ready")
      assert.deepStrictEqual([ready.status, ready.json.code], [503, "store-unavailable"])
      assert.strictEqual((await edge.call("GET", "/health/live")).status, 200)
      const list = await as(ours.recruiter)("GET", "/offers")
      assert.deepStrictEqual([list.status, list.json.code], [503, "store-unavailable"])
      const refused = await as(ours.recruiter)("POST", "/offers", { body: {} })
      assert.deepStrictEqual([refused.status, refused.json.code], [503, "store-unavailable"])
    } finally {
      edge.neon.onRequest = undefined
    }
    assert.strictEqual((await edge.call("GET", "/health/ready")).status, 200)
  })
})

describe("the key set", () => {
  it("holds both keys while one replaces the other, for anyone to store for a while", async () => {
    const { status, json, headers } = await edge.call("GET", "/.well-known/jwks.json")
    assert.strictEqual(status, 200)
    assert.match(headers.get("cache-control") ?? "", /^public, max-age=\d+$/)
    assert.deepStrictEqual(
      json.keys.map(({ kid }: { readonly kid: string }) => kid),
      [oldKey.kid, newKey.kid]
    )
  })

  it("holds what a verifier needs, and never a private part, whatever was configured", async () => {
    const { json, text } = await edge.call("GET", "/.well-known/jwks.json")
    for (const key of json.keys) {
      assert.sameMembers(Object.keys(key), ["kty", "crv", "x", "y", "kid", "alg", "use"])
    }
    assert.notInclude(text, String(newKey.d))
  })

  it("is what tokens are checked against: those of either key, and of no other", async () => {
    const statusWith = async (key: typeof oldKey) =>
      (await edge.call("GET", "/offers", { token: await tokenOf(ours.recruiter, key) })).status
    assert.strictEqual(await statusWith(oldKey), 200)
    assert.strictEqual(await statusWith(newKey), 200)
    assert.strictEqual(await statusWith(await generateKey()), 401)
    assert.strictEqual(await statusWith({ ...newKey, kid: oldKey.kid }), 401)
  })
})

describe("the page of the description", () => {
  it("loads nothing but what we serve", async () => {
    const { status, text, headers } = await edge.call("GET", "/docs")
    assert.strictEqual(status, 200)
    assert.match(headers.get("content-type") ?? "", /^text\/html; charset=utf-8$/i)
    const addresses = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address = ""]) => address)
    assert.isNotEmpty(addresses)
    assert.notMatch(text, /(https?:)?\/\/|<script>|\son\w+=/i)
    const types: Readonly<Record<string, RegExp>> = { js: /^text\/javascript/, css: /^text\/css/ }
    for (const address of addresses) {
      const file = await edge.call("GET", address)
      assert.strictEqual(file.status, 200, address)
      assert.match(file.headers.get("content-type") ?? "", types[address.split(".").at(-1) ?? ""] ?? /^$/, address)
      assert.isNotEmpty(file.text)
    }
    const start = addresses.find((address) => address.endsWith("start.js")) ?? ""
    assert.include((await edge.call("GET", start)).text, '"/openapi.json"')
  })

  it("has a policy that keeps everything else out", async () => {
    const { headers } = await edge.call("GET", "/docs")
    const policy = Object.fromEntries(
      (headers.get("content-security-policy") ?? "").split(";").map((directive) => {
        const [name = "", ...sources] = directive.trim().split(" ")
        return [name, sources.join(" ")]
      })
    )
    assert.deepInclude(policy, {
      "default-src": "'none'",
      "script-src": "'self'",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
      "base-uri": "'none'"
    })
    assert.notMatch(headers.get("content-security-policy") ?? "", /https?:|\*|unsafe-eval/)
  })
})

describe("openapi.json", () => {
  it("is a valid document of OpenAPI 3.1", async () => {
    const { text } = await edge.call("GET", "/openapi.json")
    const validator = new Validator()
    const { valid, errors } = await validator.validate(JSON.parse(text))
    assert.isTrue(valid, JSON.stringify(errors))
    assert.match(edge.document.openapi, /^3\.1\./)
  })

  it("is the file in the repository", () => {
    const file = join(import.meta.dirname, "..", "..", "openapi.json")
    assert.isTrue(existsSync(file))
    assert.deepStrictEqual(edge.document, JSON.parse(readFileSync(file, "utf8")))
  })

  it("holds examples that are as their schemas say", () => {
    const schemas = schemasOf(edge.document)
    let examples = 0
    const walk = (value: unknown, place: ReadonlyArray<string>): void => {
      if (typeof value !== "object" || value === null) return
      if ("example" in value) {
        examples++
        // A parameter's example stands beside its schema as well as in it.
        const schema = "schema" in value ? [...place, "schema"] : place
        assert.deepStrictEqual(schemas.faults(schema, value.example), [], place.join("/"))
      }
      if ("examples" in value && "schema" in value) {
        for (const { value: example } of Object.values(value.examples as Record<string, { value: unknown }>)) {
          examples++
          assert.deepStrictEqual(schemas.faults([...place, "schema"], example), [], place.join("/"))
        }
      }
      for (const [name, child] of Object.entries(value)) if (name !== "examples") walk(child, [...place, name])
    }
    walk({ paths: edge.document.paths, components: edge.document.components }, [])
    assert.isAbove(examples, 50)
  })

  it("says of every route what it answers without a token, and to one that it can't serve", () => {
    for (const { method, path, operation } of routesOf(edge.document)) {
      const statuses = Object.keys(operation.responses)
      const said = `${method} ${path}`
      // What one was notified of is one's own, in whatever company: nobody is refused it, and it has no version.
      const ownOnly = path.startsWith("/notifications")
      // A token is good or is not, in whatever version of what it is of.
      const isToken = path.endsWith("{token}")
      const changes = method === "DELETE" || method === "PATCH" || (method === "POST" && path.includes("{"))
      if (operation.security !== undefined) assert.includeMembers(statuses, ["401", "500", "503"], said)
      if (operation.security !== undefined) assert.strictEqual(statuses.includes("403"), !ownOnly, said)
      if (path.includes("{")) assert.include(statuses, isToken ? "400" : "404", said)
      if (operation.requestBody !== undefined) assert.includeMembers(statuses, ["400", "413", "415"], said)
      if (operation.parameters?.some(({ in: place }) => place === "query")) assert.include(statuses, "400", said)
      if (changes && !ownOnly && !isToken) assert.includeMembers(statuses, ["409", "412"], said)
    }
  })

  it("says that a send which skips a step is 400, and an offer's illegal transition 409", () => {
    const statusesOf = (path: string) =>
      Object.entries(edge.document.paths[path]?.post?.responses ?? {}).flatMap(([status, { content }]) =>
        content?.["application/problem+json"]?.examples?.["illegal-transition"] === undefined ? [] : [status]
      )
    assert.deepStrictEqual(statusesOf("/offer-sends/{id}/status"), ["400"])
    assert.deepStrictEqual(statusesOf("/offers/{id}"), ["409"])
    assert.deepStrictEqual(statusesOf("/offers/{id}/disabled"), ["409"])
  })

  it("describes every problem with a code of the one table, each under its status", () => {
    const codes = new Map<string, Set<string>>()
    for (const { operation } of routesOf(edge.document)) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        if (status < "400") continue
        assert.deepStrictEqual(Object.keys(content), ["application/problem+json"])
        for (const [code, { value }] of Object.entries(content["application/problem+json"]?.examples ?? {})) {
          assert.deepInclude(value, { code, status: Number(status) })
          codes.set(code, new Set([...(codes.get(code) ?? []), status]))
        }
      }
    }
    const several = [...codes].filter(([, statuses]) => statuses.size > 1)
    assert.deepStrictEqual(Object.fromEntries(several), {
      "stale-version": new Set(["409", "412"]),
      // Of an offer 409, of a send 400: so the sources have it.
      "illegal-transition": new Set(["409", "400"])
    })
  })
})

describe("a bug of ours", () => {
  const person = { email: "kim.hansen@private.example", title: "Zebedee's bakery", path: "ask-for-Zebedee" }
  /** What the log must never hold, besides the tokens. */
  const secrets = [person.email, person.title, "Zebedee", "select ", "insert ", "update ", "eyJ", "Params", "params"]

  const withoutTable = async (table: string, work: () => Promise<void>) => {
    await edge.pool.query(`alter table ${table} rename to away`)
    try {
      await work()
    } finally {
      await edge.pool.query(`alter table away rename to ${table}`)
    }
  }

  it("is a bare problem, with nothing of what went wrong in it, and is logged without what a person wrote", async () => {
    const by = as({ ...ours.recruiter, email: person.email })
    logs.length = 0
    await withoutTable("event", async () => {
      // A text that looks like a line of a stack, which is what is logged of an error.
      const description = `${person.email}\n    at ${person.title}`
      const answer = await by("POST", "/offers", { body: offerInput({ title: person.title, description }) })
      assert.deepStrictEqual(answer.json, {
        type: "urn:treff:problem:internal-error",
        title: "Something went wrong here",
        status: 500,
        detail: "This is a mistake of ours, and it was recorded. Repeating the request may help.",
        instance: "/offers",
        code: "internal-error"
      })
    })
    const bugs = logs.filter(({ level }) => level === "error")
    assert.isNotEmpty(bugs)
    assert.include(bugs[0]?.message ?? "", "42P01", "the SQLSTATE says what it was")
    for (const secret of secrets) assert.notInclude(JSON.stringify(logs), secret)
  })

  it.each([
    ["in a read", "offer", "GET", `/offers/${newId()}`, undefined],
    ["in a list", "offer", "GET", "/offers", undefined],
    ["in a history", "event", "GET", `/offers/${newId()}/history`, undefined],
    ["in a list of sends", "offer_sent", "GET", "/offer-sends", undefined],
    ["in a send", "offer_sent", "GET", `/offer-sends/${newId()}`, undefined],
    ["in the sends of an offer", "offer_sent", "GET", `/offers/${newId()}/sends`, undefined],
    ["in a withdrawal", "offer_sent", "DELETE", `/offer-sends/${newId()}`, undefined],
    ["in notifications", "notification", "GET", "/notifications", undefined],
    ["while a bad bulk is refused", "account", "POST", "/offer-sends/bulk", "{}"],
    ["while a body is refused that is no JSON", "account", "POST", "/offers", "{"],
    ["while a bad body is refused", "account", "POST", "/offers", "{}"]
  ])("%s is a problem too", async (_, table, method, path, raw) => {
    await withoutTable(table, async () => {
      const answer = await as(ours.recruiter)(method, path, {
        ...(raw !== undefined && { raw, headers: { "Content-Type": "application/json" } })
      })
      assert.deepStrictEqual([answer.status, answer.json?.code], [500, "internal-error"], answer.text)
      assertProblem(answer, path)
    })
  })

  it("is the only thing that is logged: refusals and outages are not, and nothing ever names a person", async () => {
    logs.length = 0
    const by = as({ ...ours.recruiter, email: person.email })
    const cleo = await edge.addCandidate({ firstName: "Zebedee" })
    const { id } = (await by("POST", "/offers", { body: offerInput({ title: person.title }) })).json
    await by("GET", `/offers/${id}`)
    await by("POST", "/offers", { body: offerInput({ title: `${person.title}\u0000` }) })
    await by("POST", `/offers/${person.path}/archived`)
    await by("GET", `/offers?after=${person.path}`)
    await edge.call("GET", "/offers", { token: `eyJ${person.path}` })
    edge.neon.onRequest = () => ({ down: "before", status: 503 })
    await by("POST", "/offers", { body: offerInput({ title: person.title }) })
    edge.neon.onRequest = undefined
    const sent = await by("POST", "/offer-sends", {
      body: { offerId: id, candidateId: cleo.id, message: person.title }
    })
    assert.strictEqual(sent.status, 201)
    await by("POST", "/offer-sends", { body: { offerId: id, candidateId: cleo.id, message: `${person.title}\u0000` } })
    await as(cleo)("GET", `/offer-sends/${sent.json.id}`)
    await as(cleo)("DELETE", `/offer-sends/${sent.json.id}`)
    await by("POST", `/offers/${id}/archived`)
    for (const secret of secrets) assert.notInclude(JSON.stringify(logs), secret)
    assert.deepStrictEqual(
      logs.filter(({ message }) => message.includes("bug")),
      []
    )
  })
})
