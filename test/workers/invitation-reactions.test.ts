import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import {
  addCandidates,
  type Candidate,
  hour,
  isCommit,
  jobs,
  minute,
  type OpenCompany,
  openCompany,
  relayOnce,
  runJob
} from "./cast.ts"
import { type InvitingStage, inviting } from "./inviting.ts"
import { answers, type Mailer } from "./mailer.ts"
import { deliver, type ManualQueue, openManualStage } from "./manual-queue.ts"
import { addInvitations } from "./many-invitations.ts"
import { addOffers } from "./many-offers.ts"
import { addSendsTo } from "./many-sends.ts"
import { assertConsistent, assertSettled, snapshotOf } from "./snapshot.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let queue: ManualQueue
let mailer: Mailer
let people: InvitingStage
let cast: OpenCompany
let manager: string
let cleo: Candidate
beforeAll(async () => {
  manual = await openManualStage()
  ;({ queue, stage, mailer } = manual)
  people = inviting(stage)
})
afterAll(() => manual.close())
beforeEach(async () => {
  await manual.clear()
  elapsed = 0
  cast = await openCompany(stage)
  manager = cast.tokens.manager
  cleo = (await addCandidates(stage, 1))[0] ?? assert.fail("nobody")
})
afterEach(async () => assertConsistent(await snapshotOf(stage.pool), Date.now() + elapsed))

/** How far time has been moved. */
let elapsed = 0
const passes = (milliseconds: number) => {
  elapsed = milliseconds
  return stage.platform.setClockOffset(milliseconds)
}

type Message = ReturnType<ManualQueue["take"]>[number]

/** What was published until now, once an event of each of the types was. */
const published = async (...types: ReadonlyArray<Message["type"]>) => {
  await until(`${types} published`, () => {
    const left = [...types]
    for (const { type } of queue.batches.flat()) if (left.includes(type)) left.splice(left.indexOf(type), 1)
    return left.length === 0
  })
  return queue.take()
}

/** Delivers what was published, and what comes of that, until nothing is left. */
const handleAll = () =>
  until("all events handled", async () => {
    const waiting = (await snapshotOf(stage.pool)).waiting.length
    if (waiting > 0) assert.strictEqual(await deliver(stage.platform, queue.take()), 0)
    return waiting === 0
  })

/** Has all mails that wait sent, or found to be of no use. */
const sendMails = async () => {
  await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
  await relayOnce(stage)
}

/** Who was notified of events of a type, by which channel, and what became of it. */
const notifiedOf = async (type: string): Promise<ReadonlyArray<string>> => {
  const { events, notifications } = await snapshotOf(stage.pool)
  const ids = new Set(events.filter((event) => event.type === type).map(({ id }) => id))
  return notifications
    .filter(({ eventId }) => ids.has(eventId))
    .map(({ recipientId, channel, template, status, error }) =>
      [nameOf(recipientId), channel, template, status, error].filter((word) => word !== null).join(" ")
    )
    .toSorted()
}

const nameOf = (id: string): string =>
  Object.entries({ ...cast.company, cleo }).find(([, person]) => typeof person === "object" && person.id === id)?.[0] ??
  "the invited"

const leaves = (id: string) => stage.pool.query("update account set company_id = null where id = $1", [id])
const sealed = async (): Promise<ReadonlyArray<string>> =>
  (
    await stage.pool.query(
      "select email from invitation where sealed_token is not null union all select email from sign_in where sealed_token is not null"
    )
  ).rows.map(({ email }) => email)
const deliveryOf = async (id: string) => {
  const { json } = await stage.call("GET", "/api/invitations?size=100", { token: manager })
  return json.content.find((row: { readonly id: string }) => row.id === id).delivery
}
const obsolete = "by now there is nothing to tell"

describe("an invitation's mail", () => {
  it("goes out once, to the address as it was typed, however often its event is delivered", async () => {
    const { id, email, link } = await people.invited(manager, undefined, { personalMessage: "Come and bake with us." })
    const messages = await published("invitation.created")
    const all = [...messages, ...messages]
    assert.deepStrictEqual(await Promise.all([1, 2, 3].map(() => deliver(stage.platform, all))), [0, 0, 0])
    await handleAll()
    assert.deepStrictEqual(mailer.taken(), [`${email} invitation`])
    const { mail } = mailer.mails[0] ?? assert.fail("no mail")
    assert.strictEqual(mail.subject, "Kim Hansen invites you to join Acme as a recruiter")
    for (const text of [mail.text, mail.html]) {
      assert.include(text, "Come and bake with us.")
      assert.include(text, `/accept-invitation?token=${link}`)
    }
    assert.deepStrictEqual(await sealed(), [])
    assert.deepStrictEqual(await deliveryOf(id), { status: "sent", error: null })
  })

  it("is in the language that was asked for, otherwise the inviter's, otherwise English", async () => {
    await stage.pool.query("update account set locale = 'nb' where id = $1", [cast.company.manager.id])
    const asked = await people.invited(manager, undefined, { locale: "fr" })
    const inviters = await people.invited(manager)
    await handleAll()
    await stage.pool.query("update account set locale = null where id = $1", [cast.company.manager.id])
    const none = await people.invited(manager)
    await handleAll()
    const subjects = new Map(mailer.mails.map(({ mail }) => [mail.to[0], mail.subject]))
    assert.match(subjects.get(asked.email) ?? "", /^Kim Hansen vous invite à rejoindre .* Acme$/)
    assert.match(subjects.get(inviters.email) ?? "", /^Kim Hansen inviterer deg til å bli med i Acme /)
    assert.match(subjects.get(none.email) ?? "", /^Kim Hansen invites you to join Acme /)
    // A new account takes that language.
    assert.strictEqual((await people.accept(inviters.link)).status, 200)
    const { rows } = await stage.pool.query("select locale from account where lower(email) = lower($1)", [
      inviters.email
    ])
    assert.deepStrictEqual(rows, [{ locale: "nb" }])
  })

  it.each(["in order", "in the other order", "in one batch", "in one batch, in the other order"])(
    "is that of the present token when it was sent again meanwhile: both events handled %s",
    async (how) => {
      const { id, link } = await people.invited(manager)
      assert.strictEqual((await people.resend(manager, id)).status, 200)
      const present = await people.linkOf(id)
      const both = await published("invitation.created", "invitation.resent")
      const ordered = both.toSorted((a, b) => a.sequence - b.sequence)
      const messages = how.endsWith("other order") ? ordered.toReversed() : ordered
      if (how.startsWith("in one batch")) await deliver(stage.platform, messages)
      else for (const message of messages) await deliver(stage.platform, [message])
      await handleAll()
      assert.strictEqual(mailer.mails.length, 1)
      assert.strictEqual(people.linkIn(mailer.mails[0]?.mail.text), present)
      assert.deepStrictEqual((await people.validate(link)).json.code, "token-unknown")
      assert.isTrue((await people.validate(present)).json.valid)
    }
  )

  it("that could not be sent before it was sent again is not sent at all, and the new one is", async () => {
    mailer.onMail = () => answers.down
    const { id } = await people.invited(manager)
    await handleAll()
    assert.deepStrictEqual(await deliveryOf(id), { status: "queued", error: "the mailer is out of reach" })
    assert.strictEqual((await people.resend(manager, id)).status, 200)
    const present = await people.linkOf(id)
    mailer.onMail = () => undefined
    await handleAll()
    await sendMails()
    assert.deepStrictEqual(
      mailer.mails.map(({ mail }) => people.linkIn(mail.text)),
      [present]
    )
    assert.deepStrictEqual(await notifiedOf("invitation.created"), [`the invited mail invitation skipped ${obsolete}`])
    assert.deepStrictEqual(await notifiedOf("invitation.resent"), ["the invited mail invitation sent"])
    assert.deepStrictEqual(await deliveryOf(id), { status: "sent", error: null })
  })

  /** What may become of an invitation before its mail goes. */
  const ends = {
    revoked: ({ id }) => people.revoke(manager, id),
    declined: ({ link }) => people.decline(link),
    accepted: ({ link }) => people.accept(link),
    expired: () => passes(72 * hour + minute)
  } as const satisfies Record<string, (supplied: { readonly id: string; readonly link: string }) => Promise<unknown>>

  it.each(Object.keys(ends) as ReadonlyArray<keyof typeof ends>)(
    "is not sent once it is %s, before its event is handled or while the mail waits",
    async (end) => {
      const unhandled = await people.invited(manager)
      const [early] = await published("invitation.created")
      const waiting = await people.invited(manager)
      mailer.onMail = () => answers.down
      await deliver(stage.platform, queue.take())
      mailer.onMail = () => undefined
      for (const each of [unhandled, waiting]) await ends[end](each)
      await deliver(stage.platform, [early])
      await handleAll()
      await sendMails()
      assert.notInclude(mailer.taken().join(), " invitation,")
      assert.isFalse(mailer.mails.some(({ mail }) => mail.tags[0]?.value === "invitation"))
      // The inviter sees of both what became of their mails.
      const skipped = `the invited mail invitation skipped ${obsolete}`
      assert.deepStrictEqual(await notifiedOf("invitation.created"), [skipped, skipped])
      if (end === "expired") await runJob(stage.platform, jobs.invitations)
      assert.deepStrictEqual(await sealed(), [])
    }
  )

  it("that is refused has failed for good: the list says why, and its token is kept no longer", async () => {
    const { id, email } = await people.invited(manager)
    assert.deepStrictEqual(await sealed(), [email])
    mailer.onMail = () => answers.refused
    await handleAll()
    const { status, error } = await deliveryOf(id)
    assert.strictEqual(status, "failed")
    assert.match(error, /Nobody lives there/)
    assert.deepStrictEqual(await sealed(), [])
    // Sent again it has another token, and another mail.
    mailer.onMail = () => undefined
    assert.strictEqual((await people.resend(manager, id)).status, 200)
    assert.deepStrictEqual(await deliveryOf(id), { status: "queued", error: null })
    await handleAll()
    assert.deepStrictEqual(await deliveryOf(id), { status: "sent", error: null })
  })
})

describe("the answer to an invitation", () => {
  it.each(["accepted", "declined"] as const)(
    "%s: notifies the inviter, by mail too, once, and nobody else",
    async (answer) => {
      const { email, link } = await people.invited(manager)
      await handleAll()
      await mailer.clear()
      await (answer === "accepted" ? people.accept(link) : people.decline(link))
      const messages = await published(`invitation.${answer}`)
      for (const again of [messages, messages]) await deliver(stage.platform, again)
      assert.deepStrictEqual(await notifiedOf(`invitation.${answer}`), [
        `manager inbox invitation-${answer} sent`,
        `manager mail invitation-${answer} sent`
      ])
      assert.deepStrictEqual(mailer.taken(), [`${cast.company.manager.email} invitation-${answer}`])
      assert.include(mailer.mails[0]?.mail.text, email)
      const { json } = await stage.call("GET", "/notifications?channel=inbox", { token: manager })
      assert.strictEqual(json[0].template, `invitation-${answer}`)
    }
  )

  it.each(["accepted", "declined"] as const)("%s: does not notify an inviter who has left", async (answer) => {
    const give = ({ link }: { readonly link: string }) =>
      answer === "accepted" ? people.accept(link) : people.decline(link)
    const [first, second] = [await people.invited(manager), await people.invited(manager)]
    await handleAll()
    await mailer.clear()
    mailer.onMail = () => answers.down
    await give(first)
    await handleAll()
    await leaves(cast.company.manager.id)
    await give(second)
    mailer.onMail = () => undefined
    await handleAll()
    await sendMails()
    assert.deepStrictEqual(mailer.taken(), [])
    assert.deepStrictEqual(await notifiedOf(`invitation.${answer}`), [
      `manager inbox invitation-${answer} sent`,
      `manager mail invitation-${answer} skipped ${obsolete}`
    ])
  })

  it("that is none, revoked or expired, notifies nobody", async () => {
    const [one] = [await people.invited(manager), await people.invited(manager)]
    await people.revoke(manager, one?.id ?? "")
    await passes(73 * hour)
    await runJob(stage.platform, jobs.invitations)
    await handleAll()
    const { notifications } = await snapshotOf(stage.pool)
    assert.deepStrictEqual(new Set(notifications.map(({ template }) => template)), new Set(["invitation"]))
  })
})

describe("a candidate who becomes a recruiter", () => {
  /** Cleo is a recruiter from now on; answers the messages that say so. */
  const becomesRecruiter = async () => {
    const { link } = await people.invited(manager, cleo.email)
    const { status } = await people.accept(link, { token: cleo.token })
    assert.strictEqual(status, 200)
    return published("invitation.created", "invitation.accepted", "account.joined")
  }

  it("has withdrawn from what they have not answered, and the owners hear of it; answered sends stay", async () => {
    const offers = await Promise.all([1, 2, 3].map(() => cast.offer()))
    const [sent = "", viewed = "", responded = ""] = await Promise.all(offers.map((id) => cast.send(id, cleo.id)))
    for (const id of [viewed, responded]) await stage.call("GET", `/offer-sends/${id}`, { token: cleo.token })
    await stage.call("POST", `/offer-sends/${responded}/status`, { token: cleo.token, body: { status: "responded" } })
    await handleAll()
    await mailer.clear()
    const messages = await becomesRecruiter()
    for (const again of [messages, messages]) assert.strictEqual(await deliver(stage.platform, again), 0)
    await handleAll()
    const { sends, events } = await assertSettled(stage.pool)
    assert.sameDeepMembers(
      sends.map(({ id, status }) => ({ id, status })),
      [
        { id: sent, status: "withdrawn" },
        { id: viewed, status: "withdrawn" },
        { id: responded, status: "responded" }
      ]
    )
    const withdrawals = events.filter(({ type }) => type === "offerSent.deleted")
    assert.strictEqual(withdrawals.length, 2)
    for (const { data, actor } of withdrawals) {
      assert.strictEqual(data.reason, "candidate")
      assert.deepStrictEqual(actor, { kind: "candidate", id: cleo.id })
    }
    assert.deepStrictEqual(await notifiedOf("offerSent.deleted"), [
      "recruiter inbox offer-sent-withdrawn sent",
      "recruiter inbox offer-sent-withdrawn sent",
      "recruiter mail offer-sent-withdrawn sent",
      "recruiter mail offer-sent-withdrawn sent"
    ])
    assert.deepStrictEqual(
      mailer.taken().filter((mail) => mail.endsWith("offer-sent-withdrawn")),
      [1, 2].map(() => `${cast.company.recruiter.email} offer-sent-withdrawn`)
    )
    const { json } = await stage.call("GET", `/offer-sends/${responded}`, { token: cast.tokens.recruiter })
    assert.strictEqual(json.status, "responded")
  })

  it("has withdrawn from 3,000, a thousand at a time, each once, by two consumers at the same time", async () => {
    const date = new Date(Date.now() + 24 * hour)
    await addOffers(stage.pool, cast.company, { count: 3_000, jobStartsAt: date, expiresAt: date })
    await addSendsTo(stage.pool, cleo.id, cast.company.id)
    const messages = await becomesRecruiter()
    let commits = 0
    stage.neon.onRequest = ([statement]) => {
      if (isCommit(statement?.query)) commits++
      return undefined
    }
    mailer.onMail = () => answers.down
    await Promise.all([deliver(stage.platform, messages), deliver(stage.platform, messages)])
    await until("all withdrawn", async () => {
      await deliver(stage.platform, messages)
      const { rows } = await stage.pool.query("select 1 from offer_sent where status <> 'withdrawn' limit 1")
      return rows.length === 0
    })
    stage.neon.onRequest = undefined
    assert.isAtLeast(commits, 3)
    const { events, handled } = await snapshotOf(stage.pool)
    const withdrawals = events.filter(({ type }) => type === "offerSent.deleted")
    assert.strictEqual(withdrawals.length, 3_000)
    assert.strictEqual(new Set(withdrawals.map(({ subjectId }) => subjectId)).size, 3_000)
    assert.includeMembers(
      [...handled],
      messages.map(({ id }) => id)
    )
  })
})

describe("expireInvitations", () => {
  const sweep = () => runJob(stage.platform, jobs.invitations)
  const addDue = (count: number, ago: number) =>
    addInvitations(stage.pool, cast.company, { count, expiresAt: new Date(Date.now() - ago) })
  const expiries = async () => (await snapshotOf(stage.pool)).events.filter(({ type }) => type === "invitation.expired")

  it("expires what is due, as of the instant at which it did, by the system, and nothing else", async () => {
    const early = await people.invited(manager)
    await passes(2 * hour)
    const late = await people.invited(manager)
    await sweep()
    assert.deepStrictEqual(await expiries(), [])
    await passes(73 * hour)
    await sweep()
    const { invitations } = await snapshotOf(stage.pool)
    const rowOf = (id: string) => invitations.find((row) => row.id === id) ?? assert.fail(id)
    assert.deepInclude(rowOf(early.id), { status: "expired", isSealed: false, updatedAt: rowOf(early.id).expiresAt })
    assert.deepInclude(rowOf(late.id), { status: "pending", isSealed: true })
    const [expired, ...more] = await expiries()
    assert.deepStrictEqual(more, [])
    assert.deepInclude(expired, {
      subjectId: early.id,
      actor: { kind: "system", id: null },
      occurredAt: rowOf(early.id).expiresAt,
      data: { inviterId: cast.company.manager.id }
    })
  })

  it("takes two round trips for each thousand, and asks once when nothing is due, beside the links to sign in", async () => {
    const asks = async () => {
      const before = stage.neon.requests
      await sweep()
      return stage.neon.requests - before
    }
    assert.strictEqual(await asks(), 1 + 1)
    await addDue(1_100, hour)
    assert.strictEqual(await asks(), 4 + 1)
    assert.strictEqual((await expiries()).length, 1_100)
    assert.strictEqual(queue.take().filter(({ type }) => type === "invitation.expired").length, 1_100)
    assert.deepStrictEqual(await sealed(), [])
  })

  it("twice at once expires each once", async () => {
    await addDue(1_100, hour)
    await Promise.all([sweep(), sweep()])
    await sweep() // whatever one left that the other had locked
    assert.strictEqual((await expiries()).length, 1_100)
  })

  it("makes room for another invitation, as time alone does before", async () => {
    const { email } = await people.invited(manager)
    await passes(73 * hour)
    assert.strictEqual((await people.invite(manager, email.toUpperCase())).status, 201)
    assert.deepStrictEqual((await snapshotOf(stage.pool)).invitations.map(({ status }) => status).toSorted(), [
      "expired",
      "pending"
    ])
  })
})

describe("links to sign in", () => {
  const ask = async (email: string) => {
    assert.strictEqual((await stage.call("POST", "/api/sign-in", { body: { email } })).status, 202)
    const nudge = await until("the consumer is nudged", () => queue.batches.splice(0)[0])
    assert.deepStrictEqual(nudge as unknown, [{ continue: "sendMails" }])
    return nudge
  }

  it("are mailed to accounts alone, once; what is kept of their tokens is gone then, or when they are used", async () => {
    const { email } = cast.company.recruiter
    const nudges = [...(await ask(email.toUpperCase())), ...(await ask("nobody@example.org"))]
    assert.strictEqual((await sealed()).length, 2)
    await Promise.all([deliver(stage.platform, nudges), deliver(stage.platform, nudges)])
    assert.deepStrictEqual(mailer.taken(), [`${email} sign-in`])
    assert.deepStrictEqual(await sealed(), [])
    mailer.onMail = () => answers.down
    await ask(email)
    await relayOnce(stage)
    const { rows } = await stage.pool.query("select id from sign_in where sealed_token is not null")
    const link = await stage.sealedToken("sign_in", rows[0]?.id)
    assert.strictEqual((await stage.call("POST", `/api/sign-in/${link}`)).status, 200)
    assert.deepStrictEqual(await sealed(), [])
    mailer.onMail = () => undefined
    await sendMails()
    assert.strictEqual(mailer.mails.length, 1, "a link that is used is not mailed")
  })

  it("are not mailed once their time is over", async () => {
    mailer.onMail = () => answers.down
    await deliver(stage.platform, await ask(cast.company.recruiter.email))
    mailer.onMail = () => undefined
    await passes(15 * minute)
    await relayOnce(stage)
    assert.deepStrictEqual(mailer.taken(), [])
    assert.deepStrictEqual(await sealed(), [])
  })

  it("are forgotten by the hourly sweep once they count no more and their mails are final", async () => {
    mailer.onMail = () => answers.down
    await ask(cast.company.recruiter.email)
    await ask("nobody@example.org")
    await passes(30 * minute)
    await ask(cast.company.colleague.email)
    await passes(hour + 1_000)
    await runJob(stage.platform, jobs.invitations)
    assert.strictEqual((await snapshotOf(stage.pool)).signIns.length, 3)
    mailer.onMail = () => undefined
    await sendMails()
    await runJob(stage.platform, jobs.invitations)
    const { signIns, notifications, outgoing } = await snapshotOf(stage.pool)
    assert.deepStrictEqual(
      signIns.map(({ email }) => email),
      [cast.company.colleague.email]
    )
    assert.strictEqual(notifications.length, 1)
    assert.strictEqual(outgoing.length, 0)
  })

  it("are forgotten a thousand at a time", async () => {
    await stage.pool.query(
      `with asked as (
         insert into sign_in (id, email, token_hash, created_at, expires_at)
         select id, id || '@example.org', id, now() - interval '2 hours', now() - interval '105 minutes'
         from (select gen_random_uuid() as id from generate_series(1, 1100)) new returning id
       ),
       delivered as (
         insert into notification_delivery (id, notification_id, channel, status, error)
         select gen_random_uuid(), id, 'mail', 'failed', 'nobody' from asked
       )
       insert into notification (id, event_id, recipient_id, template, data, created_at)
       select id, id, id, 'sign-in', '{}', now() - interval '2 hours' from asked`
    )
    const before = stage.neon.requests
    await runJob(stage.platform, jobs.invitations)
    assert.strictEqual(stage.neon.requests - before, 1 + 2)
    const { signIns, notifications } = await snapshotOf(stage.pool)
    assert.deepStrictEqual([...signIns, ...notifications], [])
  })
})
