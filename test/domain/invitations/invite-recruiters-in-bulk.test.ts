import { assert, describe, it } from "@effect/vitest"
import { aManager, aRecruiter, hour, now } from "@treff/contract-tests/fixtures"
import { Journal, StaleVersion } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import {
  bulkRule,
  declineInvitation,
  InvitationSettings,
  inviteLimit,
  inviteRecruiter,
  inviteRecruitersInBulk
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { overtaken, story } from "../story.ts"

const contentOf = (email: string, personalMessage: string | null = null) => ({ email, personalMessage, locale: null })
const bulk = (caller: Caller, emails: ReadonlyArray<string>) =>
  inviteRecruitersInBulk(
    caller,
    emails.map((email) => contentOf(email))
  )
const people = (count: number) => Array.from({ length: count }, (_, index) => `${index}@b.example`)
const settings = (changes: Partial<(typeof InvitationSettings)["Service"]>) =>
  Effect.provideService(InvitationSettings, { lifetime: 3 * day, openAtMost: 500, sentAtMost: 200, ...changes })

describe("inviting in bulk", () => {
  it.effect("invites each, in the order in which they are given, with its own words and its own token", () =>
    story(function* (world) {
      const { acme } = world
      const contents = people(inviteLimit).map((email, index) => ({
        email,
        personalMessage: `Come, number ${index}`,
        locale: index % 2 === 0 ? "fr" : null
      }))
      const outcomes = yield* inviteRecruitersInBulk(world.account({ ...acme.manager, locale: "nb" }), contents)
      assert.deepStrictEqual(outcomes, Array(inviteLimit).fill("Invited"))
      const rows = [...world.state.invitations.values()]
      assert.deepStrictEqual(
        rows.map(({ value: { email, personalMessage, locale } }) => ({ email, personalMessage, locale })),
        contents.map((content) => ({ ...content, locale: content.locale ?? "nb" }))
      )
      assert.strictEqual(new Set(rows.map(({ value }) => value.tokenHash)).size, inviteLimit)
      for (const { version, value } of rows) {
        assert.deepInclude(value, { status: "pending", expiresAt: now + 72 * hour, inviterId: acme.manager.id })
        assert.deepStrictEqual(
          world.events(value).map(({ type, sequence }) => [type, sequence]),
          [["invitation.created", version]]
        )
      }
      assert.strictEqual(world.state.deliveries.size, inviteLimit)
    })
  )

  it.effect("invites whom it may, and says of each other why not", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const pending = world.invitation({ email: "Open@b.example" })
      const expired = world.invitation({ email: "expired@b.example", expiresAt: now })
      const declined = world.invitation({ email: "declined@b.example" })
      yield* declineInvitation(world.tokenOf(declined))
      const outcomes = yield* inviteRecruitersInBulk(acme.manager, [
        contentOf("two@b.example"),
        contentOf(acme.recruiter.email.toUpperCase()),
        contentOf("one@b.example", "x".repeat(1_001)),
        contentOf("open@B.example"),
        contentOf("no address"),
        contentOf("TWO@b.example"),
        contentOf("two@b.example"),
        contentOf(""),
        contentOf("Declined@b.example"),
        contentOf("a\0b@b.example"),
        contentOf("expired@b.example"),
        contentOf("one@b.example"),
        contentOf(candidate.email),
        contentOf("no address"),
        // Both are wrong: the address comes first.
        contentOf("nor here", "")
      ])
      assert.deepStrictEqual(outcomes, [
        "Invited",
        "AlreadyMember",
        "InvalidPersonalMessage",
        "AlreadyInvited",
        "InvalidEmail",
        "DuplicateInRequest",
        "DuplicateInRequest",
        "InvalidEmail",
        "Declined",
        "InvalidEmail",
        "Invited",
        // The first one of it was wrong, and stands in nobody's way.
        "Invited",
        "Invited",
        "InvalidEmail",
        "InvalidEmail"
      ])
      assert.deepStrictEqual(world.events(pending), [])
      // The end of the one that had expired is written with it.
      assert.deepStrictEqual(
        world.events(expired).map(({ type, actor }) => [type, actor.kind]),
        [["invitation.expired", "system"]]
      )
      const open = [...world.state.invitations.values()].filter(({ value }) => value.status === "pending")
      assert.sameMembers(
        open.map(({ value }) => value.email),
        ["Open@b.example", "two@b.example", "expired@b.example", "one@b.example", candidate.email]
      )
    })
  )

  it.effect("writes nothing where nobody is invited", () =>
    story(function* (world) {
      const mia = world.account(aManager(null))
      assert.deepStrictEqual(yield* bulk(mia, ["nobody", "nowhere"]), ["InvalidEmail", "InvalidEmail"])
      assert.strictEqual(world.state.companies.size, 2)
      assert.deepStrictEqual(world.published(), [])
    })
  )

  it.effect("makes an inviter who has none one company", () =>
    story(function* (world) {
      const mia = world.account(aManager(null))
      assert.deepStrictEqual(yield* bulk(mia, people(3)), ["Invited", "Invited", "Invited"])
      assert.strictEqual(world.state.companies.size, 3)
      const types = world.published().map(({ type }) => type)
      assert.deepStrictEqual(types, ["company.created", "account.joined", ...Array(3).fill("invitation.created")])
      assert.deepStrictEqual(yield* bulk(mia, people(3)), Array(3).fill("AlreadyInvited"))
    })
  )

  it.effect("names 1 to 100, otherwise invites nobody, and that after the caller was looked at", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const leaver = world.account(aRecruiter(null))
      for (const emails of [[], people(inviteLimit + 1)]) {
        const failure = (caller: Caller) => Effect.flip(bulk(caller, emails))
        const invalid = { _tag: "InvalidInvitationBulk", message: bulkRule }
        assert.deepStrictEqual<unknown>(yield* failure(acme.manager), invalid)
        assert.strictEqual((yield* failure(aManager(acme.id)))._tag, "CallerStale")
        for (const caller of [acme.admin, leaver, candidate]) {
          assert.strictEqual((yield* failure(caller))._tag, "RoleNotAllowed")
        }
      }
      assert.strictEqual(world.state.invitations.size, 0)
    })
  )

  it.effect("takes as many as there is room for, in their order; who is refused takes none of it", () =>
    story(function* (world) {
      const { acme } = world
      world.invitation()
      world.invitation({ status: "revoked" })
      const emails = ["one@b.example", acme.admin.email, "nobody", "two@b.example", "three@b.example", "TWO@b.example"]
      // Sent by the manager: two already.
      for (const [limits, expected] of [
        [{ openAtMost: 3 }, ["Invited", "AlreadyMember", "InvalidEmail", "Invited", "OverLimit", "DuplicateInRequest"]],
        [
          { sentAtMost: 4 },
          ["AlreadyInvited", "AlreadyMember", "InvalidEmail", "AlreadyInvited", "OverLimit", "DuplicateInRequest"]
        ],
        [
          { sentAtMost: 5 },
          ["AlreadyInvited", "AlreadyMember", "InvalidEmail", "AlreadyInvited", "Invited", "DuplicateInRequest"]
        ]
      ] as const) {
        assert.deepStrictEqual<unknown>(yield* bulk(acme.manager, emails).pipe(settings(limits)), expected)
      }
      const none = yield* bulk(acme.manager, people(2)).pipe(settings({ openAtMost: 1 }))
      assert.deepStrictEqual(none, ["OverLimit", "OverLimit"])
    })
  )
})

describe("a bulk that is overtaken", () => {
  const [one = "", two = "", three = ""] = people(3)

  it.effect("by an invitation of one of them is written but for that one", () =>
    story(function* (world) {
      const { acme } = world
      const rival = () => inviteRecruiter(acme.manager, contentOf(two.toUpperCase()))
      const { layer, tried } = overtaken(1, rival, world)
      const outcomes = yield* Effect.provide(bulk(acme.manager, [one, two, three]), layer)
      assert.deepStrictEqual(outcomes, ["Invited", "AlreadyInvited", "Invited"])
      assert.strictEqual(tried.commits, 1)
      assert.strictEqual(world.state.invitations.size, 3)
    })
  )

  it.effect("by invitations of all of them invites none, and says so", () =>
    story(function* (world) {
      const { acme } = world
      const { layer } = overtaken(1, () => bulk(acme.manager, [one, two]), world)
      const outcomes = yield* Effect.provide(bulk(acme.manager, [one, two]), layer)
      assert.deepStrictEqual(outcomes, ["AlreadyInvited", "AlreadyInvited"])
      assert.strictEqual(world.state.invitations.size, 2)
    })
  )

  it.effect("by a company that the inviter gets meanwhile goes into that", () =>
    story(function* (world) {
      const mia = world.account(aManager(null))
      const { layer, tried } = overtaken(1, () => inviteRecruiter(mia, contentOf(three)), world)
      assert.deepStrictEqual(yield* Effect.provide(bulk(mia, [one, two]), layer), ["Invited", "Invited"])
      assert.strictEqual(tried.commits, 2)
      assert.strictEqual(world.state.companies.size, 3)
      assert.strictEqual(new Set([...world.state.invitations.values()].map(({ value }) => value.companyId)).size, 1)
    })
  )

  it.effect("by the filling of the limit lets as many through as there is room for then", () =>
    story(function* (world) {
      const { acme } = world
      const limited = settings({ openAtMost: 2 })
      const { layer } = overtaken(1, () => inviteRecruiter(acme.manager, contentOf("rival@b.example")), world)
      const outcomes = yield* Effect.provide(limited(bulk(acme.manager, [one, two])), layer)
      assert.deepStrictEqual(outcomes, ["Invited", "OverLimit"])
    })
  )

  it.effect("by the inviter's leaving invites nobody", () =>
    story(function* (world) {
      const { acme } = world
      const { layer } = overtaken(1, () => Effect.sync(() => world.leaves(acme.manager)), world)
      const failure = yield* Effect.flip(Effect.provide(bulk(acme.manager, [one, two]), layer))
      assert.strictEqual(failure._tag, "CallerStale")
      assert.strictEqual(world.state.invitations.size, 0)
    })
  )

  it.effect("again and again gives up", () =>
    story(function* (world) {
      let commits = 0
      const journal = yield* Journal
      const skipping = Journal.of({
        ...journal,
        commitEach: () =>
          Effect.as(
            Effect.sync(() => void commits++),
            []
          )
      })
      const work = Effect.provideService(bulk(world.acme.manager, [one]), Journal, skipping)
      assert.instanceOf(yield* Effect.flip(work), StaleVersion)
      assert.strictEqual(commits, 4)
    })
  )
})
