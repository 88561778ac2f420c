import { assert, describe, it } from "@effect/vitest"
import { aManager, aRecruiter, hour, newId, now } from "@treff/contract-tests/fixtures"
import type { Caller } from "@treff/domain/identity"
import {
  acceptInvitation,
  type Invitation,
  InvitationSettings,
  inviteRecruiter,
  readInvitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { hurried, overtaken, story } from "../story.ts"

const resend = (caller: Caller, { id }: Pick<Invitation, "id">) => resendInvitation({ caller, id })
const refusal = (caller: Caller, invitation: Pick<Invitation, "id">) => Effect.flip(resend(caller, invitation))
const tag = (caller: Caller, invitation: Pick<Invitation, "id">) =>
  Effect.map(refusal(caller, invitation), ({ _tag }) => _tag)
const settings = (changes: Partial<(typeof InvitationSettings)["Service"]>) =>
  Effect.provideService(InvitationSettings, { lifetime: 3 * day, openAtMost: 500, sentAtMost: 200, ...changes })

describe("sending an invitation again", () => {
  it.effect("gives it another token and 72 hours more, by any manager of the company; the old token dies", () =>
    story(function* (world) {
      const { acme } = world
      const other = world.account(aManager(acme.id))
      const invitation = world.invitation()
      const former = world.tokenOf(invitation)
      yield* TestClock.adjust(hour)
      const { version, value } = yield* resend(other, invitation)
      const again = {
        ...invitation,
        tokenHash: "hash of token 1",
        sealedToken: "sealed token 1",
        resends: 1,
        expiresAt: now + 73 * hour,
        updatedAt: now + hour
      }
      assert.deepStrictEqual<unknown>({ version, value }, { version: 2, value: again })
      assert.deepStrictEqual<unknown>(world.invitationNow(invitation), { version: 2, value: again })
      const [event, ...more] = world.events(invitation)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type: "invitation.resent",
        sequence: 2,
        // It stays the first one's, who is notified of the answer.
        data: { inviterId: acme.manager.id, resends: 1, expiresAt: now + 73 * hour },
        actor: { kind: "hiring_manager", id: other.id },
        companyId: acme.id,
        occurredAt: now + hour
      })
      assert.deepStrictEqual<unknown>(yield* Effect.flip(readInvitation(former)), { _tag: "TokenUnknown" })
      assert.strictEqual((yield* readInvitation(world.tokenOf(invitation))).invitation.status, "pending")
    })
  )

  it.effect("opens one that has expired again, swept or not; not swept, its end is written with it", () =>
    story(function* (world) {
      const { manager } = world.acme
      const swept = world.invitation({ status: "expired", expiresAt: now })
      const one = yield* resend(manager, swept)
      assert.deepInclude(one.value, { status: "pending", resends: 1, expiresAt: now + 72 * hour })
      const expired = world.invitation({ expiresAt: now - 1 })
      const two = yield* resend(manager, expired)
      assert.deepInclude(two.value, { status: "pending", resends: 1, expiresAt: now + 72 * hour })
      assert.strictEqual(two.version, 3)
      assert.deepStrictEqual(
        world.events(expired).map(({ type, actor, occurredAt }) => [type, actor.kind, occurredAt]),
        [
          ["invitation.expired", "system", now - 1],
          ["invitation.resent", "hiring_manager", now]
        ]
      )
    })
  )

  it.effect("three times at the most, whether it had expired in between or not", () =>
    story(function* (world) {
      const { manager } = world.acme
      const invitation = world.invitation()
      for (const hours of [0, 1, 100]) {
        yield* TestClock.adjust(hours * hour)
        yield* resend(manager, invitation)
      }
      assert.strictEqual(world.invitationNow(invitation)?.value.resends, 3)
      assert.strictEqual(yield* tag(manager, invitation), "ResentTooOften")
      yield* TestClock.adjust(100 * hour)
      assert.strictEqual(yield* tag(manager, invitation), "ResentTooOften")
      // Another one may be sent instead.
      const content = { email: invitation.email, personalMessage: null, locale: null }
      assert.strictEqual((yield* inviteRecruiter(manager, content)).value.resends, 0)
    })
  )

  it.effect.each(["accepted", "revoked", "declined"] as const)("is refused of one that is %s", (status) =>
    story(function* (world) {
      const invitation = world.invitation({ status })
      const failure = yield* refusal(world.acme.manager, invitation)
      assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotPending", status })
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("is refused to whoever is no manager of the company, and of what does not exist", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      const invitation = world.invitation()
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual(yield* tag(caller, invitation), "RoleNotAllowed")
      }
      assert.strictEqual(yield* tag(globex.manager, invitation), "InvitationNotFound")
      assert.strictEqual(yield* tag(aManager(acme.id), invitation), "CallerStale")
      assert.strictEqual(yield* tag(world.account(aManager(null)), invitation), "NoCompany")
      for (const id of [newId(), "no uuid", ""]) {
        assert.strictEqual(yield* tag(acme.manager, { id }), "InvitationNotFound")
      }
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("is refused where the address is a member's by now; another company's is no matter", () =>
    story(function* (world) {
      const { acme, globex } = world
      const email = "Ada@b.example"
      const invitation = world.invitation({ email, status: "expired" })
      const ada = world.account({ ...aRecruiter(globex.id), email: "ada@B.example" })
      yield* resend(acme.manager, invitation)
      world.account({ ...ada, companyId: acme.id })
      assert.strictEqual(yield* tag(acme.manager, invitation), "AlreadyMember")
    })
  )

  it.effect("is refused where a newer one is open, in any letter case, not where that has expired, swept or not", () =>
    story(function* (world) {
      const { manager } = world.acme
      const old = world.invitation({ email: "ada@b.example", status: "expired", expiresAt: now - hour })
      const newer = world.invitation({ email: "ADA@b.example", expiresAt: now + hour })
      yield* TestClock.adjust(hour - 1)
      assert.strictEqual(yield* tag(manager, old), "AlreadyInvited")
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* resend(manager, old)).value.status, "pending")
      assert.strictEqual(world.invitationNow(newer)?.value.status, "expired")
      assert.deepStrictEqual(
        world.events(newer).map(({ type, actor, occurredAt }) => [type, actor.kind, occurredAt]),
        [["invitation.expired", "system", now + hour]]
      )
    })
  )

  it.effect("is refused where a later one was declined in the last 30 days, in any letter case", () =>
    story(function* (world) {
      const { manager } = world.acme
      const old = world.invitation({ email: "ada@b.example", status: "expired" })
      world.invitation({ email: "ADA@b.example", status: "declined", updatedAt: now })
      yield* TestClock.adjust(30 * day - 1)
      assert.strictEqual(yield* tag(manager, old), "Declined")
      yield* TestClock.adjust(1)
      yield* resend(manager, old)
    })
  )

  it.effect("is not in the way of itself, and what others have revoked is in nobody's", () =>
    story(function* (world) {
      const { manager } = world.acme
      const old = world.invitation({ email: "ada@b.example", status: "expired" })
      const newer = world.invitation({ email: "ada@b.example" })
      yield* revokeInvitation({ caller: manager, id: newer.id })
      yield* resend(manager, old)
      yield* resend(manager, old)
    })
  )

  it.effect("on the expected version, or one of them, and on no other", () =>
    story(function* (world) {
      const caller = world.acme.manager
      const { id } = world.invitation()
      assert.strictEqual((yield* resendInvitation({ caller, id, expectedVersions: [7, 1] })).version, 2)
      for (const expectedVersions of [[1], [0], []]) {
        const failure = yield* Effect.flip(resendInvitation({ caller, id, expectedVersions }))
        assert.strictEqual(failure._tag, "VersionMismatch")
      }
    })
  )
})

describe("the limits of sending again", () => {
  it.effect("count it as one that its sender has sent today", () =>
    story(function* (world) {
      const { manager } = world.acme
      const limited = settings({ sentAtMost: 2 })
      const invitation = world.invitation({ createdAt: now - hour })
      yield* limited(resend(manager, invitation))
      assert.deepStrictEqual<unknown>(yield* limited(refusal(manager, invitation)), {
        _tag: "OverLimit",
        wait: 23 * hour
      })
      // Another manager has sent none.
      yield* limited(resend(world.account(aManager(world.acme.id)), invitation))
    })
  )

  it.effect("let an open one be sent again where as many are open as may be, and an expired one not", () =>
    story(function* (world) {
      const { manager } = world.acme
      const limited = settings({ openAtMost: 2 })
      const [open, , expired] = [
        world.invitation(),
        world.invitation({ expiresAt: now + hour }),
        world.invitation({ expiresAt: now })
      ]
      yield* limited(resend(manager, open))
      assert.deepStrictEqual<unknown>(yield* limited(refusal(manager, expired)), { _tag: "OverLimit", wait: hour })
      yield* TestClock.adjust(hour)
      yield* limited(resend(manager, expired))
    })
  )

  it.effect("come after what can't be sent again at all", () =>
    story(function* (world) {
      const { acme } = world
      const none = settings({ openAtMost: 0, sentAtMost: 0 })
      const often = world.invitation({ resends: 3 })
      const member = world.invitation({ email: acme.recruiter.email })
      assert.strictEqual(yield* none(tag(acme.manager, often)), "ResentTooOften")
      assert.strictEqual(yield* none(tag(acme.manager, member)), "AlreadyMember")
      assert.strictEqual(yield* none(tag(acme.manager, world.invitation())), "OverLimit")
    })
  )
})

describe("a resend that is overtaken", () => {
  it.effect("by another resend sends it once more, as if it had come second", () =>
    story(function* (world) {
      const { manager } = world.acme
      const invitation = world.invitation()
      const { layer } = overtaken(1, () => resend(manager, invitation), world)
      const { version, value } = yield* hurried(Effect.provide(resend(manager, invitation), layer))
      assert.deepStrictEqual([version, value.resends], [3, 2])
    })
  )

  it.effect("by what fills the limits is refused", () =>
    story(function* (world) {
      const { manager } = world.acme
      const invitation = world.invitation({ createdAt: now - 2 * day })
      const content = { email: "bo@b.example", personalMessage: null, locale: null }
      const { layer } = overtaken(1, () => inviteRecruiter(manager, content), world)
      const late = Effect.provide(settings({ sentAtMost: 1 })(tag(manager, invitation)), layer)
      assert.strictEqual(yield* hurried(late), "OverLimit")
      assert.deepStrictEqual(world.events(invitation), [])
    })
  )

  it.effect("by an acceptance, or a newer invitation, is refused", () =>
    story(function* (world) {
      const { manager } = world.acme
      const profile = Effect.succeed({ username: "ada", firstName: "Ada", lastName: "Berg", contactNumber: null })
      const one = world.invitation()
      const accepted = overtaken(1, () => acceptInvitation({ token: world.tokenOf(one), caller: null, profile }), world)
      const late = Effect.flip(hurried(Effect.provide(resend(manager, one), accepted.layer)))
      assert.deepStrictEqual<unknown>(yield* late, { _tag: "InvitationNotPending", status: "accepted" })
      const two = world.invitation({ status: "expired" })
      const content = { email: two.email, personalMessage: null, locale: null }
      const invited = overtaken(1, () => inviteRecruiter(manager, content), world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(manager, two), invited.layer)), "AlreadyInvited")
    })
  )
})
