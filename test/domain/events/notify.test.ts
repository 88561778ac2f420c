import { assert, describe, it } from "@effect/vitest"
import { newId, now } from "@treff/contract-tests/fixtures"
import { notify } from "@treff/domain/events"
import { listNotifications, markAllNotificationsRead, markNotificationRead } from "@treff/domain/notifications"
import { changeOfferSentStatus, sendOffer } from "@treff/domain/offers"
import { allReactions, handleEvents } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story, type World } from "../story.ts"

const content = {
  template: "offer-ended",
  data: { offerSentId: "s1", offerId: "o1", title: "Baker", reason: "offer_deleted" }
} as const

describe("notifying", () => {
  it.effect("is once for each, with a delivery by each channel, and never of what they did themselves", () =>
    story(function* () {
      const event = { id: "e1", actor: { kind: "recruiter", id: "ada" } } as const
      const notifications = yield* notify(event, content, {
        recipients: ["bo", "ada", "cleo", "bo"],
        channels: ["inbox", "mail"],
        companyId: "acme"
      })
      assert.deepStrictEqual(
        notifications.map(({ id: _, deliveries, ...rest }) => ({
          ...rest,
          channels: deliveries.map(({ channel }) => channel)
        })),
        [
          { ...content, eventId: "e1", recipientId: "bo", companyId: "acme", channels: ["inbox", "mail"] },
          { ...content, eventId: "e1", recipientId: "cleo", companyId: "acme", channels: ["inbox", "mail"] }
        ]
      )
      // Each of them, and each of their deliveries, has an id of its own.
      assert.strictEqual(
        new Set(notifications.flatMap(({ id, deliveries }) => [id, ...deliveries.map((delivery) => delivery.id)])).size,
        6
      )
    })
  )

  it.effect("of what the system did is for everybody; without recipients it is nothing", () =>
    story(function* () {
      const event = { id: "e1", actor: { kind: "system", id: null } } as const
      const inbox = { channels: ["inbox"], companyId: null } as const
      assert.strictEqual((yield* notify(event, content, { recipients: ["bo"], ...inbox })).length, 1)
      assert.deepStrictEqual(yield* notify(event, content, { recipients: [], ...inbox }), [])
    })
  )
})

describe("what somebody was notified of", () => {
  const all = { unread: null, channel: null, page: { number: 1, limit: 20 } } as const
  /** The candidate is notified of two sends, by both channels, and the recruiter of one that was viewed, in the inbox. */
  const supplied = Effect.fnUntraced(function* (world: World) {
    const { acme, candidate } = world
    const send = () =>
      sendOffer(acme.recruiter, { offerId: world.offer().id, candidateId: candidate.id, message: null })
    const { value } = yield* send()
    yield* send()
    yield* changeOfferSentStatus({ caller: candidate, id: value.value.id }, "viewed")
    yield* handleEvents(world.published(), allReactions)
    yield* TestClock.adjust("1 second")
    return yield* listNotifications(candidate, all)
  })

  it.effect("is theirs to list, all of it or what is unread, and what they were notified of by a channel", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const { rows, total } = yield* supplied(world)
      assert.strictEqual(total, 2)
      assert.isTrue(
        rows.every(
          ({ recipientId, createdAt, readAt }) => recipientId === candidate.id && createdAt === now && readAt === null
        )
      )
      for (const channel of ["inbox", "mail"] as const) {
        assert.deepStrictEqual((yield* listNotifications(candidate, { ...all, unread: true, channel })).rows, rows)
      }
      for (const { deliveries } of rows) {
        assert.deepStrictEqual(deliveries, [
          { channel: "inbox", status: "sent", error: null, sentAt: now },
          { channel: "mail", status: "queued", error: null, sentAt: null }
        ])
      }
      assert.strictEqual((yield* listNotifications(candidate, { ...all, unread: false })).total, 0)
      assert.strictEqual((yield* listNotifications(acme.recruiter, all)).total, 1)
      assert.strictEqual((yield* listNotifications(acme.recruiter, { ...all, channel: "inbox" })).total, 1)
      assert.strictEqual((yield* listNotifications(acme.recruiter, { ...all, channel: "mail" })).total, 0)
      assert.strictEqual((yield* listNotifications(other, all)).total, 0)
      const stranger = { ...candidate, id: newId() }
      assert.strictEqual((yield* Effect.flip(listNotifications(stranger, all)))._tag, "CallerStale")
    })
  )

  it.effect("is theirs to mark as read: for all its channels at once, once", () =>
    story(function* (world) {
      const { candidate, other } = world
      const { rows } = yield* supplied(world)
      const [one, two] = rows
      const id = one?.id ?? ""
      const readAt = now + 1_000
      assert.deepStrictEqual<unknown>(yield* markNotificationRead(candidate, id), { ...one, readAt })
      assert.deepStrictEqual<unknown>((yield* listNotifications(candidate, { ...all, unread: true })).rows, [two])
      const read = yield* listNotifications(candidate, { ...all, unread: false, channel: "mail" })
      assert.deepStrictEqual<unknown>(read.rows, [{ ...one, readAt }])
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* markNotificationRead(candidate, id)).readAt, readAt)
      for (const [caller, unknown] of [
        [other, id],
        [candidate, newId()],
        [candidate, "no uuid"]
      ] as const) {
        assert.deepStrictEqual(yield* Effect.flip(markNotificationRead(caller, unknown)), {
          _tag: "NotificationNotFound"
        })
      }
    })
  )

  it.effect("of a company's matters is not theirs once they have left it", () =>
    story(function* (world) {
      const { acme, candidate } = world
      yield* supplied(world)
      const { recruiter } = acme
      const [viewed] = (yield* listNotifications(recruiter, all)).rows
      assert.strictEqual(viewed?.companyId, acme.id)
      world.leaves(recruiter)
      const leaver = { ...recruiter, companyId: null }
      assert.strictEqual((yield* listNotifications(leaver, all)).total, 0)
      const failure = yield* Effect.flip(markNotificationRead(leaver, viewed?.id ?? ""))
      assert.deepStrictEqual(failure, { _tag: "NotificationNotFound" })
      // What a candidate is notified of is nobody's but theirs.
      assert.isTrue((yield* listNotifications(candidate, all)).rows.every(({ companyId }) => companyId === null))
    })
  )

  it.effect("is theirs to mark as read all at once, and nobody else's", () =>
    story(function* (world) {
      const { acme, candidate } = world
      yield* supplied(world)
      yield* markAllNotificationsRead(candidate)
      const { rows } = yield* listNotifications(candidate, all)
      assert.deepStrictEqual(
        rows.map(({ readAt }) => readAt),
        [now + 1_000, now + 1_000]
      )
      assert.strictEqual((yield* listNotifications(acme.recruiter, { ...all, unread: true })).total, 1)
    })
  )
})
