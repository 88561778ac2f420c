import { aRecruiter, type CompanyWithPeople, newId } from "@treff/contract-tests/fixtures"
import type { Account } from "@treff/domain/identity"
import * as Redacted from "effect/Redacted"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { statusAndCode } from "../answers.ts"
import { type ResendServer, startResendServer } from "../resend-server.ts"
import { until } from "../until.ts"
import { relayOnce } from "../workers/cast.ts"
import { castOf } from "./cast.ts"
import { type Answer, type Edge, openEdge } from "./contract.ts"

let edge: Edge
let cast: ReturnType<typeof castOf>
let resend: ResendServer
let ours: CompanyWithPeople
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

interface Delivery {
  readonly channel: string
  readonly status: string
  readonly error: string | null
  readonly sentAt: string | null
}
interface Item {
  readonly id: string
  readonly eventId: string
  readonly template: string
  readonly data: object
  readonly createdAt: string
  readonly readAt: string | null
  readonly deliveries: ReadonlyArray<Delivery>
}
const itemsOf = async (by: Account, query = ""): Promise<ReadonlyArray<Item>> => (await list(by, query)).json
const idsOf = async (by: Account, query = "") => (await itemsOf(by, query)).map(({ id }) => id)
const notified: (typeof cast)["notified"] = (...args) => cast.notified(...args)

/** The items, once there are so many. */
const untilNotified = (by: Account, count: number) =>
  until(`${count} notifications`, async () => {
    const found = await itemsOf(by)
    return found.length === count ? found : undefined
  })

/** What each item is, and by which channels it came, in their order. */
const outlineOf = ({ template, deliveries }: Item) => [template, ...deliveries.map(({ channel }) => channel)].join(" ")

/** The mail of the only item, once it is as is said. */
const untilMail = (by: Account, what: string, condition: (mail: Delivery) => boolean) =>
  until(what, async () => {
    const [item] = await itemsOf(by)
    const mail = item?.deliveries.find(({ channel }) => channel === "mail")
    return item !== undefined && mail !== undefined && condition(mail) ? { item, mail } : undefined
  })

const noAnswer = { statusCode: 500, name: "application_error", message: "An unexpected error occurred." }

describe("what one was notified of", () => {
  it("is one item for each event, with every field of it and a delivery for each channel: the inbox, then the mail", async () => {
    const cleo = await edge.addCandidate()
    const offer = await cast.made(ours.recruiter)
    const send = await cast.sent(ours.recruiter, offer.id, cleo, "sent", { message: "You would like it here." })
    const { item, mail } = await untilMail(cleo, "the mail is sent", ({ status }) => status === "sent")
    const { rows: events } = await edge.pool.query("select id from event where subject_id = $1", [send.id])
    const { id, createdAt, ...rest } = item
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.isAtLeast(Date.parse(createdAt), Date.parse(send.sentAt))
    assert.isAtLeast(Date.parse(mail.sentAt ?? ""), Date.parse(createdAt))
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
      readAt: null,
      deliveries: [
        { channel: "inbox", status: "sent", error: null, sentAt: createdAt },
        { channel: "mail", status: "sent", error: null, sentAt: mail.sentAt }
      ]
    })
    assert.strictEqual((await itemsOf(cleo)).length, 1)
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
      const items = await untilNotified(by, 2)
      assert.sameMembers(items.map(outlineOf), ["offer-sent-viewed inbox", "offer-sent-responded inbox mail"])
      for (const { data } of items) {
        const candidate = { id: cleo.id, firstName: "Cleo", lastName: "Vik" }
        assert.deepStrictEqual<unknown>(data, { offerSentId: id, offerId: offer.id, title: offer.title, candidate })
      }
    }
    assert.deepStrictEqual(await itemsOf(company.colleague), [])
    assert.deepStrictEqual(await itemsOf(company.manager), [])
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
    const items = await untilNotified(manager, 2)
    assert.sameDeepMembers(
      items.map((item) => ({ outline: outlineOf(item), data: item.data })),
      [
        {
          outline: "invitation-accepted inbox mail",
          data: {
            invitationId: ids[0],
            email: coming,
            member: { id: member.id, firstName: "Ada", lastName: "Berg" }
          }
        },
        { outline: "invitation-declined inbox mail", data: { invitationId: ids[1], email: staying } }
      ]
    )
    assert.strictEqual(statusAndCode(await read(manager, items[0]?.id ?? "")), "200")
    assert.deepStrictEqual(await itemsOf(member), [])
  })

  it("shows of a mail that it waits, with the reason why it was not sent yet", async () => {
    resend.onMail = () => noAnswer
    const cleo = await edge.addCandidate()
    await cast.sent(ours.recruiter, (await cast.made(ours.recruiter)).id, cleo)
    const { item, mail } = await untilMail(cleo, "it was tried", ({ error }) => error !== null)
    assert.deepStrictEqual(item.deliveries, [
      { channel: "inbox", status: "sent", error: null, sentAt: item.createdAt },
      { channel: "mail", status: "queued", error: mail.error, sentAt: null }
    ])
  })

  it("shows of a mail that was refused for good that it has failed, with the reason, and the inbox has it all the same", async () => {
    resend.onMail = () => ({ statusCode: 422, name: "validation_error", message: "No such mailbox." })
    const cleo = await edge.addCandidate()
    await cast.sent(ours.recruiter, (await cast.made(ours.recruiter)).id, cleo)
    const { item, mail } = await untilMail(cleo, "it has failed", ({ status }) => status === "failed")
    assert.include(mail.error, "No such mailbox.")
    assert.isNull(mail.sentAt)
    assert.deepInclude(item.deliveries[0], { channel: "inbox", status: "sent", error: null })
  })

  it("shows of a mail that was no longer true when its turn came that it was skipped, with the reason", async () => {
    resend.onMail = () => noAnswer
    const cleo = await edge.addCandidate()
    const { id } = await cast.sent(ours.recruiter, (await cast.made(ours.recruiter)).id, cleo)
    await untilMail(cleo, "it was tried", ({ error }) => error !== null)
    assert.strictEqual((await edge.as(ours.recruiter)("DELETE", `/offer-sends/${id}`)).status, 204)
    resend.onMail = () => undefined
    await edge.pool.query(
      `update outgoing_mail m set due_at = 'epoch' from notification_delivery d join notification n on n.id = d.notification_id
       where d.id = m.delivery_id and n.recipient_id = $1`,
      [cleo.id]
    )
    await relayOnce(edge)
    const [item] = await itemsOf(cleo)
    assert.deepStrictEqual(item?.deliveries, [
      { channel: "inbox", status: "sent", error: null, sentAt: item?.createdAt ?? "" },
      { channel: "mail", status: "skipped", error: "by now there is nothing to tell", sentAt: null }
    ])
    assert.deepStrictEqual(resend.mails, [])
  })
})

describe("the list", () => {
  it("holds the own ones only, newest first", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const mine = await notified(cleo, 5)
    const others = await notified(dan, 3)
    assert.deepStrictEqual(await idsOf(cleo), mine)
    assert.deepStrictEqual(await idsOf(dan), others)
    assert.deepStrictEqual(await idsOf(await edge.addCandidate()), [])
  })

  it("has ties by id, descending", async () => {
    const cleo = await edge.addCandidate()
    const ids = await notified(cleo, 8, ["inbox", "mail"])
    const tied = ids.slice(2, 6)
    await edge.pool.query(
      "update notification set created_at = (select created_at from notification where id = $1) where id = any($2)",
      [tied[0], tied]
    )
    const expected = [...ids.slice(0, 2), ...tied.toSorted().toReversed(), ...ids.slice(6)]
    assert.deepStrictEqual(await idsOf(cleo), expected)
    const pages = await Promise.all([1, 2, 3].map((page) => idsOf(cleo, `?limit=3&page=${page}`)))
    assert.deepStrictEqual(pages.flat(), expected)
  })

  it("is filtered by what is unread, and by the channels that an item came by, each by itself and together", async () => {
    const cleo = await edge.addCandidate()
    const byBoth = await notified(cleo, 4, ["inbox", "mail"])
    const inInbox = await notified(cleo, 3)
    const [readByMail = "", readInInbox = ""] = [byBoth[1], inInbox[2]]
    for (const id of [readByMail, readInInbox]) await read(cleo, id)
    const items = await itemsOf(cleo)
    assert.lengthOf(items, 4 + 3)
    const such = (condition: (item: Item) => boolean) => items.filter(condition).map(({ id }) => id)
    const cameBy = (channel: string) => (item: Item) => item.deliveries.some((delivery) => delivery.channel === channel)
    const isUnread = ({ readAt }: Item) => readAt === null
    const cases: ReadonlyArray<readonly [query: string, expected: ReadonlyArray<string>]> = [
      ["?unread=true", such(isUnread)],
      ["?unread=false", such((item) => !isUnread(item))],
      ["?channel=inbox", such(cameBy("inbox"))],
      ["?channel=mail", such(cameBy("mail"))],
      ["?channel=mail&unread=true", such((item) => cameBy("mail")(item) && isUnread(item))],
      ["?channel=mail&unread=false", [readByMail]],
      ["?channel=inbox&unread=true", such(isUnread)]
    ]
    assert.deepStrictEqual(
      cases.map(([, expected]) => expected.length),
      [5, 2, 7, 4, 3, 1, 5]
    )
    for (const [query, expected] of cases) {
      const { json, headers } = await list(cleo, query)
      assert.deepStrictEqual<ReadonlyArray<string>>(
        json.map(({ id }: Item) => id),
        expected,
        query
      )
      assert.strictEqual(headers.get("x-total-count"), String(expected.length), `${query} counts items`)
    }
    // What is kept shows all its deliveries, whichever was asked for.
    const kept = await itemsOf(cleo, "?channel=mail")
    for (const { deliveries } of kept) {
      assert.deepStrictEqual(
        deliveries.map(({ channel }) => channel),
        ["inbox", "mail"]
      )
    }
  })

  it("answers the number on a badge by one call: how many items are unread", async () => {
    const cleo = await edge.addCandidate()
    const ids = await notified(cleo, 4, ["inbox", "mail"])
    const unread = async () => (await list(cleo, "?unread=true&limit=1")).headers.get("x-total-count")
    assert.strictEqual(await unread(), "4")
    await read(cleo, ids[0] ?? "")
    assert.strictEqual(await unread(), "3")
    await readAll(cleo)
    assert.strictEqual(await unread(), "0")
  })

  it("goes by pages and by cursor as every list does, and keeps its filters", async () => {
    const cleo = await edge.addCandidate()
    const ids = await notified(cleo, 7, ["inbox", "mail"])
    const answer = await list(cleo, "?unread=true&limit=3&page=2")
    assert.deepStrictEqual(
      answer.json.map(({ id }: Item) => id),
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
    for (let next: string | undefined = "?after=&limit=3&channel=mail"; next !== undefined; ) {
      const found: Answer = await list(cleo, next)
      walked.push(...found.json.map(({ id }: Item) => id))
      const address = /<([^>]+)>; rel="next"/.exec(found.headers.get("link") ?? "")?.[1]
      next = address === undefined ? undefined : new URL(address).search
      if (next !== undefined) assert.include(next, "channel=mail")
    }
    assert.deepStrictEqual(walked, ids)
  })

  it("is the same by HEAD, without the body", async () => {
    const cleo = await edge.addCandidate()
    await notified(cleo, 3)
    const [head, get] = [await edge.as(cleo)("HEAD", "/notifications"), await list(cleo)]
    assert.deepStrictEqual([head.status, head.text], [200, ""])
    for (const name of ["link", "x-total-count"]) assert.strictEqual(head.headers.get(name), get.headers.get(name))
  })
})

describe("marking one as read", () => {
  it("marks the item, for all its channels, and answers it; and no other", async () => {
    const cleo = await edge.addCandidate()
    await notified(cleo, 2, ["inbox", "mail"])
    const [first] = await itemsOf(cleo)
    const answer = await read(cleo, first?.id ?? "")
    assert.strictEqual(answer.status, 200)
    const { readAt, ...rest } = answer.json
    assert.isAtMost(Math.abs(Date.parse(readAt) - Date.now()), 5_000)
    const { readAt: _, ...before } = first ?? assert.fail()
    assert.deepStrictEqual<unknown>(rest, before)
    for (const item of await itemsOf(cleo)) assert.strictEqual(item.readAt, item.id === first?.id ? readAt : null)
  })

  it("again changes nothing: it was read when it was read first, also by two at once", async () => {
    const cleo = await edge.addCandidate()
    const [id = ""] = await notified(cleo, 1, ["inbox", "mail"])
    const [one, other] = await Promise.all([read(cleo, id), read(cleo, id)])
    assert.deepStrictEqual([one.status, other.status], [200, 200])
    const { readAt = null } = (await itemsOf(cleo))[0] ?? {}
    assert.include([one.json.readAt, other.json.readAt], readAt)
    await edge.moveClock(60_000)
    const again = await read(cleo, id)
    assert.deepStrictEqual([again.status, again.json.readAt], [200, readAt])
  })

  it("is 404 for another's, for what there is not, and for what is no UUID", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const [id = ""] = await notified(dan, 1, ["inbox", "mail"])
    // Nor is the id of a delivery that of an item.
    const [own = ""] = await notified(cleo, 1, ["inbox", "mail"])
    const { rows } = await edge.pool.query("select id from notification_delivery where notification_id = $1", [own])
    const deliveries: ReadonlyArray<string> = rows.map((row) => row.id)
    assert.lengthOf(deliveries, 2)
    for (const asked of [id, newId(), "1", "read", ...deliveries])
      assert.strictEqual(statusAndCode(await read(cleo, asked)), "404 not-found")
    assert.isNull((await itemsOf(dan))[0]?.readAt)
    assert.isNull((await itemsOf(cleo))[0]?.readAt)
  })

  it("takes no body but an empty one", async () => {
    const cleo = await edge.addCandidate()
    const [id = ""] = await notified(cleo, 1)
    for (const path of [`/notifications/${id}/read`, "/notifications/read-all"]) {
      const post = (raw: string, type: string) =>
        edge.as(cleo)("POST", path, { raw, headers: { "Content-Type": type } })
      assert.strictEqual(statusAndCode(await post('{"read":true}', "application/json")), "400 invalid-input")
      assert.strictEqual(statusAndCode(await post("{}", "text/plain")), "415 media-type-not-supported")
      assert.include([200, 204], (await post("{}", "application/json")).status)
    }
  })
})

describe("marking all as read", () => {
  it("marks the own ones, and leaves those that were read before as they were", async () => {
    const [cleo, dan] = [await edge.addCandidate(), await edge.addCandidate()]
    const [first = ""] = await notified(cleo, 3, ["inbox", "mail"])
    await notified(dan, 1)
    const { readAt } = (await read(cleo, first)).json
    await edge.moveClock(60_000)
    for (const answer of [...(await Promise.all([readAll(cleo), readAll(cleo)])), await readAll(cleo)]) {
      assert.deepStrictEqual([answer.status, answer.text], [204, ""])
    }
    const items = await itemsOf(cleo)
    assert.deepStrictEqual(await itemsOf(cleo, "?unread=true"), [])
    assert.deepStrictEqual(
      items.filter((item) => item.readAt === readAt).map(({ id }) => id),
      [first]
    )
    assert.lengthOf(await itemsOf(dan, "?unread=true"), 1)
    const [later = ""] = await notified(cleo, 1)
    assert.deepStrictEqual(await idsOf(cleo, "?unread=true"), [later], "what comes later is unread")
  })
})

describe("who has no company", () => {
  it("still has what they were notified of: candidates, and those who have left or have none yet", async () => {
    const unbound = aRecruiter(null)
    const manager: Account = { ...aRecruiter(null), role: "hiring_manager", subRole: null }
    await edge.addAccount(unbound)
    await edge.addAccount(manager)
    for (const by of [await edge.addCandidate(), unbound, manager]) {
      const [id = ""] = await notified(by, 2)
      assert.lengthOf(await itemsOf(by), 2)
      assert.strictEqual((await read(by, id)).status, 200)
      assert.strictEqual((await readAll(by)).status, 204)
    }
  })

  it("needs a token that is of now, all the same", async () => {
    const leaver = aRecruiter(ours.id)
    await edge.addAccount(leaver)
    const [id = ""] = await notified(leaver, 1)
    await edge.pool.query("update account set company_id = null where id = $1", [leaver.id])
    for (const answer of [
      await list(leaver),
      await read(leaver, id),
      await readAll(leaver),
      await list(leaver, "?page=0")
    ]) {
      assert.strictEqual(statusAndCode(answer), "401 token-stale")
    }
    assert.strictEqual(statusAndCode(await edge.call("GET", "/notifications")), "401 token-missing")
    assert.lengthOf(await itemsOf({ ...leaver, companyId: null }, "?unread=true"), 1)
  })
})
