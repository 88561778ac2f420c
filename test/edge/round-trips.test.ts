import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { aCandidate, type GivenCompany, newId } from "../given.ts"
import { offerInput } from "../stage.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

// How often a request asks the database, one question after the other: at the edge each costs tens of milliseconds.
// The worker says it in `Server-Timing`, and the endpoint that stands for Neon counts what arrives.

let edge: Edge
let ours: GivenCompany
beforeAll(async () => {
  edge = await openEdge()
  ours = await edge.addCompany()
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
  [
    "a candidate's command",
    1,
    403,
    async (id) => {
      const candidate = aCandidate()
      await edge.addAccount(candidate)
      return edge.as(candidate)("POST", `/offers/${id}/archived`)
    }
  ],
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

describe("round trips to the database", () => {
  it.each(table)("%s: %i", async (_, expected, status, send) => {
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

  it("are what arrives at the database: nothing is asked uncounted", async () => {
    // The statements are the requests' own: what the consumer asks is about the log's deliveries only.
    let arrived = 0
    edge.neon.onRequest = (statements) => {
      if (!statements.every(({ query }) => query.includes("receipt"))) arrived++
      return undefined
    }
    const id = await made()
    await mine("GET", "/offers/{id}")(id)
    await mine("POST", "/offers/{id}/archived")(id)
    edge.neon.onRequest = undefined
    assert.strictEqual(arrived, 2 + 1 + 2)
  })
})
