import { assert, describe, it } from "@effect/vitest"
import { aManager, hour, now } from "@treff/contract-tests/fixtures"
import {
  declineInvitation,
  type Invitation,
  type InvitationStatus,
  invitationOrders,
  invitationStatuses,
  listInvitations,
  resendInvitation
} from "@treff/domain/invitations"
import { allReactions, handleEvents, sendDueMails } from "@treff/domain/reactions"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story } from "../story.ts"

const all = { status: null, order: "createdAt", descending: true, number: 0, size: 100 } as const
const idsOf = (rows: ReadonlyArray<{ readonly value: Invitation }>) => rows.map(({ value }) => value.id)

describe("the list of a company's invitations", () => {
  it.effect("shows each with who sent it and what became of its mail, and gives no sealed token away", () =>
    story(function* (world) {
      const { acme } = world
      const mia = world.account({ ...acme.manager, firstName: "Mia", lastName: "Vik" })
      const invitation = world.invitation({ personalMessage: "Come and bake" })
      assert.deepStrictEqual(yield* listInvitations(world.account(aManager(acme.id)), all), {
        rows: [
          {
            value: { ...invitation, sealedToken: null },
            inviter: { id: mia.id, firstName: "Mia", lastName: "Vik" },
            delivery: { status: "queued", error: null }
          }
        ],
        total: 1
      })
    })
  )

  it.effect("is for the company's hiring managers; of one without a company it is empty", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      world.invitation()
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual((yield* Effect.flip(listInvitations(caller, all)))._tag, "RoleNotAllowed")
      }
      assert.strictEqual((yield* Effect.flip(listInvitations(aManager(acme.id), all)))._tag, "CallerStale")
      for (const caller of [globex.manager, world.account(aManager(null))]) {
        assert.deepStrictEqual(yield* listInvitations(caller, all), { rows: [], total: 0 })
      }
    })
  )

  it.effect("shows each as it is by now, and filters by that, swept or not", () =>
    story(function* (world) {
      const { manager } = world.acme
      const supplied = Object.fromEntries(
        invitationStatuses.map((status) => [status, [world.invitation({ status }).id]])
      )
      const lapsing = world.invitation({ expiresAt: now + 1_000 })
      const ids = (status: InvitationStatus | null) =>
        Effect.map(listInvitations(manager, { ...all, status }), ({ rows, total }) => {
          assert.strictEqual(rows.length, total)
          if (status !== null) assert.isTrue(rows.every(({ value }) => value.status === status))
          return idsOf(rows)
        })
      for (const [adjust, status] of [
        [999, "pending"],
        [1, "expired"]
      ] as const) {
        yield* TestClock.adjust(adjust)
        for (const other of invitationStatuses) {
          const expected = [...(supplied[other] ?? []), ...(other === status ? [lapsing.id] : [])]
          assert.sameMembers([...(yield* ids(other))], expected, other)
        }
        assert.sameMembers([...(yield* ids(null))], [...Object.values(supplied).flat(), lapsing.id])
      }
    })
  )

  it.effect("in whichever order, by pages that fit together", () =>
    story(function* (world) {
      const { manager } = world.acme
      const emails = [
        "b@x.example",
        "A@x.example",
        "c@x.example",
        "B@x.example",
        "a.a@x.example",
        "Z@x.example",
        "z_@x.example"
      ]
      for (const [index, email] of emails.entries()) {
        const status = invitationStatuses[index % 5] as InvitationStatus
        world.invitation({ email, status, createdAt: now - (index % 3) * hour, expiresAt: now + (index % 2) * hour })
      }
      const byEmail = yield* listInvitations(manager, { ...all, order: "email", descending: false })
      assert.deepStrictEqual(
        byEmail.rows.map(({ value }) => value.email.toLowerCase()),
        // By code point: a dot comes before an at, an at before an underscore.
        emails.map((email) => email.toLowerCase()).toSorted()
      )
      for (const order of invitationOrders) {
        const down = yield* listInvitations(manager, { ...all, order })
        const up = yield* listInvitations(manager, { ...all, order, descending: false })
        assert.deepStrictEqual(idsOf(up.rows), idsOf(down.rows).toReversed(), order)
        const pages: Array<string> = []
        for (let number = 0; number < 4; number++) {
          const { rows, total } = yield* listInvitations(manager, { ...all, order, number, size: 2 })
          assert.strictEqual(total, emails.length)
          pages.push(...idsOf(rows))
        }
        assert.deepStrictEqual(pages, idsOf(down.rows), order)
        assert.deepStrictEqual(yield* listInvitations(manager, { ...all, order, number: 9, size: 2 }), {
          rows: [],
          total: emails.length
        })
      }
    })
  )

  it.effect("says what became of the mail with the present token", () =>
    story(function* (world) {
      const { manager } = world.acme
      const invitation = world.invitation()
      const delivery = Effect.map(
        Effect.suspend(() => listInvitations(manager, all)),
        ({ rows }) => rows[0]?.delivery
      )
      yield* resendInvitation({ caller: manager, id: invitation.id })
      assert.deepStrictEqual(yield* delivery, { status: "queued", error: null })
      yield* handleEvents(world.published(), allReactions)
      yield* sendDueMails(allReactions)
      assert.deepStrictEqual(yield* delivery, { status: "sent", error: null })
      yield* resendInvitation({ caller: manager, id: invitation.id })
      assert.deepStrictEqual(yield* delivery, { status: "queued", error: null })
      yield* handleEvents(world.published(), allReactions)
      yield* declineInvitation(world.tokenOf(invitation))
      yield* sendDueMails(allReactions)
      assert.deepStrictEqual(yield* delivery, { status: "failed", error: "by now there is nothing to tell" })
    })
  )
})
