import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { addCandidates, type Candidate, minute, type OpenCompany, openCompany, relayOnce } from "../workers/cast.ts"
import { deliver, type ManualQueue, openManualStage } from "../workers/manual-queue.ts"
import { addSends } from "../workers/many-sends.ts"
import { assertConsistent, snapshotOf } from "../workers/snapshot.ts"
import { assertMended, assertUnavailable, faultAt, faults, finish } from "./outages.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let queue: ManualQueue
let cast: OpenCompany
let cleo: Candidate
let others: ReadonlyArray<Candidate>
beforeAll(async () => {
  manual = await openManualStage()
  ;({ queue, stage } = manual)
  cast = await openCompany(stage)
  const [first, ...rest] = await addCandidates(stage, 4)
  cleo = first ?? assert.fail("nobody")
  others = rest
})
afterAll(() => manual.close())
beforeEach(() => manual.clear())
afterEach(() => assertMended(manual))

/** What there is before: an offer, and Cleo's send of it. */
interface Setup {
  readonly offerId: string
  readonly id: string
}
const supplied = async (): Promise<Setup> => {
  const offerId = await cast.offer()
  return { offerId, id: await cast.send(offerId, cleo.id, "For you?") }
}

const byCleo = (method: string, path: string, body?: unknown) =>
  stage.call(method, path, { token: cleo.token, ...(body !== undefined && { body }) })
const idsOf = (people: ReadonlyArray<Candidate>) => people.map(({ id }) => id)

/** What is asked, what it makes happen, and what asking once more answers. */
type Command = readonly [string, ReadonlyArray<string>, (supplied: Setup) => ReturnType<Stage["call"]>, number]
const commands: ReadonlyArray<Command> = [
  [
    "a send",
    ["created"],
    ({ offerId }) => cast.byManager("/offer-sends", { offerId, candidateId: others[0]?.id }),
    409
  ],
  [
    "a bulk",
    ["created", "created", "created"],
    ({ offerId }) => cast.byManager("/offer-sends/bulk", { offerId, candidateIds: idsOf(others) }),
    201
  ],
  ["a view", ["viewed"], ({ id }) => byCleo("POST", `/offer-sends/${id}/status`, { status: "viewed" }), 200],
  [
    "an answer by telephone",
    ["viewed", "responded"],
    ({ id }) => cast.byManager(`/offer-sends/${id}/status`, { status: "responded" }),
    200
  ],
  ["a withdrawal by the candidate", ["deleted"], ({ id }) => byCleo("DELETE", `/offer-sends/${id}`), 404],
  [
    "a recruiter's taking back",
    ["deleted"],
    ({ id }) => stage.call("DELETE", `/offer-sends/${id}`, { token: cast.tokens.recruiter }),
    404
  ]
]

describe.each(commands)("a database that is gone during %s", (_, types, command, again) => {
  const happened = async () =>
    (await snapshotOf(stage.pool)).events
      .filter(({ subjectType }) => subjectType === "offerSent")
      .map(({ type }) => type.replace("offerSent.", ""))
      .slice(1)

  it.each(faults)(
    "at any of its requests, which %s: 503 and nothing, or done; asked again, it is done once",
    async (_, fault) => {
      for (let request = 0; ; request++) {
        await manual.clear()
        const subject = await supplied()
        const met = faultAt(stage, request, fault)
        const answer = await command(subject)
        stage.neon.onRequest = undefined
        if (!met.fault) {
          assert.isAtLeast(request, 2, "it asks, and it writes")
          break
        }
        const done = (await happened()).length > 0
        if (answer.status === 503) assertUnavailable(answer)
        else assert.include([200, 201, 204], answer.status)
        assert.strictEqual(done, answer.status !== 503, "what is answered is what happened")
        const repeated = await command(subject)
        if (done) assert.strictEqual(repeated.status, again)
        else assert.include([200, 201, 204], repeated.status)
        assert.deepStrictEqual((await happened()).toSorted(), types.toSorted())
      }
    }
  )

  it("when its commit is done but the answer is lost: 503, but all of it is written, and the relay publishes it", async () => {
    const subject = await supplied()
    let requests = 0
    const ordered = [undefined, { down: "after" }, { down: "before" }] as const
    stage.neon.onRequest = () => ordered[requests++]
    assertUnavailable(await command(subject))
    stage.neon.onRequest = undefined
    assert.deepStrictEqual((await happened()).toSorted(), types.toSorted())
    queue.take()
    await stage.platform.setClockOffset(2 * minute)
    await relayOnce(stage)
    const relayed = queue.batches.flat().filter(({ subject }) => subject.type === "offerSent")
    assert.isAtLeast(relayed.length, types.length)
    assert.strictEqual((await command(subject)).status, again)
  })
})

const reads: ReadonlyArray<readonly [string, (supplied: Setup) => ReturnType<Stage["call"]>]> = [
  ["the sends", () => stage.call("GET", "/offer-sends", { token: cast.tokens.recruiter })],
  ["the candidate's own", () => byCleo("GET", "/offer-sends")],
  [
    "the sends of an offer",
    ({ offerId }) => stage.call("GET", `/offers/${offerId}/sends`, { token: cast.tokens.manager })
  ],
  ["a send, for the company", ({ id }) => stage.call("GET", `/offer-sends/${id}`, { token: cast.tokens.recruiter })],
  ["a send, for its candidate", ({ id }) => byCleo("GET", `/offer-sends/${id}`)],
  ["an offer, for who received it", ({ offerId }) => byCleo("GET", `/offers/${offerId}`)],
  ["the offers received", () => byCleo("GET", "/offers")],
  ["what one was notified of", () => byCleo("GET", "/notifications")]
]

describe.each(reads)("a database that is gone while somebody reads %s", (_, read) => {
  it.each(faults.slice(0, 2))(
    "at any of its requests, which %s: 503, or the read succeeds; and afterwards as ever",
    async (_, fault) => {
      for (let request = 0; ; request++) {
        await manual.clear()
        const subject = await supplied()
        const met = faultAt(stage, request, fault)
        const answer = await read(subject)
        stage.neon.onRequest = undefined
        if (!met.fault) break
        // Only what it asks first is what it reads; that the candidate has viewed it may remain unwritten.
        if (request === 0) assertUnavailable(answer)
        else assert.strictEqual(answer.status, 200)
        const [send] = (await snapshotOf(stage.pool)).sends
        if (request > 0 && "sentAt" in answer.json) assert.strictEqual(answer.json.status, send?.status)
        assert.strictEqual((await read(subject)).status, 200)
      }
    }
  )
})

describe("a database that is gone while notifications are marked as read", () => {
  it.each(faults)("by a request that %s: 503, and it can be repeated", async (_, fault) => {
    await supplied()
    await finish(manual)
    const { json } = await byCleo("GET", "/notifications?channel=inbox")
    for (const path of [`/notifications/${json[0].id}/read`, "/notifications/read-all"]) {
      faultAt(stage, 0, fault)
      assertUnavailable(await byCleo("POST", path))
      stage.neon.onRequest = undefined
      assert.include([200, 204], (await byCleo("POST", path)).status)
    }
    assert.deepStrictEqual((await byCleo("GET", "/notifications?unread=true")).json, [])
  })
})

describe("a consumer that loses the database at any of its requests", () => {
  const works: ReadonlyArray<readonly [string, () => Promise<ReadonlyArray<unknown>>, number]> = [
    [
      "while it notifies of a send",
      async () => {
        await supplied()
        await until("published", () => queue.batches.flat().length === 2)
        return queue.take()
      },
      5 // circumstances, handled, the mails that are claimed, what they are about, and their outcomes
    ],
    [
      "in a cascade",
      async () => {
        const { offerId } = await supplied()
        await addSends(stage.pool, { offerId, count: 5 })
        await cast.byRecruiter(`/offers/${offerId}/archived`)
        await until("published", () => queue.batches.flat().length === 3)
        return queue.take().filter(({ type }) => type === "offer.archived")
      },
      6 // the sends, their end, handled, and the mails as above
    ]
  ]
  it.each(works)("%s: nothing is lost, and nobody is notified twice", async (_, begin, requests) => {
    for (const [, fault] of faults.slice(0, 2)) {
      for (let request = 0; request < requests; request++) {
        await manual.clear()
        const messages = await begin()
        const met = faultAt(stage, request, fault)
        await deliver(stage.platform, messages)
        stage.neon.onRequest = undefined
        assert.isTrue(met.fault)
        assertConsistent(await snapshotOf(stage.pool), Date.now())
        await deliver(stage.platform, messages)
        const store = await snapshotOf(stage.pool)
        assertConsistent(store, Date.now())
        assert.includeMembers(
          [...store.handled],
          messages.map((message) => (message as { id: string }).id)
        )
      }
    }
  })
})
