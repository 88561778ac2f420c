import { type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { until } from "../until.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge, routesOf } from "./contract.ts"

// A candidate never sees who sent them an offer, whose it is or was, nor which company's. So every route is called as a
// candidate, in every state of what was sent to them, and every answer is searched: keys, values and headers.

let edge: Edge
let cast: ReturnType<typeof castOf>
let company: CompanyWithPeople
let cleo: Account
let dan: Account
/** The sends to Cleo and their offers, by the state that they are in, and one to Dan. */
const sends: Record<string, { readonly id: string; readonly offerId: string }> = {}
/** What the links carry of invitations to Dan, who has an account: one that is open, and one that was revoked. */
const links = { open: "", revoked: "" }
let invitationId: string
/** What Cleo must never read. */
let secrets: ReadonlyArray<string>

beforeAll(async () => {
  edge = await openEdge()
  cast = castOf(edge)
  company = await edge.addCompany()
  cleo = await edge.addCandidate()
  dan = await edge.addCandidate()
  const { recruiter, colleague, admin, manager } = company
  secrets = [company.id, recruiter.id, colleague.id, admin.id, manager.id]

  const revoked = await cast.invited(manager, dan.email)
  await edge.as(manager)("PATCH", `/api/invitations/${revoked.id}/revoke`)
  const open = await cast.invited(manager, dan.email)
  Object.assign(links, { open: open.token, revoked: revoked.token })
  invitationId = open.id

  // Each offer was made by one, sent by another, and handed over to a third.
  const supplied = async (state: string, candidate = cleo, status = "sent") => {
    const offer = await cast.made(recruiter)
    const { id } = await cast.sent(admin, offer.id, candidate, status, { message: "Come and see us." })
    const body = { newRecruiterId: colleague.id }
    assert.strictEqual((await edge.as(manager)("POST", `/offers/${offer.id}/transfer`, { body })).status, 200)
    sends[state] = { id, offerId: offer.id }
  }
  const notified = (template: string, count: number) =>
    until(`Cleo was notified ${count} times: ${template}`, async () => {
      const query = "select 1 from notification where recipient_id = $1 and template = $2"
      return (await edge.pool.query(query, [cleo.id, template])).rows.length === count
    })
  for (const status of ["sent", "viewed", "responded"]) await supplied(status, cleo, status)
  for (const state of ["withdrawn", "disabled", "archived", "deleted", "of an earlier term", "expired"])
    await supplied(state)
  await supplied("another's", dan)
  await notified("offer-sent", 9)

  const at = (state: string) => sends[state] ?? assert.fail(state)
  await edge.as(cleo)("DELETE", `/offer-sends/${at("withdrawn").id}`)
  await cast.command(admin, at("disabled").offerId, "disabled")
  await cast.command(admin, at("archived").offerId, "archived")
  await cast.command(admin, at("deleted").offerId, "delete")
  for (const name of ["archived", "enabled"]) await cast.command(admin, at("of an earlier term").offerId, name)
  await edge.pool.query("update offer set job_starts_at = now() - interval '1 hour' where id = $1", [
    at("expired").offerId
  ])
  await notified("offer-ended", 3)
})
afterAll(() => edge.close())

type Call = readonly [path: string, options?: Parameters<ReturnType<Edge["as"]>>[2]]
interface Walk {
  readonly calls: () => ReadonlyArray<Call>
  /** Every answer that these calls get. */
  readonly answers: ReadonlyArray<string>
}

const everySend = (path = "", options?: Call[1]) =>
  Object.values(sends).map(({ id }): Call => [`/offer-sends/${id}${path}`, options])
const everyOffer = (path = "", options?: Call[1]) =>
  Object.values(sends).map(({ offerId }): Call => [`/offers/${offerId}${path}`, options])
const stale = { "If-Match": '"99"' }
const refused = (path: string, body?: unknown): Walk => ({
  calls: () => [
    ...everyOffer(path, { ...(body !== undefined && { body }) }),
    ...everyOffer(path, { headers: stale, ...(body !== undefined && { body }) }),
    [`/offers/${newId()}${path}`, { ...(body !== undefined && { body }) }]
  ],
  answers: ["403 role-not-allowed"]
})
const toDan = (more: object = {}) => ({ body: { offerId: sends.sent?.offerId, candidateId: dan.id, ...more } })
const someNotifications = async () =>
  (await edge.as(cleo)("GET", "/notifications?limit=100")).json.map(({ id }: { readonly id: string }) => id)
let notifications: ReadonlyArray<string> = []

/** What is for the company's side alone, however it is asked. */
const managersRoutes: Readonly<Record<string, () => ReadonlyArray<Call>>> = {
  "POST /api/invitations/recruiter": () => [
    ["/api/invitations/recruiter", { body: { email: "kim@example.org" } }],
    ["/api/invitations/recruiter", { body: { email: company.recruiter.email } }],
    ["/api/invitations/recruiter", { body: {} }]
  ],
  "POST /api/invitations/bulk-recruiter": () => [
    ["/api/invitations/bulk-recruiter", { body: [{ email: company.recruiter.email }] }],
    ["/api/invitations/bulk-recruiter", { body: [] }]
  ],
  "GET /api/invitations": () => [["/api/invitations"], ["/api/invitations?size=0"]],
  "PATCH /api/invitations/{id}/revoke": () =>
    [invitationId, newId()].map((id): Call => [`/api/invitations/${id}/revoke`]),
  "POST /api/invitations/{id}/resend": () =>
    [invitationId, newId()].map((id): Call => [`/api/invitations/${id}/resend`]),
  "GET /api/members": () => [["/api/members"], ["/api/members?limit=0"]],
  "DELETE /api/members/{id}": () => [dan.id, newId()].map((id): Call => [`/api/members/${id}`]),
  "PATCH /api/members/{id}": () => [
    [`/api/members/${dan.id}`, { body: { subRole: "recruiter_admin" } }],
    [`/api/members/${newId()}`, { body: {} }]
  ],
  "PATCH /api/company": () => [
    ["/api/company", { body: { name: "Acme" } }],
    ["/api/company", { body: {} }]
  ]
}

const walks: Readonly<Record<string, Walk>> = {
  "GET /offers": {
    calls: () => [
      ["/offers"],
      ["/offers?limit=1"],
      ["/offers?limit=1&page=2"],
      ["/offers?after=&limit=1"],
      ...["active", "disabled", "archived", "expired"].map((status): Call => [`/offers?status=${status}`]),
      ["/offers?page=0"]
    ],
    answers: ["200", "400 invalid-input"]
  },
  "GET /offers/{id}": {
    calls: () => [...everyOffer(), [`/offers/${newId()}`]],
    answers: ["200", "403 not-recipient", "404 not-found"]
  },
  "GET /offers/{id}/history": {
    calls: () => [...everyOffer("/history"), ...everyOffer("/history?page=0")],
    answers: ["403 role-not-allowed"]
  },
  "GET /offers/{offerId}/sends": {
    calls: () => [...everyOffer("/sends"), ...everyOffer("/sends?page=0")],
    answers: ["403 role-not-allowed"]
  },
  "POST /offers": { calls: () => [["/offers", { body: cast.contentAhead() }]], answers: ["403 role-not-allowed"] },
  "POST /offers/{id}": refused("", {}),
  "POST /offers/{id}/enabled": refused("/enabled"),
  "POST /offers/{id}/disabled": refused("/disabled"),
  "POST /offers/{id}/archived": refused("/archived"),
  "POST /offers/{id}/delete": refused("/delete"),
  "POST /offers/{id}/transfer": refused("/transfer", {}),
  "GET /offer-sends": {
    calls: () => [
      ["/offer-sends"],
      ["/offer-sends?limit=1"],
      ["/offer-sends?limit=1&page=2"],
      ["/offer-sends?after=&limit=1"],
      [`/offer-sends?candidateId=${cleo.id}`],
      [`/offer-sends?candidateId=${dan.id}`],
      ...["sent", "viewed", "responded"].map((status): Call => [`/offer-sends?status=${status}`]),
      ...Object.values(sends).map(({ offerId }): Call => [`/offer-sends?offerId=${offerId}`]),
      ["/offer-sends?limit=0"]
    ],
    answers: ["200", "400 invalid-input", "403 not-recipient"]
  },
  "GET /offer-sends/{id}": {
    calls: () => [...everySend(), ...everySend(), [`/offer-sends/${newId()}`]],
    answers: ["200", "403 not-recipient", "404 not-found"]
  },
  "POST /offer-sends": {
    calls: () => [
      ["/offer-sends", toDan()],
      ["/offer-sends", toDan({ message: "" })],
      ["/offer-sends", { body: {} }]
    ],
    answers: ["403 role-not-allowed"]
  },
  "POST /offer-sends/bulk": {
    calls: () => [
      ["/offer-sends/bulk", { body: { offerId: sends.sent?.offerId, candidateIds: [dan.id] } }],
      ["/offer-sends/bulk", { body: {} }]
    ],
    answers: ["403 role-not-allowed"]
  },
  "POST /offer-sends/{id}/status": {
    calls: () => [
      ...everySend("/status", { body: { status: "sent" } }),
      ...everySend("/status", { body: { status: "viewed" }, headers: stale }),
      ...everySend("/status", { body: { status: "viewed" } }),
      ...everySend("/status", { body: { status: "responded" } }),
      ...everySend("/status", { raw: "x", headers: { "Content-Type": "text/plain" } })
    ],
    answers: [
      "200",
      "400 illegal-transition",
      "400 invalid-input",
      "400 offer-not-active",
      "403 not-recipient",
      "404 not-found",
      "412 stale-version",
      "415 media-type-not-supported"
    ]
  },
  "DELETE /offer-sends/{id}": {
    calls: () => [...everySend("", { headers: stale }), ...everySend("", { body: { reason: "x" } }), ...everySend()],
    answers: [
      "204",
      "400 invalid-input",
      "403 not-recipient",
      "404 not-found",
      "409 already-answered",
      "412 stale-version"
    ]
  },
  "GET /notifications": {
    calls: () => [
      ["/notifications?limit=100"],
      ["/notifications?limit=1&page=2"],
      ["/notifications?after=&limit=1"],
      ...["inbox", "mail"].map((channel): Call => [`/notifications?channel=${channel}`]),
      ...["true", "false"].map((unread): Call => [`/notifications?unread=${unread}`]),
      ["/notifications?unread=perhaps"]
    ],
    answers: ["200", "400 invalid-input"]
  },
  "POST /notifications/{id}/read": {
    calls: () => [...notifications, newId()].map((id): Call => [`/notifications/${id}/read`]),
    answers: ["200", "404 not-found"]
  },
  "POST /notifications/read-all": { calls: () => [["/notifications/read-all"]], answers: ["204"] },
  ...Object.fromEntries(
    Object.entries(managersRoutes).map(([route, calls]) => [route, { calls, answers: ["403 role-not-allowed"] }])
  ),
  "GET /api/invitations/validate/{token}": {
    calls: () => ["guessed", ...Object.values(links)].map((token): Call => [`/api/invitations/validate/${token}`]),
    answers: ["200", "400 token-unknown"]
  },
  "POST /api/invitations/accept/{token}": {
    calls: () => [
      ...["guessed", ...Object.values(links)].map((token): Call => [`/api/invitations/accept/${token}`]),
      ["/api/invitations/accept/guessed", { raw: "x", headers: { "Content-Type": "text/plain" } }]
    ],
    answers: ["400 invitation-not-open", "400 token-unknown", "403 not-invited", "415 media-type-not-supported"]
  },
  "POST /api/invitations/decline/{token}": {
    calls: () => ["guessed", links.revoked].map((token): Call => [`/api/invitations/decline/${token}`]),
    answers: ["400 invitation-not-open", "400 token-unknown"]
  },
  "POST /api/sign-in": {
    calls: () => [
      ["/api/sign-in", { body: { email: "nobody@example.org" } }],
      ["/api/sign-in", { body: { email: company.recruiter.email } }],
      ["/api/sign-in", { body: { email: "nobody" } }]
    ],
    answers: ["202", "400 invalid-input"]
  },
  "POST /api/sign-in/{token}": { calls: () => [["/api/sign-in/guessed"]], answers: ["400 token-unknown"] },
  "GET /health/live": { calls: () => [["/health/live"]], answers: ["200"] },
  "GET /health/ready": { calls: () => [["/health/ready"]], answers: ["200"] },
  "GET /.well-known/jwks.json": { calls: () => [["/.well-known/jwks.json"]], answers: ["200"] }
}

/** Every key of a value, at any depth. */
const keysOf = (value: unknown): ReadonlyArray<string> =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, child]) => [key, ...keysOf(child)])

/** Says that an answer holds nothing that its reader must not know. */
const assertMasked = (call: string, { text, json, headers }: Answer) => {
  const keys = keysOf(json).filter((key) => /recruiter|company_?id|owner|sender/i.test(key))
  assert.deepStrictEqual(keys, [], call)
  const link = headers.get("link") ?? ""
  const cursors = [...link.matchAll(/[?&]after=([\w-]+)/g)].map(([, cursor = ""]) =>
    Buffer.from(cursor, "base64url").toString()
  )
  const all = [text, JSON.stringify([...headers]), ...cursors].join("\n").toLowerCase()
  for (const secret of secrets) {
    for (const spelling of [secret, secret.replaceAll("-", "")]) assert.notInclude(all, spelling, call)
  }
}

describe("what a candidate is answered", () => {
  it("is walked for every route of the description", () => {
    assert.sameMembers(
      Object.keys(walks),
      routesOf(edge.document).map(({ method, path }) => `${method} ${path}`)
    )
  })

  it("names neither a recruiter nor a company, whatever is asked and whatever comes of it", async () => {
    notifications = await someNotifications()
    assert.lengthOf(notifications, 9 + 3)
    for (const [route, { calls, answers }] of Object.entries(walks)) {
      const [method = ""] = route.split(" ")
      const met = new Set<string>()
      for (const [path, options = {}] of calls()) {
        for (const verb of method === "GET" ? ["HEAD", method] : [method]) {
          const answer = await edge.as(cleo)(verb, path, options)
          assertMasked(`${verb} ${path}`, answer)
          if (verb === method) met.add(statusAndCode(answer))
        }
      }
      assert.deepStrictEqual([...met].sort(), [...answers].sort(), route)
    }
  }, 60_000) // hundreds of calls

  it("names neither when the store is out of reach, or the token is of another time", async () => {
    for (const [route, { calls }] of Object.entries(walks)) {
      const [method = ""] = route.split(" ")
      const [path, options = {}] = calls()[0] ?? assert.fail(route)
      assertMasked(route, await edge.as({ ...cleo, id: newId() })(method, path, options))
      edge.neon.onRequest = () => ({ down: "before", status: 503 })
      const answer = await edge.as(cleo)(method, path, options)
      edge.neon.onRequest = undefined
      assertMasked(route, answer)
    }
  })
})

describe("the search", () => {
  it("finds what it is for: the company's side is answered with all of it", async () => {
    const path = `/offer-sends?offerId=${sends.responded?.offerId}`
    const answer = await edge.as(company.admin)("GET", path)
    assert.isNotEmpty(answer.json)
    assert.throws(() => assertMasked(path, answer), /recruiterId/)
    assert.throws(() => assertMasked(path, { ...answer, json: undefined }), company.id)
  })
})
