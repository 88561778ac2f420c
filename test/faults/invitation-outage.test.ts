import { aRecruiter } from "@treff/contract-tests/fixtures"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import type { Stage } from "../stage.ts"
import { until } from "../until.ts"
import {
  addCandidates,
  addManager,
  hour,
  jobs,
  minute,
  type OpenCompany,
  openCompany,
  relayOnce,
  runJob
} from "../workers/cast.ts"
import { anAddress, type InvitingStage, inviting, profile } from "../workers/inviting.ts"
import { deliver, type ManualQueue, openManualStage } from "../workers/manual-queue.ts"
import { addInvitations } from "../workers/many-invitations.ts"
import { assertConsistent, snapshotOf } from "../workers/snapshot.ts"
import { assertMended, assertUnavailable, faultAt, faults, finish } from "./outages.ts"

let manual: Awaited<ReturnType<typeof openManualStage>>
let stage: Stage
let queue: ManualQueue
let people: InvitingStage
let cast: OpenCompany
let manager: string
beforeAll(async () => {
  manual = await openManualStage()
  ;({ queue, stage } = manual)
  people = inviting(stage)
  cast = await openCompany(stage)
  manager = cast.tokens.manager
})
afterAll(() => manual.close())
beforeEach(() => manual.clear())
afterEach(() => assertMended(manual))

type Asking = () => ReturnType<Stage["call"]>

/** What there has to be before something is asked, and then asks it, as often as one likes. */
type Begin = () => Promise<Asking>

const call = (method: string, path: string, body: object) => () => stage.call(method, path, { token: manager, body })
const aMember = async () => {
  const member = aRecruiter(cast.company.id)
  await stage.addAccount(member)
  return member.id
}

/** What is asked, what it makes happen, and what asking once more answers, and makes happen, when it is done. */
const commands: ReadonlyArray<
  readonly [string, Begin, ReadonlyArray<string>, { readonly status: number; readonly happens?: ReadonlyArray<string> }]
> = [
  [
    "an invitation",
    async () => {
      const email = anAddress()
      return () => people.invite(manager, email)
    },
    ["invitation.created"],
    { status: 400 }
  ],
  [
    "a first invitation, which makes a company",
    async () => {
      const { token } = await addManager(stage)
      const email = anAddress()
      return () => people.invite(token, email)
    },
    ["account.joined", "company.created", "invitation.created"],
    { status: 400 }
  ],
  [
    "a bulk",
    async () => {
      const emails = [1, 2, 3].map(anAddress)
      return () => people.bulk(manager, emails)
    },
    ["invitation.created", "invitation.created", "invitation.created"],
    { status: 200 }
  ],
  [
    "sending an invitation again",
    async () => {
      const { id } = await people.invited(manager)
      return () => people.resend(manager, id)
    },
    ["invitation.resent"],
    { status: 200, happens: ["invitation.resent"] }
  ],
  [
    "a revocation",
    async () => {
      const { id } = await people.invited(manager)
      return () => people.revoke(manager, id)
    },
    ["invitation.revoked"],
    { status: 400 }
  ],
  [
    "declining",
    async () => {
      const { link } = await people.invited(manager)
      return () => people.decline(link)
    },
    ["invitation.declined"],
    { status: 400 }
  ],
  [
    "an acceptance by somebody new",
    async () => {
      const { link } = await people.invited(manager)
      const body = profile()
      return () => people.accept(link, { body })
    },
    ["account.created", "invitation.accepted"],
    { status: 400 }
  ],
  [
    "an acceptance by who has an account",
    async () => {
      const [cleo = assert.fail()] = await addCandidates(stage, 1)
      const { link } = await people.invited(manager, cleo.email)
      return () => people.accept(link, { token: cleo.token })
    },
    ["account.joined", "invitation.accepted"],
    { status: 400 }
  ],
  [
    "a removal",
    async () => {
      const id = await aMember()
      return () => stage.call("DELETE", `/api/members/${id}`, { token: manager })
    },
    ["account.left"],
    { status: 404 }
  ],
  [
    "a change of sub-role",
    async () => call("PATCH", `/api/members/${await aMember()}`, { subRole: "recruiter_admin" }),
    ["account.subRoleChanged"],
    { status: 200 }
  ],
  [
    "naming the company",
    async () => call("PATCH", "/api/company", { name: `Acme ${crypto.randomUUID()}` }),
    ["company.renamed"],
    { status: 200 }
  ]
]

const log = async () => (await snapshotOf(stage.pool)).events.map(({ type }) => type)

describe.each(commands)("a database that is gone during %s", (_, begin, types, again) => {
  it.each(faults.slice(0, 2))(
    "at any of its requests, which %s: 503 and nothing, or done; asked again, it is done once",
    async (_, fault) => {
      for (let request = 0; ; request++) {
        await manual.clear()
        const ask = await begin()
        const before = await log()
        const happened = async () => (await log()).toSorted().join().replace(before.toSorted().join(), "")
        const met = faultAt(stage, request, fault)
        const answer = await ask()
        stage.neon.onRequest = undefined
        if (!met.fault) {
          assert.isAtLeast(request, 2, "it asks, and it writes")
          break
        }
        const done = (await log()).length > before.length
        if (answer.status === 503) assertUnavailable(answer)
        else assert.include([200, 201, 204], answer.status)
        assert.strictEqual(done, answer.status !== 503, "what is answered is what happened")
        const repeated = await ask()
        if (done) assert.strictEqual(repeated.status, again.status)
        else assert.include([200, 201, 204], repeated.status)
        const all = [...before, ...types, ...(done ? (again.happens ?? []) : [])]
        assert.deepStrictEqual((await log()).toSorted(), all.toSorted(), await happened())
      }
    }
  )

  it("when its commit is done but the answer is lost: 503, but all of it is written, and the relay publishes it", async () => {
    const ask = await begin()
    const before = await log()
    let requests = 0
    const ordered = [undefined, { down: "after" }, { down: "before" }] as const
    stage.neon.onRequest = () => ordered[requests++]
    assertUnavailable(await ask())
    stage.neon.onRequest = undefined
    assert.deepStrictEqual((await log()).toSorted(), [...before, ...types].toSorted())
    queue.take()
    await stage.platform.setClockOffset(2 * minute)
    await relayOnce(stage)
    const relayed = queue.batches.flat().map(({ type }) => type)
    assert.includeMembers(relayed, [...types])
    await stage.platform.setClockOffset(0)
    const { status, json } = await ask()
    assert.strictEqual(status, again.status, JSON.stringify(json))
  })
})

/** What is read, and how it is asked for. */
const reads: ReadonlyArray<readonly [string, Begin]> = [
  [
    "what a link invites to",
    async () => {
      const { link } = await people.invited(manager)
      return () => people.validate(link)
    }
  ],
  ["the invitations", async () => () => stage.call("GET", "/api/invitations", { token: manager })],
  ["the members", async () => () => stage.call("GET", "/api/members", { token: manager })]
]

describe.each(reads)("a database that is gone while somebody reads %s", (_, begin) => {
  it.each(faults)("which %s: 503, and afterwards as ever", async (_, fault) => {
    const ask = await begin()
    faultAt(stage, 0, fault)
    assertUnavailable(await ask())
    stage.neon.onRequest = undefined
    assert.strictEqual((await ask()).status, 200)
  })
})

describe("a database that is gone while somebody signs in", () => {
  const askFor = (email: string) => stage.call("POST", "/api/sign-in", { body: { email } })
  const linkFor = async (email: string) => {
    assert.strictEqual((await askFor(email)).status, 202)
    const { rows } = await stage.pool.query("select id from sign_in where sealed_token is not null")
    return stage.sealedToken("sign_in", rows[0]?.id)
  }

  it.each(faults)("by a request that %s: 503, and a link can be asked for again, and used", async (_, fault) => {
    const { email } = cast.company.recruiter
    faultAt(stage, 0, fault)
    assertUnavailable(await askFor(email))
    stage.neon.onRequest = undefined
    assert.strictEqual((await snapshotOf(stage.pool)).signIns.length, fault.down === "before" ? 0 : 1)
    assert.strictEqual((await askFor(email)).status, 202)
    await finish(manual)
    assert.strictEqual(manual.mailer.mails.length, fault.down === "before" ? 1 : 2)
    for (const { mail } of manual.mailer.mails) {
      assert.strictEqual((await stage.call("POST", `/api/sign-in/${people.linkIn(mail.text)}`)).status, 200)
    }
  })

  it.each(faults)("by the link, in a request that %s: it is used, or still good, and never twice", async (_, fault) => {
    const { email } = cast.company.recruiter
    const link = await linkFor(email)
    faultAt(stage, 0, fault)
    assertUnavailable(await stage.call("POST", `/api/sign-in/${link}`))
    stage.neon.onRequest = undefined
    const { status, json } = await stage.call("POST", `/api/sign-in/${link}`)
    if (fault.down === "before") assert.strictEqual(status, 200)
    else {
      assert.strictEqual(json.code, "token-unknown")
      assert.strictEqual((await stage.call("POST", `/api/sign-in/${await linkFor(email)}`)).status, 200)
    }
  })
})

describe("a consumer that loses the database at any of its requests", () => {
  const works: ReadonlyArray<readonly [string, () => Promise<ReadonlyArray<unknown>>, number]> = [
    [
      "while it notifies of an invitation",
      async () => {
        await people.invited(manager)
        await until("published", () => queue.batches.flat().length === 1)
        return queue.take()
      },
      5 // circumstances, handled, the mails that are claimed, what they are about, and their outcomes
    ],
    [
      "while it withdraws the sends of who was a candidate",
      async () => {
        const [cleo = assert.fail()] = await addCandidates(stage, 1)
        await cast.send(await cast.offer(), cleo.id)
        const { link } = await people.invited(manager, cleo.email)
        assert.strictEqual((await people.accept(link, { token: cleo.token })).status, 200)
        const joined = await until("published", () =>
          queue.batches.flat().find(({ type }) => type === "account.joined")
        )
        queue.take()
        return [joined]
      },
      3 // the sends, their end, handled
    ],
    [
      "while it sends a link to sign in",
      async () => {
        await stage.call("POST", "/api/sign-in", { body: { email: cast.company.recruiter.email } })
        await until("nudged", () => queue.batches.length === 1)
        return queue.take()
      },
      3 // the mails that are claimed, what they are about, and their outcomes
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
        assertConsistent(await snapshotOf(stage.pool), Date.now())
        await assertMended(manual)
      }
    }
  })

  it("while it expires invitations: the sweep fails, the links to sign in are swept all the same, and the next goes on", async () => {
    for (const [, fault] of faults.slice(0, 2)) {
      for (let request = 0; ; request++) {
        await manual.clear()
        await addInvitations(stage.pool, cast.company, { count: 3, expiresAt: new Date(Date.now() - hour) })
        const met = faultAt(stage, request, fault)
        const swept = await runJob(stage.platform, jobs.invitations).then(
          () => true,
          () => false
        )
        stage.neon.onRequest = undefined
        if (!met.fault) break
        const { invitations } = await snapshotOf(stage.pool)
        if (swept) assert.isTrue(invitations.every(({ status }) => status === "expired"))
        await runJob(stage.platform, jobs.invitations)
        await assertMended(manual)
        const { events } = await snapshotOf(stage.pool)
        assert.strictEqual(events.filter(({ type }) => type === "invitation.expired").length, 3)
      }
    }
  })
})
