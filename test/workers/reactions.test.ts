import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import { addCandidates, type Candidate, hour, jobs, type OpenCompany, openCompany, runJob } from "./cast.ts"
import { deliver, type HeldQueue, openHeldStage } from "./held-queue.ts"
import type { Mailer } from "./mailer.ts"
import { assertConsistent, assertSettled, snapshotOf } from "./snapshot.ts"

let held: Awaited<ReturnType<typeof openHeldStage>>
let stage: Stage
let queue: HeldQueue
let mailer: Mailer
let cast: OpenCompany
let cleo: Candidate
beforeAll(async () => {
  held = await openHeldStage()
  ;({ queue, stage, mailer } = held)
})
afterAll(() => held.close())
beforeEach(async () => {
  await held.clear()
  cast = await openCompany(stage)
  cleo = (await addCandidates(stage, 1))[0] ?? assert.fail("nobody")
})

const byCandidate = (method: string, path: string, body?: unknown) =>
  stage.call(method, path, { token: cleo.token, ...(body !== undefined && { body }) })
const respond = (send: (path: string, body?: unknown) => ReturnType<Stage["call"]>, id: string) =>
  send(`/offer-sends/${id}/status`, { status: "responded" })
const withdraw = (id: string, token: string) => stage.call("DELETE", `/offer-sends/${id}`, { token })

/** What was published until now, once the given number of events was. */
const published = async (count: number) => {
  await until(`${count} events published`, () => queue.batches.flat().length >= count)
  return queue.take()
}

/** Delivers what was published, and what comes of that, until nothing is left. */
const handleAll = async () => {
  await until("all events handled", async () => {
    const waiting = (await snapshotOf(stage.pool)).waiting.length
    if (waiting > 0) assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
    return waiting === 0
  })
}

const nameOf = (id: string): string =>
  Object.entries({ ...cast.company, cleo }).find(([, person]) => typeof person === "object" && person.id === id)?.[0] ??
  id

/** Who was notified of events of a type, by which channel. */
const notifiedOf = async (type: string): Promise<ReadonlyArray<string>> => {
  const { events, notifications } = await snapshotOf(stage.pool)
  const ids = new Set(events.filter((event) => event.type === type).map(({ id }) => id))
  return notifications
    .filter(({ eventId }) => ids.has(eventId))
    .map(({ recipientId, channel, template }) => `${nameOf(recipientId)} ${channel} ${template}`)
    .toSorted()
}

/** A recruiter's offer that a manager has sent to Cleo: the owner and the sender are two. */
const sentByManager = async () => {
  const offerId = await cast.offer()
  const { json } = await cast.byManager("/offer-sends", {
    offerId,
    candidateId: cleo.id,
    message: "You would like it."
  })
  return { offerId, id: json.id as string }
}

const leaves = (id: string) => stage.pool.query("update account set company_id = null where id = $1", [id])

describe("what happens to a send", () => {
  it("created: notifies the candidate, by mail too, with the message", async () => {
    await sentByManager()
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.created"), ["cleo inbox offer-sent", "cleo mail offer-sent"])
    assert.deepStrictEqual(mailer.taken(), [`${cleo.email} offer-sent`])
    const { mail } = mailer.mails[0] ?? assert.fail("no mail")
    assert.include(mail.text, "You would like it.")
    const { json } = await byCandidate("GET", "/notifications")
    assert.deepStrictEqual(
      json.map(({ deliveries }: { deliveries: ReadonlyArray<{ channel: string; status: string }> }) =>
        deliveries.map(({ channel, status }) => `${channel} ${status}`)
      ),
      [["inbox sent", "mail sent"]]
    )
    for (const secret of [cast.company.id, cast.company.manager.id, cast.company.recruiter.id]) {
      assert.notInclude(JSON.stringify(json) + JSON.stringify(mail), secret, "who it is from is not for candidates")
    }
  })

  it("viewed: notifies the offer's owner and the sender, in the inbox only", async () => {
    const { id } = await sentByManager()
    await byCandidate("GET", `/offer-sends/${id}`)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.viewed"), [
      "manager inbox offer-sent-viewed",
      "recruiter inbox offer-sent-viewed"
    ])
  })

  it("responded: notifies both, by mail too; one who is both is notified once", async () => {
    const { id } = await sentByManager()
    const own = await cast.send(await cast.offer(), cleo.id)
    for (const each of [id, own]) {
      await byCandidate("GET", `/offer-sends/${each}`)
      assert.strictEqual((await respond((path, body) => byCandidate("POST", path, body), each)).status, 200)
    }
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.responded"), [
      "manager inbox offer-sent-responded",
      "manager mail offer-sent-responded",
      "recruiter inbox offer-sent-responded",
      "recruiter inbox offer-sent-responded",
      "recruiter mail offer-sent-responded",
      "recruiter mail offer-sent-responded"
    ])
  })

  it("an answer by telephone: nobody is notified of what they noted themselves", async () => {
    const { id } = await sentByManager()
    await respond(cast.byRecruiter, id)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.viewed"), ["manager inbox offer-sent-viewed"])
    assert.deepStrictEqual(await notifiedOf("offerSent.responded"), [
      "manager inbox offer-sent-responded",
      "manager mail offer-sent-responded"
    ])
  })

  it("withdrawn by the candidate: notifies both, by mail too", async () => {
    const { id } = await sentByManager()
    assert.strictEqual((await withdraw(id, cleo.token)).status, 204)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.deleted"), [
      "manager inbox offer-sent-withdrawn",
      "manager mail offer-sent-withdrawn",
      "recruiter inbox offer-sent-withdrawn",
      "recruiter mail offer-sent-withdrawn"
    ])
  })

  it("taken back by a recruiter: notifies nobody", async () => {
    const { id } = await sentByManager()
    await handleAll()
    assert.strictEqual((await withdraw(id, cast.tokens.recruiter)).status, 204)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.deleted"), [])
  })
})

describe("the end of an offer", () => {
  const ends: ReadonlyArray<readonly [string, (offerId: string) => Promise<unknown>]> = [
    ["offer_archived", (offerId) => cast.byRecruiter(`/offers/${offerId}/archived`)],
    ["offer_deleted", (offerId) => cast.byManager(`/offers/${offerId}/delete`)],
    [
      "offer_expired",
      async () => {
        await stage.platform.setClockOffset(480 * hour)
        await runJob(stage.platform, jobs.expired)
      }
    ]
  ]
  it.each(ends)("%s: notifies each candidate once, by mail too, which offer is gone", async (reason, end) => {
    const { offerId } = await sentByManager()
    await handleAll()
    await mailer.clear()
    await end(offerId)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.deleted"), ["cleo inbox offer-ended", "cleo mail offer-ended"])
    assert.deepStrictEqual(mailer.taken(), [`${cleo.email} offer-ended`])
    assert.include(mailer.mails[0]?.mail.text, "Baker")
    const { events, sends } = await assertSettled(
      stage.pool,
      Date.now() + (reason === "offer_expired" ? 480 * hour : 0)
    )
    assert.deepStrictEqual(sends, [])
    assert.strictEqual(events.find(({ type }) => type === "offerSent.deleted")?.data.reason, reason)
  })

  it("notifies nobody again who had withdrawn, and frees their place for the next term", async () => {
    const { id, offerId } = await sentByManager()
    await withdraw(id, cleo.token)
    await cast.byRecruiter(`/offers/${offerId}/archived`)
    await handleAll()
    assert.deepStrictEqual((await snapshotOf(stage.pool)).sends, [])
    assert.notInclude((await notifiedOf("offerSent.deleted")).join(), "offer-ended")
    await cast.byRecruiter(`/offers/${offerId}/enabled`)
    await cast.send(offerId, cleo.id)
  })
})

describe("a transfer", () => {
  it("notifies the old and the new owner, by mail too, and not who did it", async () => {
    const offerId = await cast.offer()
    await cast.byManager(`/offers/${offerId}/transfer`, { newRecruiterId: cast.company.colleague.id })
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offer.transferred"), [
      "colleague inbox offer-taken-over",
      "colleague mail offer-taken-over",
      "recruiter inbox offer-handed-over",
      "recruiter mail offer-handed-over"
    ])
  })
})

describe("who has left the company", () => {
  it("the owner: the company's admins are notified instead", async () => {
    const { id } = await sentByManager()
    await handleAll()
    await leaves(cast.company.recruiter.id)
    await withdraw(id, cleo.token)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.deleted"), [
      "admin inbox offer-sent-withdrawn",
      "admin mail offer-sent-withdrawn",
      "manager inbox offer-sent-withdrawn",
      "manager mail offer-sent-withdrawn"
    ])
  })

  it("the sender: only the owner is notified", async () => {
    const { id } = await sentByManager()
    await handleAll()
    await leaves(cast.company.manager.id)
    await byCandidate("GET", `/offer-sends/${id}`)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.viewed"), ["recruiter inbox offer-sent-viewed"])
  })
})

describe("messages that come late, twice, in any order, or of what is gone", () => {
  it("have one effect: the whole life of a send, backwards, twice, by three consumers at once", async () => {
    const { id } = await sentByManager()
    await byCandidate("GET", `/offer-sends/${id}`)
    await respond((path, body) => byCandidate("POST", path, body), id)
    const messages = (await published(4)).toReversed()
    const all = [...messages, ...messages]
    assert.deepStrictEqual(await Promise.all([1, 2, 3].map(() => deliver(stage.platform, all))), [0, 0, 0])
    assert.strictEqual((await assertSettled(stage.pool)).notifications.length, 2 + 2 + 4)
    assert.strictEqual(mailer.mails.length, 3)
  })

  it("created, handled after the send was taken back, viewed or its offer archived: notifies only of what is still true", async () => {
    const { id } = await sentByManager()
    const { id: gone } = await sentByManager()
    const { offerId } = await sentByManager()
    await byCandidate("GET", `/offer-sends/${id}`)
    await withdraw(gone, cast.tokens.recruiter)
    await cast.byRecruiter(`/offers/${offerId}/archived`)
    const messages = await published(9)
    await deliver(
      stage.platform,
      messages.filter(({ type }) => type === "offer.archived")
    )
    assert.strictEqual(await deliver(stage.platform, messages), 0)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.created"), ["cleo inbox offer-sent", "cleo mail offer-sent"])
  })

  it("viewed and responded, handled after the candidate has withdrawn: only of the withdrawal is anybody notified", async () => {
    const { id } = await sentByManager()
    await byCandidate("GET", `/offer-sends/${id}`)
    await withdraw(id, cleo.token)
    await handleAll()
    assert.deepStrictEqual(await notifiedOf("offerSent.viewed"), [])
    assert.strictEqual((await notifiedOf("offerSent.deleted")).length, 4)
  })

  it("of what never happened: no effect, and no complaint", async () => {
    await sentByManager()
    const strangers = (await published(2)).map((message) => ({
      ...message,
      id: crypto.randomUUID(),
      subject: { ...message.subject, id: crypto.randomUUID() }
    }))
    assert.strictEqual(await deliver(stage.platform, strangers), 0)
    const { handled, notifications } = await snapshotOf(stage.pool)
    assert.deepStrictEqual([...handled, ...notifications], [])
  })
})

describe("an event whose handling fails", () => {
  it("takes nobody else's of its batch with it, and notifies once it is mended", async () => {
    const { id: bad } = await sentByManager()
    for (let others = 0; others < 5; others++) await sentByManager()
    await stage.pool.query(`
      create function refuse_poison() returns trigger language plpgsql as $$ begin
        if new.data->>'offerSentId' = '${bad}' then raise exception 'this one is poison'; end if;
        return new;
      end $$`)
    await stage.pool.query(
      "create trigger poison before insert on notification for each row execute function refuse_poison()"
    )
    const messages = await published(12)
    assert.strictEqual(await deliver(stage.platform, messages), 1)
    const store = await snapshotOf(stage.pool)
    assertConsistent(store, Date.now())
    assert.strictEqual(store.handled.length, 11)
    assert.strictEqual(mailer.mails.length, 5, "the others' mails are sent at once")
    await stage.pool.query("drop trigger poison on notification; drop function refuse_poison")
    assert.strictEqual(await deliver(stage.platform, messages), 0)
    await assertSettled(stage.pool)
    assert.strictEqual(mailer.mails.length, 6)
  })
})
