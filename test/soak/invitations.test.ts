import { afterAll, assert, beforeAll, beforeEach, it } from "vitest"
import { until } from "../until.ts"
import { acceptAgainst, rivalNames } from "../workers/accept-against.ts"
import { addCandidates, hour, isCommit, jobs, type OpenCompany, openCompany, runJob } from "../workers/cast.ts"
import { inviting } from "../workers/inviting.ts"
import { answers } from "../workers/mailer.ts"
import { deliver, openManualStage } from "../workers/manual-queue.ts"
import { addInvitations } from "../workers/many-invitations.ts"
import { addOffers } from "../workers/many-offers.ts"
import { addSendsTo } from "../workers/many-sends.ts"
import { assertConsistent, snapshotOf } from "../workers/snapshot.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let cast: OpenCompany
beforeAll(async () => {
  manual = await openManualStage({ settings: { INVITATIONS_SENT_PER_DAY: { type: "text", value: "100000" } } })
})
afterAll(() => manual.close())
beforeEach(async () => {
  await manual.clear()
  cast = await openCompany(manual.stage)
  manual.mailer.onMail = () => answers.down
})

it.each(rivalNames)("600 invitations are accepted or %s, never both, and each wins some", async (rival) => {
  const won = await acceptAgainst(manual.stage, cast.tokens.manager, rival, 100)
  assert.isAbove(won.accepted, 0)
  assert.isAbove(won.rivalled, 0)
  assertConsistent(await snapshotOf(manual.stage.pool), Date.now())
})

it("10,000 sends of who becomes a recruiter go by two consumers of whom one is killed half-way: each once", async () => {
  const { stage } = manual
  const people = inviting(stage)
  const [cleo = assert.fail("nobody")] = await addCandidates(stage, 1)
  const date = new Date(Date.now() + 24 * hour)
  await addOffers(stage.pool, cast.company, { count: 10_000, jobStartsAt: date, expiresAt: date })
  await addSendsTo(stage.pool, cleo.id, cast.company.id)
  const { link } = await people.invited(cast.tokens.manager, cleo.email)
  assert.strictEqual((await people.accept(link, { token: cleo.token })).status, 200)
  const joined = await until("joined", () => manual.queue.batches.flat().find(({ type }) => type === "account.joined"))
  const twin = await manual.twin()
  let commits = 0
  let killed: Promise<void> | undefined
  stage.neon.onRequest = ([statement]) => {
    if (isCommit(statement?.query) && ++commits === 5) killed = twin.stop()
    return undefined
  }
  await Promise.all([
    deliver(stage.platform, [joined]),
    deliver(twin, [joined]).catch(() => {}) // whoever is killed does not answer
  ])
  stage.neon.onRequest = undefined
  assert.isDefined(killed)
  await killed
  await until("all withdrawn", async () => {
    await deliver(stage.platform, [joined])
    const { rows } = await stage.pool.query("select 1 from offer_sent where status <> 'withdrawn' limit 1")
    return rows.length === 0
  })
  const { events } = await snapshotOf(stage.pool)
  const withdrawals = events.filter(({ type }) => type === "offerSent.deleted")
  assert.strictEqual(withdrawals.length, 10_000)
  assert.strictEqual(new Set(withdrawals.map(({ subjectId }) => subjectId)).size, 10_000)
})

it("20,001 expired invitations: a sweep ends after twenty batches, and goes on by a message", async () => {
  const { stage, queue } = manual
  await addInvitations(stage.pool, cast.company, { count: 20_001, expiresAt: new Date(Date.now() - hour) })
  const left = async () =>
    (await stage.pool.query("select count(*)::int as count from invitation where status = 'pending'")).rows[0].count
  await runJob(stage.platform, jobs.invitations)
  assert.strictEqual(await left(), 1)
  const again = queue.takeJobs()
  assert.deepStrictEqual(again, [{ continue: "expireInvitations" }])
  assert.strictEqual(await deliver(stage.platform, again), 0)
  assert.strictEqual(await left(), 0)
  assertConsistent(await snapshotOf(stage.pool), Date.now())
})
