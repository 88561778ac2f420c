import { assert, describe, it } from "@effect/vitest"
import { now } from "@treff/contract-tests/fixtures"
import { acceptInvitation, declineInvitation, resendInvitation, revokeInvitation } from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { hurried, overtaken, story } from "../story.ts"

describe("declining", () => {
  it.effect("ends an open invitation, by whoever has its token, and forgets the sealed one", () =>
    story(function* (world) {
      const { acme } = world
      const invitation = world.invitation()
      yield* TestClock.adjust("1 hour")
      yield* declineInvitation(world.tokenOf(invitation))
      assert.deepStrictEqual<unknown>(world.invitationNow(invitation), {
        version: 2,
        value: { ...invitation, status: "declined", sealedToken: null, updatedAt: now + 3_600_000 }
      })
      const [event, ...more] = world.events(invitation)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type: "invitation.declined",
        sequence: 2,
        data: { inviterId: acme.manager.id },
        // The invited, whoever that is.
        actor: { kind: "recruiter", id: null },
        companyId: acme.id,
        occurredAt: now + 3_600_000
      })
      assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
    })
  )

  it.effect.each(["accepted", "expired", "revoked", "declined"] as const)("is refused of one that is %s", (status) =>
    story(function* (world) {
      const invitation = world.invitation({ status })
      const failure = yield* Effect.flip(declineInvitation(world.tokenOf(invitation)))
      assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotOpen", status })
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("is refused at the instant at which it expires, not a millisecond before, and writes nothing then", () =>
    story(function* (world) {
      const [one, two] = [world.invitation({ expiresAt: now + 7 }), world.invitation({ expiresAt: now + 7 })]
      yield* TestClock.adjust(6)
      yield* declineInvitation(world.tokenOf(one))
      yield* TestClock.adjust(1)
      const failure = yield* Effect.flip(declineInvitation(world.tokenOf(two)))
      assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotOpen", status: "expired" })
      assert.deepStrictEqual(world.events(two), [])
    })
  )

  it.effect("is refused of a token that is none, or is no longer the present one", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const former = world.tokenOf(invitation)
      yield* resendInvitation({ caller: world.acme.manager, id: invitation.id })
      for (const token of [former, "guessed", ""]) {
        assert.deepStrictEqual<unknown>(yield* Effect.flip(declineInvitation(token)), { _tag: "TokenUnknown" })
      }
      yield* declineInvitation(world.tokenOf(invitation))
    })
  )

  it.effect("beside what came first is refused: another that declines, one that accepts, one that revokes", () =>
    story(function* (world) {
      const { acme } = world
      const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
      for (const [status, rival] of [
        ["declined", (token: string) => declineInvitation(token)],
        ["accepted", (token: string) => acceptInvitation({ token, caller: null, profile })],
        ["revoked", (_: string, id: string) => revokeInvitation({ caller: acme.manager, id })]
      ] as const) {
        const invitation = world.invitation()
        const token = world.tokenOf(invitation)
        const { layer } = overtaken<unknown>(1, () => rival(token, invitation.id), world)
        const failure = yield* Effect.flip(hurried(Effect.provide(declineInvitation(token), layer)))
        assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotOpen", status })
        assert.strictEqual(world.events(invitation).length, 1)
      }
    })
  )

  it.effect("beside one that sends it again finds its token unknown", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const { layer } = overtaken(1, () => resendInvitation({ caller: world.acme.manager, id: invitation.id }), world)
      const work = Effect.provide(declineInvitation(world.tokenOf(invitation)), layer)
      assert.strictEqual((yield* Effect.flip(hurried(work)))._tag, "TokenUnknown")
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const invitation = world.invitation({ updatedAt: now + 5 })
      yield* declineInvitation(world.tokenOf(invitation))
      assert.strictEqual(world.events(invitation)[0]?.occurredAt, now + 5)
    })
  )
})
