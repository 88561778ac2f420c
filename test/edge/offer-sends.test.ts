import { aRecruiter, type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { eventsOf } from "../event-log.ts"
import { jobs, runJob } from "../workers/cast.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
let cast: ReturnType<typeof castOf>
let ours: CompanyWithPeople
let theirs: CompanyWithPeople
/** To whom most is sent. */
let cleo: Account
let dan: Account
beforeAll(async () => {
  edge = await openEdge()
  cast = castOf(edge)
  ours = await edge.addCompany()
  theirs = await edge.addCompany()
  cleo = await edge.addCandidate({ firstName: "Cleo", lastName: "Vik" })
  dan = await edge.addCandidate({ firstName: "Dan", lastName: "Berg" })
})
afterEach(async () => {
  edge.neon.onRequest = undefined
  await edge.moveClock(0)
})
afterAll(() => edge.close())

const minute = 60_000
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A send of an offer of `recruiter`'s to Cleo, as its candidate has answered it so far. */
const supplied = async (status = "sent", by: Account = ours.recruiter) => {
  const offer = await cast.made(by)
  const send = await cast.sent(by, offer.id, cleo, status)
  return { offer, send, id: send.id as string }
}
const read = (by: Account, id: string) => edge.as(by)("GET", `/offer-sends/${id}`)
const withdraw = (by: Account, id: string) => edge.as(by)("DELETE", `/offer-sends/${id}`)
const bulk = (by: Account, offerId: string, candidateIds: ReadonlyArray<unknown>, more: object = {}) =>
  edge.as(by)("POST", "/offer-sends/bulk", { body: { offerId, candidateIds, ...more } })

const idsOf = ({ json }: Answer): ReadonlyArray<string> => json.map(({ id }: { readonly id: string }) => id)
const listed = async (by: Account, path: string) => {
  const answer = await edge.as(by)("GET", path)
  assert.strictEqual(answer.status, 200, answer.text)
  return idsOf(answer)
}

/** What happened to a send: each type, without `offerSent.`, and who did it. */
const happened = async (id: string) =>
  (await eventsOf(edge.pool, id)).map(({ type, actor }) => `${type.replace("offerSent.", "")} by ${actor.kind}`)

const letItEnd = () => edge.moveClock(11 * day)
const sweep = async () => {
  for (const job of [jobs.expired, jobs.started]) await runJob(edge.platform, job)
}

/** Does something just before the first commit about a subject; what it answers is what goes wrong with that commit. */
const beforeCommitOf = (text: string, what: () => ReturnType<NonNullable<Edge["neon"]["onRequest"]>>) => {
  let done = false
  edge.neon.onRequest = (statements) => {
    const commits = statements.some(
      ({ query, params }) => query.includes("permitted as materialized") && JSON.stringify(params).includes(text)
    )
    if (done || !commits) return undefined
    done = true
    return what()
  }
}

describe("sending an offer", () => {
  it("answers 201 with every field, its version and where it is", async () => {
    const offer = await cast.made(ours.recruiter, { title: "Baker, nights" })
    const before = Date.now()
    const answer = await cast.send(ours.recruiter, offer.id, cleo, { message: " You would like it here. " })
    assert.strictEqual(answer.status, 201)
    const { id, sentAt, createdAt, updatedAt, ...rest } = answer.json
    assert.strictEqual(answer.headers.get("etag"), '"1"')
    assert.strictEqual(answer.headers.get("location"), `/offer-sends/${id}`)
    assert.match(id, uuid7)
    assert.deepStrictEqual([createdAt, updatedAt], [sentAt, sentAt])
    assert.isTrue(Date.parse(sentAt) >= before && Date.parse(sentAt) <= Date.now())
    assert.deepStrictEqual(rest, {
      offerId: offer.id,
      candidateId: cleo.id,
      recruiterId: ours.recruiter.id,
      companyId: ours.id,
      status: "sent",
      viewedAt: null,
      respondedAt: null,
      message: "You would like it here.",
      offer: { id: offer.id, title: "Baker, nights" },
      candidate: { id: cleo.id, firstName: "Cleo", lastName: "Vik" }
    })
  })

  it("is one event, without a word of the message or of a name", async () => {
    const offer = await cast.made(ours.recruiter)
    const { id } = await cast.sent(ours.admin, offer.id, cleo, "sent", { message: "Zebedee" })
    const [created, ...others] = await eventsOf(edge.pool, id)
    assert.deepStrictEqual(others, [])
    assert.deepInclude(created, {
      type: "offerSent.created",
      sequence: 1,
      actor: { kind: "recruiter", id: ours.admin.id },
      data: { offerId: offer.id, term: 1, candidateId: cleo.id, senderId: ours.admin.id }
    })
  })

  it("is read where Location says, in the same version", async () => {
    const offer = await cast.made(ours.recruiter)
    const answer = await cast.send(ours.recruiter, offer.id, cleo)
    const details = await edge.as(ours.recruiter)("GET", answer.headers.get("location") ?? "")
    const { offer: _, candidate: __, ...fields } = answer.json
    assert.deepInclude(details.json, fields)
    assert.strictEqual(details.headers.get("etag"), '"1"')
  })

  it("takes candidateIds with one id, as text, for candidateId; both of them, or neither, is 400", async () => {
    const offer = await cast.made(ours.recruiter)
    const post = (body: object) =>
      edge.as(ours.recruiter)("POST", "/offer-sends", { body: { offerId: offer.id, ...body } })
    const answer = await post({ candidateIds: cleo.id })
    assert.deepStrictEqual([answer.status, answer.json.candidateId], [201, cleo.id])
    const refusals = await Promise.all([
      post({}),
      post({ candidateId: dan.id, candidateIds: dan.id }),
      post({ candidateIds: [dan.id] }),
      post({ candidateIds: `${dan.id},${cleo.id}` })
    ])
    assert.deepStrictEqual(
      refusals.map(({ status, json }) => [status, ...json.errors.map((error: { pointer: string }) => error.pointer)]),
      [
        [400, "/candidateId"],
        [400, "/candidateIds"],
        [400, "/candidateIds"],
        [400, "/candidateIds"]
      ]
    )
  })

  it("takes ids in capitals for the same ids", async () => {
    const offer = await cast.made(ours.recruiter)
    const body = { offerId: offer.id.toUpperCase(), candidateId: cleo.id.toUpperCase() }
    const answer = await edge.as(ours.recruiter)("POST", "/offer-sends", { body })
    assert.deepInclude(answer.json, { offerId: offer.id, candidateId: cleo.id })
    assert.strictEqual(statusAndCode(await cast.send(ours.recruiter, offer.id, cleo)), "409 already-sent")
  })

  it("is done by the sender: the owner, an admin or a hiring manager; not by a colleague or a candidate", async () => {
    const offer = await cast.made(ours.recruiter)
    for (const by of [ours.recruiter, ours.admin, ours.manager]) {
      const { recruiterId } = await cast.sent(by, offer.id, await edge.addCandidate())
      assert.strictEqual(recruiterId, by.id)
    }
    assert.strictEqual(statusAndCode(await cast.send(ours.colleague, offer.id, cleo)), "403 not-owner")
    assert.strictEqual(statusAndCode(await cast.send(cleo, offer.id, cleo)), "403 role-not-allowed")
  })

  it("needs an offer of the company: another's, or one that there is not, is 404", async () => {
    const offer = await cast.made(theirs.recruiter)
    assert.strictEqual(statusAndCode(await cast.send(ours.admin, offer.id, cleo)), "404 not-found")
    assert.strictEqual(statusAndCode(await cast.send(ours.admin, newId(), cleo)), "404 not-found")
  })

  it("needs a candidate: nobody, a recruiter and a hiring manager are 400 candidate-unknown", async () => {
    const offer = await cast.made(ours.recruiter)
    for (const id of [newId(), ours.colleague.id, ours.manager.id, theirs.recruiter.id]) {
      const answer = await cast.send(ours.recruiter, offer.id, { ...cleo, id })
      assert.strictEqual(statusAndCode(answer), "400 candidate-unknown")
    }
  })

  it("to the same candidate again is 409 already-sent, whoever sends it and however far the candidate is", async () => {
    for (const status of ["sent", "viewed", "responded"]) {
      const { offer, id } = await supplied(status)
      const before = await happened(id)
      for (const by of [ours.recruiter, ours.admin]) {
        assert.strictEqual(statusAndCode(await cast.send(by, offer.id, cleo)), "409 already-sent")
      }
      assert.deepStrictEqual(await happened(id), before)
    }
  })

  it("ten times at once: one is 201, nine are 409", async () => {
    const offer = await cast.made(ours.recruiter)
    const answers = await Promise.all(Array.from({ length: 10 }, () => cast.send(ours.recruiter, offer.id, dan)))
    assert.deepStrictEqual(answers.map(statusAndCode).sort(), ["201", ...Array(9).fill("409 already-sent")])
    assert.lengthOf(await listed(ours.recruiter, `/offers/${offer.id}/sends`), 1)
  })

  it.each(["disabled", "archived"])("of an offer that is %s is 400 offer-not-active", async (state) => {
    const offer = await cast.made(ours.recruiter)
    await cast.command(ours.recruiter, offer.id, state)
    assert.strictEqual(statusAndCode(await cast.send(ours.recruiter, offer.id, cleo)), "400 offer-not-active")
    assert.strictEqual(statusAndCode(await bulk(ours.recruiter, offer.id, [cleo.id])), "400 offer-not-active")
  })

  it("of an offer whose date has passed is 400 offer-not-active, and writes that it has expired", async () => {
    for (const send of [cast.send, (by: Account, offerId: string) => bulk(by, offerId, [cleo.id])]) {
      const offer = await cast.made(ours.recruiter)
      await edge.moveClockTo(Date.parse(offer.endsAt))
      assert.strictEqual(statusAndCode(await send(ours.recruiter, offer.id, cleo)), "400 offer-not-active")
      const expired = (await eventsOf(edge.pool, offer.id)).at(-1)
      assert.deepInclude(expired, { type: "offer.expired", sequence: 2, actor: { kind: "system", id: null } })
      assert.strictEqual(expired?.occurred_at.toISOString(), offer.endsAt)
      await edge.moveClock(0)
    }
  })

  it.each([
    ["archived", "400 offer-not-active"],
    ["disabled", "400 offer-not-active"],
    ["delete", "404 not-found"]
  ])("does not slip in beside a change that came first: %s", async (name, refusal) => {
    for (const send of [cast.send, (by: Account, offerId: string) => bulk(by, offerId, [cleo.id])]) {
      const offer = await cast.made(ours.recruiter)
      beforeCommitOf("offerSent.created", async () => {
        assert.include([200, 204], (await cast.command(ours.admin, offer.id, name)).status)
        return undefined
      })
      assert.strictEqual(statusAndCode(await send(ours.recruiter, offer.id, cleo)), refusal)
      const { rows } = await edge.pool.query("select 1 from offer_sent where offer_id = $1", [offer.id])
      assert.deepStrictEqual(rows, [])
    }
  })
})

describe("sending an offer in bulk", () => {
  it("answers 201 with those who were sent it, and why each of the others was not, in the order that was asked", async () => {
    const offer = await cast.made(ours.recruiter)
    const [eve, fay] = [await edge.addCandidate({ firstName: "Eve" }), await edge.addCandidate({ firstName: "Fay" })]
    await cast.sent(ours.recruiter, offer.id, dan)
    const taken = await cast.sent(ours.recruiter, offer.id, cleo)
    await withdraw(cleo, taken.id)
    const nobody = newId()
    const asked = [nobody, eve.id, dan.id, eve.id.toUpperCase(), ours.colleague.id, cleo.id, fay.id, nobody]
    const answer = await bulk(ours.admin, offer.id, asked, { message: "Come and see us." })
    assert.strictEqual(answer.status, 201)
    const { created, failures } = answer.json
    assert.deepStrictEqual(
      created.map(({ id, sentAt, createdAt, updatedAt, ...rest }: Readonly<Record<string, unknown>>) => rest),
      [eve, fay].map(({ id, firstName, lastName }) => ({
        offerId: offer.id,
        candidateId: id,
        recruiterId: ours.admin.id,
        companyId: ours.id,
        status: "sent",
        viewedAt: null,
        respondedAt: null,
        message: "Come and see us.",
        offer: { id: offer.id, title: offer.title },
        candidate: { id, firstName, lastName }
      }))
    )
    assert.deepStrictEqual(
      failures.map(({ candidateId, code }: Readonly<Record<string, string>>) => [candidateId, code]),
      [
        [nobody, "candidate-unknown"],
        [dan.id, "already-sent"],
        [eve.id.toUpperCase(), "duplicate-in-request"],
        [ours.colleague.id, "candidate-unknown"],
        [cleo.id, "withdrawn"],
        [nobody, "duplicate-in-request"]
      ]
    )
    for (const { detail } of failures) assert.isNotEmpty(detail)
    for (const { id } of created) assert.deepStrictEqual(await happened(id), ["created by recruiter"])
  })

  it("answers 201 with nothing but failures when nobody was sent it", async () => {
    const offer = await cast.made(ours.recruiter)
    await cast.sent(ours.recruiter, offer.id, dan)
    const { status, json } = await bulk(ours.recruiter, offer.id, [dan.id])
    assert.deepStrictEqual([status, json.created, json.failures.length], [201, [], 1])
  })

  it("reaches fifty, and no more: 51, none, or an id that is no UUID is 400, and nobody is sent it", async () => {
    const offer = await cast.made(ours.recruiter)
    const candidates = await Promise.all(Array.from({ length: 51 }, () => edge.addCandidate()))
    const ids = candidates.map(({ id }) => id)
    for (const [asked, pointer] of [
      [ids, "/candidateIds"],
      [[], "/candidateIds"],
      [[...ids.slice(0, 2), "1"], "/candidateIds/2"],
      [[...ids.slice(0, 2), null], "/candidateIds/2"]
    ] as const) {
      const answer = await bulk(ours.recruiter, offer.id, asked)
      assert.strictEqual(statusAndCode(answer), "400 invalid-input")
      assert.deepStrictEqual(
        answer.json.errors.map((error: { pointer: string }) => error.pointer),
        [pointer]
      )
    }
    assert.deepStrictEqual(await listed(ours.recruiter, `/offers/${offer.id}/sends`), [])
    const { json } = await bulk(ours.recruiter, offer.id, ids.slice(0, 50))
    assert.deepStrictEqual(
      json.created.map(({ candidateId }: Readonly<Record<string, string>>) => candidateId),
      ids.slice(0, 50)
    )
    assert.deepStrictEqual(json.failures, [])
  })

  it("beside somebody who sends it to one of them at the same instant: to the others, and that one is a failure", async () => {
    const offer = await cast.made(ours.recruiter)
    const eve = await edge.addCandidate()
    beforeCommitOf("offerSent.created", async () => {
      await cast.sent(ours.admin, offer.id, dan)
      return undefined
    })
    const { status, json } = await bulk(ours.recruiter, offer.id, [dan.id, eve.id])
    assert.strictEqual(status, 201)
    assert.deepStrictEqual(
      [json.created.map(({ candidateId }: Readonly<Record<string, string>>) => candidateId), json.failures[0]?.code],
      [[eve.id], "already-sent"]
    )
  })

  it("is refused as a single send is: a colleague's offer 403, another company's 404, a candidate 403", async () => {
    const { id } = await cast.made(ours.recruiter)
    assert.strictEqual(statusAndCode(await bulk(ours.colleague, id, [dan.id])), "403 not-owner")
    assert.strictEqual(statusAndCode(await bulk(theirs.admin, id, [dan.id])), "404 not-found")
    assert.strictEqual(statusAndCode(await bulk(dan, id, [dan.id])), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await bulk(ours.recruiter, newId(), [dan.id])), "404 not-found")
  })
})

// Who may set which status in which state: the events that this writes (`=`: none, 200 and unchanged), or the refusal.
const moves = `
by        | to        | sent             | viewed           | responded
candidate | viewed    | viewed           | =                | 400 illegal-transition
candidate | responded | 400 illegal-transition | responded  | =
recruiter | viewed    | viewed           | =                | 400 illegal-transition
recruiter | responded | viewed responded | responded        | =
admin     | viewed    | viewed           | =                | 400 illegal-transition
admin     | responded | viewed responded | responded        | =
manager   | viewed    | viewed           | =                | 400 illegal-transition
manager   | responded | viewed responded | responded        | =
`
const [head = [], ...lines] = moves
  .trim()
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
const cases = lines.flatMap(([by = "", to = "", ...outcomes]) =>
  head.slice(2).map((from, column) => [by, from, to, outcomes[column] ?? ""] as const)
)

describe("the status", () => {
  it.each(cases)("set by the %s from %s to %s: %s", async (by, from, to, outcome) => {
    const { id } = await supplied(from)
    await edge.moveClock(minute)
    const who = by === "candidate" ? cleo : ours[by as "recruiter" | "admin" | "manager"]
    const before = (await read(ours.admin, id)).json
    const answer = await cast.setStatus(who, id, to)
    const { json: after, headers } = await read(ours.admin, id)
    const written = (await eventsOf(edge.pool, id)).slice(before.history.length)
    if (/^\d/.test(outcome)) {
      assert.strictEqual(statusAndCode(answer), outcome)
      assert.deepStrictEqual(after, before)
      return
    }
    assert.strictEqual(answer.status, 200, answer.text)
    assert.strictEqual(answer.headers.get("etag"), headers.get("etag"))
    assert.strictEqual(answer.json.status, to)
    const { viewedAt, respondedAt, updatedAt } = answer.json
    assert.deepInclude(after, { status: to, viewedAt, respondedAt, updatedAt })
    if (outcome === "=") {
      assert.deepStrictEqual(after, before)
      assert.deepStrictEqual(written, [])
      return
    }
    assert.deepStrictEqual(
      written.map(({ type }) => type.replace("offerSent.", "")),
      outcome.split(" ")
    )
    // Both events of a step that was skipped are of that instant, and by the one who skipped it.
    for (const { occurred_at, actor } of written) {
      assert.strictEqual(occurred_at.toISOString(), updatedAt)
      assert.strictEqual(actor.id, who.id)
    }
    assert.isAtLeast(Date.parse(updatedAt), Date.parse(before.sentAt) + minute)
    if (outcome.includes("viewed")) assert.strictEqual(viewedAt, updatedAt)
    else assert.strictEqual(viewedAt, before.viewedAt)
    assert.strictEqual(respondedAt, to === "responded" ? updatedAt : null)
  })

  it.each(["sent", "withdrawn", "gone", "", null])("is never set to %j: 400 invalid-input", async (status) => {
    const { id } = await supplied("viewed")
    const answer = await edge.as(ours.admin)("POST", `/offer-sends/${id}/status`, { body: { status } })
    assert.strictEqual(statusAndCode(answer), "400 invalid-input")
  })

  it("is answered with the send, without who sent it where its candidate asks", async () => {
    const { send, id } = await supplied()
    const { recruiterId: _, companyId: __, ...visible } = send
    const answer = await cast.setStatus(cleo, id, "viewed")
    const { viewedAt, updatedAt } = answer.json
    assert.deepStrictEqual(answer.json, { ...visible, status: "viewed", viewedAt, updatedAt })
    const next = await cast.setStatus(ours.admin, id, "responded")
    assert.deepStrictEqual(Object.keys(next.json).sort(), Object.keys(send).sort())
  })

  it("of what there is not is 404, as is an id that is no UUID", async () => {
    for (const id of [newId(), "1"])
      assert.strictEqual(statusAndCode(await cast.setStatus(ours.admin, id, "viewed")), "404 not-found")
  })
})

describe("viewing", () => {
  const ways = [
    ["the send", ({ id }: { readonly id: string }) => `/offer-sends/${id}`],
    ["its offer", ({ offer }: { readonly offer: { readonly id: string } }) => `/offers/${offer.id}`]
  ] as const

  describe.each(ways)("by reading %s", (_, path) => {
    it("makes it viewed, once", async () => {
      const sends = await supplied()
      await edge.moveClock(minute)
      for (let times = 0; times < 3; times++) {
        assert.strictEqual((await edge.as(cleo)("GET", path(sends))).status, 200)
      }
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter", "viewed by candidate"])
      const { status, viewedAt, updatedAt, sentAt } = (await read(ours.recruiter, sends.id)).json
      assert.strictEqual(status, "viewed")
      assert.strictEqual(updatedAt, viewedAt)
      assert.isAtLeast(Date.parse(viewedAt), Date.parse(sentAt) + minute)
    })

    it("50 times at once is one event, and all succeed", async () => {
      const sends = await supplied()
      const answers = await Promise.all(Array.from({ length: 50 }, () => edge.as(cleo)("GET", path(sends))))
      assert.deepStrictEqual(new Set(answers.map(statusAndCode)), new Set(["200"]))
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter", "viewed by candidate"])
    })

    it("is not done by HEAD", async () => {
      const sends = await supplied()
      assert.strictEqual((await edge.as(cleo)("HEAD", path(sends))).status, 200)
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter"])
    })

    it("is not done by the company's side", async () => {
      const sends = await supplied()
      for (const by of [ours.recruiter, ours.admin, ours.manager]) await edge.as(by)("GET", path(sends))
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter"])
    })

    it("is not done by a candidate who is refused it", async () => {
      const sends = await supplied()
      assert.strictEqual(statusAndCode(await edge.as(dan)("GET", path(sends))), "403 not-recipient")
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter"])
    })

    it("succeeds when it can't be written, and is written by the next read", async () => {
      const sends = await supplied()
      for (const fault of [{ down: "before" }, { down: "before", status: 503 }] as const) {
        beforeCommitOf(sends.id, () => fault)
        assert.strictEqual((await edge.as(cleo)("GET", path(sends))).status, 200)
        edge.neon.onRequest = undefined
        assert.deepStrictEqual(await happened(sends.id), ["created by recruiter"])
      }
      await edge.as(cleo)("GET", path(sends))
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter", "viewed by candidate"])
    })

    it("succeeds when the answer of the store is lost, and is written once", async () => {
      const sends = await supplied()
      beforeCommitOf(sends.id, () => ({ down: "after" }))
      assert.strictEqual((await edge.as(cleo)("GET", path(sends))).status, 200)
      edge.neon.onRequest = undefined
      await edge.as(cleo)("GET", path(sends))
      assert.deepStrictEqual(await happened(sends.id), ["created by recruiter", "viewed by candidate"])
    })
  })

  it("is in the answer already: the status, the version, the history", async () => {
    const { id } = await supplied()
    const first = await read(cleo, id)
    const { status, viewedAt, updatedAt, history } = first.json
    assert.deepStrictEqual([status, first.headers.get("etag")], ["viewed", '"2"'])
    assert.strictEqual(updatedAt, viewedAt)
    assert.deepStrictEqual(history.at(-1), { status: "viewed", at: viewedAt, by: "candidate" })
    const again = await read(cleo, id)
    assert.deepStrictEqual([again.json, again.headers.get("etag")], [first.json, '"2"'])
  })

  it("is not done by the lists", async () => {
    const { offer, id } = await supplied()
    for (const path of ["/offer-sends", "/offers", `/offer-sends?offerId=${offer.id}`, "/offer-sends?status=sent"]) {
      assert.strictEqual((await edge.as(cleo)("GET", path)).status, 200)
    }
    assert.deepStrictEqual(await happened(id), ["created by recruiter"])
  })

  it.each([
    ["archived", "404 not-found"],
    ["disabled", "403 not-recipient"]
  ])("beside a change of the offer that came first is none, and answers what is so now: %s", async (name, refusal) => {
    const { offer, id } = await supplied()
    beforeCommitOf(id, async () => {
      await cast.command(ours.recruiter, offer.id, name)
      return undefined
    })
    assert.strictEqual(statusAndCode(await read(cleo, id)), refusal)
    assert.notInclude(await happened(id), "viewed by candidate")
  })
})

describe("the details", () => {
  it("hold the offer's public fields, the candidate's e-mail, and who did what when", async () => {
    const { offer, send, id } = await supplied("viewed")
    await edge.moveClock(minute)
    await cast.setStatus(ours.recruiter, id, "responded")
    const { json } = await read(ours.manager, id)
    const { recruiterId: _, companyId: __, ...publicOffer } = offer
    const { viewedAt, respondedAt } = json
    assert.deepStrictEqual(json, {
      ...send,
      status: "responded",
      viewedAt,
      respondedAt,
      updatedAt: respondedAt,
      offer: publicOffer,
      candidate: { id: cleo.id, firstName: "Cleo", lastName: "Vik", email: cleo.email },
      history: [
        { status: "sent", at: send.sentAt, by: "recruiter" },
        { status: "viewed", at: viewedAt, by: "candidate" },
        { status: "responded", at: respondedAt, by: "recruiter" }
      ]
    })
  })

  it("are the same for the candidate, without who sent it and which company", async () => {
    const { id } = await supplied("responded")
    const { recruiterId: _, companyId: __, ...visible } = (await read(ours.manager, id)).json
    assert.deepStrictEqual((await read(cleo, id)).json, visible)
  })

  it("say of a step that was skipped when and by whom it was filled in", async () => {
    const { send, id } = await supplied()
    await edge.moveClock(minute)
    const answer = await cast.setStatus(ours.recruiter, id, "responded")
    const at = answer.json.respondedAt
    assert.strictEqual(answer.headers.get("etag"), '"3"')
    assert.deepStrictEqual((await read(ours.recruiter, id)).json.history, [
      { status: "sent", at: send.sentAt, by: "recruiter" },
      { status: "viewed", at, by: "recruiter" },
      { status: "responded", at, by: "recruiter" }
    ])
  })

  it("say recruiter of a hiring manager, too", async () => {
    const offer = await cast.made(ours.manager)
    const { id } = await cast.sent(ours.manager, offer.id, cleo)
    assert.deepInclude((await read(ours.manager, id)).json.history[0], { status: "sent", by: "recruiter" })
  })

  it("show the offer's title of now, as the lists do", async () => {
    const { offer, id } = await supplied()
    const body = cast.contentAhead({ title: "Pastry cook" })
    await edge.as(ours.recruiter)("POST", `/offers/${offer.id}`, { body })
    assert.strictEqual((await read(cleo, id)).json.offer.title, "Pastry cook")
    const [row] = (await edge.as(ours.recruiter)("GET", `/offer-sends?offerId=${offer.id}`)).json
    assert.deepStrictEqual(row.offer, { id: offer.id, title: "Pastry cook" })
  })
})

describe("while the offer is disabled", () => {
  const disabled = async (status = "sent") => {
    const sends = await supplied(status)
    await cast.command(ours.recruiter, sends.offer.id, "disabled")
    return sends
  }

  it("the company's side reads its sends, and lists them", async () => {
    const { offer, id } = await disabled()
    for (const by of [ours.recruiter, ours.admin, ours.manager]) {
      assert.strictEqual((await read(by, id)).status, 200)
      assert.deepStrictEqual(await listed(by, `/offers/${offer.id}/sends`), [id])
      assert.deepStrictEqual(await listed(by, `/offer-sends?offerId=${offer.id}`), [id])
    }
  })

  it("the candidate's lists omit it, and reading it or the offer is 403", async () => {
    const { offer, id } = await disabled()
    assert.notInclude(await listed(cleo, "/offer-sends?limit=100"), id)
    assert.notInclude(await listed(cleo, "/offers?limit=100"), offer.id)
    assert.deepStrictEqual(await listed(cleo, `/offer-sends?offerId=${offer.id}`), [])
    assert.strictEqual(statusAndCode(await read(cleo, id)), "403 not-recipient")
    assert.strictEqual(statusAndCode(await edge.as(cleo)("GET", `/offers/${offer.id}`)), "403 not-recipient")
    assert.deepStrictEqual(await happened(id), ["created by recruiter"])
  })

  it("its status is not changed by anybody: 400 offer-not-active, also to what it is", async () => {
    for (const from of ["sent", "viewed", "responded"]) {
      const { id } = await disabled(from)
      for (const by of [cleo, ours.recruiter, ours.admin]) {
        for (const to of ["viewed", "responded"]) {
          assert.strictEqual(statusAndCode(await cast.setStatus(by, id, to)), "400 offer-not-active")
        }
      }
    }
  })

  it("is taken back by the candidate who can't read it, and by a recruiter", async () => {
    for (const by of [cleo, ours.recruiter]) {
      const { id } = await disabled("viewed")
      assert.strictEqual(statusAndCode(await withdraw(by, id)), "204")
      assert.strictEqual(statusAndCode(await read(ours.recruiter, id)), "404 not-found")
    }
    assert.strictEqual(statusAndCode(await withdraw(cleo, (await disabled("responded")).id)), "409 already-answered")
  })

  it("loses nothing: enabled again, it is there as it was", async () => {
    const { offer, id } = await disabled("viewed")
    await cast.command(ours.recruiter, offer.id, "enabled")
    assert.deepInclude((await read(cleo, id)).json, { status: "viewed" })
    assert.include(await listed(cleo, "/offers?limit=100"), offer.id)
  })
})

// Each way in which an offer ends, and how its sends are asked for then. Nobody waits for the queue to delete them.
const ends: Readonly<Record<string, (offer: { readonly id: string; readonly endsAt: string }) => Promise<unknown>>> = {
  archived: ({ id }) => cast.command(ours.recruiter, id, "archived"),
  deleted: ({ id }) => cast.command(ours.admin, id, "delete"),
  "expired by time, unswept": ({ endsAt }) => edge.moveClockTo(Date.parse(endsAt)),
  "expired by time, swept": async () => {
    await letItEnd()
    await sweep()
  },
  "disabled, and then expired by time": async ({ id, endsAt }) => {
    await cast.command(ours.recruiter, id, "disabled")
    await edge.moveClockTo(Date.parse(endsAt))
  },
  "archived, and opened for a new term": async ({ id }) => {
    await cast.command(ours.recruiter, id, "archived")
    await cast.command(ours.recruiter, id, "enabled")
  }
}

describe.each(Object.entries(ends))("once the offer is %s", (name, end) => {
  it("its sends are gone for everybody at that instant: 404, and in no list", async () => {
    const { offer, id } = await supplied("viewed")
    await end(offer)
    for (const by of [cleo, ours.recruiter, ours.admin, ours.manager]) {
      assert.strictEqual(statusAndCode(await read(by, id)), "404 not-found")
      assert.strictEqual(statusAndCode(await cast.setStatus(by, id, "viewed")), "404 not-found")
      assert.strictEqual(statusAndCode(await cast.setStatus(by, id, "responded")), "404 not-found")
      assert.strictEqual(statusAndCode(await withdraw(by, id)), "404 not-found")
      for (const query of [
        "?limit=100",
        `?offerId=${offer.id}`,
        `?candidateId=${cleo.id}&limit=100`,
        "?status=viewed&limit=100"
      ]) {
        assert.notInclude(await listed(by, `/offer-sends${query}`), id)
      }
    }
    const ofOffer = await edge.as(ours.admin)("GET", `/offers/${offer.id}/sends`)
    if (name === "deleted") assert.strictEqual(statusAndCode(ofOffer), "404 not-found")
    else assert.deepStrictEqual([ofOffer.json, ofOffer.headers.get("x-total-count")], [[], "0"])
    assert.notInclude(await listed(cleo, "/offers?limit=100"), offer.id)
    const offerNow = await edge.as(cleo)("GET", `/offers/${offer.id}`)
    assert.strictEqual(statusAndCode(offerNow), name === "deleted" ? "404 not-found" : "403 not-recipient")
    assert.notInclude(await happened(id), "responded by candidate")
  })
})

describe("an instant before the offer expires", () => {
  it("its sends are there still", async () => {
    const { offer, id } = await supplied()
    await edge.moveClockTo(Date.parse(offer.endsAt) - minute)
    assert.strictEqual((await read(cleo, id)).status, 200)
    assert.strictEqual((await cast.setStatus(cleo, id, "responded")).status, 200)
  })
})

describe("a command on a send whose offer's date has passed", () => {
  it.each([
    ["a status", (id: string) => cast.setStatus(ours.recruiter, id, "viewed")],
    ["a withdrawal", (id: string) => withdraw(cleo, id)]
  ])("writes offer.expired at its own instant, by the system, and is 404: %s", async (_, command) => {
    const { offer, id } = await supplied()
    await letItEnd()
    assert.strictEqual(statusAndCode(await command(id)), "404 not-found")
    const [, expired, ...others] = await eventsOf(edge.pool, offer.id)
    assert.deepInclude(expired, { type: "offer.expired", sequence: 2, actor: { kind: "system", id: null } })
    assert.strictEqual(expired?.occurred_at.toISOString(), offer.endsAt)
    assert.deepStrictEqual(others, [])
  })
})

describe("taking a send back", () => {
  it("by its candidate, until they have answered: it is gone for everybody, and says so in the log", async () => {
    for (const status of ["sent", "viewed"]) {
      const { offer, id } = await supplied(status)
      const answer = await withdraw(cleo, id)
      assert.deepStrictEqual([answer.status, answer.text], [204, ""])
      for (const by of [cleo, ours.recruiter, ours.admin]) {
        assert.strictEqual(statusAndCode(await read(by, id)), "404 not-found")
        assert.strictEqual(statusAndCode(await withdraw(by, id)), "404 not-found")
        assert.strictEqual(statusAndCode(await cast.setStatus(by, id, "viewed")), "404 not-found")
        assert.notInclude(await listed(by, "/offer-sends?limit=100"), id)
      }
      assert.deepStrictEqual(await listed(ours.recruiter, `/offers/${offer.id}/sends`), [])
      assert.strictEqual(statusAndCode(await edge.as(cleo)("GET", `/offers/${offer.id}`)), "403 not-recipient")
      const deleted = (await eventsOf(edge.pool, id)).at(-1)
      assert.deepInclude(deleted, { type: "offerSent.deleted", actor: { kind: "candidate", id: cleo.id } })
      assert.strictEqual(deleted?.data.reason, "candidate")
    }
  })

  it("by its candidate who has answered is 409 already-answered", async () => {
    const { id } = await supplied("responded")
    assert.strictEqual(statusAndCode(await withdraw(cleo, id)), "409 already-answered")
    assert.strictEqual((await read(cleo, id)).json.status, "responded")
  })

  it("by the recruiter's side is possible in any state, with that reason", async () => {
    for (const [status, by] of [
      ["sent", ours.recruiter],
      ["viewed", ours.admin],
      ["responded", ours.manager]
    ] as const) {
      const { id } = await supplied(status)
      assert.strictEqual(statusAndCode(await withdraw(by, id)), "204")
      assert.strictEqual(statusAndCode(await read(cleo, id)), "404 not-found")
      const deleted = (await eventsOf(edge.pool, id)).at(-1)
      assert.deepInclude(deleted, { type: "offerSent.deleted", actor: { kind: by.role, id: by.id } })
      assert.strictEqual(deleted?.data.reason, "recruiter")
    }
  })

  it("by its candidate closes that offer to them: sent again it is 409 withdrawn, by whomever", async () => {
    const { offer, id } = await supplied("viewed")
    await withdraw(cleo, id)
    for (const by of [ours.recruiter, ours.manager]) {
      assert.strictEqual(statusAndCode(await cast.send(by, offer.id, cleo)), "409 withdrawn")
    }
    assert.strictEqual((await cast.send(ours.recruiter, offer.id, dan)).status, 201)
  })

  it("by its candidate closes that term only: opened again, the offer can be sent to them", async () => {
    const { offer, id } = await supplied()
    await withdraw(cleo, id)
    for (const name of ["disabled", "enabled"]) await cast.command(ours.recruiter, offer.id, name)
    assert.strictEqual(
      statusAndCode(await cast.send(ours.recruiter, offer.id, cleo)),
      "409 withdrawn",
      "the term goes on"
    )
    for (const name of ["archived", "enabled"]) await cast.command(ours.recruiter, offer.id, name)
    const anew = await cast.sent(ours.recruiter, offer.id, cleo)
    assert.deepStrictEqual(await listed(ours.recruiter, `/offers/${offer.id}/sends`), [anew.id])
    assert.strictEqual((await read(cleo, anew.id)).json.status, "viewed")
  })

  it("by a recruiter leaves it open: sent again it is a new send", async () => {
    const { offer, id } = await supplied("responded")
    await withdraw(ours.recruiter, id)
    const anew = await cast.sent(ours.recruiter, offer.id, cleo)
    assert.notStrictEqual(anew.id, id)
    assert.deepInclude((await read(ours.recruiter, anew.id)).json, {
      status: "sent",
      viewedAt: null,
      respondedAt: null
    })
  })

  it("of a send of an earlier term blocks nothing", async () => {
    const { offer, id } = await supplied("responded")
    for (const name of ["archived", "enabled"]) await cast.command(ours.recruiter, offer.id, name)
    assert.strictEqual((await cast.send(ours.recruiter, offer.id, cleo)).status, 201)
    assert.strictEqual(statusAndCode(await read(ours.recruiter, id)), "404 not-found")
  })

  it("takes no body but an empty one", async () => {
    const { id } = await supplied()
    const remove = (raw: string, type = "application/json") =>
      edge.as(ours.recruiter)("DELETE", `/offer-sends/${id}`, { raw, headers: { "Content-Type": type } })
    assert.strictEqual(statusAndCode(await remove('{"reason":"x"}')), "400 invalid-input")
    assert.strictEqual(statusAndCode(await remove("{")), "400 invalid-input")
    assert.strictEqual(statusAndCode(await remove("{}", "text/plain")), "415 media-type-not-supported")
    assert.strictEqual(statusAndCode(await remove("x".repeat(256 * 1024 + 1))), "413 body-too-large")
    assert.strictEqual(statusAndCode(await remove("{}")), "204")
  })
})

describe("who may", () => {
  // A send of an offer that `recruiter` owns, sent by `admin`.
  const callers = () =>
    ({
      owner: ours.recruiter,
      colleague: ours.colleague,
      admin: ours.admin,
      manager: ours.manager,
      candidate: cleo,
      "another candidate": dan,
      "another company's admin": theirs.admin
    }) as const
  it.each([
    ["owner", "200", "200", "200", "204"],
    ["colleague", "403 not-owner", "403 not-owner", "403 not-owner", "403 not-owner"],
    ["admin", "200", "200", "200", "204"],
    ["manager", "200", "200", "200", "204"],
    ["candidate", "200", "200", "403 role-not-allowed", "204"],
    ["another candidate", "403 not-recipient", "403 not-recipient", "403 role-not-allowed", "403 not-recipient"],
    ["another company's admin", "404 not-found", "404 not-found", "404 not-found", "404 not-found"]
  ] as const)(
    "%s: reads it %s, sets its status %s, lists those of the offer %s, takes it back %s",
    async (who, ...expected) => {
      const offer = await cast.made(ours.recruiter)
      const { id } = await cast.sent(ours.admin, offer.id, cleo)
      const by = callers()[who]
      const answers = [
        await read(by, id),
        await cast.setStatus(by, id, "viewed"),
        await edge.as(by)("GET", `/offers/${offer.id}/sends`),
        await withdraw(by, id)
      ]
      assert.deepStrictEqual(answers.map(statusAndCode), expected)
      const observed = await listed(by, "/offer-sends?limit=100")
      assert.notInclude(observed, id, "it is gone, or was never theirs")
    }
  )

  it("is the owner's to say, not the sender's: after a transfer the old owner has lost it at once, the new one has it", async () => {
    const { offer, id } = await supplied()
    const body = { newRecruiterId: ours.colleague.id }
    await edge.as(ours.admin)("POST", `/offers/${offer.id}/transfer`, { body })
    for (const answer of [
      await read(ours.recruiter, id),
      await cast.setStatus(ours.recruiter, id, "viewed"),
      await withdraw(ours.recruiter, id),
      await cast.send(ours.recruiter, offer.id, dan),
      await edge.as(ours.recruiter)("GET", `/offers/${offer.id}/sends`)
    ]) {
      assert.strictEqual(statusAndCode(answer), "403 not-owner")
    }
    assert.notInclude(await listed(ours.recruiter, "/offer-sends?limit=100"), id)
    assert.deepStrictEqual(await listed(ours.recruiter, `/offer-sends?offerId=${offer.id}`), [])
    assert.strictEqual((await read(ours.colleague, id)).json.recruiterId, ours.recruiter.id, "who sent it stays")
    assert.include(await listed(ours.colleague, "/offer-sends?limit=100"), id)
    assert.deepStrictEqual(await listed(ours.colleague, `/offers/${offer.id}/sends`), [id])
    assert.strictEqual((await cast.setStatus(ours.colleague, id, "responded")).status, 200)
    assert.strictEqual(statusAndCode(await withdraw(ours.colleague, id)), "204")
  })
})

describe("the lists", () => {
  let company: CompanyWithPeople
  let eve: Account
  let fay: Account
  let mine: string
  let colleagues: string
  let mineToEve: string
  let mineToFay: string
  let colleaguesToEve: string
  beforeAll(async () => {
    company = await edge.addCompany()
    eve = await edge.addCandidate()
    fay = await edge.addCandidate()
    mine = (await cast.made(company.recruiter)).id
    colleagues = (await cast.made(company.colleague)).id
    mineToEve = (await cast.sent(company.recruiter, mine, eve, "responded")).id
    mineToFay = (await cast.sent(company.admin, mine, fay)).id
    colleaguesToEve = (await cast.sent(company.colleague, colleagues, eve, "viewed")).id
    const elsewhere = await cast.made(theirs.recruiter)
    await cast.sent(theirs.recruiter, elsewhere.id, fay)
  })

  it("show all of the company to admins and managers, those of own offers to a recruiter_user, own ones to a candidate", async () => {
    const all = [colleaguesToEve, mineToFay, mineToEve]
    assert.deepStrictEqual(await listed(company.admin, "/offer-sends"), all)
    assert.deepStrictEqual(await listed(company.manager, "/offer-sends"), all)
    assert.deepStrictEqual(await listed(company.recruiter, "/offer-sends"), [mineToFay, mineToEve])
    assert.deepStrictEqual(await listed(company.colleague, "/offer-sends"), [colleaguesToEve])
    assert.deepStrictEqual(await listed(eve, "/offer-sends"), [colleaguesToEve, mineToEve])
  })

  it("are filtered by status, offer and candidate, each by itself and together", async () => {
    const observed = (query: string, by: Account = company.admin) => listed(by, `/offer-sends?${query}`)
    assert.deepStrictEqual(await observed("status=sent"), [mineToFay])
    assert.deepStrictEqual(await observed("status=viewed"), [colleaguesToEve])
    assert.deepStrictEqual(await observed("status=responded"), [mineToEve])
    assert.deepStrictEqual(await observed(`offerId=${mine}`), [mineToFay, mineToEve])
    assert.deepStrictEqual(await observed(`candidateId=${eve.id}`), [colleaguesToEve, mineToEve])
    assert.deepStrictEqual(await observed(`candidateId=${eve.id}&offerId=${mine}`), [mineToEve])
    assert.deepStrictEqual(await observed(`candidateId=${eve.id}&offerId=${mine}&status=sent`), [])
    assert.deepStrictEqual(await observed(`offerId=${newId()}`), [])
    assert.deepStrictEqual(await observed(`candidateId=${newId()}`), [])
    assert.deepStrictEqual(await observed(`offerId=${colleagues}`, company.recruiter), [])
    assert.deepStrictEqual(await observed(`candidateId=${eve.id}`, company.recruiter), [mineToEve])
    assert.deepStrictEqual(await observed(`offerId=${mine}&status=responded`, eve), [mineToEve])
    assert.deepStrictEqual(await observed(`offerId=${mine.toUpperCase()}`), [mineToFay, mineToEve])
  })

  it("let a candidate ask for themself, and for nobody else", async () => {
    assert.deepStrictEqual(await listed(eve, `/offer-sends?candidateId=${eve.id}`), [colleaguesToEve, mineToEve])
    assert.deepStrictEqual(await listed(eve, `/offer-sends?candidateId=${eve.id.toUpperCase()}`), [
      colleaguesToEve,
      mineToEve
    ])
    for (const id of [fay.id, newId()]) {
      assert.strictEqual(
        statusAndCode(await edge.as(eve)("GET", `/offer-sends?candidateId=${id}`)),
        "403 not-recipient"
      )
    }
  })

  it("show the sends of one offer to its company, filtered by status; a candidate is refused them", async () => {
    assert.deepStrictEqual(await listed(company.recruiter, `/offers/${mine}/sends`), [mineToFay, mineToEve])
    assert.deepStrictEqual(await listed(company.recruiter, `/offers/${mine}/sends?status=responded`), [mineToEve])
    assert.deepStrictEqual(await listed(company.recruiter, `/offers/${mine}/sends?status=viewed`), [])
    assert.strictEqual(statusAndCode(await edge.as(eve)("GET", `/offers/${mine}/sends`)), "403 role-not-allowed")
    assert.strictEqual(statusAndCode(await edge.as(company.admin)("GET", `/offers/${newId()}/sends`)), "404 not-found")
  })

  it("have in each row what the send itself has, nested its offer and its candidate", async () => {
    const offer = await cast.made(company.recruiter)
    const send = await cast.sent(company.recruiter, offer.id, eve, "sent", { message: "Come." })
    const query = `?offerId=${offer.id}`
    assert.deepStrictEqual((await edge.as(company.recruiter)("GET", `/offer-sends${query}`)).json, [send])
    assert.deepStrictEqual((await edge.as(company.recruiter)("GET", `/offers/${offer.id}/sends`)).json, [send])
    const { recruiterId: _, companyId: __, ...visible } = send
    assert.deepStrictEqual((await edge.as(eve)("GET", `/offer-sends${query}`)).json, [visible])
    await withdraw(company.recruiter, send.id)
  })

  it("show a candidate the active offers that were sent to them, without whose they are", async () => {
    const offers = (await edge.as(eve)("GET", "/offers")).json
    assert.deepStrictEqual(idsOf({ json: offers } as Answer), [colleagues, mine])
    const {
      recruiterId: _,
      companyId: __,
      ...visible
    } = (await edge.as(company.admin)("GET", "/offers")).json.find(({ id }: { readonly id: string }) => id === mine)
    assert.deepStrictEqual(offers[1], visible)
    assert.deepStrictEqual(await listed(eve, "/offers?status=active"), [colleagues, mine])
    for (const status of ["disabled", "archived", "expired"]) {
      assert.deepStrictEqual(await listed(eve, `/offers?status=${status}`), [])
    }
  })
})

describe("the offer's details", () => {
  const details = async (id: string, by: Account = ours.recruiter) => (await edge.as(by)("GET", `/offers/${id}`)).json

  it("name the newest ten who have responded, in this term, the latest first", async () => {
    const offer = await cast.made(ours.recruiter)
    const candidates = await Promise.all(
      Array.from({ length: 12 }, (_, n) => edge.addCandidate({ firstName: `Kim ${n}`, lastName: "Hansen" }))
    )
    const sends = await bulk(
      ours.recruiter,
      offer.id,
      candidates.map(({ id }) => id)
    )
    const ids: ReadonlyArray<string> = sends.json.created.map(({ id }: { readonly id: string }) => id)
    await cast.setStatus(ours.recruiter, ids[11] ?? "", "viewed")
    for (const [index, id] of ids.slice(0, 11).entries()) {
      await edge.moveClock(index * minute)
      await cast.setStatus(ours.recruiter, id, "responded")
    }
    const expected = candidates
      .slice(1, 11)
      .toReversed()
      .map(({ id, lastName, firstName }) => ({ candidateId: id, lastName, firstName, domain: null }))
    assert.deepStrictEqual((await details(offer.id)).respondents, expected)

    // Who was taken back has not responded any more, and the one before is in the ten again.
    await withdraw(ours.recruiter, ids[10] ?? "")
    assert.deepStrictEqual(
      (await details(offer.id)).respondents.map(({ candidateId }: Readonly<Record<string, string>>) => candidateId),
      candidates
        .slice(0, 10)
        .toReversed()
        .map(({ id }) => id)
    )
    for (const name of ["archived", "enabled"]) await cast.command(ours.recruiter, offer.id, name)
    assert.deepStrictEqual((await details(offer.id)).respondents, [], "none in the new term")
  })

  it("name nobody unless the offer is active: null", async () => {
    for (const end of [ends.archived, ends["expired by time, unswept"]]) {
      const { offer } = await supplied("responded")
      await end?.(offer)
      assert.isNull((await details(offer.id)).respondents)
      await edge.moveClock(0)
    }
    const { offer } = await supplied("responded")
    await cast.command(ours.recruiter, offer.id, "disabled")
    assert.isNull((await details(offer.id)).respondents)
    await cast.command(ours.recruiter, offer.id, "enabled")
    assert.lengthOf((await details(offer.id)).respondents, 1)
  })

  it("for a candidate have the ages, but neither counts nor respondents", async () => {
    const { offer } = await supplied("responded")
    const {
      recruiterId: _,
      companyId: __,
      acceptedCount,
      declinedCount,
      respondents,
      ...visible
    } = await details(offer.id)
    assert.deepStrictEqual([acceptedCount, declinedCount, respondents.length], [0, 0, 1])
    assert.deepStrictEqual(await details(offer.id, cleo), visible)
  })

  it("have for a candidate the offer's ETag, as for everybody", async () => {
    const { offer } = await supplied()
    const answers = [cleo, ours.recruiter].map((by) => edge.as(by)("GET", `/offers/${offer.id}`))
    assert.deepStrictEqual(
      (await Promise.all(answers)).map(({ headers }) => headers.get("etag")),
      ['"1"', '"1"']
    )
  })
})

describe("If-Match", () => {
  const changes: Readonly<Record<string, (id: string, tag: string) => Promise<Answer>>> = {
    "a status": (id, tag) =>
      edge.as(ours.recruiter)("POST", `/offer-sends/${id}/status`, {
        body: { status: "viewed" },
        headers: { "If-Match": tag }
      }),
    "a withdrawal": (id, tag) =>
      edge.as(ours.recruiter)("DELETE", `/offer-sends/${id}`, { headers: { "If-Match": tag } })
  }

  it.each(Object.entries(changes))("is held to by %s", async (_, change) => {
    for (const [tag, refused] of [
      ['"1"', true],
      ['"3"', true],
      ['W/"2"', true],
      ["2", true],
      ['"2"', false],
      ["*", false],
      ['"1", "2"', false]
    ] as const) {
      const { id } = await supplied("viewed")
      const answer = await change(id, tag)
      if (refused) assert.strictEqual(statusAndCode(answer), "412 stale-version", tag)
      else assert.include([200, 204], answer.status, tag)
      if (refused) assert.lengthOf(await happened(id), 2)
    }
  })

  it("with the ETag of an answer lets the next change through, and none after it", async () => {
    const { id } = await supplied()
    const status = (tag: string | null, to: string) =>
      edge.as(cleo)("POST", `/offer-sends/${id}/status`, {
        body: { status: to },
        headers: { "If-Match": tag ?? "" }
      })
    const tag = (await read(cleo, id)).headers.get("etag")
    const answered = await status(tag, "responded")
    assert.deepStrictEqual([answered.status, answered.headers.get("etag")], [200, '"3"'])
    assert.strictEqual(statusAndCode(await status(tag, "responded")), "412 stale-version")
  })

  it("is no part of sending, nor of reading", async () => {
    const { offer, id } = await supplied()
    const headers = { "If-Match": '"7"', "If-None-Match": '"1"' }
    assert.strictEqual((await edge.as(ours.recruiter)("GET", `/offer-sends/${id}`, { headers })).status, 200)
    const body = { offerId: offer.id, candidateId: dan.id }
    assert.strictEqual((await edge.as(ours.recruiter)("POST", "/offer-sends", { headers, body })).status, 201)
  })
})

describe("HEAD", () => {
  it.each(["/offer-sends", "/offer-sends/{id}", "/offers/{offer}/sends"])(
    "of %s says what GET says, without the body",
    async (path) => {
      const { offer, id } = await supplied("viewed")
      const address = path.replace("{id}", id).replace("{offer}", offer.id)
      const head = await edge.as(ours.recruiter)("HEAD", address)
      const get = await edge.as(ours.recruiter)("GET", address)
      assert.deepStrictEqual([head.status, head.text], [get.status, ""])
      for (const name of ["etag", "link", "x-total-count", "content-type", "cache-control"]) {
        assert.strictEqual(head.headers.get(name), get.headers.get(name), name)
      }
    }
  )

  it("is refused as GET is", async () => {
    const { id } = await supplied()
    assert.strictEqual((await edge.as(dan)("HEAD", `/offer-sends/${id}`)).status, 403)
    assert.strictEqual((await edge.as(ours.recruiter)("HEAD", `/offer-sends/${newId()}`)).status, 404)
    assert.strictEqual((await edge.call("HEAD", `/offer-sends/${id}`)).status, 401)
  })
})

describe("a recruiter who has left", () => {
  it("reaches no send any more, though the token is from before", async () => {
    const leaver = aRecruiter(ours.id)
    await edge.addAccount(leaver)
    const { id } = await supplied("sent", leaver)
    await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
    assert.strictEqual(statusAndCode(await read(leaver, id)), "401 token-stale")
    assert.strictEqual(statusAndCode(await read({ ...leaver, companyId: null }, id)), "403 no-company")
    assert.strictEqual((await read(ours.admin, id)).status, 200)
  })
})
