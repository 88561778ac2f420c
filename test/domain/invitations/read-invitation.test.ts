import { assert, describe, it } from "@effect/vitest"
import { factsOf, now } from "@treff/contract-tests/fixtures"
import { invitationStatuses, inviteRecruiter, readInvitation, resendInvitation } from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story } from "../story.ts"

describe("reading an invitation by its token", () => {
  it.effect("shows what it is, into which company and by whom, and gives its sealed token to nobody", () =>
    story(function* (world) {
      const { acme, state } = world
      state.companies.set(acme.id, { id: acme.id, version: 0, name: "Acme", creatorId: null, createdAt: now })
      const mia = world.account({ ...acme.manager, firstName: "Mia", lastName: "Vik" })
      const invitation = world.invitation({ personalMessage: "Come and bake" })
      assert.deepStrictEqual(yield* readInvitation(world.tokenOf(invitation)), {
        invitation: { ...invitation, sealedToken: null },
        companyName: "Acme",
        inviter: { id: mia.id, firstName: "Mia", lastName: "Vik", email: mia.email },
        account: null
      })
    })
  )

  it.effect.each(invitationStatuses)("however it stands: %s", (status) =>
    story(function* (world) {
      const invitation = world.invitation({ status })
      assert.strictEqual((yield* readInvitation(world.tokenOf(invitation))).invitation.status, status)
    })
  )

  it.effect("as it is by now: at the instant at which it expires it has, swept or not", () =>
    story(function* (world) {
      const token = world.tokenOf(world.invitation({ expiresAt: now + 1_000 }))
      const status = Effect.map(
        Effect.suspend(() => readInvitation(token)),
        ({ invitation }) => invitation.status
      )
      yield* TestClock.adjust(999)
      assert.strictEqual(yield* status, "pending")
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* status, "expired")
    })
  )

  it.effect("shows whether its address has an account by now, in any letter case", () =>
    story(function* (world) {
      const { candidate } = world
      const token = world.tokenOf(world.invitation({ email: candidate.email.toUpperCase() }))
      assert.deepStrictEqual((yield* readInvitation(token)).account, { ...factsOf(candidate), createdAt: 0 })
    })
  )

  it.effect("changes nothing, however often: mail scanners open links", () =>
    story(function* (world) {
      const { value } = yield* inviteRecruiter(world.acme.manager, {
        email: "ada@b.example",
        personalMessage: null,
        locale: null
      })
      const before = structuredClone(world.state)
      for (let times = 0; times < 10; times++) yield* readInvitation(world.tokenOf(value))
      assert.deepStrictEqual(world.state, before)
    })
  )

  it.effect("is refused of a token that is none, whatever it looks like, and of one that was", () =>
    story(function* (world) {
      const { value } = yield* inviteRecruiter(world.acme.manager, {
        email: "ada@b.example",
        personalMessage: null,
        locale: null
      })
      const former = world.tokenOf(value)
      yield* resendInvitation({ caller: world.acme.manager, id: value.id })
      for (const token of [former, "", "guessed", value.id, value.tokenHash, "x".repeat(100_000), "\0", "'; drop"]) {
        assert.deepStrictEqual<unknown>(yield* Effect.flip(readInvitation(token)), { _tag: "TokenUnknown" })
      }
    })
  )
})
