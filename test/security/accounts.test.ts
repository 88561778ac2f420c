import { aCandidate, aManager, aRecruiter } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { until } from "../until.ts"
import { hour, type OpenCompany, openCompany, tokenOf } from "../workers/cast.ts"
import { anAddress, type InvitingStage, inviting, profile } from "../workers/inviting.ts"
import { openWatchedStage, type WatchedStage } from "./watched-stage.ts"

let watched: WatchedStage
let people: InvitingStage
let ours: OpenCompany
let theirs: OpenCompany
let manager: string
beforeAll(async () => {
  watched = await openWatchedStage()
  people = inviting(watched.stage)
  ours = await openCompany(watched.stage)
  theirs = await openCompany(watched.stage)
  manager = ours.tokens.manager
})
afterAll(() => watched.close())
beforeEach(() => watched.stage.platform.setClockOffset(0))

/** Everything that there is, table by table. */
const digests = async (): Promise<Readonly<Record<string, string>>> => {
  const { rows: tables } = await watched.stage.pool.query(
    "select table_name as name from information_schema.tables where table_schema = 'public'"
  )
  const found: Array<readonly [string, string]> = []
  for (const { name } of tables) {
    const { rows } = await watched.stage.pool.query(
      `select coalesce(md5(string_agg(t::text, ';' order by t::text)), '') as digest from ${name} t`
    )
    found.push([name, rows[0].digest])
  }
  return Object.fromEntries(found)
}
const rowOf = async (id: string) =>
  (await watched.stage.pool.query("select to_jsonb(a) as row from account a where id = $1", [id])).rows[0].row

/** Whoever has an account already, by what the account is. */
const kinds = {
  "a candidate": () => aCandidate(),
  "a recruiter who has left": () => aRecruiter(null),
  "a recruiter of another company": () => aRecruiter(theirs.company.id),
  "a manager of another company": () => aManager(theirs.company.id),
  "a manager without a company": () => aManager(null),
  "a recruiter of this company": () => aRecruiter(ours.company.id)
} as const satisfies Record<string, () => Account>
const kindNames = Object.keys(kinds) as ReadonlyArray<keyof typeof kinds>

/** Somebody of that kind who is invited: into our company, before they were in it. */
const invitedAs = async (kind: keyof typeof kinds) => {
  const account = kinds[kind]()
  const invitation = await people.invited(manager, account.email.toUpperCase())
  await watched.stage.addAccount({ ...account, username: `owner.${account.id}`.slice(0, 40) })
  return { account, ...invitation }
}

describe.each(kindNames)("the account of %s", (kind) => {
  it("is not changed by anybody who holds a link to its address, whoever calls, by the API or a page", async () => {
    const { account, id, link } = await invitedAs(kind)
    const { stage } = watched
    const bearers = {
      nobody: undefined,
      "another candidate": await (async () => {
        const other = aCandidate()
        await stage.addAccount(other)
        return tokenOf(stage, other)
      })(),
      "the inviter": manager,
      // As the token says what the account is not, it is not the owner's any more.
      "the owner as somebody else": await tokenOf(stage, {
        ...account,
        role: account.role === "recruiter" ? "candidate" : "recruiter",
        subRole: account.role === "recruiter" ? null : "recruiter_admin"
      }),
      "the owner of another company": await tokenOf(stage, { ...account, companyId: crypto.randomUUID() }),
      "nobody at all": await tokenOf(stage, { ...account, id: crypto.randomUUID() }),
      "a forger": `${(await tokenOf(stage, account)).slice(0, -6)}AAAAAA`
    }
    const before = await digests()
    for (const [who, token] of Object.entries(bearers)) {
      for (const body of [profile({ firstName: "Mallory" }), {}]) {
        const byApi = await people.accept(link, { body, ...(token !== undefined && { token }) })
        assert.include([400, 401, 403, 409], byApi.status, who)
        const cookie = token === undefined ? "" : `treff_session=${token}`
        const byPage = await watched.visit("POST", "/accept-invitation", { form: { token: link, ...body }, cookie })
        assert.include([400, 401, 403, 409], byPage.status, who)
      }
    }
    assert.deepStrictEqual(await digests(), before)
    assert.isTrue((await people.validate(link)).json.valid, "the invitation stays open")
    assert.isString(id)
  })

  it("is changed by its owner as far as it has to be: name, address and user name stay", async () => {
    const { account, link } = await invitedAs(kind)
    const before = await rowOf(account.id)
    const token = await tokenOf(watched.stage, account)
    const body = profile({ firstName: "Mallory", contactNumber: "+4712345678" })
    const { status, json } = await people.accept(link, { token, body })
    const after = await rowOf(account.id)
    if (kind === "a candidate" || kind === "a recruiter who has left") {
      assert.strictEqual(status, 200)
      const joined = { role: "recruiter", sub_role: "recruiter_user", company_id: ours.company.id }
      const known = { email_verified: true, profile_complete: true }
      assert.deepStrictEqual(after, { ...before, ...joined, ...known, version: before.version + 1 })
    } else {
      assert.include(["already-in-a-company", "is-a-hiring-manager", "already-member"], json.code)
      assert.deepStrictEqual(after, before)
    }
  })
})

/** An answer without what differs from one invitation to the next: ids, times, tokens, and the address itself. */
const likeness = (
  { status, headers, text }: { readonly status: number; readonly headers: Headers; readonly text: string },
  email: string
): string => {
  const known = Object.fromEntries([...headers].filter(([name]) => name !== "date"))
  return JSON.stringify({ status, headers: known, text })
    .replaceAll(email, "address")
    .replaceAll(email.toUpperCase(), "ADDRESS")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "id")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time")
    .replaceAll(/[\w-]{43}/g, "token")
}

describe("whether an address has an account in another company", () => {
  /** Two addresses of one length, of which one is a recruiter's elsewhere. */
  const addresses = async () => {
    const known = { ...aRecruiter(theirs.company.id), email: anAddress().toLowerCase() }
    await watched.stage.addAccount(known)
    return [known.email, anAddress().toLowerCase()] as const
  }
  const page = async (link: string) => {
    const { status, headers, html } = await watched.visit("GET", `/accept-invitation?token=${link}`)
    return { status, headers, text: html }
  }

  it("is shown to nobody who invites it: every answer is the same as for one that nobody has", async () => {
    const [known, unknown] = await addresses()
    const call = (method: string, path: string, body?: unknown) =>
      watched.stage.call(method, path, { token: manager, ...(body !== undefined && { body }) })
    const observed = async (email: string) => {
      const invited = await people.invite(manager, email, { personalMessage: "Come." })
      const { id } = invited.json
      const resent = await people.resend(manager, id)
      const link = await people.linkOf(id)
      const listed = await call("GET", "/api/invitations?size=1")
      const all = [
        invited,
        await people.invite(manager, email.toUpperCase()),
        resent,
        await people.bulk(manager, [email]),
        { ...listed, text: JSON.stringify(listed.json.content) },
        await people.validate(link),
        await people.revoke(manager, id),
        await people.validate(link),
        await page(link),
        await people.bulk(manager, [email, email.toUpperCase()])
      ]
      return all.map((answer) => likeness(answer, email))
    }
    assert.deepStrictEqual(await observed(known), await observed(unknown))
  })

  it("is shown as little to who has its link: an account is an account, whoever's it is and wherever", async () => {
    const answers = new Set<string>()
    for (const kind of kindNames) {
      const { account, email, link } = await invitedAs(kind)
      const all = [
        await people.validate(link),
        await people.accept(link),
        await people.accept(link, { token: await tokenOf(watched.stage, theirs.company.admin) }),
        await page(link)
      ]
      const spelt = [account.email.toUpperCase(), email]
      answers.add(
        JSON.stringify(
          all.map((answer) => spelt.reduce((text, one) => text.replaceAll(one, "address"), likeness(answer, email)))
        )
      )
    }
    assert.strictEqual(answers.size, 1)
  })

  it("would be seen: what differs is not what was left out", async () => {
    const [known, unknown] = await addresses()
    const [one, other] = [await people.invited(manager, known), await people.invited(manager, unknown)]
    // Who has an account signs in, who has none fills the form: that much the page has to say.
    assert.notStrictEqual(likeness(await page(one.link), known), likeness(await page(other.link), unknown))
    assert.notStrictEqual(
      likeness(await people.accept(one.link), known),
      likeness(await people.accept(other.link), unknown)
    )
  })
})

describe("who only looks", () => {
  /** Links in every state, and how each came there. */
  const links = {
    open: () => people.invited(manager),
    "of an account": () => invitedAs("a candidate"),
    accepted: async () => {
      const invitation = await people.invited(manager)
      assert.strictEqual((await people.accept(invitation.link)).status, 200)
      return invitation
    },
    declined: async () => {
      const invitation = await people.invited(manager)
      assert.strictEqual((await people.decline(invitation.link)).status, 204)
      return invitation
    },
    revoked: async () => {
      const invitation = await people.invited(manager)
      assert.strictEqual((await people.revoke(manager, invitation.id)).status, 204)
      return invitation
    },
    unknown: async () => ({ link: "k".repeat(43) }),
    "to sign in": async () => {
      const { email } = ours.company.recruiter
      await watched.stage.call("POST", "/api/sign-in", { body: { email } })
      // The answer does not wait until the consumer is asked to send the mail.
      await until("the mail is asked for", () => watched.queue.batches.flat().some((message) => "continue" in message))
      const { rows } = await watched.stage.pool.query("select id from sign_in where sealed_token is not null")
      return { link: await watched.stage.sealedToken("sign_in", rows[0]?.id) }
    }
  } as const satisfies Record<string, () => Promise<{ readonly link: string }>>

  it("changes nothing in any table, with ten GETs and HEADs of each link, before it expires and after", async () => {
    const made = new Map<string, string>()
    for (const [state, make] of Object.entries(links)) made.set(state, (await make()).link)
    const tokens = [manager, await tokenOf(watched.stage, ours.company.recruiter)]
    watched.take()
    const before = await digests()
    const look = async (link: string, token: string | undefined) => {
      const bearer = token === undefined ? {} : { Authorization: `Bearer ${token}` }
      const cookie = token === undefined ? "" : `treff_session=${token}`
      for (const method of ["GET", "HEAD"]) {
        await watched.call(method, `/api/invitations/validate/${link}`, { headers: bearer })
        for (const path of ["/accept-invitation", "/sign-in"]) {
          assert.strictEqual((await watched.visit(method, `${path}?token=${link}`, { cookie })).status, 200)
        }
      }
    }
    for (const hours of [0, 73]) {
      await watched.stage.platform.setClockOffset(hours * hour)
      for (const [state, link] of made) {
        if (hours > 0 && !["open", "of an account", "to sign in"].includes(state)) continue
        await Promise.all(Array.from({ length: 10 }, (_, times) => look(link, tokens[times % 3])))
      }
    }
    assert.deepStrictEqual(await digests(), before)
    assert.deepStrictEqual(watched.take(), [])
  })

  it("differs from who acts: the digests see every change", async () => {
    const { link } = await people.invited(manager)
    const before = await digests()
    assert.strictEqual((await people.decline(link)).status, 204)
    const after = await digests()
    const changed = Object.keys(before).filter((table) => before[table] !== after[table])
    assert.sameMembers(changed, ["invitation", "event", "delivery"])
  })
})
