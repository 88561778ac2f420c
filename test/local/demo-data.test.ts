import { createHash } from "node:crypto"
import type { RecordedEvent } from "@treff/domain/events"
import { isExpired } from "@treff/domain/invitations"
import type { TreffEvent } from "@treff/domain/reactions"
import { assert, describe, it } from "vitest"
import { durationOf, instantAfter } from "../../apps/local/src/clock.ts"
import { makeDemoData } from "../../apps/local/src/demo/demo-data.ts"

const now = Date.UTC(2026, 10, 20, 9, 30)
const publicUrl = "https://treff.example"
const data = await makeDemoData(now, publicUrl)
/** Each has the data that its type declares: the use cases made it. */
const events = data.events as ReadonlyArray<RecordedEvent<TreffEvent>>

describe("the demo data", () => {
  const count = <A>(items: ReadonlyArray<A>, key: (item: A) => string) =>
    Object.fromEntries([...Map.groupBy(items, key)].map(([name, group]) => [name, group.length]))

  it("are three companies with nine members, 200 candidates and 60 offers in all states", () => {
    assert.strictEqual(data.companies.length, 3)
    assert.deepStrictEqual(
      count(data.accounts, ({ subRole, role }) => subRole ?? role),
      { hiring_manager: 3, recruiter_admin: 3, recruiter_user: 3, candidate: 200 }
    )
    assert.deepStrictEqual(
      count(data.offers, ({ value }) => value.status),
      { active: 27, disabled: 9, archived: 12, expired: 12 }
    )
    assert.strictEqual(new Set(data.offers.map(({ value }) => value.employmentType)).size, 5)
    assert.deepStrictEqual(Object.keys(count(data.accounts, ({ locale }) => String(locale))).sort(), [
      "en",
      "fr",
      "nb",
      "null"
    ])
  })

  it("are sends in every status for the active and the disabled offers of each company, with and without a message", () => {
    const offers = new Map(data.offers.map(({ value }) => [value.id, value]))
    for (const { id: company } of data.companies) {
      for (const status of ["active", "disabled"]) {
        const sends = data.sends.filter(
          ({ value }) => value.companyId === company && offers.get(value.offerId)?.status === status
        )
        const statuses = new Set(sends.map(({ value }) => value.status))
        if (status === "active") assert.sameMembers([...statuses], ["sent", "viewed", "responded", "withdrawn"])
        else assert.isAtLeast(statuses.size, 2)
      }
      const messages = data.sends.flatMap(({ value }) => (value.companyId === company ? [value.message] : []))
      assert.include(messages, null)
      assert.isTrue(messages.some((message) => message !== null))
    }
  })

  it("are sends of the term that their offer is in, one for each candidate", () => {
    const offers = new Map(data.offers.map(({ value }) => [value.id, value]))
    for (const { value } of data.sends) {
      const offer = offers.get(value.offerId)
      assert.include(["active", "disabled"], offer?.status)
      assert.strictEqual(value.term, offer?.term)
    }
    const places = data.sends.map(({ value }) => `${value.offerId} ${value.candidateId} ${value.term}`)
    assert.strictEqual(new Set(places).size, places.length)
  })

  it("are invitations in every state, in the language of each company, with and without a message", () => {
    for (const { id: company } of data.companies) {
      const invitations = data.invitations.map(({ value }) => value).filter(({ companyId }) => companyId === company)
      const stateOf = (invitation: (typeof invitations)[number]) =>
        invitation.status !== "pending"
          ? invitation.status
          : isExpired(invitation, now)
            ? "expired, not swept"
            : invitation.resends > 0
              ? "sent again"
              : "open"
      const expected = {
        accepted: 2,
        declined: 1,
        expired: 1,
        revoked: 1,
        "expired, not swept": 1,
        "sent again": 1,
        open: 2
      }
      assert.deepStrictEqual(count(invitations, stateOf), expected)
      const messages = invitations.map(({ personalMessage }) => personalMessage)
      assert.include(messages, null)
      assert.isTrue(messages.some((message) => message !== null))
      // Also one to somebody who has an account.
      const addresses = new Set(data.accounts.map(({ email }) => email))
      assert.deepStrictEqual(
        count(
          invitations.filter(({ email }) => addresses.has(email)),
          stateOf
        ),
        { accepted: 2, open: 1 }
      )
    }
    assert.sameMembers(Object.keys(count(data.invitations, ({ value }) => String(value.locale))), ["en", "fr", "nb"])
  })

  it("have mailed every invitation, by a link that is good as long as nobody sent another", () => {
    const linkOf = (text: string) =>
      /^https:\/\/treff\.example\/accept-invitation\?token=([\w-]{43})$/m.exec(text)?.[1] ?? ""
    const hash = (token: string) => createHash("sha256").update(token).digest("base64url")
    for (const { value } of data.invitations) {
      const mails = data.mails.filter(({ to, template }) => to === value.email && template === "invitation")
      assert.lengthOf(mails, value.resends + 1)
      const tokens = mails.toSorted((a, b) => a.sentAt - b.sentAt).map(({ text }) => linkOf(text))
      assert.strictEqual(hash(tokens.at(-1) ?? ""), value.tokenHash)
      assert.strictEqual(new Set(tokens).size, tokens.length)
      // Once it is mailed it is nowhere else.
      assert.isNull(value.sealedToken)
      for (const token of tokens) assert.notInclude(JSON.stringify([data.events, data.notifications, value]), token)
    }
  })

  it("have recruiters who came by an invitation, as the log says", () => {
    for (const { id, version, role, subRole } of data.accounts) {
      const types = data.events.filter(({ subject }) => subject.id === id).map(({ type }) => type)
      const came = role === "recruiter" ? ["account.created"] : []
      assert.deepStrictEqual(types, [...came, ...(subRole === "recruiter_admin" ? ["account.subRoleChanged"] : [])])
      assert.strictEqual(version, types.length)
    }
  })

  it("say of every event who was notified, once, and leave nobody to be notified", () => {
    const notificationsOf = Map.groupBy(data.notifications, ({ eventId }) => eventId)
    for (const { id, type, subject, data: facts, actor } of events) {
      const notified = notificationsOf.get(id) ?? []
      const by = (channel: string) =>
        notified
          .filter(({ deliveries }) => deliveries.some((delivery) => delivery.channel === channel))
          .map(({ recipientId }) => recipientId)
      assert.strictEqual(new Set(notified.map(({ recipientId }) => recipientId)).size, notified.length)
      // Nobody is notified of what they did themselves.
      assert.notInclude(by("inbox"), actor.id)
      if (type === "invitation.created" || type === "invitation.resent") {
        // Who is invited has no account yet, and no inbox.
        assert.deepStrictEqual([by("inbox"), by("mail")], [[], [subject.id]])
        continue
      }
      assert.deepStrictEqual(by("mail"), type === "offerSent.viewed" ? [] : by("inbox"))
      if (type === "invitation.accepted" || type === "invitation.declined") {
        assert.deepStrictEqual(by("inbox"), [facts.inviterId])
      }
      if (type === "offerSent.created") assert.deepStrictEqual(by("inbox"), [facts.candidateId])
      if (type === "offerSent.viewed" || type === "offerSent.responded") {
        // By the candidate; or noted by an admin, and then there may be nobody to notify.
        if (actor.kind === "candidate") assert.isNotEmpty(notified)
      }
      if (type === "offerSent.deleted") {
        const ended = facts.reason.startsWith("offer_")
        assert.strictEqual(actor.kind === "system", ended)
        if (ended) assert.deepStrictEqual(by("inbox"), [facts.candidateId])
        else assert.strictEqual(notified.length > 0, facts.reason === "candidate")
        assert.isTrue(notified.every(({ template }) => template === (ended ? "offer-ended" : "offer-sent-withdrawn")))
      }
    }
    const deliveries = data.notifications.flatMap((notification) => notification.deliveries)
    assert.isTrue(deliveries.every(({ status, sentAt }) => status === "sent" && sentAt !== null && sentAt < now))
    const mailed = deliveries.filter(({ channel }) => channel === "mail").map(({ id }) => id)
    assert.sameMembers(
      data.mails.map(({ id }) => id),
      mailed
    )
    assert.isNotEmpty(data.notifications.filter(({ readAt }) => readAt === null))
    assert.isNotEmpty(data.notifications.filter(({ readAt }) => readAt !== null))
  })

  it("explain why the sends of an ended offer are gone", () => {
    const reasons = new Set(events.flatMap((event) => (event.type === "offerSent.deleted" ? [event.data.reason] : [])))
    const all = ["recruiter", "candidate", "offer_deleted", "offer_archived", "offer_expired"]
    assert.sameMembers([...reasons], all)
    const kept = new Set(data.sends.map(({ value }) => value.id))
    for (const [id, events] of Map.groupBy(data.events, ({ subject }) => subject.id)) {
      const last = events.at(-1)
      if (last?.subject.type !== "offerSent" || kept.has(id)) continue
      assert.strictEqual(last.type, "offerSent.deleted", id)
    }
  })

  it("are explained by their events, all of which were delivered", () => {
    for (const { version, value } of [...data.offers, ...data.sends, ...data.invitations]) {
      const events = data.events.filter(({ subject }) => subject.id === value.id)
      assert.deepStrictEqual(
        events.map(({ sequence }) => sequence),
        events.map((_, index) => index + 1)
      )
      assert.strictEqual(events.length, version)
    }
    assert.sameMembers(
      data.receipts.map(({ eventId }) => eventId),
      data.events.map(({ id }) => id)
    )
    assert.isTrue(data.events.every(({ occurredAt }) => occurredAt < now))
    assert.isTrue(data.receipts.every(({ receivedAt }) => receivedAt < now))
  })

  it("have the same ids whenever they are made, and addresses that belong to nobody", async () => {
    const later = await makeDemoData(now + 40 * 86_400_000 + 12_345_678, publicUrl)
    const ids = ({ companies, accounts, invitations, offers, sends, events, notifications }: typeof data) => [
      ...[...companies, ...accounts, ...events, ...notifications].map(({ id }) => id),
      ...notifications.flatMap(({ deliveries }) => deliveries.map(({ id }) => id)),
      ...[...invitations, ...offers, ...sends].map(({ value }) => value.id)
    ]
    assert.deepStrictEqual(ids(later), ids(data))
    assert.strictEqual(new Set(ids(data)).size, ids(data).length)
    for (const id of ids(data))
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const emails = data.accounts.map(({ email }) => email)
    for (const email of emails) assert.match(email, /^[a-z]+\.[a-z]+\d*@([a-z]+\.)?example\.(com|org|net)$/)
    assert.strictEqual(new Set(emails).size, emails.length)
    for (const { to } of data.mails) assert.match(to, /@([a-z]+\.)?example\.(com|org|net)$/)
  })

  it("can be made at any time of any day", async () => {
    // They are made for a whole day: its first instant and its last.
    for (const at of [Date.UTC(2028, 1, 29), Date.UTC(2028, 2, 1) - 1]) {
      const { offers, invitations, events } = await makeDemoData(at, publicUrl)
      assert.strictEqual(offers.length, 60)
      assert.isTrue(events.every(({ occurredAt }) => occurredAt < at))
      // Nothing is due that has not been swept.
      for (const { value } of offers) {
        if (value.status === "active" || value.status === "disabled") assert.isAbove(value.jobStartsAt, at)
      }
      // But for one invitation of each company, for all to see that it makes no difference.
      const pending = invitations.filter(({ value }) => value.status === "pending")
      assert.lengthOf(
        pending.filter(({ value }) => isExpired(value, at)),
        3
      )
      assert.lengthOf(pending, 12)
    }
  })
})

describe("an ISO 8601 duration", () => {
  it("moves an instant", () => {
    const from = (text: string, duration: string) => {
      const read = durationOf(duration) ?? assert.fail(duration)
      return new Date(instantAfter(Date.parse(text), read) ?? Number.NaN).toISOString()
    }
    assert.strictEqual(from("2026-11-20T09:30:00.000Z", "PT72H"), "2026-11-23T09:30:00.000Z")
    assert.strictEqual(from("2026-11-20T09:30:00.000Z", "P1W2DT3M1.5S"), "2026-11-29T09:33:01.500Z")
    assert.strictEqual(from("2027-01-31T00:00:00.000Z", "P1M"), "2027-02-28T00:00:00.000Z")
    assert.strictEqual(from("2028-02-29T00:00:00.000Z", "P1Y"), "2029-02-28T00:00:00.000Z")
  })

  it("has at least one part, and leads ahead", () => {
    for (const text of ["P", "PT", "P1DT", "1D", "-P1D", "P1H", "PT1D", "-PT1S", ""]) {
      assert.isUndefined(durationOf(text), text)
    }
    for (const text of ["P1D", "PT1S", "P1Y2M3W4DT5H6M7,5S"]) assert.isDefined(durationOf(text), text)
  })

  it("may lead beyond every instant", () => {
    assert.isUndefined(instantAfter(0, durationOf("P999999Y") ?? assert.fail()))
  })
})
