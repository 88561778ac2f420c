import { generateKeyPairSync } from "node:crypto"
import type { Account } from "@treff/domain/account"
import { importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { generateKey } from "../../apps/local/src/keys.ts"
import { aCandidate, aRecruiter, type GivenCompany, newId } from "../given.ts"
import { offerInput } from "../stage.ts"
import { type Edge, openEdge, routesOf } from "./contract.ts"

// Who may do what, over HTTP: one line per kind of caller, one column per route. The offer belongs to `recruiter`.

const routes = {
  list: "GET /offers",
  create: "POST /offers",
  read: "GET /offers/{id}",
  update: "POST /offers/{id}",
  enable: "POST /offers/{id}/enabled",
  disable: "POST /offers/{id}/disabled",
  archive: "POST /offers/{id}/archived",
  delete: "POST /offers/{id}/delete",
  transfer: "POST /offers/{id}/transfer",
  history: "GET /offers/{id}/history",
  live: "GET /health/live",
  ready: "GET /health/ready",
  keys: "GET /.well-known/jwks.json"
} as const

/** What a cell of the table says. `ok` is the status of the route's success. */
const outcomes: Readonly<Record<string, readonly [number, string]>> = {
  none: [401, "token-missing"],
  bad: [401, "token-invalid"],
  stale: [401, "token-stale"],
  nocom: [403, "no-company"],
  role: [403, "role-not-allowed"],
  owner: [403, "not-owner"],
  unsent: [403, "not-recipient"],
  gone: [404, "not-found"]
}

const matrix = `
caller                               | list  create read   update enable disable archive delete transfer history live ready keys
no token                             | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
not a bearer token                   | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
bearer of nothing                    | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
two tokens                           | none  none   none   none   none   none    none    none   none     none    ok   ok    ok
broken: no JWT                       | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
broken: signature cut off            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
broken: claims exchanged             | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
expired 40 s ago                     | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
expired 20 s ago, within the leeway  | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
never expires                        | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
valid in 40 s                        | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
valid in 20 s, within the leeway     | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
wrong issuer                         | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
no issuer                            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
wrong audience                       | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
no audience                          | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
alg: none                            | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
HS256 signed with our public key     | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
another's ES256 key under our kid    | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
a kid that we don't know             | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: no such role                 | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: recruiter without sub-role   | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: manager with a sub-role      | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: candidate with a sub-role    | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: no subject                   | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: a subject that is no id      | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
claims: a company that is no id      | bad   bad    bad    bad    bad    bad     bad     bad    bad      bad     ok   ok    ok
stale: removed from the company      | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now another role              | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now another sub-role          | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: now in another company        | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: the account is gone           | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
stale: a candidate who is gone       | stale stale  stale  stale  stale  stale   stale   stale  stale    stale   ok   ok    ok
no company yet: recruiter_user       | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
no company yet: recruiter_admin      | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
no company yet: hiring manager       | nocom nocom  nocom  nocom  nocom  nocom   nocom   nocom  nocom    nocom   ok   ok    ok
token names no company: admin        | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
token names no company: manager      | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
token names no company: other's admin| ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
candidate                            | ok    role   unsent role   role   role    role    role   role     role    ok   ok    ok
recruiter_user who owns it           | ok    ok     ok     ok     ok     ok      ok      role   role     ok      ok   ok    ok
recruiter_user, a colleague's        | ok    ok     owner  owner  owner  owner   owner   role   role     owner   ok   ok    ok
recruiter_admin                      | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
hiring manager                       | ok    ok     ok     ok     ok     ok      ok      ok     ok       ok      ok   ok    ok
another company's recruiter_user     | ok    ok     gone   gone   gone   gone    gone    role   role     gone    ok   ok    ok
another company's recruiter_admin    | ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
another company's hiring manager     | ok    ok     gone   gone   gone   gone    gone    gone   gone     gone    ok   ok    ok
`

type RouteName = keyof typeof routes

const table = (() => {
  const [head = "", ...lines] = matrix.trim().split("\n")
  const cells = (line: string) => (line.split("|")[1] ?? "").trim().split(/ +/)
  return {
    columns: cells(head) as ReadonlyArray<RouteName>,
    rows: lines.map((line) => ({ caller: (line.split("|")[0] ?? "").trim(), cells: cells(line) }))
  }
})()

let edge: Edge
let ours: GivenCompany
let theirs: GivenCompany
let admin: Account
/** What each kind of caller sends as `Authorization`, made when it is sent: some of it is a matter of seconds. */
let authorizationOf: Readonly<Record<string, () => Promise<string | undefined>>>

beforeAll(async () => {
  edge = await openEdge()
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
  admin = ours.admin
  const foreignKey = await generateKey()
  const candidate = aCandidate()
  await edge.addAccount(candidate)

  /** An account that was as its token says, and then changed. */
  const changed = async (account: Account, change: string): Promise<Account> => {
    await edge.addAccount(account)
    await edge.pool.query(`${change} where id = $1`, [account.id])
    return account
  }
  const newAdmin = (): Account => ({ ...aRecruiter(ours.id), subRole: "recruiter_admin" })
  const removed = await changed(newAdmin(), "update account set company_id = null")
  const promoted = await changed(newAdmin(), "update account set role = 'hiring_manager', sub_role = null")
  const demoted = await changed(newAdmin(), "update account set sub_role = 'recruiter_user'")
  const moved = await changed(newAdmin(), `update account set company_id = '${theirs.id}'`)
  const gone = await changed(newAdmin(), "delete from account")
  const goneCandidate = await changed(aCandidate(), "delete from account")
  const unbound = aRecruiter(null)
  const unboundAdmin: Account = { ...aRecruiter(null), subRole: "recruiter_admin" }
  const unboundManager: Account = { ...aRecruiter(null), role: "hiring_manager", subRole: null }
  await edge.addAccount(unbound)
  await edge.addAccount(unboundAdmin)
  await edge.addAccount(unboundManager)

  const bearer = async (token: string | Promise<string>) => `Bearer ${await token}`
  const as = (account: Account) => () => bearer(edge.tokenOf(account))
  const withoutCompany = (account: Account) => () => bearer(edge.tokenOf(account, { companyId: null }))
  const cut = async (change: (parts: ReadonlyArray<string>) => ReadonlyArray<string>) =>
    bearer(change((await edge.tokenOf(admin)).split(".")).join("."))

  /** A token of the admin's whose claims and header are changed; what is undefined is left out. */
  const forged =
    (
      claims: Readonly<Record<string, unknown>>,
      { key = edge.privateKey, header = {} }: { readonly key?: typeof edge.privateKey; readonly header?: object } = {}
    ) =>
    async () => {
      const second = Math.floor(Date.now() / 1000)
      const { issuer, audience } = edge.platform.tokens
      const payload = {
        sub: admin.id,
        role: admin.role,
        subRole: admin.subRole,
        companyId: admin.companyId,
        iss: issuer,
        aud: audience,
        iat: second,
        nbf: second,
        exp: second + 3_600,
        ...claims
      } as JWTPayload
      return bearer(
        new SignJWT(payload)
          .setProtectedHeader({ alg: "ES256", kid: edge.privateKey.kid, ...header })
          .sign(await importJWK(key, "ES256"))
      )
    }
  const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

  authorizationOf = {
    "no token": async () => undefined,
    "not a bearer token": async () => `Basic ${Buffer.from("kim:hansen").toString("base64")}`,
    "bearer of nothing": async () => "Bearer",
    "two tokens": async () => `${await as(admin)()}, ${await as(admin)()}`,
    "broken: no JWT": () => bearer("not-a-token"),
    "broken: signature cut off": () =>
      cut(([head = "", payload = "", signature = ""]) => [head, payload, signature.slice(4)]),
    "broken: claims exchanged": async () => {
      const [, payload = ""] = (await edge.tokenOf(theirs.admin)).split(".")
      return cut(([head = "", , signature = ""]) => [head, payload, signature])
    },
    "expired 40 s ago": () => forged({ nbf: secondsFromNow(-100), exp: secondsFromNow(-40) })(),
    "expired 20 s ago, within the leeway": () => forged({ nbf: secondsFromNow(-100), exp: secondsFromNow(-20) })(),
    "never expires": forged({ exp: undefined }),
    "valid in 40 s": () => forged({ nbf: secondsFromNow(40) })(),
    "valid in 20 s, within the leeway": () => forged({ nbf: secondsFromNow(20) })(),
    "wrong issuer": forged({ iss: "https://elsewhere.example" }),
    "no issuer": forged({ iss: undefined }),
    "wrong audience": forged({ aud: "elsewhere" }),
    "no audience": forged({ aud: undefined }),
    "alg: none": async () => {
      const { id, role, subRole, companyId } = admin
      const { issuer, audience } = edge.platform.tokens
      return bearer(
        new UnsecuredJWT({ role, subRole, companyId })
          .setSubject(id)
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime("1h")
          .encode()
      )
    },
    "HS256 signed with our public key": async () => {
      const { d: _, ...publicKey } = edge.privateKey
      const { issuer, audience } = edge.platform.tokens
      const { id, role, subRole, companyId } = admin
      return bearer(
        new SignJWT({ role, subRole, companyId })
          .setProtectedHeader({ alg: "HS256", kid: publicKey.kid })
          .setSubject(id)
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime("1h")
          .sign(new TextEncoder().encode(JSON.stringify(publicKey)))
      )
    },
    "another's ES256 key under our kid": forged({}, { key: foreignKey }),
    "a kid that we don't know": forged({}, { key: foreignKey, header: { kid: foreignKey.kid } }),
    "claims: no such role": forged({ role: "owner" }),
    "claims: recruiter without sub-role": forged({ subRole: undefined }),
    "claims: manager with a sub-role": forged({ role: "hiring_manager" }),
    "claims: candidate with a sub-role": forged({ role: "candidate" }),
    "claims: no subject": forged({ sub: undefined }),
    "claims: a subject that is no id": forged({ sub: "admin' or '1'='1" }),
    "claims: a company that is no id": forged({ companyId: "acme" }),
    "stale: removed from the company": as(removed),
    "stale: now another role": as(promoted),
    "stale: now another sub-role": as(demoted),
    "stale: now in another company": as(moved),
    "stale: the account is gone": as(gone),
    "stale: a candidate who is gone": as(goneCandidate),
    "no company yet: recruiter_user": as(unbound),
    "no company yet: recruiter_admin": as(unboundAdmin),
    "no company yet: hiring manager": as(unboundManager),
    "token names no company: admin": withoutCompany(admin),
    "token names no company: manager": withoutCompany(ours.manager),
    "token names no company: other's admin": withoutCompany(theirs.admin),
    candidate: as(candidate),
    "recruiter_user who owns it": as(ours.recruiter),
    "recruiter_user, a colleague's": as(ours.colleague),
    recruiter_admin: as(ours.admin),
    "hiring manager": as(ours.manager),
    "another company's recruiter_user": as(theirs.recruiter),
    "another company's recruiter_admin": as(theirs.admin),
    "another company's hiring manager": as(theirs.manager)
  }
})
afterAll(() => edge.close())

/** An offer of `recruiter`'s, new for each call that may change it. */
const anOfferOfOurs = async (): Promise<string> => {
  const made = await edge.as(ours.recruiter)("POST", "/offers", { body: offerInput() })
  assert.strictEqual(made.status, 201)
  return made.json.id
}

const bodyOf = (route: RouteName): object | undefined =>
  route === "create" || route === "update"
    ? offerInput({ title: "Baker, nights" })
    : route === "transfer"
      ? { newRecruiterId: ours.colleague.id }
      : undefined

describe("the authorization matrix", () => {
  it("has a column for every route of the description", () => {
    assert.sameMembers(
      table.columns.map((name) => routes[name]),
      routesOf(edge.document).map(({ method, path }) => `${method} ${path}`)
    )
  })

  it("has a line for every caller there is here", () => {
    assert.sameMembers(
      table.rows.map(({ caller }) => caller),
      Object.keys(authorizationOf)
    )
  })

  it.each(table.rows)("$caller", async ({ caller, cells }) => {
    assert.strictEqual(cells.length, table.columns.length)
    // Those who get through may change the offer, and then each of their calls has its own.
    const shared = await anOfferOfOurs()
    const answered = await Promise.all(
      table.columns.map(async (name, column) => {
        const [method = "", path = ""] = routes[name].split(" ")
        const changes = cells[column] === "ok" && path.includes("{id}") && method === "POST"
        const body = bodyOf(name)
        const authorization = await authorizationOf[caller]?.()
        const answer = await edge.call(method, path.replace("{id}", changes ? await anOfferOfOurs() : shared), {
          ...(authorization !== undefined && { headers: { Authorization: authorization } }),
          ...(body !== undefined && { body })
        })
        return `${name} ${answer.status} ${answer.json?.code ?? ""}`
      })
    )
    const succeeds = (name: RouteName) => (name === "create" ? 201 : name === "delete" ? 204 : 200)
    assert.deepStrictEqual(
      answered,
      table.columns.map((name, column) => {
        const [status, code] = outcomes[cells[column] ?? ""] ?? [succeeds(name), ""]
        return `${name} ${status} ${code}`
      })
    )
  })

  it("left no trace of those whom it refused", async () => {
    const id = await anOfferOfOurs()
    const { rows: before } = await edge.pool.query("select * from offer where id = $1", [id])
    const refused = table.rows.filter(({ cells }) => !cells.slice(2, 10).includes("ok"))
    for (const { caller } of refused) {
      const authorization = await authorizationOf[caller]?.()
      for (const name of ["update", "archive", "disable", "delete", "transfer"] as const) {
        const [method = "", path = ""] = routes[name].split(" ")
        const body = bodyOf(name)
        await edge.call(method, path.replace("{id}", id), {
          ...(authorization !== undefined && { headers: { Authorization: authorization } }),
          ...(body !== undefined && { body })
        })
      }
    }
    const { rows: after } = await edge.pool.query("select * from offer where id = $1", [id])
    assert.deepStrictEqual(after, before)
    const { rows: events } = await edge.pool.query("select type from event where subject_id = $1", [id])
    assert.deepStrictEqual(events, [{ type: "offer.created" }])
  })
})

describe("a token and the account of now", () => {
  it("counts at once that the account was removed from its company", async () => {
    const leaver = aRecruiter(ours.id)
    await edge.addAccount(leaver)
    const token = await edge.tokenOf(leaver)
    assert.strictEqual((await edge.call("GET", "/offers", { token })).status, 200)
    await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
    assert.strictEqual((await edge.call("GET", "/offers", { token })).json.code, "token-stale")
  })

  it("lets a manager who has just got a first company go on with the same token", async () => {
    const manager: Account = { ...aRecruiter(null), role: "hiring_manager", subRole: null }
    await edge.addAccount(manager)
    const token = await edge.tokenOf(manager)
    assert.strictEqual((await edge.call("POST", "/offers", { token, body: offerInput() })).json.code, "no-company")
    await edge.pool.query("update account set company_id = $1 where id = $2", [ours.id, manager.id])
    const made = await edge.call("POST", "/offers", { token, body: offerInput() })
    assert.strictEqual(made.status, 201)
    assert.strictEqual(made.json.companyId, ours.id)
  })

  it("shows a colleague none of an owner's offers in the list, and an admin all of the company's only", async () => {
    const mine = await anOfferOfOurs()
    const idsSeenBy = async (account: Account) =>
      (await edge.as(account)("GET", "/offers?limit=100")).json.map(({ id }: { id: string }) => id)
    assert.include(await idsSeenBy(ours.recruiter), mine)
    assert.notInclude(await idsSeenBy(ours.colleague), mine)
    assert.include(await idsSeenBy(ours.admin), mine)
    assert.include(await idsSeenBy(ours.manager), mine)
    assert.notInclude(await idsSeenBy(theirs.admin), mine)
  })

  it("gives a candidate, to whom nothing was sent, an empty list, and 404 for what there is not", async () => {
    const candidate = aCandidate()
    await edge.addAccount(candidate)
    await anOfferOfOurs()
    const list = await edge.as(candidate)("GET", "/offers")
    assert.deepStrictEqual(list.json, [])
    assert.strictEqual(list.headers.get("x-total-count"), "0")
    assert.strictEqual((await edge.as(candidate)("GET", `/offers/${newId()}`)).status, 404)
  })

  it("refuses a key of another kind under a kid of ours", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    const { issuer, audience } = edge.platform.tokens
    const token = await new SignJWT({ role: admin.role, subRole: admin.subRole, companyId: admin.companyId })
      .setProtectedHeader({ alg: "RS256", kid: edge.privateKey.kid })
      .setSubject(admin.id)
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime("1h")
      .sign(privateKey)
    assert.strictEqual((await edge.call("GET", "/offers", { token })).json.code, "token-invalid")
  })
})

// Requests that are wrong in several ways at once: which is said first?
describe("the order of the checks", () => {
  const bad = { title: 1 }
  const large = `{"title":"${"x".repeat(256 * 1024)}"}`
  const json = { "Content-Type": "application/json" }
  const plain = { "Content-Type": "text/plain" }
  const stale = { "If-Match": '"999"' }
  const unknown = newId()

  type Request = {
    readonly by: () => Account | "nobody"
    readonly call: `${string} ${string}`
    readonly body?: unknown
    readonly raw?: string
    readonly headers?: Readonly<Record<string, string>>
  }
  let gone: Account
  let candidate: Account
  let unbound: Account
  /** Archived offers, so that an update or a disable of them is an illegal transition. */
  let archivedOfOurs: string
  let activeOfOurs: string
  beforeAll(async () => {
    gone = { ...aRecruiter(ours.id), subRole: "recruiter_admin" } // has no account
    candidate = aCandidate()
    unbound = aRecruiter(null)
    await edge.addAccount(candidate)
    await edge.addAccount(unbound)
    activeOfOurs = await anOfferOfOurs()
    archivedOfOurs = await anOfferOfOurs()
    await edge.as(ours.recruiter)("POST", `/offers/${archivedOfOurs}/archived`)
  })

  const cases: ReadonlyArray<readonly [said: string, Request, status: number, code: string]> = [
    [
      "405 before 401",
      { by: () => "nobody", call: "PUT /offers", raw: large, headers: plain },
      405,
      "method-not-allowed"
    ],
    ["405 before 401 on one thing", { by: () => "nobody", call: "DELETE /offers/{active}" }, 405, "method-not-allowed"],
    ["404 of a route before 401", { by: () => "nobody", call: "POST /nothing" }, 404, "not-found"],
    ["401 before 415", { by: () => "nobody", call: "POST /offers", raw: "x", headers: plain }, 401, "token-missing"],
    ["401 before 413", { by: () => "nobody", call: "POST /offers", raw: large, headers: json }, 401, "token-missing"],
    ["401 before 400", { by: () => "nobody", call: "GET /offers?page=0" }, 401, "token-missing"],
    ["stale before 415", { by: () => gone, call: "POST /offers", raw: "x", headers: plain }, 401, "token-stale"],
    ["stale before 413", { by: () => gone, call: "POST /offers", raw: large, headers: json }, 401, "token-stale"],
    ["stale before not JSON", { by: () => gone, call: "POST /offers", raw: "{", headers: json }, 401, "token-stale"],
    ["stale before a bad body", { by: () => gone, call: "POST /offers", body: bad }, 401, "token-stale"],
    [
      "stale before rules of the domain",
      { by: () => gone, call: "POST /offers", body: offerInput({ title: "" }) },
      401,
      "token-stale"
    ],
    ["stale before a bad query", { by: () => gone, call: "GET /offers?page=0" }, 401, "token-stale"],
    ["stale before 404", { by: () => gone, call: "GET /offers/{unknown}" }, 401, "token-stale"],
    [
      "stale before 412",
      { by: () => gone, call: "POST /offers/{active}/archived", headers: stale },
      401,
      "token-stale"
    ],
    [
      "role before 415",
      { by: () => candidate, call: "POST /offers", raw: "x", headers: plain },
      403,
      "role-not-allowed"
    ],
    [
      "role before 413",
      { by: () => candidate, call: "POST /offers", raw: large, headers: json },
      403,
      "role-not-allowed"
    ],
    ["role before a bad body", { by: () => candidate, call: "POST /offers", body: bad }, 403, "role-not-allowed"],
    [
      "role before a bad query",
      { by: () => candidate, call: "GET /offers/{active}/history?page=0" },
      403,
      "role-not-allowed"
    ],
    ["role before 404", { by: () => candidate, call: "POST /offers/{unknown}/archived" }, 403, "role-not-allowed"],
    [
      "role before ownership, 404 and body",
      { by: () => ours.colleague, call: "POST /offers/{unknown}/transfer", body: bad },
      403,
      "role-not-allowed"
    ],
    ["no company before 415", { by: () => unbound, call: "POST /offers", raw: "x", headers: plain }, 403, "no-company"],
    [
      "no company before 413",
      { by: () => unbound, call: "POST /offers", raw: large, headers: json },
      403,
      "no-company"
    ],
    ["no company before a bad body", { by: () => unbound, call: "POST /offers", body: bad }, 403, "no-company"],
    [
      "no company before rules of the domain",
      { by: () => unbound, call: "POST /offers", body: offerInput({ title: "" }) },
      403,
      "no-company"
    ],
    ["no company before a bad query", { by: () => unbound, call: "GET /offers?limit=0" }, 403, "no-company"],
    ["no company before 404", { by: () => unbound, call: "GET /offers/{unknown}" }, 403, "no-company"],
    [
      "415 before 413",
      { by: () => ours.recruiter, call: "POST /offers", raw: large, headers: plain },
      415,
      "media-type-not-supported"
    ],
    [
      "415 before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", raw: "x", headers: plain },
      415,
      "media-type-not-supported"
    ],
    [
      "413 before 400 and 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", raw: large, headers: json },
      413,
      "body-too-large"
    ],
    [
      "a bad body before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before 404",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "a bad query before 404",
      { by: () => ours.recruiter, call: "GET /offers/{unknown}/history?page=0" },
      400,
      "invalid-input"
    ],
    [
      "a bad body before ownership",
      { by: () => ours.colleague, call: "POST /offers/{active}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before ownership",
      { by: () => ours.colleague, call: "POST /offers/{active}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "a bad body before 412",
      { by: () => ours.recruiter, call: "POST /offers/{active}", body: bad, headers: stale },
      400,
      "invalid-input"
    ],
    [
      "a bad body before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}", body: bad },
      400,
      "invalid-input"
    ],
    [
      "rules of the domain before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}", body: offerInput({ title: "" }) },
      400,
      "invalid-input"
    ],
    [
      "404 before 412",
      { by: () => ours.recruiter, call: "POST /offers/{unknown}/archived", headers: stale },
      404,
      "not-found"
    ],
    [
      "404 of another company's before the state",
      { by: () => theirs.admin, call: "POST /offers/{archived}/disabled", headers: stale },
      404,
      "not-found"
    ],
    [
      "404 before an unknown recruiter",
      { by: () => ours.admin, call: "POST /offers/{unknown}/transfer", body: { newRecruiterId: unknown } },
      404,
      "not-found"
    ],
    [
      "ownership before 412 and the state",
      { by: () => ours.colleague, call: "POST /offers/{archived}/disabled", headers: stale },
      403,
      "not-owner"
    ],
    [
      "ownership before the state",
      { by: () => ours.colleague, call: "POST /offers/{archived}", body: offerInput() },
      403,
      "not-owner"
    ],
    [
      "412 before the state",
      { by: () => ours.recruiter, call: "POST /offers/{archived}/disabled", headers: stale },
      412,
      "stale-version"
    ],
    [
      "412 before a repetition",
      { by: () => ours.recruiter, call: "POST /offers/{archived}/archived", headers: stale },
      412,
      "stale-version"
    ],
    [
      "412 before an unknown recruiter",
      {
        by: () => ours.admin,
        call: "POST /offers/{active}/transfer",
        body: { newRecruiterId: unknown },
        headers: stale
      },
      412,
      "stale-version"
    ]
  ]

  it.each(cases)("%s", async (_, { by, call, body, raw, headers }, status, code) => {
    const [method = "", path = ""] = call
      .replace("{unknown}", unknown)
      .replace("{active}", activeOfOurs)
      .replace("{archived}", archivedOfOurs)
      .split(" ")
    const caller = by()
    const answer = await edge.call(method, path, {
      ...(caller !== "nobody" && { token: await edge.tokenOf(caller) }),
      ...(body !== undefined && { body }),
      ...(raw !== undefined && { raw }),
      ...(headers !== undefined && { headers })
    })
    assert.deepStrictEqual([answer.status, answer.json.code], [status, code])
  })
})
