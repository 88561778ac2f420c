import { assert, describe, it } from "@effect/vitest"
import { aManager, aRecruiter, factsOf, hour, newId, now } from "@treff/contract-tests/fixtures"
import { StaleVersion, StoreUnavailable } from "@treff/domain/events"
import type { Account, Caller, Profile } from "@treff/domain/identity"
import {
  acceptInvitation,
  declineInvitation,
  type Invitation,
  resendInvitation,
  revokeInvitation
} from "@treff/domain/invitations"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { failing, hurried, overtaken, story, type World } from "../story.ts"

const ada: Profile = { username: "ada.berg", firstName: "Ada", lastName: "Berg", contactNumber: "+4722334455" }

const accept = (world: World, invitation: Invitation, caller: Caller | null = null, profile: Partial<Profile> = {}) =>
  acceptInvitation({ token: world.tokenOf(invitation), caller, profile: Effect.succeed({ ...ada, ...profile }) })
const refusal = (...asked: Parameters<typeof accept>) => Effect.flip(accept(...asked))
const tag = (...asked: Parameters<typeof accept>) => Effect.map(refusal(...asked), ({ _tag }) => _tag)

/** That nothing was written: of the invitation, of anybody, and into the log. */
const unchanged = (world: World, invitation: Invitation) => {
  assert.strictEqual(world.invitationNow(invitation)?.value.status, invitation.status)
  assert.deepStrictEqual(world.published(), [])
}

describe("accepting", () => {
  it.effect("makes the invited an account: a recruiter of the company, as they say of themselves, verified", () =>
    story(function* (world) {
      const { acme } = world
      const invitation = world.invitation({ email: "Ada.Berg@Bakery.example", locale: "nb" })
      yield* TestClock.adjust(hour)
      const account = yield* accept(world, invitation)
      const at = now + hour
      const facts = {
        id: account.id,
        role: "recruiter",
        subRole: "recruiter_user",
        companyId: acme.id,
        email: "Ada.Berg@Bakery.example",
        username: "ada.berg",
        firstName: "Ada",
        lastName: "Berg",
        locale: "nb",
        contactNumber: "+4722334455",
        emailVerified: true,
        profileComplete: true,
        createdAt: at,
        version: 1
      }
      assert.deepStrictEqual<unknown>(world.accountNow(account), facts)
      assert.deepStrictEqual<unknown>({ ...account }, { ...facts, status: "member" })
      assert.deepStrictEqual<unknown>(world.invitationNow(invitation), {
        version: 2,
        value: { ...invitation, status: "accepted", sealedToken: null, updatedAt: at }
      })
      const signed = { actor: { kind: "recruiter", id: account.id }, companyId: acme.id, occurredAt: at }
      const log = world.published().map(({ id, ...event }) => {
        assert.isTrue(world.state.deliveries.has(id))
        return { ...event, companyId: world.state.events.get(id)?.companyId }
      })
      assert.deepStrictEqual<unknown>(log, [
        {
          type: "invitation.accepted",
          subject: { type: "invitation", id: invitation.id },
          sequence: 2,
          data: { inviterId: acme.manager.id, accountId: account.id },
          ...signed
        },
        {
          type: "account.created",
          subject: { type: "account", id: account.id },
          sequence: 1,
          data: { role: "recruiter", subRole: "recruiter_user", formerRole: null, invitationId: invitation.id },
          ...signed
        }
      ])
    })
  )

  it.effect("until the last millisecond", () =>
    story(function* (world) {
      const [one, two] = [world.invitation({ expiresAt: now + 7 }), world.invitation({ expiresAt: now + 7 })]
      yield* TestClock.adjust(6)
      yield* accept(world, one)
      yield* TestClock.adjust(1)
      assert.deepStrictEqual<unknown>(yield* refusal(world, two, null, { username: "bo" }), {
        _tag: "InvitationNotOpen",
        status: "expired"
      })
    })
  )

  it.effect("of one that was sent again, by its present token only", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const former = world.tokenOf(invitation)
      yield* resendInvitation({ caller: world.acme.manager, id: invitation.id })
      const late = acceptInvitation({ token: former, caller: null, profile: Effect.succeed(ada) })
      assert.deepStrictEqual<unknown>(yield* Effect.flip(late), { _tag: "TokenUnknown" })
      assert.strictEqual((yield* accept(world, invitation)).username, "ada.berg")
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const invitation = world.invitation({ updatedAt: now + 5 })
      const account = yield* accept(world, invitation)
      assert.strictEqual(world.events(invitation)[0]?.occurredAt, now + 5)
      assert.strictEqual(world.events(account)[0]?.occurredAt, now + 5)
    })
  )
})

describe("a token that is not good", () => {
  it.effect.each(["accepted", "expired", "revoked", "declined"] as const)("is refused: %s", (status) =>
    story(function* (world) {
      const invitation = world.invitation({ status })
      assert.deepStrictEqual<unknown>(yield* refusal(world, invitation), { _tag: "InvitationNotOpen", status })
      unchanged(world, invitation)
    })
  )

  it.effect("is refused where it is none", () =>
    story(function* (world) {
      for (const token of ["", "guessed", newId(), "\0"]) {
        const failure = yield* Effect.flip(
          acceptInvitation({ token, caller: world.acme.manager, profile: Effect.succeed(ada) })
        )
        assert.deepStrictEqual<unknown>(failure, { _tag: "TokenUnknown" })
      }
    })
  )
})

describe("who has no account yet", () => {
  const bad: ReadonlyArray<
    readonly [what: string, changes: Partial<Profile>, ...fields: ReadonlyArray<keyof Profile>]
  > = [
    ["a user name of two characters", { username: "ad" }, "username"],
    ["a user name of 41", { username: "a".repeat(41) }, "username"],
    ["a user name with a space", { username: "ada berg" }, "username"],
    ["a user name with a letter beyond ASCII", { username: "ådå" }, "username"],
    ["a user name with an at", { username: "ada@b" }, "username"],
    ["a user name that ends in a line break", { username: "ada\n" }, "username"],
    ["no first name", { firstName: "" }, "firstName"],
    ["a first name of spaces", { firstName: " " }, "firstName"],
    ["a first name that is not trimmed", { firstName: "Ada " }, "firstName"],
    ["a first name of 101", { firstName: "🥐".repeat(101) }, "firstName"],
    ["a first name in two lines", { firstName: "Ada\nBerg" }, "firstName"],
    ["a first name in two lines, by another separator", { firstName: "Ada\u2028Berg" }, "firstName"],
    ["a first name that turns what follows around", { firstName: "Ada\u202e" }, "firstName"],
    ["a last name that isolates what follows", { lastName: "\u2067Berg" }, "lastName"],
    ["a last name with a NUL", { lastName: "Be\0rg" }, "lastName"],
    ["a last name with a control character", { lastName: "Be\u0007rg" }, "lastName"],
    ["a last name of 101", { lastName: "b".repeat(101) }, "lastName"],
    ["a last name with half a character", { lastName: "Berg\ud83e" }, "lastName"],
    ["a telephone number without its plus", { contactNumber: "4722334455" }, "contactNumber"],
    ["a telephone number that begins with 0", { contactNumber: "+04722334455" }, "contactNumber"],
    ["a telephone number with spaces", { contactNumber: "+47 22 33 44 55" }, "contactNumber"],
    ["a telephone number of 16 digits", { contactNumber: `+${"1".repeat(16)}` }, "contactNumber"],
    ["a telephone number of one digit", { contactNumber: "+4" }, "contactNumber"],
    ["no telephone number, but a text", { contactNumber: "" }, "contactNumber"],
    [
      "nothing as it should be",
      { username: "", firstName: "", lastName: "", contactNumber: "me" },
      "username",
      "firstName",
      "lastName",
      "contactNumber"
    ]
  ]
  it.effect.each(bad)("may not have %s", ([, changes, ...fields]) =>
    story(function* (world) {
      const invitation = world.invitation()
      const failure = yield* refusal(world, invitation, null, changes)
      if (failure._tag !== "InvalidProfile") return assert.fail(failure._tag)
      assert.deepStrictEqual<unknown>(
        failure.issues.map(({ field }) => field),
        fields
      )
      unchanged(world, invitation)
    })
  )

  const good: ReadonlyArray<readonly [what: string, changes: Partial<Profile>]> = [
    ["a user name of three characters", { username: "a-1" }],
    ["a user name of 40", { username: `${"A".repeat(38)}._` }],
    ["a first name of one character", { firstName: "Å" }],
    ["names of 100", { firstName: "🥐".repeat(100), lastName: "b".repeat(100) }],
    ["a name of several parts", { lastName: "d'Ørsted-Vik y Berg" }],
    ["no telephone number", { contactNumber: null }],
    ["a telephone number of 15 digits", { contactNumber: `+${"1".repeat(15)}` }],
    ["a telephone number of two", { contactNumber: "+12" }]
  ]
  it.effect.each(good)("may have %s", ([, changes]) =>
    story(function* (world) {
      const account = yield* accept(world, world.invitation(), null, changes)
      assert.deepInclude<unknown>(world.accountNow(account), changes)
    })
  )

  it.effect("may not have somebody's user name, in any letter case; the invitation stays open", () =>
    story(function* (world) {
      world.account({ ...world.globex.recruiter, username: "Ada.Berg" })
      const invitation = world.invitation()
      for (const username of ["Ada.Berg", "ada.berg", "ADA.BERG"]) {
        assert.deepStrictEqual<unknown>(yield* refusal(world, invitation, null, { username }), {
          _tag: "UsernameTaken"
        })
      }
      unchanged(world, invitation)
      yield* accept(world, invitation, null, { username: "ada-berg" })
    })
  )

  it.effect("is nobody who calls: a token of somebody else makes no difference", () =>
    story(function* (world) {
      const account = yield* accept(world, world.invitation(), world.globex.manager)
      assert.strictEqual(account.username, "ada.berg")
      assert.deepStrictEqual(world.accountNow(world.globex.manager), world.globex.manager)
    })
  )
})

describe("who has an account already", () => {
  const invite = (world: World, account: Account) => world.invitation({ email: account.email.toUpperCase() })
  const outside: Record<string, (world: World) => Account> = {
    "a candidate": ({ candidate }) => candidate,
    "a recruiter who has left a company": (world) => world.account(aRecruiter(null)),
    "a recruiter_admin who has left one": (world) =>
      world.account({ ...aRecruiter(null), subRole: "recruiter_admin" as const })
  }

  it.effect.each(Object.entries(outside))("joins as a recruiter, with names as they are: %s", ([, who]) =>
    story(function* (world) {
      const { acme } = world
      const somebody = world.account({ ...who(world), username: "before", locale: "fr" })
      const invitation = world.invitation({ email: somebody.email.toUpperCase(), locale: "nb" })
      const account = yield* accept(world, invitation, somebody)
      const joined = {
        ...factsOf(somebody),
        createdAt: 0,
        role: "recruiter",
        subRole: "recruiter_user",
        companyId: acme.id,
        emailVerified: true,
        profileComplete: true,
        version: 1
      }
      assert.deepStrictEqual<unknown>(world.accountNow(somebody), joined)
      assert.deepInclude<unknown>(account, joined)
      assert.strictEqual(world.invitationNow(invitation)?.value.status, "accepted")
      const actor = { kind: somebody.role, id: somebody.id }
      assert.deepStrictEqual<unknown>(
        world.published().map(({ type, sequence, data, actor }) => ({ type, sequence, data, actor })),
        [
          {
            type: "invitation.accepted",
            sequence: 2,
            data: { inviterId: acme.manager.id, accountId: somebody.id },
            actor
          },
          {
            type: "account.joined",
            sequence: 1,
            data: {
              role: "recruiter",
              subRole: "recruiter_user",
              formerRole: somebody.role,
              invitationId: invitation.id
            },
            actor
          }
        ]
      )
    })
  )

  it.effect("whatever the profile says, or whether it is one at all", () =>
    story(function* (world) {
      const { candidate } = world
      const invitation = invite(world, candidate)
      const profile = Effect.fail({ _tag: "NoJson" } as const)
      yield* acceptInvitation({ token: world.tokenOf(invitation), caller: candidate, profile })
      assert.deepInclude(world.accountNow(candidate), { firstName: "Cleo", username: null })
    })
  )

  it.effect("has to be signed in, as themselves; nothing is changed by anybody else who has the link", () =>
    story(function* (world) {
      const { candidate, other, acme } = world
      const invitation = invite(world, candidate)
      assert.deepStrictEqual<unknown>(yield* refusal(world, invitation), { _tag: "SignInRequired" })
      for (const caller of [other, acme.manager, { ...candidate, id: newId() }]) {
        assert.deepStrictEqual<unknown>(yield* refusal(world, invitation, caller), { _tag: "NotInvited" })
      }
      assert.deepStrictEqual(world.accountNow(candidate), candidate)
      unchanged(world, invitation)
    })
  )

  it.effect("by a token that is no longer so is refused", () =>
    story(function* (world) {
      const recruiter = world.account(aRecruiter(null))
      const invitation = invite(world, recruiter)
      for (const caller of [
        { ...recruiter, role: "candidate", subRole: null },
        { ...recruiter, subRole: "recruiter_admin" },
        { ...recruiter, companyId: world.globex.id }
      ] as const) {
        const failure = yield* refusal(world, invitation, caller)
        assert.deepInclude(failure, { _tag: "CallerStale", accountId: recruiter.id })
      }
      unchanged(world, invitation)
    })
  )

  it.effect("and is in a company: not in another one besides, nor in the same once more", () =>
    story(function* (world) {
      const { acme, globex } = world
      const everybody: ReadonlyArray<readonly [string, Account]> = [
        ["AlreadyMember", acme.recruiter],
        ["AlreadyMember", acme.manager],
        ["AlreadyInACompany", globex.recruiter],
        ["AlreadyInACompany", globex.admin],
        ["AlreadyInACompany", globex.manager]
      ]
      for (const [expected, somebody] of everybody) {
        const invitation = world.invitation({ email: somebody.email })
        assert.strictEqual(yield* tag(world, invitation, somebody), expected)
        // A token from before they had one contradicts nothing.
        assert.strictEqual(yield* tag(world, invitation, { ...somebody, companyId: null }), expected)
        assert.deepStrictEqual(world.accountNow(somebody), somebody)
        unchanged(world, invitation)
      }
    })
  )

  it.effect("and is a hiring manager without a company: makes one, and joins none", () =>
    story(function* (world) {
      const mia = world.account(aManager(null))
      const invitation = invite(world, mia)
      assert.deepStrictEqual<unknown>(yield* refusal(world, invitation, mia), { _tag: "IsAHiringManager" })
      unchanged(world, invitation)
    })
  )
})

describe("the order of the refusals", () => {
  it.effect("is the token, then the profile, then the account", () =>
    story(function* (world) {
      const { candidate } = world
      world.account({ ...world.globex.recruiter, username: "taken" })
      const noProfile = { _tag: "NoJson" } as const
      const refused = (invitation: Invitation | null, caller: Caller | null, profile: Partial<Profile> | null) =>
        Effect.map(
          Effect.flip(
            acceptInvitation({
              token: invitation === null ? "guessed" : world.tokenOf(invitation),
              caller,
              profile: profile === null ? Effect.fail(noProfile) : Effect.succeed({ ...ada, ...profile })
            })
          ),
          ({ _tag }) => _tag
        )
      const [open, closed] = [world.invitation(), world.invitation({ status: "revoked" })]
      const [known, knownClosed] = [
        world.invitation({ email: candidate.email }),
        world.invitation({ email: candidate.email, status: "declined" })
      ]
      const bad = { username: "", firstName: "" }
      const table = [
        ["TokenUnknown", null, null, null],
        ["TokenUnknown", null, candidate, bad],
        ["InvitationNotOpen", closed, null, null],
        ["InvitationNotOpen", closed, candidate, bad],
        ["InvitationNotOpen", knownClosed, null, null],
        ["InvitationNotOpen", knownClosed, world.other, bad],
        ["NoJson", open, null, null],
        ["NoJson", open, candidate, null],
        ["InvalidProfile", open, null, { username: "taken", firstName: "" }],
        ["UsernameTaken", open, null, { username: "taken" }],
        ["SignInRequired", known, null, null],
        ["SignInRequired", known, null, bad],
        ["NotInvited", known, world.other, null],
        ["NotInvited", known, world.other, { username: "taken" }]
      ] as const
      for (const [expected, invitation, caller, profile] of table) {
        assert.strictEqual(yield* refused(invitation, caller, profile), expected)
      }
      assert.deepStrictEqual(world.published(), [])
    })
  )
})

describe("an acceptance that is overtaken", () => {
  it.effect("by the same is refused: one account is made", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const before = world.state.accounts.size
      const { layer } = overtaken(1, () => accept(world, invitation, null, { username: "other" }), world)
      const failure = yield* Effect.flip(hurried(Effect.provide(accept(world, invitation), layer)))
      assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotOpen", status: "accepted" })
      assert.strictEqual(world.state.accounts.size, before + 1)
    })
  )

  it.effect("by what ends the invitation is refused, and makes no account", () =>
    story(function* (world) {
      const { acme } = world
      const before = world.state.accounts.size
      for (const [status, rival] of [
        ["declined", (token: string) => declineInvitation(token)],
        ["revoked", (_: string, id: string) => revokeInvitation({ caller: acme.manager, id })]
      ] as const) {
        const invitation = world.invitation()
        const { layer } = overtaken<unknown>(1, () => rival(world.tokenOf(invitation), invitation.id), world)
        const failure = yield* Effect.flip(hurried(Effect.provide(accept(world, invitation), layer)))
        assert.deepStrictEqual<unknown>(failure, { _tag: "InvitationNotOpen", status })
      }
      assert.strictEqual(world.state.accounts.size, before)
    })
  )

  it.effect("by another token finds its own unknown", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const { layer } = overtaken(1, () => resendInvitation({ caller: world.acme.manager, id: invitation.id }), world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world, invitation), layer)), "TokenUnknown")
    })
  )

  it.effect("by somebody who takes the user name is an answer of its own", () =>
    story(function* (world) {
      const [one, two] = [world.invitation(), world.invitation()]
      const { layer } = overtaken(1, () => accept(world, two, null, { username: "ADA.BERG" }), world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world, one), layer)), "UsernameTaken")
      assert.strictEqual(world.invitationNow(one)?.value.status, "pending")
    })
  )

  it.effect("by an acceptance elsewhere that makes the same address an account has to sign in", () =>
    story(function* (world) {
      const { globex } = world
      const [one, two] = [
        world.invitation({ email: "ada@b.example" }),
        world.invitation({ email: "ADA@b.example", companyId: globex.id, inviterId: globex.manager.id })
      ]
      const { layer } = overtaken(1, () => accept(world, two, null, { username: "elsewhere" }), world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world, one), layer)), "SignInRequired")
      assert.strictEqual(world.invitationNow(one)?.value.status, "pending")
    })
  )

  it.effect("of two companies by the same candidate joins one of them", () =>
    story(function* (world) {
      const { globex, candidate } = world
      const [one, two] = [
        world.invitation({ email: candidate.email }),
        world.invitation({ email: candidate.email, companyId: globex.id, inviterId: globex.manager.id })
      ]
      const { layer } = overtaken(1, () => accept(world, two, candidate), world)
      // The token is a candidate's still.
      assert.strictEqual(yield* hurried(Effect.provide(tag(world, one, candidate), layer)), "CallerStale")
      assert.deepInclude(world.accountNow(candidate), { companyId: globex.id, version: 1 })
      const recruiter = { ...candidate, role: "recruiter", subRole: "recruiter_user" } as const
      assert.strictEqual(yield* tag(world, one, recruiter), "AlreadyInACompany")
    })
  )

  it.effect("again and again by what it can't see gives up; by an outage fails as that", () =>
    story(function* (world) {
      const invitation = world.invitation()
      const stale = failing(world, new StaleVersion({ subjectId: invitation.id }))
      assert.strictEqual(yield* hurried(Effect.provide(tag(world, invitation), stale)), "StaleVersion")
      const gone = new StoreUnavailable({ operation: "Journal.commit", cause: "gone" })
      const broken = Effect.provide(refusal(world, invitation), failing(world, gone))
      assert.strictEqual(yield* broken, gone)
      unchanged(world, invitation)
    })
  )
})
