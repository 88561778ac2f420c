import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Answer, tally, times } from "../answers.ts"
import { offerInput, openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { addCandidates, type Candidate, hour, isCommit, jobs, type OpenCompany, openCompany, runJob } from "./cast.ts"
import { type Mailer, startMailer } from "./mailer.ts"
import { addSends } from "./many-sends.ts"
import { assertSettled } from "./snapshot.ts"

// Both workers as they are deployed, with the real queue.
let stage: Stage
let mailer: Mailer
let cast: OpenCompany
let candidates: ReadonlyArray<Candidate>
beforeAll(async () => {
  mailer = await startMailer()
  stage = await openStage({ bindings: { queueConsumer: mailer.bindings } })
  cast = await openCompany(stage)
  candidates = await addCandidates(stage, 50)
})
afterAll(async () => {
  await stage.close()
  await mailer.stop()
})

const one = (): Candidate => candidates[0] ?? assert.fail("nobody")
const idsOf = (people: ReadonlyArray<Candidate>) => people.map(({ id }) => id)
const shuffled = <A>(items: ReadonlyArray<A>): ReadonlyArray<A> =>
  items
    .map((item) => ({ item, order: Math.random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ item }) => item)

const rowsOf = async (offerId: string) =>
  (await stage.pool.query("select * from offer_sent where offer_id = $1", [offerId])).rows

const eventsAbout = async (offerId: string, type: string): Promise<number> =>
  (
    await stage.pool.query("select count(*)::int as count from event where type = $2 and data->>'offerId' = $1", [
      offerId,
      type
    ])
  ).rows[0].count

/** Waits until everybody has been notified of all, and answers which mails about an offer arrived. */
const mailsAbout = async (offerId: string, template: string): Promise<ReadonlyArray<string>> => {
  await assertSettled(stage.pool)
  const { rows } = await until("all mails sent", async () => {
    const found = await stage.pool.query("select 1 from outgoing_mail limit 1")
    return found.rows.length === 0
      ? stage.pool.query(
          `select d.id, n.data->>'offerId' as offer
           from notification_delivery d join notification n on n.id = d.notification_id`
        )
      : undefined
  })
  const own = new Set(rows.filter(({ offer }) => offer === offerId).map(({ id }) => id))
  return mailer.mails
    .filter(({ headers, mail }) => own.has(headers["idempotency-key"]) && mail.tags[0]?.value === template)
    .map(({ mail }) => mail.to[0] ?? "")
}

describe("many of the same at once", () => {
  it("50 sends of one offer to one candidate: one is done, the others find it done, and one mail is sent", async () => {
    const offerId = await cast.offer()
    const body = { offerId, candidateId: one().id }
    const answers = await times(50, (n) => (n % 2 ? cast.byManager : cast.byRecruiter)("/offer-sends", body))
    assert.deepStrictEqual(tally(answers), { 201: 1, "409 already-sent": 49 })
    assert.deepStrictEqual(await mailsAbout(offerId, "offer-sent"), [one().email])
  })

  it("bulks of 50 to the same people in any order: each is sent it once, and every answer adds up", async () => {
    const offerId = await cast.offer()
    const answers = await times(9, (n) =>
      (n % 2 ? cast.byManager : cast.byRecruiter)("/offer-sends/bulk", {
        offerId,
        candidateIds: shuffled(idsOf(candidates))
      })
    )
    assert.deepStrictEqual(tally(answers), { 201: 9 })
    for (const { json } of answers) {
      const named = [...json.created, ...json.failures].map(({ candidateId }) => candidateId)
      assert.sameMembers(named, idsOf(candidates))
      for (const { code } of json.failures) assert.strictEqual(code, "already-sent")
    }
    const created = answers.flatMap(({ json }) => json.created)
    assert.sameMembers(
      created.map(({ candidateId }) => candidateId),
      idsOf(candidates)
    )
    assert.sameMembers(
      created.map(({ id }) => id),
      (await rowsOf(offerId)).map(({ id }) => id)
    )
    assert.sameMembers(
      [...(await mailsAbout(offerId, "offer-sent"))],
      candidates.map(({ email }) => email)
    )
  })

  it("50 readings by the candidate all show it viewed, and make one event", async () => {
    const offerId = await cast.offer()
    const id = await cast.send(offerId, one().id)
    const answers = await times(50, (n) =>
      stage.call("GET", n % 2 ? `/offer-sends/${id}` : `/offers/${offerId}`, { token: one().token })
    )
    assert.deepStrictEqual(tally(answers), { 200: 50 })
    for (const { json } of answers) if ("sentAt" in json) assert.strictEqual(json.status, "viewed")
    assert.strictEqual(await eventsAbout(offerId, "offerSent.viewed"), 1)
  })

  it("50 answers, by the candidate and by recruiters, all succeed, and make one event", async () => {
    const offerId = await cast.offer()
    const id = await cast.send(offerId, one().id)
    await stage.call("GET", `/offer-sends/${id}`, { token: one().token })
    const tokens = [one().token, cast.tokens.recruiter, cast.tokens.manager]
    const body = { status: "responded" }
    const answers = await times(50, (n) =>
      stage.call("POST", `/offer-sends/${id}/status`, { token: tokens[n % 3] ?? "", body })
    )
    assert.deepStrictEqual(tally(answers), { 200: 50 })
    assert.strictEqual(await eventsAbout(offerId, "offerSent.viewed"), 1)
    assert.strictEqual(await eventsAbout(offerId, "offerSent.responded"), 1)
  })

  it.each(["candidate", "recruiter"] as const)("50 withdrawals by the %s: one is done, one event", async (who) => {
    const offerId = await cast.offer()
    const id = await cast.send(offerId, one().id)
    const token = who === "candidate" ? one().token : cast.tokens.recruiter
    const answers = await times(50, () => stage.call("DELETE", `/offer-sends/${id}`, { token }))
    assert.deepStrictEqual(tally(answers), { 204: 1, "404 not-found": 49 })
    assert.strictEqual(await eventsAbout(offerId, "offerSent.deleted"), 1)
  })

  it("a view, an answer by telephone and both withdrawals at once: each step is taken once, in order", async () => {
    const offerId = await cast.offer()
    for (const candidate of candidates.slice(0, 12)) {
      const id = await cast.send(offerId, candidate.id)
      const { token } = candidate
      await Promise.all([
        stage.call("GET", `/offer-sends/${id}`, { token }),
        cast.byManager(`/offer-sends/${id}/status`, { status: "responded" }),
        stage.call("DELETE", `/offer-sends/${id}`, { token }),
        stage.call("DELETE", `/offer-sends/${id}`, { token: cast.tokens.recruiter })
      ])
    }
    await assertSettled(stage.pool) // which reads each log
  })
})

/** What everybody finds of an offer's sends: the company in lists, the candidates in lists and by the sends' ids. */
const readable = async (offerId: string, asked: ReadonlyArray<Candidate>, ids: ReadonlyArray<string>) => {
  const found: Array<string> = []
  const listed = await stage.call("GET", `/offer-sends?offerId=${offerId}`, { token: cast.tokens.manager })
  found.push(...listed.json.map(({ id }: { id: string }) => `the company lists ${id}`))
  for (const { token } of asked) {
    const { json } = await stage.call("GET", `/offer-sends?offerId=${offerId}`, { token })
    found.push(...json.map(({ id }: { id: string }) => `a candidate lists ${id}`))
    for (const id of ids) {
      const { status } = await stage.call("GET", `/offer-sends/${id}`, { token })
      if (status === 200) found.push(`a candidate reads ${id}`)
    }
  }
  return found
}

/** Sends an offer to everybody by several at once, while something else is done; answers that and what was created. */
const amidBulks = async (offerId: string, what: () => Promise<Answer>, afterwards: () => Promise<void>) => {
  let bulksDone = false
  const bulks = Promise.all(
    [0, 1, 2, 3].map((n) =>
      (n % 2 ? cast.byManager : cast.byRecruiter)("/offer-sends/bulk", {
        offerId,
        candidateIds: idsOf(candidates.slice(n * 12, n * 12 + 12))
      })
    )
  )
  const over = bulks.finally(() => (bulksDone = true))
  const answer = await what()
  do await afterwards()
  while (!bulksDone)
  const answers = await over
  await afterwards()
  return { answer, answers, created: answers.flatMap(({ json }) => json.created ?? []) }
}

describe("an end against sends", () => {
  it.each([
    ["archived", 200],
    ["delete", 204]
  ])("%s: no send of the ended term survives, and none can be read once it has answered", async (path, done) => {
    const sent = new Map<string, number>()
    for (let turn = 0; turn < 5; turn++) {
      const offerId = await cast.offer()
      const first = await cast.send(offerId, one().id)
      const { answer, answers, created } = await amidBulks(
        offerId,
        () => cast.byManager(`/offers/${offerId}/${path}`),
        async () => assert.deepStrictEqual(await readable(offerId, candidates.slice(0, 1), [first]), [])
      )
      assert.strictEqual(answer.status, done)
      const refusals = path === "delete" ? ["404 not-found", "400 offer-not-active"] : ["400 offer-not-active"]
      for (const each of Object.keys(tally(answers))) assert.include(["201", ...refusals], each)
      sent.set(offerId, created.length + 1)
    }
    await assertSettled(stage.pool)
    for (const [offerId, count] of sent) {
      assert.deepStrictEqual(await rowsOf(offerId), [])
      assert.strictEqual(await eventsAbout(offerId, "offerSent.deleted"), count)
    }
  })

  it("disabled: sends that came first stay, hidden from candidates; none comes after", async () => {
    for (let turn = 0; turn < 5; turn++) {
      const offerId = await cast.offer()
      const first = await cast.send(offerId, one().id)
      const { created, answers } = await amidBulks(
        offerId,
        () => cast.byManager(`/offers/${offerId}/disabled`),
        async () => {
          const found = await readable(offerId, candidates.slice(0, 1), [first])
          assert.isTrue(
            found.every((line) => line.startsWith("the company")),
            found.join()
          )
        }
      )
      for (const answer of Object.keys(tally(answers))) assert.include(["201", "400 offer-not-active"], answer)
      assert.sameMembers(
        (await rowsOf(offerId)).map(({ id }) => id),
        [first, ...created.map(({ id }) => id)]
      )
    }
    await assertSettled(stage.pool)
  })

  it("an expiry, by sweep and by whoever meets it: the same as an archive", async () => {
    const ids: Array<string> = []
    for (let turn = 0; turn < 3; turn++) {
      const offerId = await cast.offer({ startDateJob: new Date(Date.now() + hour).toISOString() })
      const first = await cast.send(offerId, one().id)
      const { answers } = await amidBulks(
        offerId,
        async () => {
          await stage.platform.setClockOffset(hour + 1_000)
          await runJob(stage.platform, jobs.started)
          return stage.call("GET", `/offers/${offerId}`, { token: cast.tokens.manager })
        },
        async () => assert.deepStrictEqual(await readable(offerId, candidates.slice(0, 1), [first]), [])
      )
      for (const answer of Object.keys(tally(answers))) assert.include(["201", "400 offer-not-active"], answer)
      // The sweep leaves an offer that a bulk relies on just then: the next one expires it.
      await runJob(stage.platform, jobs.started)
      await stage.platform.setClockOffset(0)
      ids.push(offerId)
    }
    await assertSettled(stage.pool)
    for (const id of ids) assert.deepStrictEqual(await rowsOf(id), [])
  })

  it("a transfer: the old owner sends before it, or not at all; every send stays, and the new owner has them", async () => {
    const { colleague } = cast.company
    for (let turn = 0; turn < 5; turn++) {
      const offerId = await cast.offer()
      const { answers, created } = await amidBulks(
        offerId,
        () => cast.byManager(`/offers/${offerId}/transfer`, { newRecruiterId: colleague.id }),
        async () => void (await stage.call("GET", `/offers/${offerId}/sends`, { token: cast.tokens.manager }))
      )
      for (const answer of Object.keys(tally(answers))) assert.include(["201", "403 not-owner"], answer)
      const listed = await stage.call("GET", `/offers/${offerId}/sends?limit=100`, { token: cast.tokens.colleague })
      assert.sameMembers(
        listed.json.map(({ id }: { id: string }) => id),
        created.map(({ id }) => id)
      )
    }
    await assertSettled(stage.pool)
  })
})

describe("a new term while the sends of the old one are still being deleted", () => {
  it("keeps what is sent in it, to the same candidate too, and loses the old ones", async () => {
    const offerId = await cast.offer()
    const old = await cast.send(offerId, one().id)
    await addSends(stage.pool, { offerId, count: 1_100 })
    let commits = 0
    const manual = Promise.withResolvers<void>()
    const reached = new Promise<void>((reached) => {
      stage.neon.onRequest = async ([statement]) => {
        const text = JSON.stringify(statement?.params ?? [])
        if (!isCommit(statement?.query) || !text.includes("offer_archived") || ++commits !== 2) return undefined
        reached()
        await manual.promise
        return undefined
      }
    })
    await cast.byManager(`/offers/${offerId}/archived`)
    await reached
    assert.strictEqual((await cast.byManager(`/offers/${offerId}/enabled`)).status, 200)
    const again = await cast.send(offerId, one().id)
    const { json } = await stage.call("GET", `/offer-sends?offerId=${offerId}`, { token: one().token })
    assert.deepStrictEqual(
      json.map(({ id }: { id: string }) => id),
      [again]
    )
    manual.resolve()
    stage.neon.onRequest = undefined
    await until("all old ones gone", async () => (await rowsOf(offerId)).length === 1)
    assert.strictEqual((await rowsOf(offerId))[0].id, again)
    assert.strictEqual(await eventsAbout(offerId, "offerSent.deleted"), 1_101)
    const { status } = await stage.call("GET", `/offer-sends/${old}`, { token: one().token })
    assert.strictEqual(status, 404)
    await assertSettled(stage.pool)
  })
})

it("an offer whose content changes all the time can still be sent in bulk, or says that it could not be", async () => {
  const offerId = await cast.offer()
  const [bulk] = await Promise.all([
    cast.byRecruiter("/offer-sends/bulk", { offerId, candidateIds: idsOf(candidates) }),
    times(5, (n) => cast.byManager(`/offers/${offerId}`, offerInput({ title: `Baker ${n}` })))
  ])
  assert.include(["201", "409 stale-version"], Object.keys(tally(bulk ? [bulk] : []))[0])
  assert.strictEqual((await rowsOf(offerId)).length, bulk?.status === 201 ? 50 : 0)
})
