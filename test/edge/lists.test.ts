import { type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { offerInput } from "../stage.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
beforeAll(async () => {
  edge = await openEdge()
})
afterAll(() => edge.close())

/** Writes offers past the API, each a second older than the one before; the newest comes first in the answer. */
const supplied = async (
  { id: companyId }: CompanyWithPeople,
  { id: ownerId }: Account,
  count: number,
  { status = "active", apart = 1_000 }: { readonly status?: string; readonly apart?: number } = {}
): Promise<ReadonlyArray<string>> => {
  const now = Date.now()
  const { rows } = await edge.pool.query(
    `insert into offer (id, version, company_id, owner_id, title, description, employment_type, salary, job_starts_at,
       expires_at, quiz_required, status, term, created_at, updated_at)
     select gen_random_uuid(), 1, $1, $2, 'Baker', 'Bread', 'permanent', '1', $3, $4, false, $5, 1, at, at
     from (select $6::timestamptz - n * make_interval(secs => $7::float8 / 1000) as at from generate_series(1, $8) n) times
     returning id, created_at`,
    [companyId, ownerId, iso(now + 10 * day), iso(now + 20 * day), status, iso(now), apart, count]
  )
  return rows
    .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
    .map(({ id }: { readonly id: string }) => id)
}
const iso = (at: number) => new Date(at).toISOString()

/** Writes a send of each of these offers to each of these candidates, in the same way; answers their ids. */
const givenSends = async (
  offerIds: ReadonlyArray<string>,
  candidateIds: ReadonlyArray<string>,
  { status = "sent", apart = 1_000 }: { readonly status?: string; readonly apart?: number } = {}
): Promise<ReadonlyArray<string>> => {
  const { rows } = await edge.pool.query(
    `insert into offer_sent (id, version, company_id, offer_id, term, candidate_id, sender_id, title, status, sent_at, updated_at)
     select gen_random_uuid(), 1, o.company_id, o.id, o.term, c.id, o.owner_id, o.title, $3, at, at
     from offer o cross join unnest($2::uuid[]) with ordinality as c(id, n)
     cross join lateral (
       select $4::timestamptz - (array_position($1::uuid[], o.id) + c.n) * make_interval(secs => $5::float8 / 1000) as at
     ) times
     where o.id = any($1) returning id, sent_at`,
    [offerIds, candidateIds, status, iso(Date.now()), apart]
  )
  return rows
    .sort((a, b) => b.sent_at - a.sent_at || (a.id < b.id ? 1 : -1))
    .map(({ id }: { readonly id: string }) => id)
}

const givenCandidates = async (count: number): Promise<ReadonlyArray<string>> => {
  const { rows } = await edge.pool.query(
    `insert into account (id, version, role, email, first_name, last_name, created_at)
     select id, 1, 'candidate', id || '@example.org', 'Kim', 'Hansen', now()
     from (select gen_random_uuid() as id from generate_series(1, $1)) ids returning id`,
    [count]
  )
  return rows.map(({ id }: { readonly id: string }) => id)
}

/** The relations of `Link`, each with the path and query that it leads to. */
const linksOf = ({ headers }: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...(headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"(?:, |$)/g)].map(([, address = "", relation]) => {
      const { origin, pathname, search } = new URL(address)
      assert.strictEqual(origin, edge.platform.apiUrl)
      return [relation, pathname + search]
    })
  )
const idsOf = ({ json }: Answer): ReadonlyArray<string> => json.map(({ id }: { readonly id: string }) => id)
const totalOf = ({ headers }: Answer) => [headers.get("x-total-count"), headers.get("x-total-count-relation")]

describe("a list by pages", () => {
  let company: CompanyWithPeople
  let ids: ReadonlyArray<string>
  beforeAll(async () => {
    company = await edge.addCompany()
    ids = await supplied(company, company.recruiter, 45)
  })
  const get = (path: string) => edge.as(company.recruiter)("GET", path)

  // 45 offers. The links are known by the page they lead to.
  it.each([
    ["", 1, 20, { first: 1, next: 2, last: 3 }],
    ["?page=1", 1, 20, { first: 1, next: 2, last: 3 }],
    ["?page=2", 2, 20, { first: 1, prev: 1, next: 3, last: 3 }],
    ["?page=3", 3, 20, { first: 1, prev: 2, last: 3 }],
    ["?page=4", 4, 20, { first: 1, prev: 3, last: 3 }],
    ["?page=900", 900, 20, { first: 1, prev: 3, last: 3 }],
    ["?limit=45", 1, 45, { first: 1, last: 1 }],
    ["?limit=44", 1, 44, { first: 1, next: 2, last: 2 }],
    ["?limit=100", 1, 100, { first: 1, last: 1 }],
    ["?limit=1&page=44", 44, 1, { first: 1, prev: 43, next: 45, last: 45 }],
    ["?limit=15&page=3", 3, 15, { first: 1, prev: 2, last: 3 }],
    ["?page=2&status=active&limit=10", 2, 10, { first: 1, prev: 1, next: 3, last: 5 }]
  ] as const)("%j is page %i of %i", async (query, page, limit, links) => {
    const answer = await get(`/offers${query}`)
    assert.deepStrictEqual(idsOf(answer), ids.slice((page - 1) * limit, page * limit))
    assert.deepStrictEqual(totalOf(answer), ["45", null])
    const expected = Object.entries(links).map(([relation, number]) => {
      const parameters = new URLSearchParams(query)
      parameters.set("page", String(number))
      return [relation, `/offers?${parameters}`]
    })
    assert.deepStrictEqual(linksOf(answer), Object.fromEntries(expected))
  })

  it("is one page that is empty where there is nothing", async () => {
    const nobody = await edge.addCompany()
    for (const query of ["", "?page=7"]) {
      const answer = await edge.as(nobody.admin)("GET", `/offers${query}`)
      assert.deepStrictEqual(answer.json, [])
      assert.deepStrictEqual(totalOf(answer), ["0", null])
      const { first, last, prev } = linksOf(answer)
      assert.deepStrictEqual([first, last], ["/offers?page=1", "/offers?page=1"])
      assert.strictEqual(prev, query === "" ? undefined : "/offers?page=1")
    }
  })

  it("shows the newest first, and ties by id, descending", async () => {
    const tied = await edge.addCompany()
    const together = await supplied(tied, tied.recruiter, 30, { apart: 0 })
    assert.deepStrictEqual(together, [...together].sort().reverse())
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => edge.as(tied.recruiter)("GET", `/offers?limit=8&page=${page}`))
    )
    assert.deepStrictEqual(pages.flatMap(idsOf), together)
  })

  it("has in each row what the offer itself has", async () => {
    const owner = await edge.addCompany()
    const made = (await edge.as(owner.recruiter)("POST", "/offers", { body: offerInput() })).json
    assert.deepStrictEqual((await edge.as(owner.recruiter)("GET", "/offers")).json, [made])
  })
})

/** Follows a list by its cursors, and answers what stood on each page. */
const walk = async (
  by: Account,
  start: string,
  between: (page: number) => Promise<unknown> = async () => {}
): Promise<ReadonlyArray<ReadonlyArray<string>>> => {
  const pages: Array<ReadonlyArray<string>> = []
  for (let next: string | undefined = start; next !== undefined; ) {
    const answer: Answer = await edge.as(by)("GET", next)
    pages.push(answer.json.map(({ id, sequence }: { id: string; sequence?: number }) => sequence ?? id))
    const links = linksOf(answer)
    assert.notProperty(links, "last")
    assert.notProperty(links, "prev")
    assert.isDefined(links.first)
    next = links.next
    await between(pages.length)
  }
  return pages
}

describe("a list by cursor", () => {
  it("begins with an empty one, and sees each offer once until the end", async () => {
    const company = await edge.addCompany()
    const ids = await supplied(company, company.recruiter, 45)
    const pages = await walk(company.recruiter, "/offers?after=")
    assert.deepStrictEqual(pages, [ids.slice(0, 20), ids.slice(20, 40), ids.slice(40)])
  })

  it("ends without an empty page where the last one is full", async () => {
    const company = await edge.addCompany()
    const ids = await supplied(company, company.recruiter, 20)
    assert.deepStrictEqual(await walk(company.recruiter, "/offers?after=&limit=10"), [ids.slice(0, 10), ids.slice(10)])
  })

  it("keeps filter and limit, and counts all that there is", async () => {
    const company = await edge.addCompany()
    const archived = await supplied(company, company.recruiter, 5, { status: "archived" })
    await supplied(company, company.recruiter, 5)
    const first = await edge.as(company.recruiter)("GET", "/offers?after=&limit=2&status=archived")
    assert.deepStrictEqual(totalOf(first), ["5", null])
    const { first: again, next = "" } = linksOf(first)
    assert.strictEqual(again, "/offers?after=&limit=2&status=archived")
    const parameters = new URL(next, "http://x").searchParams
    assert.deepStrictEqual([parameters.get("limit"), parameters.get("status")], ["2", "archived"])
    assert.deepStrictEqual(totalOf(await edge.as(company.recruiter)("GET", next)), ["5", null])
    assert.deepStrictEqual((await walk(company.recruiter, "/offers?after=&limit=2&status=archived")).flat(), archived)
  })

  it("sees each offer once while new ones are made and read ones are deleted", async () => {
    const company = await edge.addCompany()
    const ids = await supplied(company, company.recruiter, 12)
    const pages = await walk(company.recruiter, "/offers?after=&limit=3", async (page) => {
      await edge.as(company.recruiter)("POST", "/offers", { body: offerInput() })
      await edge.pool.query("delete from offer where id = $1", [ids[page * 3 - 1]])
    })
    assert.deepStrictEqual(pages.flat(), ids)
  })

  it("sees each of those that were made at once", async () => {
    const company = await edge.addCompany()
    const together = await supplied(company, company.recruiter, 10, { apart: 0 })
    assert.deepStrictEqual((await walk(company.recruiter, "/offers?after=&limit=3")).flat(), together)
  })

  it("goes through a history as well, oldest first", async () => {
    const { recruiter } = await edge.addCompany()
    const by = edge.as(recruiter)
    const { id } = (await by("POST", "/offers", { body: offerInput() })).json
    for (const name of ["disabled", "enabled", "disabled", "enabled", "archived", "enabled"]) {
      await by("POST", `/offers/${id}/${name}`)
    }
    const pages = await walk(recruiter, `/offers/${id}/history?after=&limit=3`)
    assert.deepStrictEqual<unknown>(pages, [[1, 2, 3], [4, 5, 6], [7]])
  })
})

describe("a history by pages", () => {
  it("is counted and linked as every list", async () => {
    const { recruiter } = await edge.addCompany()
    const by = edge.as(recruiter)
    const { id } = (await by("POST", "/offers", { body: offerInput() })).json
    for (const name of ["disabled", "enabled", "archived", "enabled"]) await by("POST", `/offers/${id}/${name}`)
    const sequences = ({ json }: Answer) => json.map(({ sequence }: { sequence: number }) => sequence)

    const all = await by("GET", `/offers/${id}/history`)
    assert.deepStrictEqual(sequences(all), [1, 2, 3, 4, 5])
    assert.deepStrictEqual(totalOf(all), ["5", null])

    const second = await by("GET", `/offers/${id}/history?limit=2&page=2`)
    assert.deepStrictEqual(sequences(second), [3, 4])
    assert.deepStrictEqual(linksOf(second), {
      first: `/offers/${id}/history?limit=2&page=1`,
      prev: `/offers/${id}/history?limit=2&page=1`,
      next: `/offers/${id}/history?limit=2&page=3`,
      last: `/offers/${id}/history?limit=2&page=3`
    })

    const beyond = await by("GET", `/offers/${id}/history?page=9`)
    assert.deepStrictEqual([beyond.status, beyond.json], [200, []])
    assert.deepStrictEqual(totalOf(beyond), ["5", null])
  })
})

describe("the lists of sends", () => {
  let company: CompanyWithPeople
  let cleo: Account
  let lists: Readonly<Record<string, readonly [by: Account, address: string, ids: ReadonlyArray<string>]>>
  beforeAll(async () => {
    company = await edge.addCompany()
    cleo = await edge.addCandidate()
    const offerIds = await supplied(company, company.recruiter, 45)
    const toCleo = await givenSends(offerIds, [cleo.id])
    const [offerId = ""] = await supplied(company, company.colleague, 1)
    const ofOffer = await givenSends([offerId], await givenCandidates(45))
    lists = {
      "a candidate's": [cleo, "/offer-sends", toCleo],
      "a recruiter_user's": [company.recruiter, "/offer-sends", toCleo],
      "the company's, of a candidate": [company.admin, `/offer-sends?candidateId=${cleo.id}`, toCleo],
      "the company's, of an offer": [company.admin, `/offer-sends?offerId=${offerId}`, ofOffer],
      "an offer's own": [company.colleague, `/offers/${offerId}/sends`, ofOffer],
      "a candidate's, of offers": [cleo, "/offers", offerIds]
    }
  })

  it.each([
    "a candidate's",
    "a recruiter_user's",
    "the company's, of a candidate",
    "the company's, of an offer",
    "an offer's own",
    "a candidate's, of offers"
  ])("go by pages and by cursor as every list does: %s", async (name) => {
    const [by, address, ids] = lists[name] ?? assert.fail(name)
    const at = (query: string) => `${address}${address.includes("?") ? "&" : "?"}${query}`
    const get = (query: string) => edge.as(by)("GET", at(query))

    const first = await edge.as(by)("GET", address)
    assert.deepStrictEqual([idsOf(first), totalOf(first)], [ids.slice(0, 20), ["45", null]])
    const third = await get("page=3&limit=15")
    assert.deepStrictEqual([idsOf(third), totalOf(third)], [ids.slice(30), ["45", null]])
    const second = await get("limit=20&page=2")
    assert.deepStrictEqual(idsOf(second), ids.slice(20, 40))
    assert.deepStrictEqual(linksOf(second), {
      first: at("limit=20&page=1"),
      prev: at("limit=20&page=1"),
      next: at("limit=20&page=3"),
      last: at("limit=20&page=3")
    })
    const beyond = await get("page=9")
    assert.deepStrictEqual([beyond.json, totalOf(beyond)], [[], ["45", null]])
    assert.strictEqual(linksOf(beyond).prev, at("page=3"))
    assert.deepStrictEqual(await walk(by, at("after=&limit=30")), [ids.slice(0, 30), ids.slice(30)])
  })

  it("show all of the company to its admin, the newest first, ties by id, descending", async () => {
    const tied = await edge.addCompany()
    const [offerId = ""] = await supplied(tied, tied.recruiter, 1)
    const together = await givenSends([offerId], await givenCandidates(10), { apart: 0 })
    for (const address of ["/offer-sends?", `/offer-sends?offerId=${offerId}&`, `/offers/${offerId}/sends?`]) {
      assert.deepStrictEqual((await walk(tied.admin, `${address}after=&limit=3`)).flat(), together)
      const pages = await Promise.all(
        [1, 2, 3].map((page) => edge.as(tied.admin)("GET", `${address}limit=4&page=${page}`))
      )
      assert.deepStrictEqual(pages.flatMap(idsOf), together)
    }
  })

  it("keep filter and cursor, and see each send once while new ones are made and read ones are taken back", async () => {
    const busy = await edge.addCompany()
    const [offerId = ""] = await supplied(busy, busy.recruiter, 1)
    const viewed = await givenSends([offerId], await givenCandidates(9), { status: "viewed" })
    await givenSends([offerId], await givenCandidates(9))
    for (const address of ["/offer-sends?", `/offers/${offerId}/sends?`]) {
      const pages = await walk(busy.recruiter, `${address}after=&limit=3&status=viewed`, async (page) => {
        const body = { offerId, candidateId: (await edge.addCandidate()).id }
        await edge.as(busy.recruiter)("POST", "/offer-sends", { body })
        await edge.pool.query("update offer_sent set status = 'withdrawn' where id = $1", [viewed[page * 3 - 1]])
      })
      assert.deepStrictEqual(pages.flat(), viewed)
      await edge.pool.query("update offer_sent set status = 'viewed' where id = any($1)", [viewed])
    }
  })

  it("count neither what its candidate withdrew, nor what ended", async () => {
    const some = await edge.addCompany()
    const [first = "", second = "", third = ""] = await supplied(some, some.recruiter, 3)
    const dan = await edge.addCandidate()
    await givenSends([first, second, third], [dan.id])
    await edge.pool.query("update offer_sent set status = 'withdrawn' where offer_id = $1", [first])
    await edge.pool.query("update offer set job_starts_at = now() - interval '1 hour' where id = $1", [second])
    for (const by of [some.admin, some.recruiter, dan]) {
      const answer = await edge.as(by)("GET", "/offer-sends")
      assert.deepStrictEqual([answer.json.length, totalOf(answer)], [1, ["1", null]])
    }
    const received = await edge.as(dan)("GET", "/offers")
    assert.deepStrictEqual([idsOf(received), totalOf(received)], [[third], ["1", null]])
  })

  it("are counted to 10,000, and it is said that there are more", async () => {
    const large = await edge.addCompany()
    const [offerId = ""] = await supplied(large, large.recruiter, 1)
    await givenSends([offerId], await givenCandidates(10_001))
    for (const [by, address] of [
      [large.admin, "/offer-sends"],
      [large.recruiter, "/offer-sends"],
      [large.recruiter, `/offers/${offerId}/sends`]
    ] as const) {
      const answer = await edge.as(by)("GET", `${address}?limit=1`)
      assert.deepStrictEqual(totalOf(answer), ["10000", "gte"])
      assert.notProperty(linksOf(answer), "last")
    }
  })
})

describe("the scope of a list", () => {
  it("is all of the company for admins and managers, the own for a recruiter_user, with every filter", async () => {
    const company = await edge.addCompany()
    const other = await edge.addCompany()
    await supplied(other, other.recruiter, 3)
    await supplied(other, other.recruiter, 3, { status: "archived" })
    const mine = await supplied(company, company.recruiter, 2)
    const mineArchived = await supplied(company, company.recruiter, 1, { status: "archived" })
    const colleagues = await supplied(company, company.colleague, 2)
    const expired = await supplied(company, company.colleague, 1, { status: "expired" })
    const disabled = await supplied(company, company.admin, 1, { status: "disabled" })

    const observed = async (account: Account, query: string) => {
      const answer = await edge.as(account)("GET", `/offers${query}`)
      assert.deepStrictEqual(totalOf(answer), [String(answer.json.length), null])
      return [...idsOf(answer)].sort()
    }
    const sorted = (...lists: ReadonlyArray<ReadonlyArray<string>>) => lists.flat().sort()
    for (const account of [company.admin, company.manager]) {
      assert.deepStrictEqual(await observed(account, ""), sorted(mine, mineArchived, colleagues, expired, disabled))
      assert.deepStrictEqual(await observed(account, "?status=active"), sorted(mine, colleagues))
      assert.deepStrictEqual(await observed(account, "?status=disabled"), sorted(disabled))
      assert.deepStrictEqual(await observed(account, "?status=archived"), sorted(mineArchived))
      assert.deepStrictEqual(await observed(account, "?status=expired"), sorted(expired))
    }
    assert.deepStrictEqual(await observed(company.recruiter, ""), sorted(mine, mineArchived))
    assert.deepStrictEqual(await observed(company.recruiter, "?status=active"), sorted(mine))
    assert.deepStrictEqual(await observed(company.recruiter, "?status=archived"), sorted(mineArchived))
    assert.deepStrictEqual(await observed(company.recruiter, "?status=expired"), [])
    assert.deepStrictEqual(await observed(company.colleague, "?status=expired"), sorted(expired))
  })

  it("does not widen by a cursor of another company's", async () => {
    const company = await edge.addCompany()
    const other = await edge.addCompany()
    await supplied(other, other.recruiter, 5)
    const mine = await supplied(company, company.recruiter, 2)
    const cursor = Buffer.from(JSON.stringify({ createdAt: Date.now() + day, id: newId() })).toString("base64url")
    assert.deepStrictEqual(idsOf(await edge.as(company.admin)("GET", `/offers?after=${cursor}`)), mine)
  })
})

describe("more than 10,000 offers", () => {
  let company: CompanyWithPeople
  let ids: ReadonlyArray<string>
  beforeAll(async () => {
    company = await edge.addCompany()
    ids = await supplied(company, company.recruiter, 10_050)
  })
  const get = (query: string) => edge.as(company.admin)("GET", `/offers?${query}`)

  it("are counted to 10,000, and it is said that there are more; the last page is not known", async () => {
    const answer = await get("limit=100")
    assert.deepStrictEqual(totalOf(answer), ["10000", "gte"])
    assert.deepStrictEqual(linksOf(answer), { first: "/offers?limit=100&page=1", next: "/offers?limit=100&page=2" })
  })

  it("are all read by pages, beyond what is counted too", async () => {
    const answer = await get("limit=100&page=101")
    assert.deepStrictEqual(idsOf(answer), ids.slice(10_000))
    assert.deepStrictEqual(linksOf(answer), { first: "/offers?limit=100&page=1", prev: "/offers?limit=100&page=100" })
    const past = await get("limit=100&page=102")
    assert.deepStrictEqual(past.json, [])
    assert.deepStrictEqual(totalOf(past), ["10000", "gte"])
  })

  it("are counted exactly where a filter leaves 10,000 of them, and no more", async () => {
    await edge.pool.query("update offer set status = 'archived' where id = any($1)", [ids.slice(0, 10_000)])
    const archived = await get("limit=100&status=archived")
    assert.deepStrictEqual(totalOf(archived), ["10000", null])
    assert.strictEqual(linksOf(archived).last, "/offers?limit=100&status=archived&page=100")
    assert.deepStrictEqual(totalOf(await get("status=active")), ["50", null])
    await edge.pool.query("update offer set status = 'archived' where id = $1", [ids[10_000]])
    assert.deepStrictEqual(totalOf(await get("limit=100&status=archived")), ["10000", "gte"])
  })
})
