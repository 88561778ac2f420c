import { request } from "node:http"
import { aRecruiter, newId } from "@treff/contract-tests/fixtures"
import * as fc from "fast-check"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type CallOptions, offerInput } from "../stage.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Operation, openEdge, pathWith, routesOf, type Schema } from "./contract.ts"
import { watchState } from "./unchanged.ts"

// What is asked of each route is read from the API's own description, so a route that is new is tried as it is declared.
// The description comes from the worker, and the tests are made of it: so the stage is opened before they are collected.
const many = { type: "text", value: "100000" } as const
const edge = await openEdge({
  bindings: { edgeApi: { INVITATIONS_OPEN_PER_COMPANY: many, INVITATIONS_SENT_PER_DAY: many } }
})
afterAll(() => edge.close())
const ours = await edge.addCompany()
const [admin, manager] = [await edge.tokenOf(ours.admin), await edge.tokenOf(ours.manager)]
/** Who is asked by: an admin may do all that there is to do with offers, and a hiring manager all else. */
const callerOf = (path: string) =>
  path.startsWith("/api/") ? { token: manager, account: ours.manager } : { token: admin, account: ours.admin }
/** Whether a route is for whoever holds a link, and looks at no token. */
const isAnyones = (path: string) => /^\/api\/(sign-in|invitations\/(accept|decline|validate))/.test(path)
const asAllowed = (method: string, path: string, options: Omit<CallOptions, "token"> = {}) =>
  edge.call(method, path, { ...options, ...(!isAnyones(path) && { token: callerOf(path).token }) })
const limit = 256 * 1024

const cast = castOf(edge)
const cleo = await edge.addCandidate()
const anOffer = async (): Promise<string> => (await cast.made(ours.admin)).id
const aSend = async (): Promise<string> => (await cast.sent(ours.admin, await anOffer(), cleo)).id
/** What is asked for, and what no bad input may change. */
const offerId = await anOffer()
const sendId = await aSend()
/** What input at the very limits may change. */
const otherOfferId = await anOffer()
const otherSendId = await aSend()
const [notificationId = ""] = await cast.notified(ours.admin, 1)

const invitation = await cast.invited(ours.manager)
const member = aRecruiter(ours.id)
await edge.addAccount(member)

/** What a path names: a thing that no bad input may change, and one that input at the very limits may. */
const idsOf = (path: string) => {
  if (path.endsWith("{token}")) return { untouched: invitation.token, other: invitation.token }
  if (path.startsWith("/api/invitations")) return { untouched: invitation.id, other: invitation.id }
  if (path.startsWith("/api/members")) return { untouched: member.id, other: member.id }
  if (path.startsWith("/offer-sends")) return { untouched: sendId, other: otherSendId }
  if (path.startsWith("/notifications")) return { untouched: notificationId, other: notificationId }
  return { untouched: offerId, other: otherOfferId }
}

/** Before what may be accepted: an invitation is open again, and nobody has its address, or any user name. */
const reopen = async () => {
  await edge.pool.query("update invitation set status = 'pending' where id = $1", [invitation.id])
  await edge.pool.query("update account set username = null, email = id || '@example.org' where email = $1", [
    invitation.email
  ])
}

/** All that bad input could have changed. What others are notified of meanwhile is not of it. */
const rowsOf = async () => {
  const { rows } = await edge.pool.query(
    `select (select to_jsonb(o) from offer o where id = $1) as offer, (select to_jsonb(s) from offer_sent s where id = $2) as send,
       (select read_at from notification where id = $3) as read, (select count(*) from offer) as offers,
       (select count(*) from offer_sent) as sends, (select count(*) from event) as events,
       (select jsonb_agg(to_jsonb(c) order by c.id) from company c) as companies,
       (select to_jsonb(a) from account a where id = $4) as member, (select count(*) from account) as accounts,
       (select count(*) from invitation) as invitations, (select count(*) from sign_in) as sign_ins`,
    [offerId, sendId, notificationId, member.id]
  )
  return rows
}

/** How many bodies the last test of each route makes up. `npm run soak` has the time for more. */
const runs = Number(process.env.BAD_INPUT_RUNS ?? 25)
/** For them, on a busy machine, in milliseconds. What is cut off would go on to write under the tests that follow. */
const timeout = 50_000 + 200 * runs
/** Candidates to whom nothing was sent: each equal send takes one, so that none is refused for what came before it. */
const { rows: candidates } = await edge.pool.query<{ readonly id: string }>(
  `insert into account (id, version, role, email, first_name, last_name, created_at)
   select gen_random_uuid(), 1, 'candidate', n || '@example.org', 'Kim', 'Hansen', now() from generate_series(1, $1) n
   returning id`,
  [1_000 + 4 * runs]
)
const nextCandidate = () => candidates.pop()?.id ?? assert.fail("all candidates have been sent something")
/** Stands for the next of them in what is sent. */
const someone = newId()

/** Says that a request is refused with 400, names exactly this field, and leaves everything as it was. */
const assertRefused = (answer: Answer, pointer: string) => {
  assert.strictEqual(answer.status, 400, answer.text)
  assert.strictEqual(answer.json.code, "invalid-input")
  assert.deepStrictEqual([...new Set(answer.json.errors.map((error: { pointer: string }) => error.pointer))], [pointer])
}

const resolve = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (edge.document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? schema)
const typesOf = ({ type }: Schema): ReadonlyArray<string> => (typeof type === "string" ? [type] : (type ?? []))

type Body = Readonly<Record<string, unknown>>

/** For each route with a JSON body one that it accepts. */
const goodBodies: Readonly<Record<string, Body>> = {
  "POST /offers": offerInput(),
  "POST /offers/{id}": offerInput(),
  "POST /offers/{id}/transfer": { newRecruiterId: ours.colleague.id },
  "POST /offer-sends": { offerId: otherOfferId, candidateId: someone, message: "Come." },
  "POST /offer-sends/bulk": { offerId: otherOfferId, candidateIds: [someone], message: "Come." },
  "POST /offer-sends/{id}/status": { status: "viewed" },
  "POST /api/invitations/recruiter": { email: `${someone}@example.org`, personalMessage: "Come.", locale: "nb" },
  "POST /api/invitations/accept/{token}": {
    username: "kim.hansen",
    firstName: "Kim",
    lastName: "Hansen",
    contactNumber: "+4722225555"
  },
  "PATCH /api/members/{id}": { subRole: "recruiter_admin" },
  "PATCH /api/company": { name: "Acme" },
  "POST /api/sign-in": { email: `${someone}@example.org` }
}

/** What one row of a column was last. */
const latest = async (table: "invitation" | "sign_in" | "account", column: string): Promise<unknown> =>
  (await edge.pool.query(`select ${column} as value from ${table} order by created_at desc, id desc limit 1`)).rows[0]
    .value
const columnOf = (field: string) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Where the answer shows what was kept of a field, unless under its own name. */
const keptOf: Readonly<Record<string, (json: Answer["json"], field: string) => unknown>> = {
  "POST /api/invitations/recruiter": (_, field) => latest("invitation", columnOf(field)),
  "POST /api/invitations/accept/{token}": (_, field) => latest("account", columnOf(field)),
  "POST /api/sign-in": (_, field) => latest("sign_in", columnOf(field)),
  "POST /offers/{id}/transfer": (json) => json.recruiterId,
  "POST /offer-sends": (json, field) => json[field === "candidateIds" ? "candidateId" : field],
  "POST /offer-sends/bulk": ({ created, failures }, field) =>
    field === "candidateIds"
      ? [...created, ...failures].map(({ candidateId }: { readonly candidateId: string }) => candidateId)
      : created[0]?.[field]
}

const bodyRoutes = routesOf(edge.document).flatMap(({ method, path, operation }) => {
  const media = operation.requestBody?.content["application/json"]
  // A bulk of invitations says of each row what is wrong with it, and is held to that elsewhere.
  if (media === undefined || resolve(media.schema).type === "array") return []
  const name = `${method} ${path}`
  const kept = keptOf[name] ?? ((json: Answer["json"], field: string): unknown => json[field])
  const good = goodBodies[name] ?? assert.fail(`${name} has no good body here`)
  return [{ name, method, path, schema: resolve(media.schema), good, kept }]
})

/** A body for one more candidate. */
const renewed = <A>(body: A): A => JSON.parse(JSON.stringify(body).replaceAll(someone, nextCandidate))

const astral = "🥖" // two UTF-16 units, one code point

const wrongTypes: Readonly<Record<string, unknown>> = {
  string: "text",
  number: 7,
  boolean: true,
  object: { en: "text" },
  array: ["text"],
  null: null
}

const badInstants: ReadonlyArray<string> = [
  "tomorrow",
  "",
  "2099-02-30T09:30:00Z",
  "2099-02-29T09:30:00Z",
  "2099-13-01T09:30:00Z",
  "2099-00-10T09:30:00Z",
  "2099-11-31T09:30:00Z",
  "2099-11-20",
  "2099-11-20T09:30:00",
  "2099-11-20 09:30:00Z",
  "2099-11-20T24:00:00Z",
  "2099-11-20T09:60:00Z",
  "2099-11-20T09:30:61Z",
  "2099-11-20T09:30:00+99:99",
  "2099-11-20T09:30:00+24:00",
  "2099-11-20T09:30:00+1",
  "2099-11-20T09:30:00 Europe/Oslo",
  "10000-01-01T00:00:00Z",
  "+010000-01-01T00:00:00Z",
  "-002099-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999-01:00",
  "2099-W47-5T09:30:00Z",
  "20991120T093000Z",
  "4098418200000",
  "４０９９-11-20T09:30:00Z",
  "2099-11-20T09:30:00Z\u0000",
  "2099-11-20T09:30:00Z; drop table offer",
  "Fri, 20 Nov 2099 09:30:00 GMT"
]

/** Written out, so that the tests are called the same from run to run. */
const someId = "01a1f84a-95c0-7112-9b77-720ceeaf5fa2"
const badIds = ["", "1", "null", `${someId}0`, someId.replaceAll("-", ""), `{${someId}}`, "x".repeat(36), "' or 1=1 --"]

const badUris = [
  "example.org/baker.pdf",
  "http://example.org/baker.pdf",
  "ftp://example.org/baker.pdf",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://",
  "https:",
  "//example.org",
  "https://exa mple.org",
  "https://example.org/\u0000",
  "https://example.org/\ud800",
  ""
]

const badEmails = [
  "kim",
  "kim@localhost",
  "@example.org",
  "kim@",
  "kim@@example.org",
  "kim@example..org",
  "kim@-example.org",
  "kim@example.org.",
  ".kim@example.org",
  "kim.@example.org",
  "kim hansen@example.org",
  '"kim"@example.org',
  "Kim <kim@example.org>",
  "kim@example.org, bo@example.org",
  "kim@example.org\r\nBcc: bo@example.org",
  "kim@example.org\u0000",
  "kim@exámple.org",
  "kím@example.org",
  "kim@[127.0.0.1]",
  "mailto:kim@example.org",
  `${"x".repeat(65)}@example.org`,
  `kim@${"x".repeat(64)}.org`
]

/** What may break a pattern: the rules of a name in one line, of a user name, of a telephone number. */
const unfitting = [
  "a\u0000b",
  "\ud800",
  "a\nb",
  "a\r\nBcc: b",
  "a\tb",
  "a\u2028b",
  "a\u202eb",
  "a\u2066b",
  "\u001b[2J",
  "a b",
  "kím",
  "kim@example.org",
  "kim/../ada",
  "ab",
  "22225555",
  "+0123",
  "+47 22 22 55 55",
  "004722225555",
  "+4722225555x",
  `+${"1".repeat(16)}`
]
const isUnfitting = ({ pattern = "" }: Schema) => {
  const fits = new RegExp(pattern, "u")
  return (value: string) => !fits.test(value) || !value.isWellFormed()
}

type Case = readonly [said: string, body: Readonly<Record<string, unknown>>, pointer: string]

/** Everything that is wrong with one field, by what its schema says. */
const casesOf = (good: Readonly<Record<string, unknown>>, field: string, supplied: Schema, required: boolean) => {
  const schema = resolve(supplied)
  const types = typesOf(schema)
  const { [field]: _, ...rest } = good
  const cases: Array<Case> = []
  const bad = (said: string, value: unknown) =>
    cases.push([`${field}: ${said}`, { ...good, [field]: value }, `/${field}`])
  if (required) cases.push([`${field}: missing`, rest, `/${field}`])
  for (const [type, value] of Object.entries(wrongTypes)) {
    if (!types.includes(type)) bad(`${type} instead of ${types.join(" or ")}`, value)
  }
  if (types.includes("string")) {
    if (schema.enum !== undefined) {
      const [first = ""] = schema.enum
      const otherCase = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase()
      for (const value of ["", "Interim", "sent", otherCase, `${first}\u0000`, "toString", "__proto__"]) {
        bad(`${JSON.stringify(value)}, which is none of its values`, value)
      }
    } else if (schema.format === "date-time") {
      for (const value of badInstants) bad(`the date ${JSON.stringify(value)}`, value)
    } else if (schema.format === "uuid") {
      for (const value of badIds) bad(`the id ${JSON.stringify(value)}`, value)
    } else if (schema.format === "uri") {
      for (const value of badUris) bad(`the address ${JSON.stringify(value)}`, value)
    } else if (schema.format === "email") {
      for (const value of badEmails) bad(`the address ${JSON.stringify(value)}`, value)
    } else if (schema.pattern !== undefined) {
      for (const value of unfitting.filter(isUnfitting(schema))) bad(`text with ${JSON.stringify(value)}`, value)
    } else {
      for (const value of ["a\u0000b", "\u0000", "\ud800", "a\udc00b", "\udc00\ud800"]) {
        bad(`text with ${JSON.stringify(value)}`, value)
      }
    }
    if (schema.minLength !== undefined) {
      for (const value of ["", " ", "\t\r\n ", "\u00a0\u2003\u3000", "\ufeff"]) {
        bad(`${JSON.stringify(value)}, in which nothing stands`, value)
      }
    }
    if (schema.maxLength !== undefined) {
      const start = schema.format === "uri" ? "https://example.org/" : ""
      const over = schema.maxLength + 1 - start.length
      bad("one character too long", start + "x".repeat(over))
      bad("one character of two units too long", start + astral.repeat(over))
    }
  }
  if (types.includes("array")) {
    const { minItems = 0, maxItems = 0 } = schema
    const ids = (count: number) => Array.from({ length: count }, () => someId)
    bad("too few", ids(minItems - 1))
    bad("one too many", ids(maxItems + 1))
    for (const item of [...badIds, 7, null, [], {}]) {
      for (const place of [0, maxItems - 1]) {
        const value = ids(maxItems).with(place, item as string)
        cases.push([`${field}: ${JSON.stringify(item)} at ${place}`, { ...good, [field]: value }, `/${field}/${place}`])
      }
    }
  }
  return cases
}

/** What is just acceptable in one field, and what is kept of it. */
const acceptableOf = (good: Readonly<Record<string, unknown>>, field: string, supplied: Schema) => {
  const schema = resolve(supplied)
  const types = typesOf(schema)
  const cases: Array<readonly [said: string, body: Readonly<Record<string, unknown>>, kept: unknown]> = []
  const fine = (said: string, value: unknown, kept: unknown = value) =>
    cases.push([`${field}: ${said}`, { ...good, [field]: value }, kept])
  if (types.includes("null")) fine("null", null, field === "quizRequired" ? false : null)
  if (schema.format === "email") {
    for (const value of ["!#$%&'*+/=?^_`{|}~-.x", "X"])
      fine(`the address of ${value}`, `${value}.${newId()}@Example.org`)
    return cases
  }
  if (schema.maxLength !== undefined) {
    const start = schema.format === "uri" ? "https://example.org/" : ""
    const most = schema.maxLength - start.length
    fine("as long as may be", start + "x".repeat(most))
    fine("as long as may be, of characters of two units", start + astral.repeat(most))
  }
  if (types.includes("string") && schema.enum === undefined && schema.format === undefined) {
    fine("one character", "x")
    fine("trimmed", " \t Baker \n", "Baker")
    fine(
      "as long as may be once it is trimmed",
      ` ${"x".repeat(schema.maxLength ?? 1)} `,
      "x".repeat(schema.maxLength ?? 1)
    )
    for (const text of [
      "أهلاً \u200fوسهلاً\u200e",
      "\u202eevil\u202c",
      "👩‍👩‍👧‍👦",
      "e\u0301",
      "a\ufeffb",
      "a\nb\tc",
      "\ufffd",
      "<b>&amp;"
    ]) {
      fine(`text with ${JSON.stringify(text)}`, text)
    }
  }
  // A field with a pattern takes what fits it, or nothing where it may be left out.
  const isFit =
    schema.pattern === undefined ? () => true : (text: unknown) => text === null || !isUnfitting(schema)(String(text))
  return cases.filter(([, , kept]) => isFit(kept))
}

/** A request line exactly as it is written here: `fetch` mends addresses, and always announces a length. */
const overTheWire = async (
  method: string,
  path: string,
  { body = [], type = "application/json" }: { readonly body?: ReadonlyArray<string>; readonly type?: string } = {}
) => {
  const { hostname, port } = new URL(edge.platform.apiUrl)
  return new Promise<{ readonly status: number; readonly json: Answer["json"] }>((answered, failed) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        headers: {
          ...(!isAnyones(path) && { Authorization: `Bearer ${callerOf(path).token}` }),
          ...(body.length > 0 && { "Content-Type": type })
        }
      },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => (text += chunk))
        response.on("end", () => answered({ status: response.statusCode ?? 0, json: text && JSON.parse(text) }))
        response.on("error", failed)
      }
    )
    sent.on("error", failed)
    for (const chunk of body) sent.write(chunk) // without a length announced, in chunks
    sent.end()
  })
}

/** Tests of requests that must change nothing: several are sent at once, and what they left is looked at in the end. */
const describeRefused = (tests: (unchanged: ReturnType<typeof watchState>) => void): void => {
  const unchanged = watchState(rowsOf)
  describe.concurrent("that is refused", () => {
    beforeAll(unchanged.begin)
    tests(unchanged)
  })
  it("leaves everything as it was when it is refused", unchanged.assertUnchanged)
}

// Made once for all fields: each of them holds all characters that there are.
const anyJson = fc.jsonValue({ stringUnit: "binary" })
const anyText = fc.string({ unit: "binary", maxLength: 250 })
const unknownFields = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { maxKeys: 2 })

const requiredIn = (schema: Schema) => new Set([...(schema.required ?? []), ...(schema.oneOf?.[0]?.required ?? [])])

// All that is refused comes first: nothing else changes what the store holds meanwhile.
describe.each(bodyRoutes)("the body of $name", ({ method, path, schema, good }) => {
  const fields = Object.entries(schema.properties ?? {})
  const required = requiredIn(schema)
  const untouched = pathWith(path, idsOf(path).untouched)

  describeRefused((unchanged) => {
    const send = (options: Parameters<typeof asAllowed>[2]) => unchanged.send(asAllowed, method, untouched, options)
    const raw = (text: string | Uint8Array, type = "application/json") =>
      send({ raw: text, headers: { "Content-Type": type } })

    it.each(fields.flatMap(([field, schema]) => casesOf(good, field, schema, required.has(field))))(
      "refuses %s",
      async (_, body, pointer) => {
        assertRefused(await send({ body }), pointer)
      }
    )

    it.each(
      [
        ["x", "/x"],
        ["id", "/id"],
        ["recruiterId", "/recruiterId"],
        ["companyId", "/companyId"],
        ["status", "/status"],
        ["createdAt", "/createdAt"],
        ["Title", "/Title"],
        ["title ", "/title "],
        ["__proto__", "/__proto__"],
        ["constructor", "/constructor"],
        ["prototype", "/prototype"],
        ["toString", "/toString"],
        ["hasOwnProperty", "/hasOwnProperty"],
        ["", "/"],
        ["a/b~c", "/a~1b~0c"],
        ["🥖", "/🥖"]
      ].filter(([key = ""]) => !Object.hasOwn(schema.properties ?? {}, key))
    )("refuses the field %j, which it does not know", async (key = "", pointer = "") => {
      // Written by hand: an object literal would take __proto__ for something else.
      const text = `${JSON.stringify(good).slice(0, -1)},${JSON.stringify(key)}:"x"}`
      assertRefused(await raw(text), pointer)
      assertRefused(
        await raw(`${JSON.stringify(good).slice(0, -1)},${JSON.stringify(key)}:{"polluted":true}}`),
        pointer
      )
    })

    it.each([
      ["nothing at all", ""],
      ["white space", " \n"],
      ["half an object", '{"title":'],
      ["an object with single quotes", "{'title':'x'}"],
      ["a comma too many", '{"title":"x",}'],
      ["a comment", '{"title":"x"} // x'],
      ["two documents", "{}{}"],
      ["undefined", "undefined"],
      ["NaN", '{"title":NaN}'],
      ["a form", "title=Baker"],
      ["XML", "<offer/>"],
      ["a line break in a text", '{"title":"a\nb"}'],
      ["a NUL", "\u0000"],
      ["a hundred thousand brackets that nobody closes", "[".repeat(100_000)]
    ])("refuses %s, which is not JSON", async (_, text) => {
      assertRefused(await raw(text), "")
    })

    it.each([
      ["an array", "[]"],
      ["an array of the right thing", `[${JSON.stringify(good)}]`],
      ["a string", '"x"'],
      ["a number", "1"],
      ["a number too large for any", "1e999"],
      ["true", "true"],
      ["null", "null"],
      ["a hundred thousand arrays in each other", "[".repeat(100_000) + "]".repeat(100_000)]
    ])("refuses %s, which is JSON of another shape", async (_, text) => {
      assertRefused(await raw(text), "")
    })

    it.each(fields.map(([field]) => field))("refuses ten thousand objects in each other as %s", async (field) => {
      const { [field]: _, ...rest } = good
      const nested = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`
      assertRefused(
        await raw(`{${JSON.stringify(field)}:${nested},${JSON.stringify(rest).slice(1)}`.replace(/,\}$/, "}")),
        `/${field}`
      )
    })

    it("names every field that is wrong, not only the first", async () => {
      const answer = await send({ body: {} })
      assert.sameMembers(
        answer.json.errors.map((error: { pointer: string }) => error.pointer),
        [...required].map((field) => `/${field}`)
      )
    })

    it("refuses bytes that are not UTF-8", async () => {
      for (const bytes of [
        [0xff],
        [0xc3, 0x28],
        [0xed, 0xa0, 0x80],
        [0xf0, 0x9f, 0xa5],
        [0xc0, 0x80],
        [0xf5, 0x80, 0x80, 0x80]
      ]) {
        const [field = ""] = required
        const text = Buffer.from(JSON.stringify({ ...good, [field]: "PLACE" }))
        const place = text.indexOf("PLACE")
        const body = Buffer.concat([text.subarray(0, place), Buffer.from(bytes), text.subarray(place + 5)])
        assertRefused(await raw(body), "")
      }
      assertRefused(await raw(Buffer.from(JSON.stringify(good), "utf16le")), "")
    })

    it.each([
      ["no type", undefined],
      ["an empty one", ""],
      ["text/plain", "text/plain"],
      ["a form", "application/x-www-form-urlencoded"],
      ["a form in parts", "multipart/form-data; boundary=x"],
      ["application/jsonx", "application/jsonx"],
      ["application/json5", "application/json5"],
      ["text/json", "text/json"],
      ["a problem", "application/problem+json"],
      ["a patch", "application/merge-patch+json"],
      ["JSON as a parameter", "text/plain; application/json"],
      ["two types", "text/plain, application/json"]
    ])("answers 415 to %s, even with a good body", async (_, type) => {
      const answer = await send({
        raw: Buffer.from(JSON.stringify(good)),
        ...(type !== undefined && { headers: { "Content-Type": type } })
      })
      assert.deepStrictEqual([answer.status, answer.json.code], [415, "media-type-not-supported"])
    })

    it("takes a missing body without a type for one in which every field is missing", async () => {
      const answer = await send({})
      assert.strictEqual(answer.status, 400)
      assert.strictEqual(answer.json.code, "invalid-input")
    })

    describe("of 256 KiB", () => {
      const exactly = () => {
        const text = JSON.stringify(renewed(good))
        return text + " ".repeat(limit - Buffer.byteLength(text))
      }

      it("and one byte is 413, with its length and without", async () => {
        const announced = await raw(Buffer.from(`${exactly()} `))
        assert.deepStrictEqual([announced.status, announced.json.code], [413, "body-too-large"])
        const streamed = await unchanged.send(overTheWire, method, untouched, { body: [exactly(), " "] })
        assert.deepStrictEqual([streamed.status, streamed.json.code], [413, "body-too-large"])
      })

      it("counts bytes, not characters", async () => {
        const answer = await raw(JSON.stringify({ ...good, x: "🥖".repeat(limit / 4) }))
        assert.strictEqual(answer.status, 413)
      })
    })
  })
})

const idRoutes = routesOf(edge.document).filter(({ path }) => path.includes("{"))

describe.each(idRoutes)("the id in $method $path", ({ method, path, operation }) => {
  const media = operation.requestBody?.content["application/json"]
  const body =
    media === undefined ? [] : [JSON.stringify(bodyRoutes.find(({ name }) => name === `${method} ${path}`)?.good)]

  describeRefused((unchanged) => {
    it.each([
      "1",
      "abc",
      "null",
      "undefined",
      "NaN",
      "00000000-0000-0000-0000-000000000000",
      "{id}0",
      "{id cut off}",
      "{id altered}",
      "%7B{id}%7D",
      "{id}%00",
      "{id}%20",
      "%00",
      "%0A",
      "%20",
      "%",
      "%zz",
      "%E0%A4%A",
      "%ED%A0%80",
      "%F0%9F%A5%96",
      "%u0041",
      "%2e%2e",
      "%2E",
      "..%2f..%2fetc%2fpasswd",
      "a%2Fb",
      "'%20or%20'1'='1",
      "%3Cscript%3E",
      "*",
      "+",
      ":id",
      "x".repeat(4_000)
    ])("%s is that of nothing", async (written) => {
      const { untouched } = idsOf(path)
      const altered = path.endsWith("{token}") ? [...untouched].reverse().join("") : untouched.replaceAll("-", "")
      const id = written
        .replace("{id}", untouched)
        .replace("{id cut off}", untouched.slice(0, -1))
        .replace("{id altered}", altered)
      const answer = await unchanged.send(overTheWire, method, pathWith(path, id), { body })
      const expected = path.endsWith("{token}") ? [400, "token-unknown"] : [404, "not-found"]
      assert.deepStrictEqual([answer.status, answer.json.code], expected)
    })
  })
})

describe("If-Match", () => {
  describeRefused((unchanged) => {
    it.each([
      '"0"',
      '"-1"',
      '"1.0"',
      '"01x"',
      "1",
      'W/"1"',
      "W/*",
      ",",
      '"',
      '"99999999999999999999"',
      '"🥖"'.slice(0, 1),
      "x".repeat(4_000)
    ])("that names no version of ours is a version that is not the present one: %j", async (tag) => {
      const answer = await unchanged.send(asAllowed, "POST", `/offers/${offerId}/archived`, {
        headers: { "If-Match": tag }
      })
      assert.deepStrictEqual([answer.status, answer.json.code], [412, "stale-version"])
    })
  })
})

describe.each(bodyRoutes)("the body of $name", ({ name, method, path, schema, good, kept: keptIn }) => {
  const fields = Object.entries(schema.properties ?? {})
  const required = requiredIn(schema)
  const other = pathWith(path, idsOf(path).other)
  /** Sends what may be accepted, where that may change something. */
  const sendGood = async (options: Parameters<typeof asAllowed>[2]) => {
    await ready()
    return asAllowed(method, other, options)
  }
  const ready = async () => path.includes("/accept/") && (await reopen())
  const assertAccepted = ({ status, text = "" }: { readonly status: number; readonly text?: string }) =>
    assert.include([200, 201, 202], status, text)

  it("is accepted as it is sent here, so that what was refused is wrong in one way only", async () => {
    const answer = await sendGood({ body: renewed(good) })
    assertAccepted(answer)
  })

  it.each(name.endsWith("/transfer") ? [] : fields.flatMap(([field, schema]) => acceptableOf(good, field, schema)))(
    "accepts %s",
    async (said, body, kept) => {
      const answer = await sendGood({ body: renewed(body) })
      assertAccepted(answer)
      assert.deepStrictEqual(await keptIn(answer.json, said.split(":")[0] ?? ""), kept)
    }
  )

  it("reads past a byte order mark", async () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(JSON.stringify(renewed(good)))])
    const answer = await sendGood({ raw: body, headers: { "Content-Type": "application/json" } })
    assertAccepted(answer)
  })

  it.each([
    "application/json;charset=utf-8",
    "application/json; charset=UTF-8",
    "application/json ; charset=utf-8",
    "Application/JSON",
    "application/json;"
  ])("reads a body of the type %j", async (type) => {
    const answer = await sendGood({
      raw: Buffer.from(JSON.stringify(renewed(good))),
      headers: { "Content-Type": type }
    })
    assertAccepted(answer)
  })

  describe("of 256 KiB", () => {
    const exactly = () => {
      const text = JSON.stringify(renewed(good))
      return text + " ".repeat(limit - Buffer.byteLength(text))
    }

    it("is read, with its length and without", async () => {
      const announced = await sendGood({
        raw: Buffer.from(exactly()),
        headers: { "Content-Type": "application/json" }
      })
      assertAccepted(announced)
      await ready()
      assertAccepted(await overTheWire(method, other, { body: [exactly()] }))
    })
  })

  const title = "survives whatever JSON there is: a refusal names a field, and what is accepted is kept as it was sent"
  it(title, { timeout }, async () => {
    const fieldOf = ([field, supplied]: readonly [string, Schema]) => {
      const schema = resolve(supplied)
      const none = typesOf(schema).includes("null") ? [null] : []
      const plausible = fc.constantFrom<unknown>(good[field] ?? null, ...(schema.enum ?? []), ...none)
      return fc.oneof(
        { weight: 40, arbitrary: plausible },
        { weight: 1, arbitrary: anyJson },
        { weight: 1, arbitrary: anyText },
        { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) }
      )
    }
    const anyBody = fc
      .tuple(
        fc.record(Object.fromEntries(fields.map((entry) => [entry[0], fieldOf(entry)])), {
          requiredKeys: fields.map(([field]) => field).filter((field) => required.has(field))
        }),
        fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: unknownFields })
      )
      .map(([known, unknown]) => ({ ...unknown, ...known }) as Readonly<Record<string, unknown>>)
    let accepted = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        const sent = renewed(body)
        const answer = await sendGood({ body: sent })
        if (answer.status === 400) {
          refused++
          if (answer.json.code !== "invalid-input") return // well-formed, but nobody is there, or it goes back
          for (const { pointer } of answer.json.errors as ReadonlyArray<{ pointer: string }>) {
            const field = (pointer.split("/")[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~")
            assert.isTrue(field in body || required.has(field), `${pointer} names nothing of ${JSON.stringify(body)}`)
          }
          return
        }
        accepted++
        assertAccepted(answer)
        for (const [field, value] of Object.entries(sent)) {
          const kept = await keptIn(answer.json, field)
          if (resolve(schema.properties?.[field] ?? {}).format === "date-time" && value != null) {
            assert.strictEqual(kept, new Date(String(value)).toISOString())
          } else if (typeof value === "string") assert.strictEqual(kept, value.trim())
          else assert.deepStrictEqual(kept, value ?? (field === "quizRequired" ? false : null))
        }
      }),
      { numRuns: runs }
    )
    // Both must have been met, or it says nothing.
    assert.isAbove(accepted, 0)
    assert.isAbove(refused, 0)
  })
})

describe("dates with an offset", () => {
  it.each([
    ["2099-11-20T09:30:00Z", "2099-11-20T09:30:00.000Z"],
    ["2099-11-20T09:30:00.5Z", "2099-11-20T09:30:00.500Z"],
    ["2099-11-20T09:30:00.123456789Z", "2099-11-20T09:30:00.123Z"],
    ["2099-11-20T10:30:00+01:00", "2099-11-20T09:30:00.000Z"],
    ["2099-11-19T19:30:00-14:00", "2099-11-20T09:30:00.000Z"],
    ["2099-11-20T15:15:00.000+05:45", "2099-11-20T09:30:00.000Z"],
    ["2096-02-29T12:00:00+00:00", "2096-02-29T12:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"]
  ])("are read: %s is %s", async (sent, kept) => {
    const answer = await asAllowed("POST", "/offers", { body: offerInput({ expiredDate: sent }) })
    assert.strictEqual(answer.status, 201, answer.text)
    assert.strictEqual(answer.json.expiredDate, kept)
  })
})

describe("dates that contradict each other", () => {
  // Read once: two dates that are meant to be the same must not have a millisecond between them.
  const begun = Date.now()
  const inDays = (days: number) => new Date(begun + days * 86_400_000).toISOString()
  const rules: ReadonlyArray<Case> = [
    ["a job that has started", { startDateJob: inDays(-1) }, "/startDateJob"],
    ["an offer that has expired", { expiredDate: inDays(-1), startDateJob: inDays(-2) }, "/startDateJob /expiredDate"],
    ["a job that starts when the offer expires", { startDateJob: inDays(5), expiredDate: inDays(5) }, "/startDateJob"],
    ["a job that starts after the offer expires", { startDateJob: inDays(6), expiredDate: inDays(5) }, "/startDateJob"],
    ["a contract that ends before it begins", { emploiType: "CDD", endDate: inDays(9) }, "/endDate"],
    ["the year 0", { expiredDate: "0000-01-01T00:00:00Z" }, "/startDateJob /expiredDate"],
    ["a CDI that ends", { emploiType: "CDI", endDate: inDays(400) }, "/endDate"]
  ]
  it.each(rules)("refuses %s", async (_, changes, pointers) => {
    for (const path of ["/offers", `/offers/${offerId}`]) {
      const answer = await asAllowed("POST", path, { body: offerInput(changes) })
      assert.strictEqual(answer.status, 400)
      assert.sameMembers(
        [...new Set(answer.json.errors.map((error: { pointer: string }) => error.pointer))],
        pointers.split(" ")
      )
    }
  })

  it("refuses a contract that ends in the instant in which it begins", async () => {
    const startDateJob = inDays(5)
    const body = offerInput({ emploiType: "CDD", startDateJob, endDate: startDateJob })
    assertRefused(await asAllowed("POST", "/offers", { body }), "/endDate")
  })
})

it("an id is the same in capitals", async () => {
  assert.strictEqual((await asAllowed("GET", `/offers/${offerId.toUpperCase()}`)).json.id, offerId)
  assert.strictEqual((await asAllowed("GET", `/offer-sends/${sendId.toUpperCase()}`)).json.id, sendId)
  const { status } = await asAllowed("GET", `/offers/${offerId.toUpperCase()}/sends`)
  assert.strictEqual(status, 200)
})

const queryRoutes = routesOf(edge.document).filter(
  ({ operation }) => operation.parameters?.some((parameter) => parameter.in === "query") ?? false
)

type QueryCase = readonly [query: string, parameter: string]

const badQueriesOf = ({ parameters = [] }: Operation): ReadonlyArray<QueryCase> =>
  parameters.flatMap(({ name, in: place, schema }): ReadonlyArray<QueryCase> => {
    if (place !== "query") return []
    const bad: Array<string> = ["%00", "%ED%A0%80", "%"]
    if (typesOf(schema).includes("integer")) {
      bad.push(
        "",
        String((schema.minimum ?? 1) - 1),
        "-1",
        "1.5",
        "1e3",
        "0x10",
        "abc",
        "NaN",
        "Infinity",
        "%2B1",
        "1%20%202",
        "１",
        "1,2",
        "1%00",
        "9".repeat(16),
        "9".repeat(400)
      )
      if (schema.maximum !== undefined) bad.push(String(schema.maximum + 1))
    } else if (schema.enum !== undefined) {
      bad.push("", "gone", "none", "all", "ACTIVE", "active,disabled", "active%00", "toString", "__proto__")
    } else if (typesOf(schema).includes("boolean")) {
      bad.push("", "1", "yes", "True", "null", "true,false", "true%00")
    } else if (schema.format === "uuid") {
      bad.push(...badIds.map(encodeURIComponent))
    } else {
      bad.push(
        "x",
        "null",
        "e30",
        "W10",
        "MQ%3D%3D%00",
        "LTE",
        "MS41",
        "MWUzMA",
        "OTk5OTk5OTk5OTk5OTk5OTk5",
        "🥖",
        "x".repeat(3_000)
      )
    }
    const ones: Readonly<Record<string, string>> = { integer: "1", boolean: "true", uuid: someId }
    const one = schema.enum?.[0] ?? ones[schema.format ?? typesOf(schema)[0] ?? ""] ?? ""
    return [
      ...bad.map((value): QueryCase => [`${name}=${value}`, name]),
      [`${name}=${one}&${name}=${one}`, name],
      [`${name}=${one}&${name}=x`, name]
    ]
  })

describe.concurrent.each(queryRoutes)("the query of $method $path", ({ method, path, operation }) => {
  const address = pathWith(path, idsOf(path).untouched)

  it.each(badQueriesOf(operation))("refuses ?%s", async (query, parameter) => {
    const answer = await asAllowed(method, `${address}?${query}`)
    assertRefused(answer, `/${parameter}`)
  })

  const hasCursor = operation.parameters?.some(({ name }) => name === "after") ?? false
  it.each(hasCursor ? ["page=1&after=", "after=&page=2"] : [])(
    "refuses page and after together: ?%s",
    async (query) => {
      assertRefused(await asAllowed(method, `${address}?${query}`), "/after")
    }
  )

  it.each([
    "page=1",
    "_=1",
    "x=%00",
    ...(hasCursor
      ? ["limit=1", "limit=100", "page=10000000000&limit=100", "after=", "after=&limit=1", "limit=%207%20", "after=%20"]
      : ["page=0", "page=2147483647&size=100", "size=%207%20", "sort=%20email%20,%20DESC%20", "status=%20EXPIRED"])
  ])("accepts ?%s", async (query) => {
    assert.strictEqual((await asAllowed(method, `${address}?${query}`)).status, 200)
  })
})

describe.concurrent("a cursor that is not ours", () => {
  const encoded = (cursor: unknown) => Buffer.from(JSON.stringify(cursor)).toString("base64url")
  const ofOffers = { createdAt: Date.now(), id: newId() }
  const ofSends = { sentAt: Date.now(), id: newId() }

  it.each([
    ["that of a history", "/offers", 1],
    ["that of offers", `/offers/${offerId}/history`, ofOffers],
    ["that of offers", "/offer-sends", ofOffers],
    ["that of offers", `/offers/${offerId}/sends`, ofOffers],
    ["that of sends", "/offers", ofSends],
    ["that of sends", "/notifications", ofSends],
    ["one of sends whose time is text", "/offer-sends", { ...ofSends, sentAt: new Date().toISOString() }],
    ["one of sends whose id is none", "/offer-sends", { ...ofSends, id: "1" }],
    ["one with a field too many", "/offers", { ...ofOffers, x: 1 }],
    ["one with a field too few", "/offers", { id: ofOffers.id }],
    ["one whose id is none", "/offers", { ...ofOffers, id: "1" }],
    ["one whose time is text", "/offers", { ...ofOffers, createdAt: new Date().toISOString() }],
    ["one whose time has a fraction", "/offers", { ...ofOffers, createdAt: 1.5 }],
    ["one whose time is negative", "/offers", { ...ofOffers, createdAt: -1 }],
    ["one whose time is too large", "/offers", { ...ofOffers, createdAt: 8.7e15 }],
    ["one after the year 9999", "/offers", { ...ofOffers, createdAt: 253_402_300_800_000 }],
    ["a sequence that is too large", `/offers/${offerId}/history`, 2_147_483_648],
    ["a negative sequence", `/offers/${offerId}/history`, -1],
    ["a sequence with a fraction", `/offers/${offerId}/history`, 0.5],
    ["an array", "/offers", [ofOffers]],
    ["null", "/offers", null]
  ])("is refused: %s", async (_, address, cursor) => {
    assertRefused(await asAllowed("GET", `${address}?after=${encoded(cursor)}`), "/after")
  })

  it("is refused when one of ours was tampered with", async () => {
    const first = await asAllowed("GET", "/offers?after=&limit=1")
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? ""
    const { pathname, searchParams } = new URL(next)
    const cursor = searchParams.get("after") ?? ""
    assert.strictEqual((await asAllowed("GET", `${pathname}?after=${cursor}`)).status, 200)
    for (const tampered of [cursor.slice(1), cursor.slice(0, -4), `${cursor}x`, `${cursor}${cursor}`]) {
      assertRefused(await asAllowed("GET", `${pathname}?after=${tampered}`), "/after")
    }
  })
})
