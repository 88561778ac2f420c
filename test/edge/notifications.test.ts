import type { Account } from "@treff/domain/identity"
import * as Redacted from "effect/Redacted"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { aRecruiter, type GivenCompany, newId } from "../given.ts"
import { type ResendServer, startResendServer } from "../resend-server.ts"
import { until } from "../until.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
let cast: ReturnType<typeof castOf>
let resend: ResendServer
let ours: GivenCompany
beforeAll(async () => {
  resend = await startResendServer({ apiKey: "re_test", domain: "treff.example" })
  edge = await openEdge({ mail: { apiKey: Redacted.make("re_test"), url: resend.url } })
  cast = castOf(edge)
  ours = await edge.addCompany()
})
afterEach(async () => {
  resend.clear()
  await edge.moveClock(0)
})
afterAll(async () => {
  await edge.close()
  await resend.stop()
})

const list = (by: Account, query = "") => edge.as(by)("GET", `/notifications${query}`)
const read = (by: Account, id: string) => edge.as(by)("POST", `/notifications/${id}/read`)
const readAll = (by: Account) => edge.as(by)("POST", "/notifications/read-all")
const said = ({ status, json }: Answer) => [status, json?.code].filter(Boolean).join(" ")

interface Row {
  readonly id: string
  readonly eventId: string
  readonly channel: string
  readonly status: string
  readonly readAt: string | null
}
const rowsOf = async (by: Account, query = ""): Promise<ReadonlyArray<Row>> => (await list(by, query)).json
const idsOf = async (by: Account, query = "") => (await rowsOf(by, query)).map(({ id }) => id)

const told: (typeof cast)["told"] = (...args) => cast.told(...args)

describe("what one was told", () => {
  it("is every field of it, once in the inbox and once by mail", async () => {
    const cleo = await edge.addCandidate()
    const offer = await cast.made(ours.recruiter)
    const send = await cast.sent(ours.recruiter, offer.id, cleo, "sent", { message: "You would like it here." })
    const rows = await until("the mail is sent", async () => {
      const found = await rowsOf(cleo)
      return found.length === 2 && found.every(({ status }) => status === "sent") ? found : undefined
    })
    const { rows: events } = await edge.pool.query("select id from event where subject_id = $1", [send.id])
    assert.sameDeepMembers(
      rows.map(({ channel }) => channel),
      ["inbox", "mail"]
    )
    for (const row of rows) {
      const { id, channel, createdAt, sentAt, ...rest } = row as Row & Readonly<Record<string, string>>
      assert.match(id, /^[0-9a-f-]{36}$/)
      assert.isAtLeast(Date.parse(createdAt ?? ""), Date.parse(send.sentAt))
      assert.isAtLeast(Date.parse(sentAt ?? ""), Date.parse(createdAt ?? ""))
      assert.deepStrictEqual<unknown>(rest, {
        eventId: events[0].id,
        recipient: cleo.id,
        template: "offer-sent",
        data: {
          offerSentId: send.id,
          offerId: offer.id,
          title: offer.title,
          companyName: "Acme",
          message: "You would like it here."
        },
        status: "sent",
        error: null,
        readAt: null
      })
    }
    assert.deepStrictEqual(
      resend.mails.map(({ mail }) => mail.to),
      [[cleo.email]]
    )
  })

  it("is for the company's side what its candidates do: that they viewed in the inbox only, that they answered by mail too", async () => {
    const cleo = await edge.addCandidate({ firstName: "Cleo", lastName: "Vik" })
    const company = await edge.addCompany()
    const offer = await cast.made(company.recruiter)
    const { id } = await cast.sent(company.admin, offer.id, cleo, "responded")
    for (const by of [company.recruiter, company.admin]) {
      const rows = await until("both were told", async () => {
        const found = (await list(by)).json
        return found.length === 3 ? found : undefined
      })
      const said = rows.map(({ template, channel }: Readonly<Record<string, string>>) => `${template} ${channel}`)
      assert.sameMembers(said, ["offer-sent-viewed inbox", "offer-sent-responded inbox", "offer-sent-responded mail"])
      for (const { data } of rows) {
        const candidate = { id: cleo.id, firstName: "Cleo", lastName: "Vik" }
        assert.deepStrictEqual(data, { offerSentId: id, offerId: offer.id, title: offer.title, candidate })
      }
    }
    assert.deepStrictEqual(await rowsOf(company.colleague), [])
    assert.deepStrictEqual(await rowsOf(company.manager), [])
  })

  it("is for who invited what became of it: that somebody came, and who, or that they do not, by mail too", async () => {
    const { manager } = await edge.addCompany()
    const tokenMailedTo = async (email: string): Promise<string> => {
      const mail = await until(
        "the invitation is mailed",
        () => resend.mails.find(({ mail }) => mail.to[0] === email)?.mail
      )
      return /token=([\w-]+)/.exec(mail.text)?.[1] ?? ""
    }
    const [coming, staying] = [`${newId()}@example.org`, `${newId()}@example.org`]
    const ids = [(await cast.invite(manager, coming)).json.id, (await cast.invite(manager, staying)).json.id]
    const profile = cast.profile({ firstName: "Ada", lastName: "Berg" })
    const accepted = await cast.accept(await tokenMailedTo(coming), profile)
    const member = await cast.callerBy(accepted.json.token)
    assert.strictEqual(
      (await edge.call("POST", `/api/invitations/decline/${await tokenMailedTo(staying)}`)).status,
      204
    )
    const rows = await until("the inviter was told of both", async () => {
      const found = (await list(manager)).json
      return found.length === 4 && found
    })
    const seen = rows.map(
      ({ template, channel, data }: Row & { readonly template: string; readonly data: object }) => ({
        template,
        channel,
        data
      })
    )
    assert.sameDeepMembers(
      seen,
      ["inbox", "mail"].flatMap((channel) => [
        {
          template: "invitation-accepted",
          channel,
          data: {
            invitationId: ids[0],
            email: coming,
            member: { id: member.id, firstName: "Ada", lastName: "Berg" }
          }
        },
        { template: "invitation-declined", channel, data: { invitationId: ids[1], email: staying } }
      ])
    )
    const [first] = rows
    assert.strictEqual(said(await read(manager, first.id)), "200")
    assert.deepStrictEqual(await rowsOf(member), [])
  })

  it("shows of a mail that it waits, with the reason why it was not sent yet", async () => {
    resend.onMail = () => ({ statusCode: 500, name: "application_error", message: "An unexpected error occurred." })
    const cleo = await edge.addCandidate()
    await cast.sent(ours.recruiter, (await cast.made(ours.recruiter)).id, cleo)
    const [mail] = await until("it was tried", async () => {
      const found = (await list(cleo, "?channel=mail")).json
      return found[0]?.error ? found : undefined
    })
    assert.deepInclude(mail, { status: "queued", sentAt: null })
    assert.deepInclude((await list(cleo, "?channel=inbox")).json[0], { status: "sent", error: null })
  })

  it("shows of a mail that was refused for good that it has failed, with the reason, and the inbox has it all the same", async () => {
    resend.onMail = () => ({ statusCode: 422, name: "validation_error", message: "No such mailbox." })
    const cleo = await edge.addCandidate()
    await cast.sent(ours.recruiter, (await cast.made(ours.recruiter)).id, cleo)
    const [mail] = await until("it has failed", async () => {
      const found = (await list(cleo, "?channel=mail")).json
      return found[0]?.status === "failed" ? found : undefined
    })
    assert.include(mail.error, "No such mailbox.")
    assert.isNull(mail.sentAt)
    assert.deepInclude((await list(cleo, "?channel=inbox")).json[0], { status: "sent", error: null })
  })
})

describe("the list", () => {
  it("holds the own ones only, newest first", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const mine = await told(cleo, 5)
    const others = await told(dan, 3)
    assert.deepStrictEqual(await idsOf(cleo), mine)
    assert.deepStrictEqual(await idsOf(dan), others)
    assert.deepStrictEqual(await idsOf(await edge.addCandidate()), [])
  })

  it("has ties by id, descending", async () => {
    const cleo = await edge.addCandidate()
    const both = await told(cleo, 4, ["inbox", "mail"])
    assert.deepStrictEqual(await idsOf(cleo), both)
    const pages = await Promise.all([1, 2, 3].map((page) => idsOf(cleo, `?limit=3&page=${page}`)))
    assert.deepStrictEqual(pages.flat(), both)
  })

  it("is filtered by what is unread, and by channel, each by itself and together", async () => {
    const cleo = await edge.addCandidate()
    await told(cleo, 4, ["inbox", "mail"])
    const all = await rowsOf(cleo)
    const events = all.filter(({ channel }) => channel === "inbox")
    await read(cleo, events[1]?.id ?? "")
    const now = await rowsOf(cleo)
    const such = (condition: (row: Row) => boolean) => now.filter(condition).map(({ id }) => id)
    assert.deepStrictEqual(
      await idsOf(cleo, "?unread=true"),
      such(({ readAt }) => readAt === null)
    )
    assert.deepStrictEqual(
      await idsOf(cleo, "?unread=false"),
      such(({ readAt }) => readAt !== null)
    )
    assert.lengthOf(await idsOf(cleo, "?unread=false"), 2)
    assert.deepStrictEqual(
      await idsOf(cleo, "?channel=inbox"),
      such(({ channel }) => channel === "inbox")
    )
    assert.deepStrictEqual(
      await idsOf(cleo, "?channel=mail&unread=true"),
      such(({ channel, readAt }) => channel === "mail" && readAt === null)
    )
    const { headers } = await list(cleo, "?channel=mail&unread=true")
    assert.strictEqual(headers.get("x-total-count"), "3")
  })

  it("goes by pages and by cursor as every list does, and keeps its filters", async () => {
    const cleo = await edge.addCandidate()
    const ids = await told(cleo, 7)
    const answer = await list(cleo, "?unread=true&limit=3&page=2")
    assert.deepStrictEqual(
      answer.json.map(({ id }: Row) => id),
      ids.slice(3, 6)
    )
    assert.strictEqual(answer.headers.get("x-total-count"), "7")
    const links = Object.fromEntries(
      [...(answer.headers.get("link") ?? "").matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, address = "", relation]) => [
        relation,
        new URL(address).search
      ])
    )
    const page = (number: number) => `?unread=true&limit=3&page=${number}`
    assert.deepStrictEqual(links, { first: page(1), prev: page(1), next: page(3), last: page(3) })
    assert.deepStrictEqual((await list(cleo, page(9))).json, [])

    const walked: Array<string> = []
    for (let next: string | undefined = "?after=&limit=3&channel=inbox"; next !== undefined; ) {
      const found: Answer = await list(cleo, next)
      walked.push(...found.json.map(({ id }: Row) => id))
      const address = /<([^>]+)>; rel="next"/.exec(found.headers.get("link") ?? "")?.[1]
      next = address === undefined ? undefined : new URL(address).search
      if (next !== undefined) assert.include(next, "channel=inbox")
    }
    assert.deepStrictEqual(walked, ids)
  })

  it("is the same by HEAD, without the body", async () => {
    const cleo = await edge.addCandidate()
    await told(cleo, 3)
    const [head, get] = [await edge.as(cleo)("HEAD", "/notifications"), await list(cleo)]
    assert.deepStrictEqual([head.status, head.text], [200, ""])
    for (const name of ["link", "x-total-count"]) assert.strictEqual(head.headers.get(name), get.headers.get(name))
  })
})

describe("marking one as read", () => {
  it("marks it by both channels of its event, and no other", async () => {
    const cleo = await edge.addCandidate()
    await told(cleo, 2, ["inbox", "mail"])
    const [first] = await rowsOf(cleo)
    const answer = await read(cleo, first?.id ?? "")
    assert.strictEqual(answer.status, 200)
    const { readAt, ...rest } = answer.json
    assert.isAtMost(Math.abs(Date.parse(readAt) - Date.now()), 5_000)
    const { readAt: _, ...before } = first ?? assert.fail()
    assert.deepStrictEqual<unknown>(rest, before)
    for (const row of await rowsOf(cleo)) assert.strictEqual(row.readAt, row.eventId === first?.eventId ? readAt : null)
  })

  it("again changes nothing: it was read when it was read first, by whichever channel", async () => {
    const cleo = await edge.addCandidate()
    await told(cleo, 1, ["inbox", "mail"])
    const [one, other] = await idsOf(cleo)
    const { readAt } = (await read(cleo, one ?? "")).json
    await edge.moveClock(60_000)
    for (const id of [one, other]) {
      const again = await read(cleo, id ?? "")
      assert.deepStrictEqual([again.status, again.json.readAt], [200, readAt])
    }
  })

  it("is 404 for another's, for what there is not, and for what is no UUID", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const [id = ""] = await told(dan, 1)
    for (const asked of [id, newId(), "1", "read"]) assert.strictEqual(said(await read(cleo, asked)), "404 not-found")
    assert.isNull((await rowsOf(dan))[0]?.readAt)
  })

  it("takes no body but an empty one", async () => {
    const cleo = await edge.addCandidate()
    const [id = ""] = await told(cleo, 1)
    for (const path of [`/notifications/${id}/read`, "/notifications/read-all"]) {
      const post = (raw: string, type: string) =>
        edge.as(cleo)("POST", path, { raw, headers: { "Content-Type": type } })
      assert.strictEqual(said(await post('{"read":true}', "application/json")), "400 invalid-input")
      assert.strictEqual(said(await post("{}", "text/plain")), "415 media-type-not-supported")
      assert.include([200, 204], (await post("{}", "application/json")).status)
    }
  })
})

describe("marking all as read", () => {
  it("marks the own ones, and leaves those that were read before as they were", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const [first = ""] = await told(cleo, 3, ["inbox", "mail"])
    await told(dan, 1)
    const { readAt } = (await read(cleo, first)).json
    await edge.moveClock(60_000)
    for (let times = 0; times < 2; times++) {
      const answer = await readAll(cleo)
      assert.deepStrictEqual([answer.status, answer.text], [204, ""])
    }
    const rows = await rowsOf(cleo)
    assert.deepStrictEqual(await rowsOf(cleo, "?unread=true"), [])
    assert.lengthOf(
      rows.filter((row) => row.readAt === readAt),
      2
    )
    assert.lengthOf(await rowsOf(dan, "?unread=true"), 1)
    const [later = ""] = await told(cleo, 1)
    assert.deepStrictEqual(await idsOf(cleo, "?unread=true"), [later], "what comes later is unread")
  })
})

describe("who has no company", () => {
  it("still has what they were told: candidates, and those who have left or have none yet", async () => {
    const unbound = aRecruiter(null)
    const manager: Account = { ...aRecruiter(null), role: "hiring_manager", subRole: null }
    await edge.addAccount(unbound)
    await edge.addAccount(manager)
    for (const by of [await edge.addCandidate(), unbound, manager]) {
      const [id = ""] = await told(by, 2)
      assert.lengthOf(await rowsOf(by), 2)
      assert.strictEqual((await read(by, id)).status, 200)
      assert.strictEqual((await readAll(by)).status, 204)
    }
  })

  it("needs a token that is of now, all the same", async () => {
    const leaver = aRecruiter(ours.id)
    await edge.addAccount(leaver)
    const [id = ""] = await told(leaver, 1)
    await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
    for (const answer of [
      await list(leaver),
      await read(leaver, id),
      await readAll(leaver),
      await list(leaver, "?page=0")
    ]) {
      assert.strictEqual(said(answer), "401 token-stale")
    }
    assert.strictEqual(said(await edge.call("GET", "/notifications")), "401 token-missing")
    assert.lengthOf(await rowsOf({ ...leaver, companyId: null }, "?unread=true"), 1)
  })
})
