import { aRecruiter } from "@treff/contract-tests/fixtures"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Answer, tally, times } from "../answers.ts"
import { assertAllHandled, eventsOf, typesOf } from "../event-log.ts"
import { offerInput, openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { hour, isCommit, jobs, type OpenCompany, openCompany, runJob } from "./cast.ts"

let stage: Stage
let cast: OpenCompany
beforeAll(async () => {
  stage = await openStage()
  cast = await openCompany(stage)
})
afterAll(() => stage.close())

const atOnce = (...work: ReadonlyArray<() => Promise<Answer>>) => Promise.all(work.map((start) => start()))

const rowOf = async (id: string) => (await stage.pool.query("select * from offer where id = $1", [id])).rows[0]

describe("many of the same at once", () => {
  it("50 archives of one offer all succeed and make one event", async () => {
    const id = await cast.offer()
    const answers = await times(50, () => cast.byRecruiter(`/offers/${id}/archived`))
    assert.deepStrictEqual(tally(answers), { 200: 50 })
    assert.deepStrictEqual(new Set(answers.map(({ headers }) => headers.get("etag"))), new Set(['"2"']))
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.archived"])
  })

  it("50 updates to the same content all succeed and make one event", async () => {
    const id = await cast.offer()
    const body = offerInput({ title: "Pastry cook" })
    const answers = await times(50, () => cast.byRecruiter(`/offers/${id}`, body))
    assert.deepStrictEqual(tally(answers), { 200: 50 })
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.updated"])
  })

  it("50 updates to different contents all succeed: 50 events, and the last of them is what remains", async () => {
    const id = await cast.offer()
    const answers = await times(50, (n) => cast.byRecruiter(`/offers/${id}`, offerInput({ title: `Baker ${n}` })))
    assert.deepStrictEqual(tally(answers), { 200: 50 })
    assert.deepStrictEqual(
      answers.map(({ headers }) => Number(headers.get("etag")?.replaceAll('"', ""))).toSorted((a, b) => a - b),
      Array.from({ length: 50 }, (_, index) => index + 2),
      "each answer is of a version of its own"
    )
    assert.strictEqual((await eventsOf(stage.pool, id)).length, 51)
    const last = answers.find(({ headers }) => headers.get("etag") === '"51"')
    assert.strictEqual((await rowOf(id)).title, last?.json.title)
  }, 40_000)

  it("50 deletes of one offer: one is done, the others find it gone", async () => {
    const id = await cast.offer()
    const answers = await times(50, () => cast.byManager(`/offers/${id}/delete`))
    assert.deepStrictEqual(tally(answers), { 204: 1, "404 not-found": 49 })
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.deleted"])
  })

  it("50 creations make 50 offers", async () => {
    const answers = await times(50, () => cast.byRecruiter("/offers", offerInput()))
    assert.deepStrictEqual(tally(answers), { 201: 50 })
    const ids = answers.map(({ json }) => json.id)
    assert.strictEqual(new Set(ids).size, 50)
    const { rows } = await stage.pool.query("select sequence, type from event where subject_id = any($1)", [ids])
    assert.deepStrictEqual(
      rows,
      Array.from({ length: 50 }, () => ({ sequence: 1, type: "offer.created" }))
    )
  })

  it("20 transfers to different recruiters all succeed, each from the one before", async () => {
    const id = await cast.offer()
    const heirs = Array.from({ length: 20 }, () => aRecruiter(cast.company.id))
    for (const heir of heirs) await stage.addAccount(heir)
    const answers = await Promise.all(
      heirs.map((heir) => cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: heir.id }))
    )
    assert.deepStrictEqual(tally(answers), { 200: 20 })
    assert.strictEqual((await eventsOf(stage.pool, id)).length, 21)
  })
})

describe("If-Match", () => {
  it("lets exactly one of 20 changes through that build on the same version", async () => {
    const id = await cast.offer()
    const answers = await times(20, (n) =>
      cast.byRecruiter(`/offers/${id}`, offerInput({ title: `Baker ${n}` }), { "If-Match": '"1"' })
    )
    assert.deepStrictEqual(tally(answers), { 200: 1, "412 stale-version": 19 })
    const winner = answers.find(({ status }) => status === 200)
    assert.strictEqual((await rowOf(id)).title, winner?.json.title)
  })

  it("is refused at once when it is lost to another kind of change in between", async () => {
    const id = await cast.offer()
    const tries = await overtaking(
      id,
      "offer.updated",
      (n) => cast.byManager(`/offers/${id}/${n % 2 ? "disabled" : "enabled"}`),
      1
    )
    const lost = await cast.byRecruiter(`/offers/${id}`, offerInput({ title: "New" }), { "If-Match": '"1"' })
    assert.deepStrictEqual(tally([lost]), { "412 stale-version": 1 })
    assert.strictEqual(tries.count, 1)
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created", "offer.disabled"])
  })
})

/** Lets a rival win just before each commit of an event of the given type, `races` times. Counts those commits. */
const overtaking = async (id: string, type: string, rival: (race: number) => Promise<Answer>, races: number) => {
  const tries = { count: 0 }
  let rivalAtWork = false
  stage.neon.onRequest = async ([statement]) => {
    const text = JSON.stringify(statement?.params ?? [])
    if (!isCommit(statement?.query) || !text.includes(id) || rivalAtWork || !text.includes(type)) return undefined
    if (++tries.count > races) return undefined
    rivalAtWork = true
    const { status } = await rival(tries.count)
    rivalAtWork = false
    assert.strictEqual(status, 200, "the rival wins")
    return undefined
  }
  return tries
}

describe("a change that loses its race", () => {
  it("to other kinds is tried four times in all, then it is 409 stale-version, and nothing is written", async () => {
    const id = await cast.offer()
    const tries = await overtaking(
      id,
      "offer.archived",
      (n) => cast.byRecruiter(`/offers/${id}`, offerInput({ title: `${n}` })),
      99
    )
    const lost = await cast.byManager(`/offers/${id}/archived`)
    assert.deepStrictEqual(tally([lost]), { "409 stale-version": 1 })
    assert.strictEqual(tries.count, 4)
    assert.strictEqual((await rowOf(id)).status, "active")
    stage.neon.onRequest = undefined
    assert.strictEqual((await cast.byManager(`/offers/${id}/archived`)).status, 200)
  })

  it("to other kinds three times succeeds at the fourth try", async () => {
    const id = await cast.offer()
    const tries = await overtaking(
      id,
      "offer.archived",
      (n) => cast.byRecruiter(`/offers/${id}`, offerInput({ title: `${n}` })),
      3
    )
    assert.deepStrictEqual(tally([await cast.byManager(`/offers/${id}/archived`)]), { 200: 1 })
    assert.strictEqual(tries.count, 4)
    stage.neon.onRequest = undefined
  })

  it("to its own kind succeeds however often it loses", async () => {
    const id = await cast.offer()
    const tries = await overtaking(id, "Last", (n) => cast.byManager(`/offers/${id}`, offerInput({ title: `${n}` })), 9)
    assert.deepStrictEqual(tally([await cast.byRecruiter(`/offers/${id}`, offerInput({ title: "Last" }))]), { 200: 1 })
    assert.strictEqual(tries.count, 10)
    assert.strictEqual((await rowOf(id)).title, "Last")
    stage.neon.onRequest = undefined
  })
})

describe("update against expire", () => {
  it("at the very date: each offer expires once or was prolonged in time, and its log says which", async () => {
    const startDateJob = new Date(Date.now() + hour).toISOString()
    const ids = await times(30, () => cast.offer({ startDateJob }))
    const prolonged = offerInput({ title: "Prolonged" })
    const updates = times(30, (n) => cast.byRecruiter(`/offers/${ids[n]}`, prolonged))
    await stage.platform.setClockOffset(hour + 1_000)
    const sweeps = [jobs.started, jobs.expired, jobs.started].map((job) => runJob(stage.platform, job))
    const late = times(30, (n) => cast.byManager(`/offers/${ids[n]}`, prolonged))
    assert.deepStrictEqual(tally(await updates), { 200: 30 })
    assert.deepStrictEqual(tally(await late), { 200: 30 })
    await Promise.all(sweeps)
    for (const id of ids) {
      const types = await typesOf(stage.pool, id)
      const { status, title } = await rowOf(id)
      assert.strictEqual(title, "Prolonged")
      assert.deepStrictEqual(types.toSorted(), [
        "offer.created",
        ...(status === "expired" ? ["offer.expired"] : []),
        "offer.updated"
      ])
    }
    await stage.platform.setClockOffset(0)
  })

  it("when the date has passed: it is expired first, by whoever comes first, then updated, and stays expired", async () => {
    const startDateJob = new Date(Date.now() + hour).toISOString()
    const ids = await times(30, () => cast.offer({ startDateJob }))
    await stage.platform.setClockOffset(hour + 1_000)
    const sweep = runJob(stage.platform, jobs.started)
    const answers = await times(30, (n) => cast.byRecruiter(`/offers/${ids[n]}`, offerInput({ title: "Prolonged" })))
    await sweep
    assert.deepStrictEqual(tally(answers), { 200: 30 })
    for (const id of ids) {
      const events = await eventsOf(stage.pool, id)
      assert.deepStrictEqual(
        events.map(({ type, actor }) => [type, actor.kind]),
        [
          ["offer.created", "recruiter"],
          ["offer.expired", "system"],
          ["offer.updated", "recruiter"]
        ]
      )
      assert.strictEqual(events[1]?.occurred_at.toISOString(), startDateJob)
      assert.strictEqual((await rowOf(id)).status, "expired")
    }
    await stage.platform.setClockOffset(0)
  })
})

describe("transfer", () => {
  it("against update by an admin: both are done, in either order", async () => {
    const ids = await times(20, () => cast.offer())
    const answers = await times(20, (n) =>
      atOnce(
        () => cast.byManager(`/offers/${ids[n]}/transfer`, { newRecruiterId: cast.company.colleague.id }),
        () => cast.byManager(`/offers/${ids[n]}`, offerInput({ title: "Pastry cook" }))
      )
    )
    assert.deepStrictEqual(tally(answers.flat()), { 200: 40 })
    for (const id of ids) {
      assert.deepStrictEqual((await typesOf(stage.pool, id)).toSorted(), [
        "offer.created",
        "offer.transferred",
        "offer.updated"
      ])
      const { owner_id, title } = await rowOf(id)
      assert.deepStrictEqual({ owner_id, title }, { owner_id: cast.company.colleague.id, title: "Pastry cook" })
    }
  })

  it("against update by the old owner: the update comes first, or it is not the owner's any more", async () => {
    const ids = await times(20, () => cast.offer())
    for (const id of ids) {
      const [transferred, updated] = await atOnce(
        () => cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: cast.company.colleague.id }),
        () => cast.byRecruiter(`/offers/${id}`, offerInput({ title: "Mine" }))
      )
      assert.strictEqual(transferred?.status, 200)
      assert.include([200, 403], updated?.status)
      assert.deepStrictEqual(
        await typesOf(stage.pool, id),
        updated?.status === 200
          ? ["offer.created", "offer.updated", "offer.transferred"]
          : ["offer.created", "offer.transferred"]
      )
    }
  })

  it("waits for the new owner who is just leaving, and then never hands the offer to them", async () => {
    const id = await cast.offer()
    const heir = aRecruiter(cast.company.id)
    await stage.addAccount(heir)
    const answer = await whileLeaving(heir.id, "commit", () =>
      cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: heir.id })
    )
    assert.deepStrictEqual(tally([answer]), { "400 recruiter-unknown": 1 })
    assert.deepStrictEqual(await typesOf(stage.pool, id), ["offer.created"])
    assert.strictEqual((await rowOf(id)).owner_id, cast.company.recruiter.id)
  })

  it("waits for the new owner who seems to leave, and then hands the offer to them", async () => {
    const id = await cast.offer()
    const heir = aRecruiter(cast.company.id)
    await stage.addAccount(heir)
    const answer = await whileLeaving(heir.id, "rollback", () =>
      cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: heir.id })
    )
    assert.deepStrictEqual(tally([answer]), { 200: 1 })
    assert.strictEqual((await rowOf(id)).owner_id, heir.id)
  })

  it("against leaving, without anybody waiting: the offer goes to somebody who was there when it was written, or to nobody", async () => {
    const ids = await times(20, () => cast.offer())
    const heirs = Array.from({ length: 20 }, () => aRecruiter(cast.company.id))
    for (const heir of heirs) await stage.addAccount(heir)
    await stage.pool.query("create table leaving (account_id uuid, offers_then bigint)")
    const answers = await times(20, async (n) => {
      const heir = heirs[n]?.id ?? ""
      const transfer = cast.byManager(`/offers/${ids[n]}/transfer`, { newRecruiterId: heir })
      await leave(heir)
      return transfer
    })
    for (const [n, { status, json }] of answers.entries()) {
      if (status === 400) assert.strictEqual(json.code, "recruiter-unknown")
      else assert.strictEqual(status, 200)
      const { rows } = await stage.pool.query("select offers_then::int from leaving where account_id = $1", [
        heirs[n]?.id
      ])
      assert.strictEqual(rows[0].offers_then, status === 200 ? 1 : 0, "handed over before leaving, or never")
    }
  })
})

/** Somebody leaves the company, and notes how many offers they had at that moment, while their account is locked. */
const leave = async (accountId: string): Promise<void> => {
  const client = await stage.pool.connect()
  try {
    await client.query("begin")
    await client.query("update account set company_id = null, version = version + 1 where id = $1", [accountId])
    await client.query("insert into leaving select $1, (select count(*) from offer where owner_id = $1)", [accountId])
    await client.query("commit")
  } finally {
    client.release()
  }
}

/** Does something while somebody's leaving is under way, and ends that when the first waits for it. */
const whileLeaving = async (
  accountId: string,
  end: "commit" | "rollback",
  work: () => Promise<Answer>
): Promise<Answer> => {
  const client = await stage.pool.connect()
  try {
    await client.query("begin")
    await client.query("update account set company_id = null, version = version + 1 where id = $1", [accountId])
    const answer = work()
    await until("somebody waits for the lock", async () => {
      const { rows } = await stage.pool.query(
        "select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()"
      )
      return rows.length > 0
    })
    await client.query(end)
    return await answer
  } finally {
    client.release(true) // whatever is still open on it
  }
}

describe("delete against everything", () => {
  it("is the last that happened: nothing follows it, and who comes later finds nothing", async () => {
    const { colleague } = cast.company
    const ids = await times(12, () => cast.offer())
    for (const id of ids) {
      const [deleted, ...others] = await atOnce(
        () => cast.byManager(`/offers/${id}/delete`),
        () => cast.byManager(`/offers/${id}`, offerInput({ title: "Pastry cook" })),
        () => cast.byManager(`/offers/${id}/archived`),
        () => cast.byManager(`/offers/${id}/disabled`),
        () => cast.byManager(`/offers/${id}/enabled`),
        () => cast.byManager(`/offers/${id}/transfer`, { newRecruiterId: colleague.id })
      )
      // It may lose to the five others more often than it tries; then it says so, and is there to be repeated.
      assert.include(["204", "409 stale-version"], Object.keys(tally(deleted ? [deleted] : []))[0])
      if (deleted?.status === 409) assert.strictEqual((await cast.byManager(`/offers/${id}/delete`)).status, 204)
      for (const { status, json } of others) {
        assert.include(
          ["200", "404 not-found", "409 illegal-transition", "409 stale-version", "400 offer-not-active"],
          [status, json?.code].filter(Boolean).join(" ")
        )
      }
      assert.strictEqual((await typesOf(stage.pool, id)).at(-1), "offer.deleted")
      assert.isUndefined(await rowOf(id))
      assert.strictEqual((await cast.byManager(`/offers/${id}/enabled`)).status, 404)
    }
  })
})

describe("a storm of enable, archive and disable", () => {
  it("leaves an offer in the state that its log leads to", async () => {
    const ids = await times(3, () => cast.offer())
    const paths = ["enabled", "archived", "disabled"]
    for (let gusts = 0; gusts < 3; gusts++) {
      const answers = await times(45, (n) => cast.byManager(`/offers/${ids[n % 3]}/${paths[Math.floor(n / 3) % 3]}`))
      for (const { status, json } of answers) {
        assert.include(
          ["200", "409 illegal-transition", "409 stale-version"],
          [status, json?.code].filter(Boolean).join(" ")
        )
      }
    }
    for (const id of ids) {
      assert.includeMembers([...(await typesOf(stage.pool, id))], ["offer.archived", "offer.enabled"])
    }
  })
})

it("after all of this every event of every offer has been handled once, and explains what is there", async () => {
  await assertAllHandled(stage.pool)
})
