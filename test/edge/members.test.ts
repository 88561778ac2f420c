import { aManager, aRecruiter, type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import { type Account, companyNameLimit } from "@treff/domain/identity"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { eventsOf } from "../event-log.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
let cast: ReturnType<typeof castOf>
let ours: CompanyWithPeople
let theirs: CompanyWithPeople
beforeAll(async () => {
  edge = await openEdge()
  cast = castOf(edge)
})
// Who is a member of what is what changes here.
beforeEach(async () => {
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
})
afterEach(() => {
  edge.neon.onRequest = undefined
})
afterAll(() => edge.close())

const pointersOf = ({ json }: Answer) => json.errors.map(({ pointer }: { readonly pointer: string }) => pointer)
const list = (by: Account, query = "") => edge.as(by)("GET", `/api/members${query}`)
const remove = (by: Account, id: string, headers = {}) => edge.as(by)("DELETE", `/api/members/${id}`, { headers })
const change = (by: Account, id: string, body: unknown, headers = {}) =>
  edge.as(by)("PATCH", `/api/members/${id}`, { body, headers })
const rename = (by: Account, body: unknown, headers = {}) => edge.as(by)("PATCH", "/api/company", { body, headers })
const happened = async (id: string) =>
  (await eventsOf(edge.pool, id)).map(({ type, actor }) => `${type} by ${actor.kind}`)
const idsOf = ({ json }: Answer): ReadonlyArray<string> => json.map(({ id }: { readonly id: string }) => id)

const add = async (account: Account): Promise<Account> => {
  await edge.addAccount(account)
  return account
}

describe("the list of members", () => {
  it("has everybody of the company, whole, for hiring managers and admins", async () => {
    const { token } = await cast.invited(ours.manager, "Ada.Berg@example.org")
    const profile = cast.profile({ firstName: "Ada", lastName: "Berg", contactNumber: "+4722225555" })
    const ada = await cast.callerBy((await cast.accept(token, profile)).json.token)
    for (const by of [ours.manager, ours.admin]) {
      const answer = await list(by)
      assert.strictEqual(answer.status, 200, answer.text)
      const everybody = [ours.manager, ours.admin, ours.recruiter, ours.colleague, ada]
      assert.sameMembers(
        [...idsOf(answer)],
        everybody.map(({ id }) => id)
      )
      const { createdAt, ...row } = answer.json.find(({ id }: { readonly id: string }) => id === ada.id)
      assert.approximately(Date.parse(createdAt), Date.now(), 60_000)
      assert.deepStrictEqual(row, {
        id: ada.id,
        email: "Ada.Berg@example.org",
        username: profile.username,
        firstName: "Ada",
        lastName: "Berg",
        role: "recruiter",
        subRole: "recruiter_user",
        contactNumber: "+4722225555"
      })
      assert.deepInclude(
        answer.json.find(({ id }: { readonly id: string }) => id === ours.manager.id),
        { role: "hiring_manager", subRole: null, username: null, contactNumber: null }
      )
    }
  })

  it("is newest first, in pages or by a cursor, as other lists are", async () => {
    await edge.pool.query(
      `update account a set created_at = timestamptz '2026-01-01Z' + n * interval '1 day'
       from unnest($1::uuid[]) with ordinality as given(id, n) where a.id = given.id`,
      [[ours.manager, ours.admin, ours.recruiter, ours.colleague].map(({ id }) => id)]
    )
    const expected = [ours.colleague, ours.recruiter, ours.admin, ours.manager].map(({ id }) => id)
    const first = await list(ours.manager, "?limit=3")
    assert.deepStrictEqual(idsOf(first), expected.slice(0, 3))
    assert.strictEqual(first.headers.get("x-total-count"), "4")
    assert.match(first.headers.get("link") ?? "", /page=2>; rel="next"/)
    assert.deepStrictEqual(idsOf(await list(ours.manager, "?limit=3&page=2")), expected.slice(3))
    assert.deepStrictEqual(idsOf(await list(ours.manager, "?page=9")), [])
    const observed: Array<string> = []
    for (let query: string | undefined = "?limit=3&after="; query !== undefined; ) {
      const answer = await list(ours.manager, query)
      observed.push(...idsOf(answer))
      query = /(\?[^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1]
    }
    assert.deepStrictEqual(observed, expected)
    assert.strictEqual(statusAndCode(await list(ours.manager, "?limit=0")), "400 invalid-input")
  })

  it("is not for users, nor for candidates, nor for who has no company", async () => {
    assert.strictEqual(statusAndCode(await list(ours.recruiter)), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await list(await edge.addCandidate())), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await list(await add(aManager(null)))), "403 no-company")
  })
})

describe("removing a member", () => {
  it("is 204, one event, and what they call with is stale from the next request on", async () => {
    assert.strictEqual((await edge.as(ours.recruiter)("GET", "/offers")).status, 200)
    assert.strictEqual(statusAndCode(await remove(ours.manager, ours.recruiter.id)), "204")
    assert.deepStrictEqual(await happened(ours.recruiter.id), ["account.left by hiring_manager"])
    assert.strictEqual(statusAndCode(await edge.as(ours.recruiter)("GET", "/offers")), "401 token-stale")
    assert.notInclude(idsOf(await list(ours.manager)), ours.recruiter.id)
    assert.strictEqual(statusAndCode(await remove(ours.manager, ours.recruiter.id)), "404 not-found")
  })

  it("is possible of another hiring manager", async () => {
    const colleague = await add(aManager(ours.id))
    assert.strictEqual(statusAndCode(await remove(ours.manager, colleague.id)), "204")
  })

  it("is 409 of oneself, and of who made the company", async () => {
    const colleague = await add(aManager(ours.id))
    assert.strictEqual(statusAndCode(await remove(colleague, colleague.id)), "409 own-membership")
    assert.strictEqual(statusAndCode(await remove(ours.manager, ours.manager.id)), "409 own-membership")
    assert.strictEqual(statusAndCode(await remove(colleague, ours.manager.id)), "409 company-creator")
    assert.deepStrictEqual(await happened(ours.manager.id), [])
  })

  it("leaves one hiring manager, even if two remove each other at once", async () => {
    const [one, other] = [await add(aManager(ours.id)), await add(aManager(ours.id))]
    const answers = await Promise.all([remove(one, other.id), remove(other, one.id)])
    assert.sameMembers(answers.map(statusAndCode), ["204", "401 token-stale"])
  })

  it("is for hiring managers of the company", async () => {
    assert.strictEqual(statusAndCode(await remove(ours.admin, ours.recruiter.id)), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await remove(theirs.manager, ours.recruiter.id)), "404 not-found")
    for (const id of [newId(), "x"]) assert.strictEqual(statusAndCode(await remove(ours.manager, id)), "404 not-found")
  })

  it("holds to If-Match", async () => {
    assert.strictEqual(
      statusAndCode(await remove(ours.manager, ours.recruiter.id, { "If-Match": '"7"' })),
      "412 stale-version"
    )
    assert.strictEqual(statusAndCode(await remove(ours.manager, ours.recruiter.id, { "If-Match": '"0"' })), "204")
  })
})

describe("a member's sub-role", () => {
  it("is changed by a hiring manager, who is answered the row with its version", async () => {
    const answer = await change(ours.manager, ours.recruiter.id, { subRole: "recruiter_admin" })
    assert.strictEqual(answer.status, 200, answer.text)
    assert.deepInclude(answer.json, { id: ours.recruiter.id, role: "recruiter", subRole: "recruiter_admin" })
    assert.strictEqual(answer.headers.get("etag"), '"1"')
    assert.deepStrictEqual(await happened(ours.recruiter.id), ["account.subRoleChanged by hiring_manager"])
    assert.strictEqual(statusAndCode(await edge.as(ours.recruiter)("GET", "/offers")), "401 token-stale")
    const now = { ...ours.recruiter, subRole: "recruiter_admin" } as const
    assert.strictEqual((await list(now)).status, 200)
  })

  it("stays as it is when it is so: 200, unchanged, no event", async () => {
    const answer = await change(ours.manager, ours.admin.id, { subRole: "recruiter_admin" })
    assert.deepStrictEqual([answer.status, answer.headers.get("etag")], [200, '"0"'])
    assert.deepStrictEqual(await happened(ours.admin.id), [])
  })

  it("is a recruiter's alone: 409 of a hiring manager", async () => {
    const answer = await change(ours.manager, ours.manager.id, { subRole: "recruiter_user" })
    assert.strictEqual(statusAndCode(answer), "409 illegal-transition")
  })

  it("is one of two: 400 otherwise, naming the field", async () => {
    for (const [body, pointer] of [
      [{}, "/subRole"],
      [{ subRole: "hiring_manager" }, "/subRole"],
      [{ subRole: null }, "/subRole"],
      [{ subRole: "recruiter_user", role: "hiring_manager" }, "/role"]
    ] as const) {
      const answer = await change(ours.manager, ours.recruiter.id, body)
      assert.strictEqual(statusAndCode(answer), "400 invalid-input")
      assert.deepStrictEqual(pointersOf(answer), [pointer])
    }
  })

  it("is for hiring managers of the company", async () => {
    const body = { subRole: "recruiter_admin" }
    assert.strictEqual(statusAndCode(await change(ours.admin, ours.recruiter.id, body)), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await change(theirs.manager, ours.recruiter.id, body)), "404 not-found")
    const left = await add(aRecruiter(null))
    assert.strictEqual(statusAndCode(await change(ours.manager, left.id, body)), "404 not-found")
  })

  it("holds to If-Match", async () => {
    const body = { subRole: "recruiter_admin" }
    const headers = { "If-Match": '"7"' }
    assert.strictEqual(statusAndCode(await change(ours.manager, ours.recruiter.id, body, headers)), "412 stale-version")
    assert.strictEqual((await change(ours.manager, ours.recruiter.id, body, { "If-Match": '"0"' })).status, 200)
  })
})

describe("the company's name", () => {
  it("is changed by a hiring manager, and invitations say it", async () => {
    const { token } = await cast.invited(ours.manager)
    const answer = await rename(ours.manager, { name: " Café Ørsted " })
    assert.strictEqual(answer.status, 200, answer.text)
    const { createdAt: _, ...company } = answer.json
    assert.deepStrictEqual(company, { id: ours.id, name: "Café Ørsted", creatorId: ours.manager.id })
    assert.strictEqual(answer.headers.get("etag"), '"1"')
    const [event] = await eventsOf(edge.pool, ours.id)
    assert.deepInclude(event, { type: "company.renamed", data: {} })
    const validation = await edge.call("GET", `/api/invitations/validate/${token}`)
    assert.strictEqual(validation.json.organization, "Café Ørsted")
  })

  it("stays as it is when it is so: 200, unchanged, no event", async () => {
    const answer = await rename(ours.manager, { name: "Acme" })
    assert.deepStrictEqual([answer.status, answer.headers.get("etag")], [200, '"0"'])
    assert.deepStrictEqual(await happened(ours.id), [])
  })

  it.each([
    ["none", {}, "/name"],
    ["an empty one", { name: " " }, "/name"],
    ["one that is too long", { name: "🥖".repeat(companyNameLimit + 1) }, "/name"],
    ["one in two lines", { name: "Acme\r\nBcc: x" }, "/name"],
    ["a number", { name: 7 }, "/name"],
    ["another field", { name: "Acme", creatorId: newId() }, "/creatorId"]
  ])("is refused as %s with 400", async (_, body, pointer) => {
    const answer = await rename(ours.manager, body)
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(answer), [pointer])
  })

  it("is for hiring managers with a company", async () => {
    assert.strictEqual(statusAndCode(await rename(ours.admin, { name: "Acme" })), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await rename(await add(aManager(null)), { name: "Acme" })), "403 no-company")
  })

  it("holds to If-Match", async () => {
    assert.strictEqual(
      statusAndCode(await rename(ours.manager, { name: "B" }, { "If-Match": '"7"' })),
      "412 stale-version"
    )
    assert.strictEqual(statusAndCode(await rename(ours.manager, { name: "B" }, { "If-Match": '"0"' })), "200")
  })
})
