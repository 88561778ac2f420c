import { aManager, type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { offerInput } from "../stage.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

// How often a request asks the database, one question after the other: at the edge each costs tens of milliseconds.
// The worker says it in `Server-Timing`, and the endpoint that stands for Neon counts what arrives.

let edge: Edge
let cast: ReturnType<typeof castOf>
let ours: CompanyWithPeople
let cleo: Account
beforeAll(async () => {
  const many = { type: "text", value: "10000" } as const
  edge = await openEdge({
    bindings: { edgeApi: { INVITATIONS_OPEN_PER_COMPANY: many, INVITATIONS_SENT_PER_DAY: many } }
  })
  cast = castOf(edge)
  ours = await edge.addCompany()
  cleo = await edge.addCandidate()
})
afterAll(() => edge.close())

const made = async (): Promise<string> =>
  (await edge.as(ours.recruiter)("POST", "/offers", { body: offerInput() })).json.id

/** The round trips of a request, as it says itself. */
const roundTripsOf = ({ headers }: Answer): number =>
  Number(/^round-trips;desc="(\d+)"$/.exec(headers.get("server-timing") ?? "")?.[1])

type Send = (id: string) => Promise<Answer>
const by =
  (who: "recruiter" | "colleague" | "admin") =>
  (method: string, path: string, options: Parameters<ReturnType<Edge["as"]>>[2] = {}): Send =>
  (id) =>
    edge.as(ours[who])(method, path.replace("{id}", id), options)
const mine = by("recruiter")
const admins = by("admin")
const plain = { raw: "x", headers: { "Content-Type": "text/plain" } }

const table: ReadonlyArray<readonly [said: string, expected: number, status: number, send: Send]> = [
  ["a list", 1, 200, mine("GET", "/offers")],
  ["a list with everything", 1, 200, mine("GET", "/offers?status=expired&limit=100&after=")],
  ["a read", 1, 200, mine("GET", "/offers/{id}")],
  ["a history", 1, 200, mine("GET", "/offers/{id}/history")],
  ["a creation", 2, 201, (id) => mine("POST", "/offers", { body: offerInput() })(id)],
  ["an update", 2, 200, (id) => mine("POST", "/offers/{id}", { body: offerInput({ title: "Cook" }) })(id)],
  ["a disable", 2, 200, mine("POST", "/offers/{id}/disabled")],
  ["an archive", 2, 200, mine("POST", "/offers/{id}/archived")],
  ["a command with If-Match", 2, 200, mine("POST", "/offers/{id}/archived", { headers: { "If-Match": '"1"' } })],
  [
    "a transfer",
    2,
    200,
    (id) => admins("POST", "/offers/{id}/transfer", { body: { newRecruiterId: ours.colleague.id } })(id)
  ],
  ["a deletion", 2, 204, admins("POST", "/offers/{id}/delete")],
  [
    "an enable",
    2,
    200,
    async (id) => {
      await mine("POST", "/offers/{id}/archived")(id)
      return mine("POST", "/offers/{id}/enabled")(id)
    }
  ],
  ["a repeated transition", 1, 200, mine("POST", "/offers/{id}/enabled")],
  [
    "an update that changes nothing",
    1,
    200,
    async (id) => {
      const body = offerInput({ title: "Cook" })
      await mine("POST", "/offers/{id}", { body })(id)
      return mine("POST", "/offers/{id}", { body })(id)
    }
  ],
  [
    "a transition that is illegal",
    1,
    409,
    async (id) => {
      await mine("POST", "/offers/{id}/archived")(id)
      return mine("POST", "/offers/{id}/disabled")(id)
    }
  ],
  ["a stale version", 1, 412, mine("POST", "/offers/{id}/archived", { headers: { "If-Match": '"9"' } })],
  ["what there is not", 1, 404, () => mine("POST", "/offers/{id}/archived")(newId())],
  ["what a colleague owns", 1, 403, by("colleague")("POST", "/offers/{id}/archived")],
  ["an unknown recruiter", 1, 400, admins("POST", "/offers/{id}/transfer", { body: { newRecruiterId: newId() } })],
  ["a role that may not", 1, 403, mine("POST", "/offers/{id}/delete")],
  ["a candidate's command", 1, 403, (id) => edge.as(cleo)("POST", `/offers/${id}/archived`)],
  ["another content type", 1, 415, mine("POST", "/offers", plain)],
  [
    "a body that is no JSON",
    1,
    400,
    mine("POST", "/offers", { raw: "{", headers: { "Content-Type": "application/json" } })
  ],
  ["a bad body", 1, 400, mine("POST", "/offers", { body: {} })],
  ["a body that breaks a rule", 1, 400, () => mine("POST", "/offers", { body: offerInput({ title: "" }) })("")],
  ["a bad query", 1, 400, mine("GET", "/offers?page=0")],
  ["an account that is gone", 1, 401, () => edge.as({ ...ours.recruiter, id: newId() })("GET", "/offers")],
  ["no token", 0, 401, () => edge.call("GET", "/offers")],
  ["a broken token", 0, 401, () => edge.call("GET", "/offers", { token: "x" })],
  ["another method", 0, 405, () => edge.call("PUT", "/offers")],
  ["no such route", 0, 404, () => edge.call("GET", "/nothing")],
  ["that it lives", 0, 200, () => edge.call("GET", "/health/live")],
  ["that it is ready", 1, 200, () => edge.call("GET", "/health/ready")],
  ["its keys", 0, 200, () => edge.call("GET", "/.well-known/jwks.json")],
  ["its description", 0, 200, () => edge.call("GET", "/openapi.json")]
]

/** A send of the offer to Cleo, and what is asked of it. */
const ofSend =
  (
    by: () => Account,
    method: string,
    path: string,
    { status = "sent", ...options }: Parameters<ReturnType<Edge["as"]>>[2] & { readonly status?: string } = {}
  ): Send =>
  async (offerId) => {
    const { id } = await cast.sent(ours.recruiter, offerId, cleo, status)
    return edge.as(by())(method, path.replace("{id}", id).replace("{offer}", offerId), options)
  }
const recruiter = () => ours.recruiter
const candidate = () => cleo
const viewed = { body: { status: "viewed" } }
const responded = { body: { status: "responded" } }
const some = (count: number) => Promise.all(Array.from({ length: count }, () => edge.addCandidate()))
const bulk = (offerId: string, candidates: ReadonlyArray<Account>) =>
  edge.as(ours.recruiter)("POST", "/offer-sends/bulk", {
    body: { offerId, candidateIds: candidates.map(({ id }) => id) }
  })

const ofSends: ReadonlyArray<readonly [said: string, expected: number, status: number, send: Send]> = [
  ["a list of sends", 1, 200, ofSend(recruiter, "GET", "/offer-sends")],
  ["a candidate's list of sends", 1, 200, ofSend(candidate, "GET", "/offer-sends?status=sent&after=&limit=100")],
  ["the sends of an offer", 1, 200, ofSend(recruiter, "GET", "/offers/{offer}/sends")],
  ["a candidate's list of offers", 1, 200, ofSend(candidate, "GET", "/offers")],
  ["a send that is read", 1, 200, ofSend(recruiter, "GET", "/offer-sends/{id}")],
  ["a send that its candidate reads first", 2, 200, ofSend(candidate, "GET", "/offer-sends/{id}")],
  ["its offer that its candidate reads first", 2, 200, ofSend(candidate, "GET", "/offers/{offer}")],
  ["a send that its candidate asks for by HEAD", 1, 200, ofSend(candidate, "HEAD", "/offer-sends/{id}")],
  ["a send that is read again", 1, 200, ofSend(candidate, "GET", "/offer-sends/{id}", { status: "viewed" })],
  ["its offer that is read again", 1, 200, ofSend(candidate, "GET", "/offers/{offer}", { status: "viewed" })],
  ["a send", 2, 201, (id) => cast.send(ours.recruiter, id, cleo)],
  ["a send to fifty", 2, 201, async (id) => bulk(id, await some(50))],
  [
    "a send to many, all of whom have it",
    1,
    201,
    async (id) => {
      const candidates = await some(3)
      await bulk(id, candidates)
      return bulk(id, candidates)
    }
  ],
  ["a status", 2, 200, ofSend(candidate, "POST", "/offer-sends/{id}/status", viewed)],
  ["a status that skips one", 2, 200, ofSend(recruiter, "POST", "/offer-sends/{id}/status", responded)],
  ["a repeated status", 1, 200, ofSend(recruiter, "POST", "/offer-sends/{id}/status", { ...viewed, status: "viewed" })],
  ["a status that is out of order", 1, 400, ofSend(candidate, "POST", "/offer-sends/{id}/status", responded)],
  ["a send that is taken back", 2, 204, ofSend(recruiter, "DELETE", "/offer-sends/{id}")],
  ["a send that its candidate withdraws", 2, 204, ofSend(candidate, "DELETE", "/offer-sends/{id}")],
  [
    "a withdrawal that comes too late",
    1,
    409,
    ofSend(candidate, "DELETE", "/offer-sends/{id}", { status: "responded" })
  ],
  ["a stale withdrawal", 1, 412, ofSend(candidate, "DELETE", "/offer-sends/{id}", { headers: { "If-Match": '"9"' } })],
  [
    "an equal send",
    1,
    409,
    async (id) => {
      await cast.sent(ours.recruiter, id, cleo)
      return cast.send(ours.recruiter, id, cleo)
    }
  ],
  ["a send to nobody", 1, 400, (id) => cast.send(ours.recruiter, id, { ...cleo, id: newId() })],
  ["a bad bulk", 1, 400, (id) => bulk(id, [])],
  ["a candidate who asks for another's", 1, 403, () => edge.as(cleo)("GET", `/offer-sends?candidateId=${newId()}`)],
  ["notifications", 1, 200, () => edge.as(cleo)("GET", "/notifications?unread=true&channel=mail&after=")],
  ["a notification that is read", 1, 404, () => edge.as(cleo)("POST", `/notifications/${newId()}/read`)],
  ["all notifications read", 1, 204, () => edge.as(cleo)("POST", "/notifications/read-all")]
]

const email = () => `${newId()}@example.org`
const manager = (method: string, path: string, options: Parameters<ReturnType<Edge["as"]>>[2] = {}) =>
  edge.as(ours.manager)(method, path, options)
const rows = (count: number) => Array.from({ length: count }, () => ({ email: email() }))
const bulkOf = async (body: ReadonlyArray<object>, by: Account = ours.manager) =>
  edge.as(by)("POST", "/api/invitations/bulk-recruiter", { body })
const newManager = async (companyId: string | null = null): Promise<Account> => {
  const account = aManager(companyId)
  await edge.addAccount(account)
  return account
}
/** What is asked of an invitation that is open. */
const ofInvitation =
  (act: (invitation: Awaited<ReturnType<typeof cast.invited>>) => Promise<Answer>): Send =>
  async () =>
    act(await cast.invited(ours.manager))
/** A link to sign in by, whose mail still waits. */
const signInToken = async (account: Account): Promise<string> => {
  await edge.call("POST", "/api/sign-in", { body: { email: account.email } })
  const { rows } = await edge.pool.query("select id from sign_in where email = $1", [account.email])
  return edge.sealedToken("sign_in", rows[0].id)
}

const ofInvitations: ReadonlyArray<readonly [said: string, expected: number, status: number, send: Send]> = [
  ["an invitation", 2, 201, () => cast.invite(ours.manager, email())],
  ["the first invitation, with the company", 2, 201, async () => cast.invite(await newManager(), email())],
  ["an invitation of a member", 1, 400, () => cast.invite(ours.manager, ours.recruiter.email)],
  ["an invitation of what is no address", 1, 400, () => cast.invite(ours.manager, "nobody")],
  ["a bulk of a hundred", 2, 200, () => bulkOf(rows(100))],
  ["a bulk of a hundred, with the company", 2, 200, async () => bulkOf(rows(100), await newManager())],
  ["a bulk of nobody new", 1, 200, () => bulkOf([{ email: ours.recruiter.email }, { email: "nobody" }])],
  ["a bulk that is none", 1, 400, () => bulkOf([])],
  ["a list of invitations", 1, 200, () => manager("GET", "/api/invitations?status=PENDING&sort=email&size=100")],
  ["a validation", 1, 200, ofInvitation(({ token }) => edge.call("GET", `/api/invitations/validate/${token}`))],
  ["a validation of nothing", 1, 400, () => edge.call("GET", "/api/invitations/validate/guessed")],
  ["an acceptance", 2, 200, ofInvitation(({ token }) => cast.accept(token))],
  [
    "an acceptance by an account",
    2,
    200,
    async () => {
      const dan = await edge.addCandidate()
      return cast.accept((await cast.invited(ours.manager, dan.email)).token, undefined, dan)
    }
  ],
  ["an acceptance without a profile", 1, 400, ofInvitation(({ token }) => cast.accept(token, {}))],
  ["a refusal", 2, 204, ofInvitation(({ token }) => edge.call("POST", `/api/invitations/decline/${token}`))],
  ["a revocation", 2, 204, ofInvitation(({ id }) => manager("PATCH", `/api/invitations/${id}/revoke`))],
  [
    "an invitation that is sent again",
    2,
    200,
    ofInvitation(({ id }) => manager("POST", `/api/invitations/${id}/resend`))
  ],
  ["an invitation that there is not", 1, 404, () => manager("POST", `/api/invitations/${newId()}/resend`)],
  ["a list of members", 1, 200, () => manager("GET", "/api/members?after=")],
  ["a member who is removed", 2, 204, async () => manager("DELETE", `/api/members/${(await newManager(ours.id)).id}`)],
  [
    "a sub-role",
    2,
    200,
    async () => {
      const { id } = await cast.callerBy((await cast.accept((await cast.invited(ours.manager)).token)).json.token)
      return manager("PATCH", `/api/members/${id}`, { body: { subRole: "recruiter_admin" } })
    }
  ],
  ["a company's name", 2, 200, () => manager("PATCH", "/api/company", { body: { name: newId() } })],
  ["a request of a link", 1, 202, () => edge.call("POST", "/api/sign-in", { body: { email: email() } })],
  [
    "a link that is used",
    1,
    200,
    async () => edge.call("POST", `/api/sign-in/${await signInToken(await edge.addCandidate())}`)
  ],
  ["a link that is none", 1, 400, () => edge.call("POST", "/api/sign-in/guessed")]
]

describe("round trips to the database", () => {
  it.each([...table, ...ofSends, ...ofInvitations])("%s: %i", async (_, expected, status, send) => {
    const answer = await send(await made())
    assert.strictEqual(answer.status, status, answer.text)
    assert.strictEqual(roundTripsOf(answer), expected)
  })

  it("are as many when the date has passed, which is written with the command", async () => {
    const id = await made()
    await edge.moveClock(11 * 86_400_000)
    const archived = await mine("POST", "/offers/{id}/archived")(id)
    await edge.moveClock(0)
    assert.strictEqual(archived.headers.get("etag"), '"3"')
    assert.strictEqual(roundTripsOf(archived), 2)
  })

  it("are three for a bulk where somebody else sent it to one of them at the same instant", async () => {
    const id = await made()
    const candidates = await some(50)
    let rivals = 0
    edge.neon.onRequest = async ([statement]) => {
      if (!statement?.query.includes("permitted as materialized") || rivals++ > 0) return undefined
      await cast.sent(ours.admin, id, candidates[7] ?? cleo)
      return undefined
    }
    const answer = await bulk(id, candidates)
    edge.neon.onRequest = undefined
    assert.deepStrictEqual([answer.json.created.length, answer.json.failures.length], [49, 1])
    assert.strictEqual(roundTripsOf(answer), 3)
  })

  it("are as many when the offer's date has passed unswept", async () => {
    const id = await made()
    const send = await cast.sent(ours.recruiter, id, cleo)
    await edge.moveClock(11 * 86_400_000)
    const read = await edge.as(cleo)("GET", `/offer-sends/${send.id}`)
    const lists = [await edge.as(cleo)("GET", "/offer-sends"), await mine("GET", "/offers/{id}/sends")(id)]
    await edge.moveClock(0)
    assert.deepStrictEqual([read.status, ...[read, ...lists].map(roundTripsOf)], [404, 1, 1, 1])
  })

  it("are at most three for a bulk of a hundred where somebody else invited one of them at the same instant", async () => {
    const colleague = await newManager(ours.id)
    const body = rows(100)
    let rivals = 0
    edge.neon.onRequest = async (statements) => {
      if (!JSON.stringify(statements).includes("invitation.created") || rivals++ > 0) return undefined
      await cast.invite(colleague, body[7]?.email ?? "")
      return undefined
    }
    const answer = await bulkOf(body)
    edge.neon.onRequest = undefined
    const outcomes = Object.values(answer.json)
    assert.deepStrictEqual([outcomes[7], new Set(outcomes).size], ["already-invited", 2])
    assert.isAtMost(roundTripsOf(answer), 3)
  })

  it("are what arrives at the database: nothing is asked uncounted", async () => {
    // The statements are the requests' own: the consumer asks for deliveries, mails and what a batch of events or mails is about.
    const consumers = /receipt|outgoing_mail| as k\(|"companyName"| as mailed/
    let arrived = 0
    edge.neon.onRequest = (statements) => {
      if (!statements.every(({ query }) => consumers.test(query))) arrived++
      return undefined
    }
    const id = await made()
    await mine("GET", "/offers/{id}")(id)
    await cast.send(ours.recruiter, id, cleo)
    await edge.as(cleo)("GET", `/offers/${id}`)
    await bulk(id, [])
    await mine("POST", "/offers/{id}/archived")(id)
    edge.neon.onRequest = undefined
    assert.strictEqual(arrived, 2 + 1 + 2 + 2 + 1 + 2)
  })
})
