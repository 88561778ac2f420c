import { assert, describe, it } from "@effect/vitest"
import { notify } from "@treff/domain/events"
import { listNotifications, markAllNotificationsRead, markNotificationRead } from "@treff/domain/notifications"
import { changeOfferSentStatus, sendOffer } from "@treff/domain/offers"
import { handleEvents } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { newId, now } from "../../given.ts"
import { story, type World } from "../story.ts"

const telling = {
  template: "offer-ended",
  data: { offerSentId: "s1", offerId: "o1", title: "Baker", reason: "offer_deleted" }
} as const

describe("telling", () => {
  it.effect("is once for each and by each channel, with ids of their own, and never of what they did themselves", () =>
    story(function* () {
      const event = { id: "e1", actor: { kind: "recruiter", id: "ada" } } as const
      const tells = yield* tell(event, telling, {
        recipients: ["bo", "ada", "cleo", "bo"],
        channels: ["inbox", "mail"],
        companyId: "acme"
      })
      assert.deepStrictEqual(
        tells.map(({ id: _, ...rest }) => rest),
        [
          { ...telling, eventId: "e1", recipientId: "bo", companyId: "acme", channel: "inbox" },
          { ...telling, eventId: "e1", recipientId: "bo", companyId: "acme", channel: "mail" },
          { ...telling, eventId: "e1", recipientId: "cleo", companyId: "acme", channel: "inbox" },
          { ...telling, eventId: "e1", recipientId: "cleo", companyId: "acme", channel: "mail" }
        ]
      )
      assert.strictEqual(new Set(tells.map(({ id }) => id)).size, 4)
    })
  )

  it.effect("of what the system did is for everybody; without recipients it is nothing", () =>
    story(function* () {
      const event = { id: "e1", actor: { kind: "system", id: null } } as const
      const inbox = { channels: ["inbox"], companyId: null } as const
      assert.strictEqual((yield* tell(event, telling, { recipients: ["bo"], ...inbox })).length, 1)
      assert.deepStrictEqual(yield* tell(event, telling, { recipients: [], ...inbox }), [])
    })
  )
})

describe("what somebody was told", () => {
  const all = { unread: null, channel: null, page: { number: 1, limit: 20 } } as const
  /** The candidate is told of a send, by both channels, and the recruiter that it was viewed. */
  const given = Effect.fnUntraced(function* (world: World) {
    const { acme, candidate } = world
    const { value } = yield* sendOffer(acme.recruiter, {
      offerId: world.offer().id,
      candidateId: candidate.id,
      message: null
    })
    yield* changeOfferSentStatus({ caller: candidate, id: value.value.id }, "viewed")
    yield* handleEvents(world.heard())
    yield* TestClock.adjust("1 second")
    return yield* listNotifications(candidate, all)
  })

  it.effect("is theirs to list, all of it or what is unread, by each channel", () =>
    story(function* (world) {
      const { acme, candidate, other } = world
      const { rows, total } = yield* given(world)
      assert.strictEqual(total, 2)
      assert.isTrue(
        rows.every(
          ({ recipientId, createdAt, readAt }) => recipientId === candidate.id && createdAt === now && readAt === null
        )
      )
      const inbox = yield* listNotifications(candidate, { ...all, unread: true, channel: "inbox" })
      assert.deepStrictEqual(
        inbox.rows.map(({ channel, status }) => [channel, status]),
        [["inbox", "sent"]]
      )
      assert.strictEqual((yield* listNotifications(candidate, { ...all, unread: false })).total, 0)
      assert.strictEqual((yield* listNotifications(acme.recruiter, all)).total, 1)
      assert.strictEqual((yield* listNotifications(other, all)).total, 0)
      const stranger = { ...candidate, id: newId() }
      assert.strictEqual((yield* Effect.flip(listNotifications(stranger, all)))._tag, "CallerStale")
    })
  )

  it.effect("is theirs to mark as read: by both channels at once, once", () =>
    story(function* (world) {
      const { candidate, other } = world
      const { rows } = yield* given(world)
      const [one] = rows
      const id = one?.id ?? ""
      const readAt = now + 1_000
      assert.deepStrictEqual<unknown>(yield* markNotificationRead(candidate, id), { ...one, readAt })
      assert.strictEqual((yield* listNotifications(candidate, { ...all, unread: true })).total, 0)
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
      yield* given(world)
      const { recruiter } = acme
      const [told] = (yield* listNotifications(recruiter, all)).rows
      assert.strictEqual(told?.companyId, acme.id)
      world.leaves(recruiter)
      const leaver = { ...recruiter, companyId: null }
      assert.strictEqual((yield* listNotifications(leaver, all)).total, 0)
      const failure = yield* Effect.flip(markNotificationRead(leaver, told?.id ?? ""))
      assert.deepStrictEqual(failure, { _tag: "NotificationNotFound" })
      // What a candidate is told is nobody's but theirs.
      assert.isTrue((yield* listNotifications(candidate, all)).rows.every(({ companyId }) => companyId === null))
    })
  )

  it.effect("is theirs to mark as read all at once, and nobody else's", () =>
    story(function* (world) {
      const { acme, candidate } = world
      yield* given(world)
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
