import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { type Answer, countEach, statusAndCode, tally, times } from "../answers.ts"
import { openStage, type Stage } from "../stage.ts"
import { until } from "../until.ts"
import { acceptAgainst, rivalNames } from "./accept-against.ts"
import {
  addCandidates,
  addManager,
  commits,
  hour,
  jobs,
  type OpenCompany,
  openCompany,
  relayOnce,
  runJob
} from "./cast.ts"
import { anAddress, type InvitingStage, inviting, profile } from "./inviting.ts"
import { answers, type Mailer, startMailer } from "./mailer.ts"
import { assertConsistent, assertSettled, snapshotOf } from "./snapshot.ts"

const limits = { open: 205, sent: 110 }

// Both workers as they are deployed, with the real queue; its mails wait, and so keep their tokens, until a test looks.
let stage: Stage
let mailer: Mailer
let people: InvitingStage
let cast: OpenCompany
let manager: string
beforeAll(async () => {
  mailer = await startMailer()
  stage = await openStage({
    bindings: {
      edgeApi: {
        INVITATIONS_OPEN_PER_COMPANY: { type: "text", value: String(limits.open) },
        INVITATIONS_SENT_PER_DAY: { type: "text", value: String(limits.sent) }
      },
      queueConsumer: mailer.bindings
    }
  })
  people = inviting(stage)
})
afterAll(async () => {
  await stage.close()
  await mailer.stop()
})
beforeEach(async () => {
  mailer.clear()
  mailer.onMail = () => answers.down
  cast = await openCompany(stage)
  manager = cast.tokens.manager
})
/** Each history is one that can be, and explains what is there. */
afterEach(async () => assertConsistent(await snapshotOf(stage.pool), Date.now() + elapsed))

/** How far time has been moved: only the last tests do. */
let elapsed = 0
const passes = (milliseconds: number) => {
  elapsed = milliseconds
  return stage.platform.setClockOffset(milliseconds)
}

/** How many bulks said what of an address, all in all. */
const outcomes = (bulks: ReadonlyArray<Answer>): Readonly<Record<string, number>> =>
  countEach(bulks.flatMap(({ json }) => Object.values<string>(json)))

const accountsWith = async (email: string) =>
  (await stage.pool.query("select * from account where lower(email) = lower($1)", [email])).rows

const happened = async (id: string): Promise<ReadonlyArray<string>> =>
  (await stage.pool.query("select type from event where subject_id = $1 order by sequence", [id])).rows.map(
    ({ type }) => type.split(".")[1]
  )

/** Whoever waits for a mail gets it now, and answers to whom they went. */
const mailed = async (template: string): Promise<ReadonlyArray<string>> => {
  mailer.onMail = () => undefined
  await assertSettled(stage.pool)
  await stage.pool.query("update outgoing_mail set due_at = 'epoch'")
  await until("all mails sent", async () => {
    await relayOnce(stage)
    return (await stage.pool.query("select 1 from outgoing_mail limit 1")).rows.length === 0
  })
  return mailer.mails.filter(({ mail }) => mail.tags[0]?.value === template).map(({ mail }) => mail.to[0] ?? "")
}

describe("one invitation", () => {
  it("is accepted by one of ten at once: one account, and its token is good", async () => {
    const { id, email, link } = await people.invited(manager)
    const answers = await times(10, () => people.accept(link))
    assert.deepStrictEqual(tally(answers), { 200: 1, "400 invitation-not-open": 9 })
    assert.strictEqual((await accountsWith(email)).length, 1)
    assert.deepStrictEqual(await happened(id), ["created", "accepted"])
    const { token } = answers.find(({ status }) => status === 200)?.json ?? {}
    assert.strictEqual((await stage.call("GET", "/offers", { token })).status, 200)
  })

  it("is accepted once by who has an account, of ten tries at once", async () => {
    const [cleo = assert.fail("nobody")] = await addCandidates(stage, 1)
    const { link } = await people.invited(manager, cleo.email.toUpperCase())
    const answers = await times(10, () => people.accept(link, { token: cleo.token }))
    // What comes second finds it accepted; or its token, which said candidate, stale.
    assert.strictEqual(tally(answers)["200"], 1)
    assert.strictEqual(tally(answers)["400 invitation-not-open"], 9)
    assert.deepStrictEqual(await happened(cleo.id), ["joined"])
  })

  it.each(rivalNames)("is accepted or %s, never both", async (rival) => {
    await acceptAgainst(stage, manager, rival, 4)
  })

  it("is accepted, declined, revoked and sent again at once: each history is one that can be", async () => {
    const invitations = await times(8, () => people.invited(manager))
    const all = await Promise.all(
      invitations.flatMap(({ id, link }) => [
        people.resend(manager, id),
        people.accept(link),
        people.decline(link),
        people.revoke(manager, id),
        people.resend(manager, id)
      ])
    )
    for (const { status } of all) assert.include([200, 204, 400], status)
  })
})

describe("one company", () => {
  it.each([2, 10])(
    "is made by %i first invitations of a manager who has none, and all are invited into it",
    async (count) => {
      const { id, token } = await addManager(stage)
      const emails = Array.from({ length: count }, anAddress)
      const answers = await Promise.all([
        ...emails.slice(1).map((email) => people.invite(token, email)),
        people.bulk(token, emails.slice(0, 1))
      ])
      assert.deepStrictEqual(tally(answers), { 200: 1, 201: count - 1 })
      const { rows: companies } = await stage.pool.query("select id from company where creator_id = $1", [id])
      assert.strictEqual(companies.length, 1)
      assert.deepStrictEqual(await happened(companies[0].id), ["created"])
      assert.deepStrictEqual(await happened(id), ["joined"])
      const { rows } = await stage.pool.query("select email from invitation where company_id = $1", [companies[0].id])
      assert.sameMembers(
        rows.map(({ email }) => email),
        emails
      )
      await assertSettled(stage.pool)
    }
  )

  it("invites an address once, of twenty at the same time in whatever letter case, and sends one mail", async () => {
    const email = anAddress()
    const spelt = (n: number) =>
      [...email].map((letter, index) => ((index + n) % 3 ? letter.toLowerCase() : letter.toUpperCase())).join("")
    const answers = await times(20, (n) => people.invite(manager, spelt(n)))
    assert.deepStrictEqual(tally(answers), { 201: 1, "400 already-invited": 19 })
    const invited = answers.find(({ status }) => status === 201)?.json.email
    assert.deepStrictEqual(
      (await mailed("invitation")).filter((to) => to.toLowerCase() === email.toLowerCase()),
      [invited]
    )
  })

  it("invites a hundred addresses once each by bulks that name them in opposite orders", async () => {
    const { token } = await addManager(stage, cast.company.id)
    const emails = Array.from({ length: 100 }, anAddress)
    const bulks = await Promise.all([people.bulk(manager, emails), people.bulk(token, emails.toReversed())])
    assert.deepStrictEqual(tally(bulks), { 200: 2 })
    assert.deepStrictEqual(outcomes(bulks), { invited: 100, "already-invited": 100 })
    const { rows } = await stage.pool.query("select email from invitation where company_id = $1", [cast.company.id])
    assert.sameMembers(
      rows.map(({ email }) => email),
      emails
    )
  })
})

describe("the limits", () => {
  /** Invites so many, a hundred at a time. */
  const fill = async (token: string, count: number) => {
    for (let left = count; left > 0; left -= 100) {
      const bulk = await people.bulk(token, Array.from({ length: Math.min(left, 100) }, anAddress))
      assert.deepStrictEqual(outcomes([bulk]), { invited: Math.min(left, 100) })
    }
  }
  const openIn = async (companyId: string) =>
    (await stage.pool.query("select count(*)::int as count from invitation where company_id = $1", [companyId])).rows[0]
      .count
  const assertTooMany = (refused: ReadonlyArray<Answer>, atMost: number) => {
    for (const { headers } of refused) {
      const wait = Number(headers.get("retry-after"))
      assert.isAbove(wait, (atMost - 0.1 * hour) / 1_000)
      assert.isAtMost(wait, atMost / 1_000)
    }
  }

  it("of one inviter are kept by thirty at once, and nobody who is refused has a mail", async () => {
    await fill(manager, 100)
    const answers = await times(30, () => people.invite(manager))
    assert.deepStrictEqual(tally(answers), { 201: 10, "429 over-limit": 20 })
    assert.strictEqual(await openIn(cast.company.id), limits.sent)
    const refused = answers.filter(({ status }) => status === 429)
    assertTooMany(refused, 24 * hour)
    const { notifications } = await assertSettled(stage.pool)
    const { rows } = await stage.pool.query("select id from invitation where company_id = $1", [cast.company.id])
    const ours = new Set(rows.map(({ id }) => id))
    assert.strictEqual(notifications.filter(({ recipientId }) => ours.has(recipientId)).length, limits.sent)
  })

  it("of one inviter count what is sent again, too", async () => {
    const invitations = await times(6, () => people.invited(manager))
    await fill(manager, 100)
    const answers = await times(12, (n) => people.resend(manager, invitations[n % 6]?.id ?? ""))
    assert.strictEqual(tally(answers)["200"], limits.sent - 106)
    for (const answer of Object.keys(tally(answers))) assert.include(["200", "429 over-limit"], answer)
    assert.strictEqual(await openIn(cast.company.id), 106)
  })

  it("of a company are kept by thirty at once of several inviters", async () => {
    const [one, other, third] = await times(3, () => addManager(stage, cast.company.id))
    await fill(one?.token ?? "", 100)
    await fill(other?.token ?? "", 95)
    const answers = await times(30, (n) => people.invite([manager, third?.token ?? ""][n % 2] ?? ""))
    assert.deepStrictEqual(tally(answers), { 201: 10, "429 over-limit": 20 })
    assert.strictEqual(await openIn(cast.company.id), limits.open)
    assertTooMany(
      answers.filter(({ status }) => status === 429),
      72 * hour
    )
  })

  it("are filled by bulks at once to the last place, and not beyond", async () => {
    await fill(manager, 80)
    const bulks = await times(4, () => people.bulk(manager, Array.from({ length: 12 }, anAddress)))
    assert.deepStrictEqual(tally(bulks), { 200: 4 })
    assert.deepStrictEqual(outcomes(bulks), { invited: 30, "over-limit": 18 })
    assert.strictEqual(await openIn(cast.company.id), limits.sent)
  })
})

describe("several invitations of the same people", () => {
  it("of two companies to a new address: one is accepted, and the other asks its account to sign in", async () => {
    const other = await openCompany(stage)
    for (let turn = 0; turn < 6; turn++) {
      const email = anAddress()
      const ours = await people.invited(manager, email)
      const theirs = await people.invited(other.tokens.manager, email.toLowerCase())
      const answers = await Promise.all([people.accept(ours.link), people.accept(theirs.link)])
      assert.deepStrictEqual(tally(answers), { 200: 1, "401 sign-in-required": 1 })
      assert.strictEqual((await accountsWith(email)).length, 1)
      const lost = answers[0]?.status === 200 ? theirs : ours
      assert.isTrue((await people.validate(lost.link)).json.valid, "it stays open")
    }
  })

  it("of two companies to a candidate: they join one, and are in it for the other", async () => {
    const other = await openCompany(stage)
    for (const cleo of await addCandidates(stage, 5)) {
      const [ours, theirs] = await Promise.all([
        people.invited(manager, cleo.email),
        people.invited(other.tokens.manager, cleo.email)
      ])
      const { token } = cleo
      const answers = await Promise.all([people.accept(ours.link, { token }), people.accept(theirs.link, { token })])
      const counts = tally(answers)
      assert.strictEqual(counts["200"], 1, JSON.stringify(counts))
      // The token that they came with says candidate: stale by then, if it is not the company that is looked at first.
      assert.strictEqual((counts["409 already-in-a-company"] ?? 0) + (counts["401 token-stale"] ?? 0), 1)
      assert.deepStrictEqual(await happened(cleo.id), ["joined"])
    }
  })

  it("whose ten new people all want one user name: one has it, the others may choose another", async () => {
    const invitations = await times(10, () => people.invited(manager))
    const username = `kim.${crypto.randomUUID().slice(0, 8)}`
    const answers = await Promise.all(
      invitations.map(({ link }, n) =>
        people.accept(link, { body: profile({ username: n % 2 ? username : username.toUpperCase() }) })
      )
    )
    assert.deepStrictEqual(tally(answers), { 200: 1, "400 username-taken": 9 })
    const open = await Promise.all(
      invitations.filter((_, n) => answers[n]?.status !== 200).map(({ link }) => people.validate(link))
    )
    assert.isTrue(open.every(({ json }) => json.valid))
    assert.strictEqual(
      (await people.accept(invitations.find((_, n) => answers[n]?.status !== 200)?.link ?? "")).status,
      200
    )
  })
})

describe("members", () => {
  const remove = (token: string, id: string) => stage.call("DELETE", `/api/members/${id}`, { token })

  it("two managers who remove each other: one of them is removed, and the other stays", async () => {
    for (let turn = 0; turn < 6; turn++) {
      const [ada, bo] = await times(2, () => addManager(stage, cast.company.id))
      assert(ada !== undefined && bo !== undefined)
      const answers = await Promise.all([remove(ada.token, bo.id), remove(bo.token, ada.id)])
      assert.deepStrictEqual(tally(answers), { 204: 1, "401 token-stale": 1 })
      const { accounts } = await snapshotOf(stage.pool)
      const left = accounts.filter(({ id, companyId }) => companyId === null && [ada.id, bo.id].includes(id))
      assert.strictEqual(left.length, 1)
    }
  })

  it("three managers who each remove the two others: one stays, and nobody is removed twice", async () => {
    const three = await times(3, () => addManager(stage, cast.company.id))
    const answers = await Promise.all(
      three.flatMap(({ token }) => three.filter((other) => other.token !== token).map(({ id }) => remove(token, id)))
    )
    const counts = tally(answers)
    assert.strictEqual(counts["204"], 2, JSON.stringify(counts))
    for (const answer of Object.keys(counts)) assert.include(["204", "401 token-stale", "404 not-found"], answer)
  })

  it("an inviter who is removed meanwhile invites before, or not at all", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const ada = await addManager(stage, cast.company.id)
      const [removed, ...invites] = await Promise.all([
        remove(manager, ada.id),
        ...Array.from({ length: 6 }, () => people.invite(ada.token))
      ])
      assert.strictEqual(removed?.status, 204)
      for (const answer of Object.keys(tally(invites))) assert.include(["201", "401 token-stale"], answer)
      const { rows } = await stage.pool.query("select 1 from invitation where inviter_id = $1", [ada.id])
      assert.strictEqual(rows.length, tally(invites)["201"] ?? 0)
    }
  })

  it("an inviter who is removed after an invitation was decided, and before it is written, has invited nobody", async () => {
    const ada = await addManager(stage, cast.company.id)
    const [reached, removed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    stage.neon.onRequest = async (statements) => {
      if (!commits(statements)) return undefined
      reached.resolve()
      await removed.promise
      return undefined
    }
    const invited = people.invite(ada.token)
    await reached.promise
    stage.neon.onRequest = undefined
    assert.strictEqual((await remove(manager, ada.id)).status, 204)
    removed.resolve()
    assert.strictEqual(statusAndCode(await invited), "401 token-stale")
    const { rows } = await stage.pool.query("select 1 from invitation where inviter_id = $1", [ada.id])
    assert.strictEqual(rows.length, 0)
  })

  it("a candidate who joins while they are sent offers keeps no open one", async () => {
    const offerIds = await times(4, () => cast.offer())
    for (const cleo of await addCandidates(stage, 5)) {
      const { link } = await people.invited(manager, cleo.email)
      const [accepted, ...sends] = await Promise.all([
        people.accept(link, { token: cleo.token }),
        ...offerIds.map((offerId) => cast.byRecruiter("/offer-sends", { offerId, candidateId: cleo.id }))
      ])
      assert.strictEqual(accepted?.status, 200)
      for (const answer of Object.keys(tally(sends))) assert.include(["201", "400 candidate-unknown"], answer)
    }
    const { sends } = await assertSettled(stage.pool)
    for (const { status } of sends) assert.strictEqual(status, "withdrawn")
  })
})

describe("signing in", () => {
  const ask = (email: string) => stage.call("POST", "/api/sign-in", { body: { email } })
  const use = (link: string) => stage.call("POST", `/api/sign-in/${link}`)

  it("is asked for twenty times at once: five mails, and each of their links is used by one of ten", async () => {
    const { email } = cast.company.colleague
    const answers = await times(20, (n) => ask(n % 2 ? email : email.toUpperCase()))
    assert.deepStrictEqual(tally(answers), { 202: 20 })
    assert.deepStrictEqual(
      await mailed("sign-in"),
      Array.from({ length: 5 }, () => email)
    )
    const links = mailer.mails
      .filter(({ mail }) => mail.tags[0]?.value === "sign-in")
      .map(({ mail }) => people.linkIn(mail.text))
    assert.strictEqual(new Set(links).size, 5)
    for (const link of links.slice(0, 2)) {
      const used = await times(10, () => use(link))
      assert.deepStrictEqual(tally(used), { 200: 1, "400 token-unknown": 9 })
      const { token } = used.find(({ status }) => status === 200)?.json ?? {}
      assert.strictEqual((await stage.call("GET", "/offers", { token })).status, 200)
    }
  })

  it("is asked for by sixteen who all arrive at once when four were before: one more is taken", async () => {
    const isRequest = (query: string) => query.includes('insert into "sign_in"')
    for (const { email } of [cast.company.colleague, cast.company.recruiter, cast.company.admin]) {
      for (let before = 0; before < 4; before++) await ask(email)
      const all = Promise.withResolvers<void>()
      let arrived = 0
      stage.neon.onRequest = async (statements) => {
        if (!statements.some(({ query }) => isRequest(query))) return undefined
        if (++arrived === 16) all.resolve()
        await all.promise
        return undefined
      }
      await times(16, () => ask(email))
      stage.neon.onRequest = undefined
      const { rows } = await stage.pool.query("select 1 from sign_in where email = $1", [email])
      assert.strictEqual(rows.length, 5)
    }
  })
})

// From here on the time is another.
describe("as time passes", () => {
  it("a limit lets the next one through when it said so", async () => {
    await people.bulk(manager, Array.from({ length: 100 }, anAddress))
    const answers = await times(20, () => people.invite(manager))
    const wait = Number(answers.find(({ status }) => status === 429)?.headers.get("retry-after")) * 1_000
    await passes(wait - 10_000)
    assert.strictEqual((await people.invite(manager)).status, 429)
    await passes(wait)
    assert.strictEqual((await people.invite(manager)).status, 201)
  })

  it("an invitation, at the instant at which it expires, is accepted before, or swept, never both", async () => {
    const invitations = await times(6, () => people.invited(manager))
    const { expiresAt = 0 } =
      (await snapshotOf(stage.pool)).invitations.find(({ id }) => id === invitations[0]?.id) ?? {}
    await passes(expiresAt - Date.now() - 60)
    const [accepted] = await Promise.all([
      Promise.all(invitations.map(({ link }) => people.accept(link))),
      times(4, async (n) => {
        await new Promise((later) => setTimeout(later, 30 * n))
        await runJob(stage.platform, jobs.invitations)
      })
    ])
    await passes(73 * hour)
    await runJob(stage.platform, jobs.invitations)
    for (const [index, answer] of accepted.entries()) {
      const isAccepted = answer.status === 200
      if (!isAccepted) assert.strictEqual(statusAndCode(answer), "400 invitation-not-open")
      const { id = "" } = invitations[index] ?? {}
      assert.deepStrictEqual(await happened(id), ["created", isAccepted ? "accepted" : "expired"])
    }
  })

  it("one is open when an expired invitation is sent again beside a new one to the same address", async () => {
    for (let turn = 0; turn < 3; turn++) {
      await passes(0)
      const expired = await times(4, () => people.invited(manager))
      await passes(73 * hour)
      const answers = await Promise.all(
        expired.flatMap(({ id, email }) => [people.resend(manager, id), people.invite(manager, email.toUpperCase())])
      )
      const counts = tally(answers)
      assert.strictEqual((counts["200"] ?? 0) + (counts["201"] ?? 0), 4, JSON.stringify(counts))
      assert.strictEqual(counts["400 already-invited"], 4)
    }
  })

  it("who was invited before and has expired is invited again, while the sweep says so", async () => {
    for (let turn = 0; turn < 3; turn++) {
      await passes(0)
      const expired = await times(8, () => people.invited(manager))
      await passes(73 * hour)
      const emails = expired.map(({ email }) => email.toLowerCase())
      const [bulk, ...answers] = await Promise.all([
        people.bulk(manager, emails.slice(0, 4)),
        ...emails.slice(4).map((email) => people.invite(manager, email)),
        runJob(stage.platform, jobs.invitations).then(() => people.validate(expired[0]?.link ?? ""))
      ])
      assert.deepStrictEqual(outcomes([bulk as Answer]), { invited: 4 })
      assert.deepStrictEqual(tally(answers as ReadonlyArray<Answer>), { 200: 1, 201: 4 })
      for (const { id } of expired) assert.deepStrictEqual(await happened(id), ["created", "expired"])
    }
  })

  it("every event is handled", async () => {
    await assertSettled(stage.pool, Date.now() + elapsed)
  })
})
