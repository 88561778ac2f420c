import { aManager, type CompanyWithPeople, hour, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { decodeJwt } from "jose"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
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
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
})
afterEach(async () => {
  edge.neon.onRequest = undefined
  await edge.moveClock(0)
})
afterAll(() => edge.close())

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const anAddress = () => `Kim.${newId()}@Example.org`
const pointersOf = ({ json }: Answer) => json.errors.map(({ pointer }: { readonly pointer: string }) => pointer)

const bulk = (by: Account, rows: ReadonlyArray<unknown>) =>
  edge.as(by)("POST", "/api/invitations/bulk-recruiter", { body: rows })
const validate = (token: string, method = "GET") => edge.call(method, `/api/invitations/validate/${token}`)
const decline = (token: string) => edge.call("POST", `/api/invitations/decline/${token}`)
const revoke = (by: Account, id: string) => edge.as(by)("PATCH", `/api/invitations/${id}/revoke`)
const resend = (by: Account, id: string) => edge.as(by)("POST", `/api/invitations/${id}/resend`)
const list = async (by: Account, query = "") => {
  const answer = await edge.as(by)("GET", `/api/invitations${query}`)
  assert.strictEqual(answer.status, 200, answer.text)
  return answer.json
}
const statusOf = async (by: Account, id: string): Promise<string> =>
  (await list(by, "?size=100")).content.find((row: { readonly id: string }) => row.id === id)?.status

/** What happened to something: each type, and who did it. */
const happened = async (id: string) =>
  (await eventsOf(edge.pool, id)).map(({ type, actor }) => `${type} by ${actor.kind}`)

/** Another hiring manager of a company. */
const addManager = async (companyId: string | null): Promise<Account> => {
  const manager = aManager(companyId)
  await edge.addAccount(manager)
  return manager
}

const accountRow = async (id: string) => (await edge.pool.query("select * from account where id = $1", [id])).rows[0]
/** All that somebody's act could have changed; a mail that went meanwhile takes its token with it. */
const rowsOf = async (ids: ReadonlyArray<string>) =>
  (
    await edge.pool.query(
      `select (select jsonb_agg(to_jsonb(i) - 'sealed_token' order by i.id) from invitation i where id = any($1)) as invitations,
         (select jsonb_agg(to_jsonb(a) order by a.id) from account a) as accounts,
         (select jsonb_agg(to_jsonb(c) order by c.id) from company c) as companies,
         (select count(*) from event) as events`,
      [ids]
    )
  ).rows[0]

/** In which way an invitation stands that was sent by our manager. */
const situation = {
  pending: () => cast.invited(ours.manager),
  accepted: async () => {
    const invitation = await cast.invited(ours.manager)
    assert.strictEqual((await cast.accept(invitation.token)).status, 200)
    return invitation
  },
  declined: async () => {
    const invitation = await cast.invited(ours.manager)
    assert.strictEqual((await decline(invitation.token)).status, 204)
    return invitation
  },
  revoked: async () => {
    const invitation = await cast.invited(ours.manager)
    assert.strictEqual((await revoke(ours.manager, invitation.id)).status, 204)
    return invitation
  },
  expired: async () => {
    const invitation = await cast.invited(ours.manager)
    await edge.moveClock(3 * day)
    return invitation
  }
}
type Situation = keyof typeof situation
const closed = ["accepted", "declined", "revoked", "expired"] as const satisfies ReadonlyArray<Situation>

describe("inviting a recruiter", () => {
  it("answers 201 with the five fields, the address as it was typed, open for 72 hours", async () => {
    const email = anAddress()
    const before = Date.now()
    const answer = await cast.invite(ours.manager, `  ${email} `, { personalMessage: " Come and bake. ", locale: "nb" })
    assert.strictEqual(answer.status, 201)
    const { id, createdAt, expiresAt, ...rest } = answer.json
    assert.match(id, uuid7)
    assert.deepStrictEqual(rest, { email, status: "PENDING" })
    assert.isTrue(Date.parse(createdAt) >= before && Date.parse(createdAt) <= Date.now())
    assert.strictEqual(Date.parse(expiresAt) - Date.parse(createdAt), 72 * hour)
    assert.strictEqual(answer.headers.get("etag"), '"1"')
  })

  it("is one event, without the address, the message or the token", async () => {
    const { id, expiresAt } = await cast.invited(ours.manager, anAddress(), { personalMessage: "Zebedee" })
    const [created, ...others] = await eventsOf(edge.pool, id)
    assert.deepStrictEqual(others, [])
    assert.deepInclude(created, {
      type: "invitation.created",
      sequence: 1,
      actor: { kind: "hiring_manager", id: ours.manager.id },
      data: { inviterId: ours.manager.id, resends: 0, expiresAt: Date.parse(expiresAt) }
    })
  })

  it("takes null for what is left out", async () => {
    assert.strictEqual(
      (await cast.invite(ours.manager, anAddress(), { personalMessage: null, locale: null })).status,
      201
    )
  })

  it.each([
    ["no address", { email: undefined }, "/email"],
    ["what is no address", { email: "kim@localhost" }, "/email"],
    ["an address that is too long", { email: `${"x".repeat(64)}@${"x.".repeat(100)}org` }, "/email"],
    ["two addresses", { email: "kim@example.org, bo@example.org" }, "/email"],
    ["a line break in the address", { email: "kim@example.org\r\nBcc: bo@example.org" }, "/email"],
    ["an empty message", { personalMessage: " " }, "/personalMessage"],
    ["a message that is too long", { personalMessage: "🥖".repeat(1_001) }, "/personalMessage"],
    ["another language", { locale: "de" }, "/locale"],
    ["an unknown field", { role: "hiring_manager" }, "/role"]
  ])("refuses %s with 400, naming the field", async (_, changes, pointer) => {
    const answer = await edge.as(ours.manager)("POST", "/api/invitations/recruiter", {
      body: { email: anAddress(), ...changes }
    })
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(answer), [pointer])
  })

  it("takes a message of 1,000 characters, whatever they take", async () => {
    assert.strictEqual(
      (await cast.invite(ours.manager, anAddress(), { personalMessage: "🥖".repeat(1_000) })).status,
      201
    )
  })

  it("is for hiring managers alone", async () => {
    const candidate = await edge.addCandidate()
    for (const by of [ours.admin, ours.recruiter, candidate]) {
      assert.strictEqual(statusAndCode(await cast.invite(by, anAddress())), "403 role-not-allowed")
    }
  })

  it("refuses a member of the company with 400 already-member, in any letter case", async () => {
    const answer = await cast.invite(ours.manager, ours.recruiter.email.toUpperCase())
    assert.strictEqual(statusAndCode(answer), "400 already-member")
    assert.strictEqual(statusAndCode(await cast.invite(ours.manager, ours.manager.email)), "400 already-member")
  })

  it("refuses an address with an open invitation with 400 already-invited, in any letter case", async () => {
    const { email } = await cast.invited(ours.manager, anAddress())
    assert.strictEqual(statusAndCode(await cast.invite(ours.manager, email.toLowerCase())), "400 already-invited")
    assert.strictEqual(
      statusAndCode(await cast.invite(await addManager(ours.id), email.toUpperCase())),
      "400 already-invited"
    )
  })

  it("is never blocked by one that has expired, swept or not", async () => {
    const { id, email } = await cast.invited(ours.manager, anAddress())
    await edge.moveClock(3 * day)
    assert.strictEqual((await cast.invite(ours.manager, email)).status, 201)
    assert.deepStrictEqual(await happened(id), ["invitation.created by hiring_manager", "invitation.expired by system"])
  })

  it("refuses an address that declined within 30 days with 400 declined, and no longer", async () => {
    const { email, token } = await cast.invited(ours.manager, anAddress())
    await decline(token)
    assert.strictEqual(statusAndCode(await cast.invite(ours.manager, email)), "400 declined")
    assert.strictEqual((await cast.invite(theirs.manager, email)).status, 201)
    await edge.moveClock(30 * day - hour)
    assert.strictEqual(statusAndCode(await cast.invite(ours.manager, email.toLowerCase())), "400 declined")
    await edge.moveClock(30 * day + hour)
    assert.strictEqual((await cast.invite(ours.manager, email)).status, 201)
  })

  it.each(["accepted", "revoked"] as const)(
    "may follow one that was %s, if nobody has that address here",
    async (how) => {
      const { email } = await situation[how]()
      const expected = how === "accepted" ? "400 already-member" : "201"
      assert.strictEqual(statusAndCode(await cast.invite(ours.manager, email)), expected)
    }
  )

  it("says nothing of addresses of other companies", async () => {
    const { email } = await cast.invited(theirs.manager, anAddress())
    for (const known of [email, theirs.recruiter.email, theirs.manager.email]) {
      assert.strictEqual((await cast.invite(ours.manager, known)).status, 201)
    }
  })
})

describe("the first invitation of a hiring manager without a company", () => {
  const companyOf = async (id: string) =>
    (
      await edge.pool.query(
        "select c.id, c.name, c.creator_id as creator from account a join company c on c.id = a.company_id where a.id = $1",
        [id]
      )
    ).rows

  it("makes one, named after them, and whoever has a token without a company goes on with it", async () => {
    const mia = { ...(await addManager(null)), firstName: "Mia", lastName: "Vik" }
    await edge.pool.query("update account set first_name = 'Mia', last_name = 'Vik' where id = $1", [mia.id])
    const { id } = await cast.invited(mia)
    const [company, ...others] = await companyOf(mia.id)
    assert.deepStrictEqual(others, [])
    assert.deepInclude(company, { name: "Mia Vik", creator: mia.id })
    assert.deepStrictEqual(await happened(company.id), ["company.created by hiring_manager"])
    assert.deepStrictEqual(await happened(mia.id), ["account.joined by hiring_manager"])
    assert.deepStrictEqual(
      (await list(mia)).content.map((row: { readonly id: string }) => row.id),
      [id]
    )
  })

  it("makes one even if there are ten at once", async () => {
    const mia = await addManager(null)
    const { rows: before } = await edge.pool.query("select count(*)::int as count from company")
    const answers = await Promise.all(Array.from({ length: 10 }, () => cast.invite(mia, anAddress())))
    assert.deepStrictEqual([...new Set(answers.map(statusAndCode))], ["201"])
    const { rows: after } = await edge.pool.query("select count(*)::int as count from company")
    assert.strictEqual(after[0].count - before[0].count, 1)
    assert.strictEqual((await list(mia)).totalElements, 10)
  })

  it("makes none when it is refused", async () => {
    const mia = await addManager(null)
    assert.strictEqual(statusAndCode(await cast.invite(mia, "nobody")), "400 invalid-input")
    assert.deepStrictEqual(await bulk(mia, [{ email: "nobody" }]).then(({ json }) => json), { nobody: "invalid-email" })
    assert.deepStrictEqual(await companyOf(mia.id), [])
  })

  it("may be a bulk", async () => {
    const mia = await addManager(null)
    assert.strictEqual((await bulk(mia, [{ email: anAddress() }, { email: anAddress() }])).status, 200)
    assert.strictEqual((await list(mia)).totalElements, 2)
  })
})

describe("a bulk of invitations", () => {
  it("answers what became of each address, as it was typed; one bad row stops no other", async () => {
    const [pending, declined, fresh] = [await situation.pending(), await situation.declined(), anAddress()]
    const long = anAddress()
    const answer = await bulk(ours.manager, [
      { email: ` ${fresh}` },
      { email: fresh.toUpperCase() },
      { email: ` ${fresh}` },
      { email: ours.recruiter.email },
      { email: pending.email.toUpperCase() },
      { email: declined.email, personalMessage: null },
      { email: "nobody" },
      { email: "" },
      { email: long, personalMessage: "x".repeat(1_001) },
      { email: anAddress(), personalMessage: " " },
      { email: "__proto__" },
      { email: "a\u0000@example.org" }
    ])
    assert.strictEqual(answer.status, 200, answer.text)
    const entries = Object.entries(answer.json as Readonly<Record<string, string>>)
    assert.deepStrictEqual(
      entries.map(([, outcome]) => outcome),
      [
        "invited",
        "duplicate-in-request",
        "already-member",
        "already-invited",
        "declined",
        "invalid-email",
        "invalid-email",
        "invalid-message",
        "invalid-message",
        "invalid-email",
        "invalid-email"
      ]
    )
    assert.deepStrictEqual(entries.slice(0, 2), [
      [` ${fresh}`, "invited"],
      [fresh.toUpperCase(), "duplicate-in-request"]
    ])
    assert.include(answer.text, '"__proto__":"invalid-email"')
    const rows = (await list(ours.manager, "?size=100")).content
    assert.strictEqual(rows.filter((row: { readonly email: string }) => row.email === fresh).length, 1)
  })

  it("invites a hundred, each with a message and a language of its own", async () => {
    const mia = await addManager(null)
    const rows = Array.from({ length: 100 }, (_, n) => ({
      email: anAddress(),
      personalMessage: `No. ${n}`,
      locale: "fr"
    }))
    const answer = await bulk(mia, rows)
    assert.deepStrictEqual(answer.json, Object.fromEntries(rows.map(({ email }) => [email, "invited"])))
    const listed = (await list(mia, "?size=100")).content
    assert.sameMembers(
      listed.map((row: { readonly personalMessage: string }) => row.personalMessage),
      rows.map(({ personalMessage }) => personalMessage)
    )
  })

  it.each([
    ["no rows", () => [], ""],
    ["101 rows", () => Array.from({ length: 101 }, () => ({ email: anAddress() })), ""],
    ["a row without an address", () => [{ email: anAddress() }, { personalMessage: "Come." }], "/1/email"],
    ["an address that is none in type", () => [{ email: 7 }], "/0/email"],
    ["a null address", () => [{ email: anAddress() }, { email: anAddress() }, { email: null }], "/2/email"],
    ["another language", () => [{ email: anAddress(), locale: "de" }], "/0/locale"],
    ["a message that is no text", () => [{ email: anAddress(), personalMessage: 7 }], "/0/personalMessage"],
    ["an unknown field", () => [{ email: anAddress(), role: "x" }], "/0/role"],
    ["a row that is an address", () => [anAddress()], "/0"],
    ["an object", () => ({ email: anAddress() }), ""]
  ])("refuses %s with 400 for the whole", async (_, rows, pointer) => {
    const { rows: before } = await edge.pool.query("select count(*) from invitation")
    const answer = await bulk(ours.manager, rows() as ReadonlyArray<unknown>)
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(answer), [pointer])
    const { rows: after } = await edge.pool.query("select count(*) from invitation")
    assert.deepStrictEqual(after, before)
  })

  it("is looked at by its type, its size, and whether it is JSON, before its rows", async () => {
    const post = (raw: string | Uint8Array, type = "application/json") =>
      edge.as(ours.manager)("POST", "/api/invitations/bulk-recruiter", { raw, headers: { "Content-Type": type } })
    assert.strictEqual(statusAndCode(await post("[]", "text/plain")), "415 media-type-not-supported")
    assert.strictEqual(statusAndCode(await post(" ".repeat(256 * 1024 + 1))), "413 body-too-large")
    for (const raw of ["", "[", "null", "[{}", new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d])]) {
      const answer = await post(raw)
      assert.strictEqual(statusAndCode(answer), "400 invalid-input")
      assert.deepStrictEqual(pointersOf(answer), [""])
    }
  })

  it("is for hiring managers alone", async () => {
    assert.strictEqual(statusAndCode(await bulk(ours.admin, [])), "403 role-not-allowed")
  })
})

describe("the list of invitations", () => {
  let mia: Account
  let colleague: Account
  const emails = ["Bo@example.org", "ada@example.org", "Cleo@example.org"]
  beforeAll(async () => {
    const company = await edge.addCompany()
    mia = company.manager
    colleague = await addManager(company.id)
    for (const email of emails) await cast.invite(email.startsWith("Cleo") ? colleague : mia, email)
  })
  const emailsOf = (page: { readonly content: ReadonlyArray<{ readonly email: string }> }) =>
    page.content.map(({ email }) => email.split("@")[0])

  it("is Spring's Page, newest first", async () => {
    const { content, ...page } = await list(mia)
    const sort = { sorted: true, unsorted: false, empty: false }
    assert.deepStrictEqual(page, {
      pageable: { pageNumber: 0, pageSize: 20, offset: 0, paged: true, unpaged: false, sort },
      number: 0,
      size: 20,
      totalElements: 3,
      totalPages: 1,
      numberOfElements: 3,
      first: true,
      last: true,
      empty: false,
      sort
    })
    assert.deepStrictEqual(emailsOf({ content }), ["Cleo", "ada", "Bo"])
  })

  it("has each row whole: who sent it, what they wrote, and what became of the mail", async () => {
    const { id, email, token: _, ...fields } = await cast.invited(mia, anAddress(), { personalMessage: "Come." })
    const [row] = (await list(mia, "?size=1")).content
    assert.deepStrictEqual(row, {
      id,
      email,
      ...fields,
      personalMessage: "Come.",
      invitedBy: { id: mia.id, firstName: mia.firstName, lastName: mia.lastName },
      delivery: { status: "queued", error: row.delivery.error }
    })
    await revoke(mia, id)
    await edge.pool.query("delete from invitation where id = $1", [id])
  })

  it("counts pages from 0, and one past the end is empty", async () => {
    const middle = await list(mia, "?page=1&size=2")
    assert.deepStrictEqual(emailsOf(middle), ["Bo"])
    assert.deepInclude(middle, { number: 1, size: 2, totalPages: 2, numberOfElements: 1, first: false, last: true })
    assert.deepInclude(middle.pageable, { pageNumber: 1, pageSize: 2, offset: 2 })
    const first = await list(mia, "?page=0&size=2")
    assert.deepInclude(first, { totalPages: 2, numberOfElements: 2, first: true, last: false, empty: false })
    const beyond = await list(mia, "?page=9&size=2")
    assert.deepInclude(beyond, {
      content: [],
      totalElements: 3,
      numberOfElements: 0,
      first: false,
      last: true,
      empty: true
    })
  })

  it.each([
    ["createdAt", ["Bo", "ada", "Cleo"]],
    ["createdAt,asc", ["Bo", "ada", "Cleo"]],
    ["createdAt,desc", ["Cleo", "ada", "Bo"]],
    ["expiresAt,DESC", ["Cleo", "ada", "Bo"]],
    ["email", ["ada", "Bo", "Cleo"]],
    ["email,Desc", ["Cleo", "Bo", "ada"]]
  ])("is sorted by %s", async (sort, expected) => {
    assert.deepStrictEqual(emailsOf(await list(mia, `?sort=${sort}`)), expected)
  })

  it("is filtered and sorted by the status of now", async () => {
    const [, ada] = (await list(mia)).content
    await revoke(mia, ada.id)
    assert.deepStrictEqual(emailsOf(await list(mia, "?status=PENDING")), ["Cleo", "Bo"])
    assert.deepStrictEqual(emailsOf(await list(mia, "?status=REVOKED")), ["ada"])
    assert.deepStrictEqual(emailsOf(await list(mia, "?sort=status,desc&size=1")), ["ada"])
    await edge.moveClock(3 * day)
    assert.deepStrictEqual(emailsOf(await list(mia, "?status=EXPIRED&sort=createdAt")), ["Bo", "Cleo"])
    const { content, totalElements } = await list(mia, "?status=PENDING")
    assert.deepStrictEqual([content, totalElements], [[], 0])
    assert.deepStrictEqual(
      (await list(mia, "?sort=status")).content.map(({ status }: { readonly status: string }) => status),
      ["EXPIRED", "EXPIRED", "REVOKED"]
    )
  })

  it.each([
    ["page=-1", "/page"],
    ["page=1.5", "/page"],
    ["page=2147483648", "/page"],
    ["page=", "/page"],
    ["size=0", "/size"],
    ["size=101", "/size"],
    ["size=ten", "/size"],
    ["sort=token,asc", "/sort"],
    ["sort=createdat", "/sort"],
    ["sort=email,up", "/sort"],
    ["sort=email,asc,asc", "/sort"],
    ["sort=email,", "/sort"],
    ["sort=", "/sort"],
    ["sort=email&sort=status", "/sort"],
    ["status=pending", "/status"],
    ["status=", "/status"],
    ["status=GONE", "/status"]
  ])("refuses %s with 400", async (query, pointer) => {
    const answer = await edge.as(mia)("GET", `/api/invitations?${query}`)
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(answer), [pointer])
  })

  it("is an empty page for a hiring manager without a company", async () => {
    const page = await list(await addManager(null))
    assert.deepInclude(page, {
      content: [],
      totalElements: 0,
      totalPages: 0,
      numberOfElements: 0,
      first: true,
      last: true,
      empty: true
    })
  })

  it("is for hiring managers alone, of the company", async () => {
    for (const by of [ours.admin, ours.recruiter]) {
      assert.strictEqual(statusAndCode(await edge.as(by)("GET", "/api/invitations")), "403 role-not-allowed")
    }
    const foreign = (await list(theirs.manager, "?size=100")).content
    assert.isFalse(foreign.some((row: { readonly email: string }) => emails.includes(row.email)))
  })
})

describe("validating a token", () => {
  it("answers who invites whom, into which company, until when", async () => {
    const { email, token, expiresAt } = await situation.pending()
    const answer = await validate(token)
    assert.deepStrictEqual(answer.json, {
      valid: true,
      email,
      organization: "Acme",
      invitedBy: "Kim Hansen",
      status: "PENDING",
      expiresAt
    })
  })

  it.each(closed)("answers 200 for one that is %s, not valid, and why", async (how) => {
    const { email, token } = await situation[how]()
    const answer = await validate(token)
    assert.strictEqual(answer.status, 200)
    assert.deepInclude(answer.json, { valid: false, email, status: how.toUpperCase() })
    assert.match(answer.json.error, /^The invitation has .*\.$/)
  })

  it("answers an unknown token 400 token-unknown, and nothing about anyone", async () => {
    const { id, token } = await situation.pending()
    const known = await validate(token)
    for (const guess of ["x", id, `${token}x`, token.slice(1), token.toLowerCase(), "%00", "🥖", "x".repeat(4_000)]) {
      const answer = await validate(guess)
      assert.strictEqual(statusAndCode(answer), "400 token-unknown", guess)
      assert.notInclude(answer.text, known.json.email)
    }
  })

  it("expires at the very instant of expiresAt", async () => {
    const { token } = await situation.pending()
    await edge.moveClock(3 * day - hour)
    assert.isTrue((await validate(token)).json.valid)
    await edge.moveClock(3 * day)
    assert.isFalse((await validate(token)).json.valid)
  })

  it("changes nothing, by GET or HEAD, ten times, whatever it is", async () => {
    const supplied = [await situation.pending(), await situation.declined(), await situation.expired()]
    const before = await rowsOf(supplied.map(({ id }) => id))
    for (let time = 0; time < 5; time++) {
      for (const { token } of supplied) {
        assert.strictEqual((await validate(token)).status, 200)
        const head = await validate(token, "HEAD")
        assert.deepStrictEqual([head.status, head.text], [200, ""])
      }
    }
    assert.deepStrictEqual(await rowsOf(supplied.map(({ id }) => id)), before)
  })
})

describe("accepting an invitation", () => {
  it("makes an account, a recruiter of the company, and answers a token that every route takes at once", async () => {
    const { id, email, token } = await cast.invited(ours.manager, anAddress(), { locale: "fr" })
    const username = `Ada.${newId().slice(-12)}`
    const body = { username, firstName: " Ada ", lastName: "Berg", contactNumber: "+4722225555" }
    const answer = await cast.accept(token, body)
    assert.strictEqual(answer.status, 200, answer.text)
    assert.isAbove(answer.json.message.length, 0)
    assert.deepStrictEqual(Object.keys(answer.json).sort(), ["message", "token"])
    const { sub = "", ...claims } = decodeJwt(answer.json.token)
    assert.deepInclude(claims, { role: "recruiter", subRole: "recruiter_user", companyId: ours.id, email, username })
    assert.strictEqual((claims.exp ?? 0) - (claims.iat ?? 0), 43_200)
    const { created_at: _, ...account } = await accountRow(sub)
    assert.deepInclude(account, {
      email,
      username,
      first_name: "Ada",
      last_name: "Berg",
      contact_number: "+4722225555",
      locale: "fr",
      role: "recruiter",
      sub_role: "recruiter_user",
      company_id: ours.id,
      email_verified: true,
      profile_complete: true
    })
    assert.strictEqual(await statusOf(ours.manager, id), "ACCEPTED")
    assert.deepStrictEqual(await happened(id), [
      "invitation.created by hiring_manager",
      "invitation.accepted by recruiter"
    ])
    assert.deepStrictEqual(await happened(sub), ["account.created by recruiter"])
    for (const path of ["/offers", "/offer-sends", "/notifications"]) {
      assert.strictEqual((await edge.call("GET", path, { token: answer.json.token })).status, 200, path)
    }
  })

  it("takes the inviter's language where the invitation names none", async () => {
    await edge.pool.query("update account set locale = 'nb' where id = $1", [theirs.manager.id])
    const { token } = await cast.invited(theirs.manager)
    const { sub = "" } = decodeJwt((await cast.accept(token)).json.token)
    assert.strictEqual((await accountRow(sub)).locale, "nb")
  })

  it.each(closed)("is 400 for one that is %s, before anything is said of the body", async (how) => {
    const { token } = await situation[how]()
    const answer = await cast.accept(token, { nonsense: 1 })
    assert.strictEqual(statusAndCode(answer), "400 invitation-not-open")
  })

  it("is 400 for an unknown token, before anything is said of the body", async () => {
    for (const body of [undefined, {}, cast.profile()]) {
      assert.strictEqual(statusAndCode(await cast.accept("guessed", body)), "400 token-unknown")
    }
    const raw = { raw: "{", headers: { "Content-Type": "application/json" } }
    assert.strictEqual(
      statusAndCode(await edge.call("POST", "/api/invitations/accept/guessed", raw)),
      "400 token-unknown"
    )
  })

  it.each([
    ["a user name that is too short", { username: "ab" }, "/username"],
    ["a user name that is too long", { username: "a".repeat(41) }, "/username"],
    ["a user name with a space", { username: "ada berg" }, "/username"],
    ["a user name with another letter", { username: "adå" }, "/username"],
    ["no user name", { username: undefined }, "/username"],
    ["a NUL in the user name", { username: "ada\u0000" }, "/username"],
    ["no first name", { firstName: undefined }, "/firstName"],
    ["an empty first name", { firstName: " " }, "/firstName"],
    ["a last name that is too long", { lastName: "x".repeat(101) }, "/lastName"],
    ["a last name in two lines", { lastName: "Berg\r\nBcc: x" }, "/lastName"],
    ["a telephone number without its country", { contactNumber: "22225555" }, "/contactNumber"],
    ["a telephone number that is too long", { contactNumber: `+${"1".repeat(16)}` }, "/contactNumber"],
    ["a number for a telephone number", { contactNumber: 4722225555 }, "/contactNumber"],
    ["an unknown field", { role: "hiring_manager" }, "/role"],
    ["an address", { email: "else@example.org" }, "/email"]
  ])("refuses %s with 400, naming the field, and the invitation stays open", async (_, changes, pointer) => {
    const { id, token } = await situation.pending()
    const answer = await cast.accept(token, cast.profile(changes))
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(answer), [pointer])
    assert.strictEqual(await statusOf(ours.manager, id), "PENDING")
  })

  it("names every field that is missing where there is no body, and says of one that it is no JSON", async () => {
    const { token } = await situation.pending()
    const none = await edge.call("POST", `/api/invitations/accept/${token}`)
    assert.strictEqual(statusAndCode(none), "400 invalid-input")
    assert.deepStrictEqual(pointersOf(none), ["/username", "/firstName", "/lastName"])
    for (const raw of ["{", "[]", "null", new Uint8Array([0x22, 0xff, 0x22])]) {
      const headers = { "Content-Type": "application/json" }
      const answer = await edge.call("POST", `/api/invitations/accept/${token}`, { raw, headers })
      assert.strictEqual(statusAndCode(answer), "400 invalid-input")
      assert.deepStrictEqual(pointersOf(answer), [""])
    }
  })

  it("refuses a user name that is taken, in any letter case, naming the field, and the invitation stays open", async () => {
    const username = `Taken-${newId().slice(-12)}`
    const [one, other] = [await situation.pending(), await situation.pending()]
    await cast.accept(one.token, cast.profile({ username }))
    const answer = await cast.accept(other.token, cast.profile({ username: username.toUpperCase() }))
    assert.strictEqual(statusAndCode(answer), "400 username-taken")
    assert.deepStrictEqual(pointersOf(answer), ["/username"])
    assert.strictEqual((await cast.accept(other.token)).status, 200)
  })

  it("gives a user name to one of two who ask for it at once", async () => {
    const username = `both-${newId().slice(-12)}`
    const tokens = [(await situation.pending()).token, (await situation.pending()).token]
    const answers = await Promise.all(tokens.map((token) => cast.accept(token, cast.profile({ username }))))
    assert.sameMembers(answers.map(statusAndCode), ["200", "400 username-taken"])
  })

  it("is done once: of ten at the same time one is 200 and nine are 400, and there is one account", async () => {
    const { email, token } = await situation.pending()
    const answers = await Promise.all(Array.from({ length: 10 }, () => cast.accept(token)))
    assert.deepStrictEqual(answers.map(statusAndCode).sort(), [
      "200",
      ...Array.from({ length: 9 }, () => "400 invitation-not-open")
    ])
    const { rows } = await edge.pool.query("select id from account where lower(email) = lower($1)", [email])
    assert.strictEqual(rows.length, 1)
  })

  it("or a revocation comes first, never both", async () => {
    for (let round = 0; round < 5; round++) {
      const { id, token } = await situation.pending()
      const [accepted, revoked] = await Promise.all([cast.accept(token), revoke(ours.manager, id)])
      assert.sameMembers([accepted.status === 200, revoked.status === 204], [true, false])
      assert.strictEqual(await statusOf(ours.manager, id), accepted.status === 200 ? "ACCEPTED" : "REVOKED")
    }
  })

  it("looks at a bearer first where there is one, then at the type and the size of the body", async () => {
    const { token } = await situation.pending()
    const path = `/api/invitations/accept/${token}`
    const plain = { raw: "x", headers: { "Content-Type": "text/plain" } }
    const large = { raw: "x".repeat(256 * 1024 + 1), headers: { "Content-Type": "application/json" } }
    assert.strictEqual(statusAndCode(await edge.call("POST", path, { ...plain, token: "x" })), "401 token-invalid")
    assert.strictEqual(statusAndCode(await edge.call("POST", path, plain)), "415 media-type-not-supported")
    assert.strictEqual(statusAndCode(await edge.call("POST", path, large)), "413 body-too-large")
    assert.strictEqual(
      statusAndCode(await edge.call("POST", "/api/invitations/accept/guessed", plain)),
      "415 media-type-not-supported"
    )
    assert.strictEqual(statusAndCode(await edge.call("GET", path)), "405 method-not-allowed")
  })
})

describe("accepting with an account that is there already", () => {
  const invitedTo = async (account: Account) => cast.invited(ours.manager, account.email.toUpperCase())
  const unchanged = async (account: Account, invitationId: string, act: () => Promise<Answer>, expected: string) => {
    const before = await rowsOf([invitationId])
    assert.strictEqual(statusAndCode(await act()), expected)
    assert.deepStrictEqual(await rowsOf([invitationId]), before)
    assert.strictEqual((await accountRow(account.id)).version, account.version)
  }

  it("needs its token: 401 sign-in-required, and nothing is changed", async () => {
    const cleo = await edge.addCandidate()
    const { id, token } = await invitedTo(cleo)
    await unchanged(cleo, id, () => cast.accept(token, cast.profile({ firstName: "Eve" })), "401 sign-in-required")
    const answer = await cast.accept(token, undefined)
    assert.strictEqual(answer.headers.get("www-authenticate"), 'Bearer realm="treff"')
  })

  it("needs none of another account: 403 not-invited, and nothing is changed", async () => {
    const [cleo, eve] = [await edge.addCandidate(), await edge.addCandidate()]
    const { id, token } = await invitedTo(cleo)
    await unchanged(cleo, id, () => cast.accept(token, cast.profile(), eve), "403 not-invited")
    await unchanged(cleo, id, () => cast.accept(token, undefined, ours.manager), "403 not-invited")
  })

  it("makes a candidate a recruiter, by name and user name as before; the body is not looked at", async () => {
    for (const [body, headers] of [
      [undefined, {}],
      ["{", { "Content-Type": "application/json" }]
    ] as const) {
      const cleo = await edge.addCandidate({
        firstName: "Cleo",
        lastName: "Vik",
        username: `cleo.${newId().slice(-12)}`
      })
      const { id, token } = await invitedTo(cleo)
      const answer = await edge.call("POST", `/api/invitations/accept/${token}`, {
        token: await edge.tokenOf(cleo),
        ...(body !== undefined && { raw: body, headers })
      })
      assert.strictEqual(answer.status, 200, answer.text)
      const claims = decodeJwt(answer.json.token)
      assert.deepInclude(claims, {
        sub: cleo.id,
        role: "recruiter",
        subRole: "recruiter_user",
        companyId: ours.id,
        email: cleo.email,
        username: cleo.username
      })
      assert.deepInclude(await accountRow(cleo.id), { first_name: "Cleo", last_name: "Vik", role: "recruiter" })
      assert.deepStrictEqual(await happened(cleo.id), ["account.joined by candidate"])
      assert.strictEqual(await statusOf(ours.manager, id), "ACCEPTED")
      assert.strictEqual(statusAndCode(await edge.as(cleo)("GET", "/offer-sends")), "401 token-stale")
      assert.strictEqual((await edge.call("GET", "/offers", { token: answer.json.token })).status, 200)
    }
  })

  it("takes a recruiter who has left another company", async () => {
    const company = await edge.addCompany()
    await edge.as(company.manager)("DELETE", `/api/members/${company.recruiter.id}`)
    const left = { ...company.recruiter, companyId: null }
    const { token } = await invitedTo(left)
    assert.strictEqual((await cast.accept(token, undefined, left)).status, 200)
    assert.strictEqual((await accountRow(left.id)).company_id, ours.id)
  })

  it("is 409 already-in-a-company for who is in another one", async () => {
    const { manager, admin, recruiter } = await edge.addCompany()
    for (const member of [recruiter, admin, manager]) {
      const { id, token } = await invitedTo(member)
      await unchanged(member, id, () => cast.accept(token, undefined, member), "409 already-in-a-company")
    }
  })

  it("is 409 is-a-hiring-manager for one without a company", async () => {
    const mia = await addManager(null)
    const { id, token } = await invitedTo(mia)
    await unchanged(mia, id, () => cast.accept(token, undefined, mia), "409 is-a-hiring-manager")
  })

  it("is 401 token-stale where the account agrees with the token no more", async () => {
    const cleo = await edge.addCandidate()
    const { id, token } = await invitedTo(cleo)
    const claimed = { ...cleo, role: "recruiter", subRole: "recruiter_user" } as const
    await unchanged(cleo, id, () => cast.accept(token, undefined, claimed), "401 token-stale")
  })

  it("of ten at the same time one is 200 and nine are 400", async () => {
    const cleo = await edge.addCandidate()
    const { token } = await invitedTo(cleo)
    const answers = await Promise.all(Array.from({ length: 10 }, () => cast.accept(token, undefined, cleo)))
    assert.deepStrictEqual(answers.map(statusAndCode).sort(), [
      "200",
      ...Array.from({ length: 9 }, () => "400 invitation-not-open")
    ])
    assert.deepStrictEqual(await happened(cleo.id), ["account.joined by candidate"])
  })
})

describe("declining an invitation", () => {
  it("is 204, for whoever holds the link", async () => {
    const { id, token } = await situation.pending()
    assert.strictEqual((await decline(token)).status, 204)
    assert.strictEqual(await statusOf(ours.manager, id), "DECLINED")
    assert.deepStrictEqual(await happened(id), [
      "invitation.created by hiring_manager",
      "invitation.declined by recruiter"
    ])
  })

  it.each(closed)("is 400 for one that is %s", async (how) => {
    const { token } = await situation[how]()
    assert.strictEqual(statusAndCode(await decline(token)), "400 invitation-not-open")
  })

  it("is 400 for an unknown token", async () => {
    assert.strictEqual(statusAndCode(await decline("guessed")), "400 token-unknown")
  })
})

describe("revoking an invitation", () => {
  it("is 204 for the inviter and for who made the company, and the link is good no more", async () => {
    const colleague = await addManager(ours.id)
    for (const by of [colleague, ours.manager]) {
      const { id, token } = await cast.invited(colleague)
      assert.strictEqual((await revoke(by, id)).status, 204)
      assert.strictEqual(await statusOf(ours.manager, id), "REVOKED")
      assert.strictEqual(statusAndCode(await cast.accept(token)), "400 invitation-not-open")
    }
  })

  it("is 403 not-owner for another manager of the company", async () => {
    const { id } = await situation.pending()
    assert.strictEqual(statusAndCode(await revoke(await addManager(ours.id), id)), "403 not-owner")
    assert.strictEqual(statusAndCode(await revoke(ours.admin, id)), "403 role-not-allowed")
  })

  it.each(closed)("is 400 for one that is %s", async (how) => {
    const { id } = await situation[how]()
    assert.strictEqual(statusAndCode(await revoke(ours.manager, id)), "400 illegal-transition")
  })

  it("is 404 for one that there is not, or of another company's", async () => {
    const { id } = await situation.pending()
    assert.strictEqual(statusAndCode(await revoke(theirs.manager, id)), "404 not-found")
    for (const unknown of [newId(), "x"])
      assert.strictEqual(statusAndCode(await revoke(ours.manager, unknown)), "404 not-found")
    assert.strictEqual(statusAndCode(await revoke(await addManager(null), id)), "403 no-company")
  })

  it("holds to If-Match", async () => {
    const { id } = await situation.pending()
    const manual = (tag: string) =>
      edge.as(ours.manager)("PATCH", `/api/invitations/${id}/revoke`, { headers: { "If-Match": tag } })
    assert.strictEqual(statusAndCode(await manual('"7"')), "412 stale-version")
    assert.strictEqual(statusAndCode(await manual('"1"')), "204")
  })
})

describe("sending an invitation again", () => {
  it("answers the five fields with 72 more hours; the new token is good, and the old one no more", async () => {
    const { id, email, token, createdAt } = await situation.pending()
    await edge.moveClock(2 * day)
    const answer = await resend(ours.manager, id)
    assert.strictEqual(answer.status, 200, answer.text)
    const { expiresAt, ...rest } = answer.json
    assert.deepStrictEqual(rest, { id, email, status: "PENDING", createdAt })
    assert.approximately(Date.parse(expiresAt), edge.now() + 3 * day, hour)
    assert.strictEqual(answer.headers.get("etag"), '"2"')
    const fresh = await edge.sealedToken("invitation", id)
    assert.notStrictEqual(fresh, token)
    assert.strictEqual(statusAndCode(await cast.accept(token)), "400 token-unknown")
    await edge.moveClock(4 * day)
    assert.strictEqual((await cast.accept(fresh)).status, 200)
  })

  it("is for every hiring manager of the company", async () => {
    const { id } = await situation.pending()
    assert.strictEqual((await resend(await addManager(ours.id), id)).status, 200)
    assert.strictEqual(statusAndCode(await resend(ours.admin, id)), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await resend(theirs.manager, id)), "404 not-found")
    assert.strictEqual(statusAndCode(await resend(ours.manager, newId())), "404 not-found")
  })

  it("opens one that has expired", async () => {
    const { id } = await situation.expired()
    assert.strictEqual((await resend(ours.manager, id)).json.status, "PENDING")
    assert.deepStrictEqual(await happened(id), [
      "invitation.created by hiring_manager",
      "invitation.expired by system",
      "invitation.resent by hiring_manager"
    ])
  })

  it("is possible three times, and then 400 resent-too-often", async () => {
    const { id } = await situation.pending()
    const answers = [await resend(ours.manager, id), await resend(ours.manager, id), await resend(ours.manager, id)]
    assert.deepStrictEqual(answers.map(statusAndCode), ["200", "200", "200"])
    assert.strictEqual(statusAndCode(await resend(ours.manager, id)), "400 resent-too-often")
  })

  it.each(["accepted", "declined", "revoked"] as const)("is 400 for one that was %s", async (how) => {
    const { id } = await situation[how]()
    assert.strictEqual(statusAndCode(await resend(ours.manager, id)), "400 illegal-transition")
  })

  it("is 400 where the address is a member's by now, or has a newer one that is open", async () => {
    const { id, email } = await situation.expired()
    const newer = await cast.invited(ours.manager, email.toUpperCase())
    assert.strictEqual(statusAndCode(await resend(ours.manager, id)), "400 already-invited")
    assert.strictEqual((await cast.accept(newer.token)).status, 200)
    assert.strictEqual(statusAndCode(await resend(ours.manager, id)), "400 already-member")
  })
})

describe("the limits", () => {
  let small: Edge
  let smallCast: typeof cast
  beforeAll(async () => {
    const text = (value: string) => ({ type: "text", value }) as const
    small = await openEdge({
      bindings: {
        edgeApi: {
          INVITATIONS_OPEN_PER_COMPANY: text("3"),
          INVITATIONS_SENT_PER_DAY: text("4"),
          INVITATION_LIFETIME_HOURS: text("2")
        }
      }
    })
    smallCast = castOf(small)
  })
  afterEach(() => small.moveClock(0))
  afterAll(() => small.close())

  const waitOf = ({ headers }: Answer) => Number(headers.get("retry-after"))

  it("is so many open at once in a company, whoever sent them; until the oldest expires", async () => {
    const company = await small.addCompany()
    const colleague = aManager(company.id)
    await small.addAccount(colleague)
    for (const by of [company.manager, colleague, colleague]) await smallCast.invited(by)
    const answer = await smallCast.invite(company.manager, anAddress())
    assert.strictEqual(statusAndCode(answer), "429 over-limit")
    assert.approximately(waitOf(answer), 7_200, 60)
    await small.moveClock(waitOf(answer) * 1_000)
    assert.strictEqual((await smallCast.invite(company.manager, anAddress())).status, 201)
  })

  it("is so many within 24 hours of one inviter, a resend counting; until the oldest counts no more", async () => {
    const { manager } = await small.addCompany()
    const first = await smallCast.invited(manager)
    assert.strictEqual((await small.as(manager)("POST", `/api/invitations/${first.id}/resend`)).status, 200)
    await small.as(manager)("PATCH", `/api/invitations/${first.id}/revoke`)
    await smallCast.invited(manager)
    const last = await smallCast.invited(manager)
    const answer = await smallCast.invite(manager, anAddress())
    assert.strictEqual(statusAndCode(answer), "429 over-limit")
    assert.approximately(waitOf(answer), 86_400, 60)
    const again = await small.as(manager)("POST", `/api/invitations/${last.id}/resend`)
    assert.strictEqual(statusAndCode(again), "429 over-limit")
    const mailsAndAll = "select count(*) from event"
    const { rows: before } = await small.pool.query(mailsAndAll)
    await smallCast.invite(manager, anAddress())
    assert.deepStrictEqual((await small.pool.query(mailsAndAll)).rows, before)
    await small.moveClock(waitOf(answer) * 1_000)
    assert.strictEqual((await smallCast.invite(manager, anAddress())).status, 201)
  })

  it("lets as many of a bulk through as there is room for, the others are over-limit", async () => {
    const { manager } = await small.addCompany()
    const emails = Array.from({ length: 5 }, anAddress)
    const answer = await small.as(manager)("POST", "/api/invitations/bulk-recruiter", {
      body: emails.map((email) => ({ email }))
    })
    assert.deepStrictEqual(Object.values(answer.json), ["invited", "invited", "invited", "over-limit", "over-limit"])
    assert.deepStrictEqual(Object.keys(answer.json), emails)
  })

  it("holds when all come at once", async () => {
    const { manager } = await small.addCompany()
    const answers = await Promise.all(Array.from({ length: 10 }, () => smallCast.invite(manager, anAddress())))
    assert.deepStrictEqual(answers.map(statusAndCode).sort(), [
      ...Array.from({ length: 3 }, () => "201"),
      ...Array.from({ length: 7 }, () => "429 over-limit")
    ])
  })
})
