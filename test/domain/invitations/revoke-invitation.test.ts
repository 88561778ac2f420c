import { assert, describe, it } from "@effect/vitest"
import { aManager, newId, now } from "@treff/contract-tests/fixtures"
import type { Caller } from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  type Invitation,
  inviteRecruiter,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { hurried, overtaken, story, type World } from "../story.ts"

const tag = (caller: Caller, { id }: Pick<Invitation, "id">) =>
  Effect.map(Effect.flip(revokeInvitation({ caller, id })), ({ _tag }) => _tag)
/** A company whose creator is not the manager who invites. */
const aCreator = (world: World) => {
  const { acme, state } = world
  const creator = world.account(aManager(acme.id))
  state.companies.set(acme.id, { id: acme.id, name: "Acme", creatorId: creator.id, createdAt: 0, version: 0 })
  return creator
}

describe("revoking", () => {
  it.effect("by the inviter, or by the company's creator, ends it and forgets its token", () =>
    story(function* (world) {
      const { acme } = world
      const creator = aCreator(world)
      for (const caller of [acme.manager, creator]) {
        const invitation = world.invitation()
        const { version, value } = yield* revokeInvitation({ caller, id: invitation.id })
        const revoked = { ...invitation, status: "revoked", sealedToken: null, updatedAt: now }
        assert.deepStrictEqual<unknown>({ version, value }, { version: 2, value: revoked })
        assert.deepStrictEqual<unknown>(world.invitationNow(invitation), { version: 2, value: revoked })
        const [event, ...more] = world.events(invitation)
        assert.deepStrictEqual(more, [])
        assert.deepInclude<unknown>(event, {
          type: "invitation.revoked",
          sequence: 2,
          data: { inviterId: acme.manager.id },
          actor: { kind: "hiring_manager", id: caller.id },
          companyId: acme.id,
          occurredAt: now
        })
      }
    })
  )

  it.effect("by nobody else: not another manager, nor recruiters, nor whoever is of another company", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      aCreator(world)
      const invitation = world.invitation()
      assert.strictEqual(yield* tag(world.account(aManager(acme.id)), invitation), "NotInviter")
      assert.strictEqual(yield* tag(globex.manager, invitation), "InvitationNotFound")
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual(yield* tag(caller, invitation), "RoleNotAllowed")
      }
      assert.strictEqual(yield* tag(aManager(acme.id), invitation), "CallerStale")
      assert.strictEqual(yield* tag(world.account(aManager(null)), invitation), "NoCompany")
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("of what does not exist, or is no UUID: not found", () =>
    story(function* (world) {
      for (const id of [newId(), "no uuid", "", "\0"]) {
        assert.strictEqual(yield* tag(world.acme.manager, { id }), "InvitationNotFound")
      }
    })
  )

  it.effect.each(["accepted", "expired", "revoked", "declined"] as const)(
    "of one that is %s: refused, first for whose it is",
    (status) =>
      story(function* (world) {
        const { acme } = world
        aCreator(world)
        const invitation = world.invitation({ status })
        const failure = yield* Effect.flip(revokeInvitation({ caller: acme.manager, id: invitation.id }))
        assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotPending", status })
        assert.strictEqual(yield* tag(world.account(aManager(acme.id)), invitation), "NotInviter")
        assert.deepStrictEqual(world.events(invitation), [])
      })
  )

  it.effect("of one that has expired, at that instant: refused, and nothing is written", () =>
    story(function* (world) {
      const invitation = world.invitation({ expiresAt: now + 7 })
      yield* TestClock.adjust(7)
      const failure = yield* Effect.flip(revokeInvitation({ caller: world.acme.manager, id: invitation.id }))
      assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotPending", status: "expired" })
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("makes room for another to the same address", () =>
    story(function* (world) {
      const content = { email: "ada@b.example", personalMessage: null, locale: null }
      const { value } = yield* inviteRecruiter(world.acme.manager, content)
      yield* revokeInvitation({ caller: world.acme.manager, id: value.id })
      yield* inviteRecruiter(world.acme.manager, content)
    })
  )

  it.effect("on the expected version, or one of them, and on no other", () =>
    story(function* (world) {
      const caller = world.acme.manager
      for (const expectedVersions of [[1], [7, 1]]) {
        const { id } = world.invitation()
        assert.strictEqual((yield* revokeInvitation({ caller, id, expectedVersions })).version, 2)
      }
      const invitation = world.invitation()
      for (const expectedVersions of [[2], [0], []]) {
        const failure = yield* Effect.flip(revokeInvitation({ caller, id: invitation.id, expectedVersions }))
        assert.strictEqual(failure._tag, "VersionMismatch")
      }
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const invitation = world.invitation({ updatedAt: now + 5 })
      yield* revokeInvitation({ caller: world.acme.manager, id: invitation.id })
      assert.strictEqual(world.events(invitation)[0]?.occurredAt, now + 5)
    })
  )
})

describe("a revocation that is overtaken", () => {
  it.effect("by an answer, or by another revocation, is refused", () =>
    story(function* (world) {
      const caller = world.acme.manager
      const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
      for (const [status, rival] of [
        ["accepted", (token: string) => acceptInvitation({ token, caller: null, profile })],
        ["declined", (token: string) => declineInvitation(token)],
        ["revoked", (_: string, id: string) => revokeInvitation({ caller, id })]
      ] as const) {
        const invitation = world.invitation()
        const { layer } = overtaken<unknown>(1, () => rival(world.tokenOf(invitation), invitation.id), world)
        const revoke = Effect.provide(revokeInvitation({ caller, id: invitation.id }), layer)
        assert.deepStrictEqual<unknown>(yield* Effect.flip(hurried(revoke)), { _tag: "InvitationNotPending", status })
        assert.strictEqual(world.events(invitation).length, 1)
      }
    })
  )

  it.effect("by a resend revokes what was sent again; on a named version it fails at once", () =>
    story(function* (world) {
      const caller = world.acme.manager
      const rival = (id: string) => () => resendInvitation({ caller, id })
      const one = world.invitation()
      const first = overtaken(1, rival(one.id), world)
      const { version, value } = yield* hurried(Effect.provide(revokeInvitation({ caller, id: one.id }), first.layer))
      assert.deepStrictEqual([version, value.status, value.resends], [3, "revoked", 1])
      const two = world.invitation()
      const second = overtaken(1, rival(two.id), world)
      const named = revokeInvitation({ caller, id: two.id, expectedVersions: [1] })
      assert.strictEqual((yield* Effect.flip(Effect.provide(named, second.layer)))._tag, "VersionMismatch")
      assert.strictEqual(second.tried.commits, 1)
    })
  )
})
