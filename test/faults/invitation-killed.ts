import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import {
  addCandidates,
  addManager,
  hour,
  isCommit,
  jobs,
  minute,
  openCompany,
  relayOnce,
  runJob
} from "../workers/cast.ts"
import { anAddress, type InvitingStage, inviting } from "../workers/inviting.ts"
import { deliver, openManualStage } from "../workers/manual-queue.ts"
import { addInvitations } from "../workers/many-invitations.ts"
import { addOffers } from "../workers/many-offers.ts"
import { addSendsTo } from "../workers/many-sends.ts"
import { snapshotOf } from "../workers/snapshot.ts"
import { type Killing, killing } from "./killing.ts"

/**
 * Kills workerd while people are invited and answer: the tests of it, of which a soak makes all. Afterwards everything has
 * to come right.
 */
export const killWhileInviting = ({ all }: { readonly all: boolean }): void => {
  let manual: Awaited<ReturnType<typeof openManualStage>>
  let stage: Stage
  let kill: Killing
  let people: InvitingStage
  beforeAll(async () => {
    manual = await openManualStage()
    ;({ stage } = manual)
    kill = killing(manual)
    people = inviting(stage)
  })
  afterAll(() => manual.close())
  beforeEach(() => manual.clear())
  afterEach(async () => void (await kill.recover()))

  const counts = async () => {
    const { invitations, accounts, companies, handled, outgoing } = await snapshotOf(stage.pool)
    return {
      invitations: invitations.length,
      invited: accounts.filter(({ username }) => username?.startsWith("kim.")).length,
      companies: companies.length,
      handled: handled.length,
      outgoing: outgoing.length
    }
  }
  const writesReceipts = (query: string) => query.includes('insert into "receipt"')
  const claimsMails = (query: string) => query.includes('update "outgoing_mail"')
  const finishesMails = (query: string) => query.includes("with outcome")
  const untilDone = (isDone: () => Promise<boolean>) => until("the database is done", isDone)
  const diesAt = async (fits: (query: string) => boolean, when: "before" | "after") => {
    const { tokens } = await openCompany(stage)
    const { link } = await people.invited(tokens.manager)
    const messages = await kill.published("invitation.created")
    await kill.dies(kill.at(when, fits), deliver(manual.platform(), messages))
    return link
  }
  /** Who asks again, since nobody answered. */
  const again = async (ask: () => ReturnType<typeof stage.call>) => {
    await manual.revive()
    stage.neon.onRequest = undefined
    const { status, json } = await ask()
    await manual.kill()
    return [status, json?.code].filter(Boolean).join(" ")
  }

  const invited = async (when: "before" | "after") => {
    const { manager } = (await openCompany(stage)).tokens
    const email = anAddress()
    await kill.dies(kill.at(when, isCommit), people.invite(manager, email))
    await untilDone(async () => (await counts()).invitations === (when === "before" ? 0 : 1))
    assert.strictEqual(
      await again(() => people.invite(manager, email)),
      when === "before" ? "201" : "400 already-invited"
    )
    assert.strictEqual((await counts()).invitations, 1)
  }
  const accepted = async (when: "before" | "after") => {
    const { manager } = (await openCompany(stage)).tokens
    const { link } = await people.invited(manager)
    const before = (await counts()).invited
    await kill.dies(kill.at(when, isCommit), people.accept(link))
    await untilDone(async () => (await counts()).invited === before + (when === "before" ? 0 : 1))
    assert.strictEqual(await again(() => people.accept(link)), when === "before" ? "200" : "400 invitation-not-open")
    assert.strictEqual((await counts()).invited, before + 1)
  }

  /** For the soak alone. */
  const also = (name: string, story: () => Promise<void>): void => {
    if (all) it(name, story)
  }
  describe("workerd killed", { timeout: 60_000 }, () => {
    also("before the commit of an invitation: nobody is invited, and asking again does it", () => invited("before"))
    it("after the commit of an invitation and before it is published: the mail comes, once", () => invited("after"))
    it("after the commit of a first invitation: it has made one company", async () => {
      const { id, token } = await addManager(stage)
      await kill.dies(kill.at("after", isCommit), people.invite(token))
      await untilDone(async () => (await counts()).invitations === 1)
      assert.strictEqual(await again(() => people.invite(token)), "201")
      const { companies, invitations } = await snapshotOf(stage.pool)
      const own = companies.filter(({ creatorId }) => creatorId === id)
      assert.strictEqual(own.length, 1)
      assert.deepStrictEqual(
        invitations.map(({ companyId }) => companyId),
        [own[0]?.id, own[0]?.id]
      )
    })
    also("after the commit of a bulk: all of it is sent, each once", async () => {
      const { manager } = (await openCompany(stage)).tokens
      await kill.dies(kill.at("after", isCommit), people.bulk(manager, Array.from({ length: 60 }, anAddress)))
      await untilDone(async () => (await counts()).invitations === 60)
    })
    it("while the event is handled: it comes again, and the mail once", async () => {
      await diesAt(writesReceipts, "before")
      assert.deepInclude(await counts(), { handled: 0, outgoing: 0 })
    })
    it("after the event is handled and before its mail is sent: the mail comes, once", async () => {
      await diesAt(claimsMails, "before")
      assert.deepInclude(await counts(), { handled: 1, outgoing: 1 })
    })
    also("after the mail is claimed and before it is sent: it comes when the lease is over, once", async () => {
      await diesAt(claimsMails, "after")
      await untilDone(
        async () => (await stage.pool.query("select 1 from outgoing_mail where attempts = 1")).rows.length === 1
      )
      assert.deepStrictEqual(manual.mailer.keys(), [])
    })
    it("after the mail is sent and before that is noted: it comes again under the same key only, and as it was", async () => {
      const link = await diesAt(finishesMails, "before")
      const { outgoing } = await snapshotOf(stage.pool)
      assert.deepStrictEqual(manual.mailer.keys(), [...outgoing])
      assert.strictEqual(people.linkIn(manual.mailer.mails[0]?.mail.text), link)
      // By now Resend has forgotten the key, so that what comes again is seen.
      manual.mailer.now += 48 * hour
      const platform = await manual.revive(6 * minute)
      stage.neon.onRequest = undefined
      await relayOnce({ platform })
      const [first, second, ...more] = manual.mailer.mails
      assert.deepStrictEqual(more, [])
      assert.deepStrictEqual(second?.mail, first?.mail)
      assert.deepStrictEqual(manual.mailer.keys(), [outgoing[0], outgoing[0]])
      ;(manual.mailer.mails as Array<unknown>).pop() // Resend itself would not have taken it
      await manual.kill()
    })
    also("after the mail is noted as sent: it does not come again", async () => {
      await diesAt(finishesMails, "after")
      await untilDone(async () => (await counts()).outgoing === 0)
    })
    also("before the commit of an acceptance: nobody is in, and asking again does it", () => accepted("before"))
    it("after the commit of an acceptance: there is one account, and asking again says that it is done", () =>
      accepted("after"))
    also("between two batches of a candidate's sends: the next one goes on, and each is withdrawn once", async () => {
      const { company, tokens } = await openCompany(stage)
      const [cleo] = await addCandidates(stage, 1)
      assert(cleo !== undefined)
      const date = new Date(Date.now() + 24 * hour)
      await addOffers(stage.pool, company, { count: 1_005, jobStartsAt: date, expiresAt: date })
      await addSendsTo(stage.pool, cleo.id, company.id)
      const { link } = await people.invited(tokens.manager, cleo.email)
      assert.strictEqual((await people.accept(link, { token: cleo.token })).status, 200)
      const messages = await kill.published("account.joined")
      let batches = 0
      await kill.dies(
        kill.at("before", (query) => isCommit(query) && ++batches === 2),
        deliver(manual.platform(), messages)
      )
      const { sends } = await snapshotOf(stage.pool)
      assert.strictEqual(sends.filter(({ status }) => status === "sent").length, 5)
    })
    also("between two batches of expireInvitations: the next sweep goes on, and each expires once", async () => {
      const { company } = await openCompany(stage)
      await addInvitations(stage.pool, company, { count: 1_005, expiresAt: new Date(Date.now() - hour) })
      let batches = 0
      await kill.dies(
        kill.at("before", (query) => isCommit(query) && ++batches === 2),
        runJob(manual.platform(), jobs.invitations)
      )
      await manual.revive()
      stage.neon.onRequest = undefined
      await runJob(manual.platform(), jobs.invitations)
      const { invitations, events } = await snapshotOf(stage.pool)
      assert.isTrue(invitations.every(({ status }) => status === "expired"))
      assert.strictEqual(events.filter(({ type }) => type === "invitation.expired").length, 1_005)
      await manual.kill()
    })
    also("after somebody asked to sign in and before the consumer is nudged: the mail comes, once", async () => {
      const { company } = await openCompany(stage)
      const { email } = company.recruiter
      await kill.dies(
        kill.at("after", (query) => query.includes('insert into "sign_in"')),
        stage.call("POST", "/api/sign-in", { body: { email } })
      )
      await untilDone(async () => (await counts()).outgoing === 1)
    })
  })
}
