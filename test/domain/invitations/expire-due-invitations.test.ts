import { assert, describe, it } from "@effect/vitest"
import { hour, now } from "@treff/contract-tests/fixtures"
import { Journal } from "@treff/domain/events"
import { expireDueInvitations, invitationStatuses, readInvitation, resendInvitation } from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { overtaken, story } from "../story.ts"

describe("the sweep of what has expired", () => {
  it.effect("writes the end of each at the instant at which it expired, by the system, and touches no others", () =>
    story(function* (world) {
      const expired = [world.invitation({ expiresAt: now - hour }), world.invitation({ expiresAt: now })]
      const others = [
        world.invitation({ expiresAt: now + 1 }),
        ...invitationStatuses
          .filter((status) => status !== "pending")
          .map((status) => world.invitation({ status, expiresAt: now - hour }))
      ]
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 2, finished: true })
      for (const invitation of expired) {
        const { expiresAt } = invitation
        assert.deepStrictEqual<unknown>(world.invitationNow(invitation), {
          version: 2,
          value: { ...invitation, status: "expired", sealedToken: null, updatedAt: expiresAt }
        })
        const [event, ...more] = world.events(invitation)
        assert.deepStrictEqual(more, [])
        assert.deepInclude<unknown>(event, {
          type: "invitation.expired",
          sequence: 2,
          data: { inviterId: world.acme.manager.id },
          actor: { kind: "system", id: null },
          companyId: world.acme.id,
          occurredAt: expiresAt
        })
      }
      for (const invitation of others) assert.deepStrictEqual(world.events(invitation), [])
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 0, finished: true })
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 1, finished: true })
    })
  )

  it.effect("changes nothing that anybody reads", () =>
    story(function* (world) {
      const token = world.tokenOf(world.invitation({ expiresAt: now }))
      const before = yield* readInvitation(token)
      yield* expireDueInvitations(1)
      const { invitation, ...rest } = yield* readInvitation(token)
      assert.deepStrictEqual({ invitation, ...rest }, before)
    })
  )

  it.effect("takes a thousand at a time, as many batches as it may, and says whether that was all", () =>
    story(function* (world) {
      for (let count = 0; count < 2_100; count++) world.invitation({ expiresAt: now - 1 })
      const batches: Array<number> = []
      const journal = yield* Journal
      const counting = Journal.of({
        ...journal,
        commitEach: (changes, options) => {
          batches.push(changes.length)
          return journal.commitEach(changes, options)
        }
      })
      const sweep = (most: number) => Effect.provideService(expireDueInvitations(most), Journal, counting)
      assert.deepStrictEqual(yield* sweep(2), { expired: 2_000, finished: false })
      assert.deepStrictEqual(yield* sweep(2), { expired: 100, finished: true })
      assert.deepStrictEqual(batches, [1_000, 1_000, 100])
    })
  )

  it.effect("leaves what somebody has sent again meanwhile, and comes back for what somebody has locked", () =>
    story(function* (world) {
      const { manager } = world.acme
      const [one, two] = [world.invitation({ expiresAt: now }), world.invitation({ expiresAt: now })]
      const { layer } = overtaken(1, () => resendInvitation({ caller: manager, id: one.id }), world)
      assert.deepStrictEqual(yield* Effect.provide(expireDueInvitations(20), layer), { expired: 1, finished: false })
      assert.strictEqual(world.invitationNow(one)?.value.status, "pending")
      assert.strictEqual(world.invitationNow(two)?.value.status, "expired")
      assert.deepStrictEqual(yield* expireDueInvitations(20), { expired: 0, finished: true })
    })
  )
})
