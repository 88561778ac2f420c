import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { addCandidates, type Candidate, minute, type OpenCompany, openCompany, relayOnce } from "./cast.ts"
import { deliver, type HeldQueue, openHeldStage } from "./held-queue.ts"
import { answers, type Mailer } from "./mailer.ts"
import { addSends } from "./many-sends.ts"

let held: Awaited<ReturnType<typeof openHeldStage>>
let stage: Stage
let queue: HeldQueue
let mailer: Mailer
let cast: OpenCompany
let cleo: Candidate
beforeAll(async () => {
  held = await openHeldStage()
  ;({ queue, stage, mailer } = held)
  cast = await openCompany(stage)
  cleo = (await addCandidates(stage, 1))[0] ?? assert.fail("nobody")
})
afterAll(() => held.close())
beforeEach(() => held.clear())

/** Sends an offer to Cleo, and has that handled. */
const sendToCleo = async () => {
  const offerId = await cast.offer()
  const id = await cast.send(offerId, cleo.id)
  await until("both published", () => queue.batches.flat().length >= 2)
  assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
  return { offerId, id }
}

/** Every mail that anybody is to have, as the store has it. */
const mails = async () =>
  (
    await stage.pool.query(
      `select d.id, d.status, d.error, d.sent_at, m.attempts from notification_delivery d
       left join outgoing_mail m on m.delivery_id = d.id where d.channel = 'mail' order by d.id`
    )
  ).rows

const inMinutes = (minutes: number) => stage.platform.setClockOffset(minutes * minute)

/** At which of the moments, in minutes, somebody is asked to take a mail. */
const triedAt = async (moments: ReadonlyArray<number>, answer: (typeof answers)[keyof typeof answers]) => {
  const tried: Array<number> = []
  for (const moment of moments) {
    let asked = 0
    mailer.onMail = () => {
      asked++
      return answer
    }
    await inMinutes(moment)
    await relayOnce(stage)
    if (asked > 0) tried.push(moment)
  }
  return tried
}

describe("a mail", () => {
  it("is sent as soon as its event is handled, under the id of its delivery, once", async () => {
    await sendToCleo()
    const [mail, ...more] = await mails()
    assert.deepStrictEqual(more, [])
    assert.strictEqual(mail.status, "sent")
    assert.approximately(mail.sent_at.getTime(), Date.now(), 10_000)
    assert.deepStrictEqual(mailer.keys(), [mail.id])
    for (const moment of [1, 10, 100]) {
      await inMinutes(moment)
      await relayOnce(stage)
    }
    assert.strictEqual(mailer.mails.length, 1)
  })

  it("that nobody takes is tried again by relayEvents after 1, 5, 25, 60 and 60 minutes, and then arrives", async () => {
    mailer.onMail = () => answers.down
    await sendToCleo()
    assert.deepInclude((await mails())[0], { status: "queued", error: "the mailer is out of reach", attempts: 1 })
    const moments = [0.5, 1.1, 5.9, 6.2, 31, 31.3, 91, 91.4, 151, 151.5]
    assert.deepStrictEqual(await triedAt(moments, answers.down), [1.1, 6.2, 31.3, 91.4, 151.5])
    mailer.onMail = () => undefined
    await inMinutes(212)
    await relayOnce(stage)
    assert.deepInclude((await mails())[0], { status: "sent", error: null })
    assert.strictEqual(mailer.mails.length, 1)
  })

  it("that is refused has failed for good, with the reason, and is not tried again", async () => {
    mailer.onMail = () => answers.refused
    await sendToCleo()
    const [mail] = await mails()
    assert.deepInclude(mail, { status: "failed", attempts: null })
    assert.match(mail.error, /Nobody lives there/)
    assert.deepStrictEqual(await triedAt([2, 20, 200], answers.refused), [])
    const { json } = await stage.call("GET", "/notifications?channel=mail", { token: cleo.token })
    assert.match(json[0].deliveries[1].error, /Nobody lives there/)
  })

  it("that is put off is tried again later, and has failed after three days", async () => {
    mailer.onMail = () => answers.deferred
    await sendToCleo()
    assert.deepInclude((await mails())[0], { status: "queued", attempts: 1 })
    const [twoDays, threeDays] = [2 * 1_440, 3 * 1_440 + 1]
    assert.deepStrictEqual(await triedAt([2, twoDays], answers.deferred), [2, twoDays])
    assert.deepInclude((await mails())[0], { status: "queued", attempts: 3 })
    assert.deepStrictEqual(await triedAt([threeDays, threeDays + 100], answers.deferred), [threeDays])
    const [mail] = await mails()
    assert.strictEqual(mail.status, "failed")
    assert.match(mail.error, /under way/)
  })

  it("of which it is not known that it was taken comes again under the same Idempotency-Key", async () => {
    mailer.onMail = () => "lost"
    await sendToCleo()
    assert.strictEqual((await mails())[0].status, "queued")
    mailer.onMail = () => undefined
    mailer.now += 48 * 60 * minute // by now it has forgotten the key, and would take it for another one
    await inMinutes(2)
    await relayOnce(stage)
    assert.strictEqual((await mails())[0].status, "sent")
    assert.strictEqual(mailer.mails.length, 2)
    assert.strictEqual(new Set(mailer.keys()).size, 1)
  })

  it("of what is gone by the time of its turn is skipped", async () => {
    mailer.onMail = () => answers.down
    const { id } = await sendToCleo()
    assert.strictEqual((await stage.call("DELETE", `/offer-sends/${id}`, { token: cast.tokens.recruiter })).status, 204)
    mailer.onMail = () => undefined
    await inMinutes(2)
    await relayOnce(stage)
    assert.deepInclude((await mails())[0], { status: "skipped", error: "by now there is nothing to tell" })
    assert.deepStrictEqual(mailer.taken(), [])
  })
})

describe("many mails", () => {
  /** An offer that was sent to many is gone, so that each of them is to have a mail. */
  const endOf = async (count: number) => {
    const offerId = await cast.offer()
    await addSends(stage.pool, { offerId, count })
    await cast.byRecruiter(`/offers/${offerId}/archived`)
    const archived = await until("archived", () => queue.batches.flat().find(({ type }) => type === "offer.archived"))
    assert.strictEqual(await deliver(stage.platform, [archived]), 0)
  }

  it("go out at most six at the same time, all of them", async () => {
    const posting = { now: 0, most: 0 }
    mailer.onMail = async () => {
      posting.most = Math.max(posting.most, ++posting.now)
      await new Promise(setImmediate)
      posting.now--
      return undefined
    }
    await endOf(250)
    assert.strictEqual(mailer.mails.length, 250)
    assert.strictEqual(new Set(mailer.keys()).size, 250)
    assert.isAtMost(posting.most, 6)
  })

  it("are not tried one by one while the mailer is down: they wait, and their delays do not grow", async () => {
    let asked = 0
    mailer.onMail = () => {
      asked++
      return answers.down
    }
    await endOf(250)
    assert.isAtMost(asked, 6)
    const tried = (await mails()).filter(({ attempts }) => attempts > 0)
    assert.isAtMost(tried.length, 6)
    mailer.onMail = () => undefined
    await inMinutes(0.2)
    await relayOnce(stage)
    assert.isAtLeast(mailer.mails.length, 244)
    await inMinutes(2)
    await relayOnce(stage)
    assert.strictEqual(new Set(mailer.keys()).size, 250)
    assert.strictEqual(mailer.mails.length, 250)
  })

  it("by four at once are sent once each", async () => {
    mailer.onMail = () => answers.down
    await endOf(300)
    mailer.onMail = () => undefined
    await inMinutes(2)
    await Promise.all([1, 2, 3, 4].map(() => relayOnce(stage)))
    assert.strictEqual(mailer.mails.length, 300)
    assert.strictEqual(new Set(mailer.keys()).size, 300)
  })
})
