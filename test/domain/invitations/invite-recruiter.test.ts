import { assert, describe, it } from "@effect/vitest"
import { aManager, hour, now } from "@treff/contract-tests/fixtures"
import { StaleVersion, StoreUnavailable } from "@treff/domain/events"
import type { Caller } from "@treff/domain/identity"
import {
  declineInvitation,
  type InvitationContent,
  InvitationSettings,
  Invitations,
  inviteRecruiter,
  inviteRecruitersInBulk,
  revokeInvitation
} from "@treff/domain/invitations"
import { day } from "@treff/domain/kernel"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { failing, hurried, overtaken, story, type World } from "../story.ts"

const content = (changes: Partial<InvitationContent> = {}): InvitationContent => ({
  email: "Ada.Berg@Bakery.example",
  personalMessage: null,
  locale: null,
  ...changes
})
const ada = content()

const invite = (caller: Caller, changes: Partial<InvitationContent> = {}) => inviteRecruiter(caller, content(changes))
const refusal = (caller: Caller, changes: Partial<InvitationContent> = {}) => Effect.flip(invite(caller, changes))
const tag = (caller: Caller, changes: Partial<InvitationContent> = {}) =>
  Effect.map(refusal(caller, changes), ({ _tag }) => _tag)
const settings = (changes: Partial<(typeof InvitationSettings)["Service"]>) =>
  Effect.provideService(InvitationSettings, { lifetime: 3 * day, openAtMost: 500, sentAtMost: 200, ...changes })

describe("inviting", () => {
  it.effect("makes an open invitation for 72 hours, signed by the inviter, and answers it", () =>
    story(function* (world) {
      const { acme } = world
      const { version, value } = yield* invite(acme.manager, { personalMessage: "Come and bake", locale: "nb" })
      assert.strictEqual(version, 1)
      assert.deepStrictEqual<unknown>(value, {
        id: value.id,
        companyId: acme.id,
        inviterId: acme.manager.id,
        // As it was typed.
        email: "Ada.Berg@Bakery.example",
        personalMessage: "Come and bake",
        locale: "nb",
        tokenHash: "hash of token 1",
        sealedToken: "sealed token 1",
        resends: 0,
        createdAt: now,
        expiresAt: now + 72 * hour,
        updatedAt: now,
        status: "pending"
      })
      assert.deepStrictEqual<unknown>(world.invitationNow(value), { version, value })
      const [event, ...more] = world.events(value)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type: "invitation.created",
        sequence: 1,
        actor: { kind: "hiring_manager", id: acme.manager.id },
        companyId: acme.id,
        data: { inviterId: acme.manager.id, resends: 0, expiresAt: now + 72 * hour },
        occurredAt: now
      })
      assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
    })
  )

  it.effect("for as long as is set", () =>
    story(function* ({ acme }) {
      const { value } = yield* invite(acme.manager).pipe(settings({ lifetime: 7 }))
      assert.strictEqual(value.expiresAt, now + 7)
    })
  )

  it.effect("in the inviter's language where none is given", () =>
    story(function* (world) {
      const norwegian = world.account({ ...world.acme.manager, locale: "nb" })
      const localeOf = (email: string, locale: string | null) =>
        Effect.map(invite(norwegian, { email, locale }), ({ value }) => value.locale)
      assert.strictEqual(yield* localeOf("one@b.example", null), "nb")
      assert.strictEqual(yield* localeOf("two@b.example", "fr"), "fr")
      const nobodys = world.account({ ...world.acme.manager, locale: null })
      assert.isNull((yield* invite(nobodys, { email: "three@b.example" })).value.locale)
    })
  )

  it.effect("each with another token and another id", () =>
    story(function* (world) {
      const one = yield* invite(world.acme.manager)
      const two = yield* invite(world.acme.manager, { email: "bo@b.example" })
      assert.notStrictEqual(one.value.tokenHash, two.value.tokenHash)
      assert.notStrictEqual(one.value.id, two.value.id)
    })
  )

  it.effect("is for hiring managers alone, whose token is not stale", () =>
    story(function* (world) {
      const { acme, candidate, state } = world
      for (const caller of [acme.admin, acme.recruiter, candidate]) {
        assert.strictEqual(yield* tag(caller), "RoleNotAllowed")
      }
      for (const caller of [{ ...acme.admin, role: "hiring_manager", subRole: null } as const, aManager(acme.id)]) {
        assert.strictEqual(yield* tag(caller), "CallerStale")
      }
      world.leaves(acme.manager)
      assert.strictEqual(yield* tag(acme.manager), "CallerStale")
      assert.strictEqual(state.invitations.size, 0)
    })
  )
})

describe("what goes into an invitation", () => {
  const astral = "🥐" // one code point, two UTF-16 units
  const good: ReadonlyArray<readonly [what: string, changes: Partial<InvitationContent>]> = [
    ["a message of one character", { personalMessage: astral }],
    ["a message of 1,000 letters", { personalMessage: "a".repeat(1_000) }],
    ["a message of 1,000 characters beyond the basic plane", { personalMessage: astral.repeat(1_000) }],
    ["a message in lines", { personalMessage: "Hi,\n\n\tcome" }],
    [
      "an address of 254 characters",
      { email: `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(60)}` }
    ],
    ["64 characters before the at", { email: `${"a".repeat(64)}@b.example` }],
    ["a plus, a dot and an apostrophe", { email: "o'hara.ada+jobs@b.example" }],
    ["a domain of many parts", { email: "ada@mail.eu.b.example" }],
    ["a label with a hyphen and digits", { email: "ada@b-1.2c" }]
  ]
  it.effect.each(good)("may be %s", ([, changes]) =>
    story(function* (world) {
      const { value } = yield* invite(world.acme.manager, changes)
      assert.deepInclude<unknown>(value, changes)
    })
  )

  const bad: ReadonlyArray<
    readonly [what: string, changes: Partial<InvitationContent>, ...fields: ReadonlyArray<keyof InvitationContent>]
  > = [
    ["an empty message", { personalMessage: "" }, "personalMessage"],
    ["a message of spaces", { personalMessage: "  " }, "personalMessage"],
    ["a message that is not trimmed", { personalMessage: "Come " }, "personalMessage"],
    ["a message of 1,001 letters", { personalMessage: "a".repeat(1_001) }, "personalMessage"],
    ["a message of 1,001 characters", { personalMessage: astral.repeat(1_001) }, "personalMessage"],
    ["a message with a NUL", { personalMessage: "Co\0me" }, "personalMessage"],
    ["a message with half a character", { personalMessage: "Come \ud83e" }, "personalMessage"],
    ["no address", { email: "" }, "email"],
    ["an address without an at", { email: "ada.b.example" }, "email"],
    ["an address with two", { email: "ada@b@c.example" }, "email"],
    ["an address of nobody", { email: "@b.example" }, "email"],
    ["an address nowhere", { email: "ada@" }, "email"],
    ["a domain of one part", { email: "ada@localhost" }, "email"],
    ["a domain that begins with a hyphen", { email: "ada@-b.example" }, "email"],
    ["a domain with an empty part", { email: "ada@b..example" }, "email"],
    ["two dots in a row", { email: "ada..berg@b.example" }, "email"],
    ["65 characters before the at", { email: `${"a".repeat(65)}@b.example` }, "email"],
    [
      "an address of 255 characters",
      { email: `a@${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}.${"e".repeat(61)}` },
      "email"
    ],
    ["a name beside it", { email: "Ada <ada@b.example>" }, "email"],
    ["a second recipient", { email: "ada@b.example,eve@b.example" }, "email"],
    ["a line break", { email: "ada@b.example\nBcc: eve@b.example" }, "email"],
    ["a space around it", { email: " ada@b.example" }, "email"],
    ["a NUL, which no store can keep", { email: "ada\0@b.example" }, "email"],
    ["half a character", { email: "ada\ud83e@b.example" }, "email"],
    ["letters beyond ASCII", { email: "ådå@b.example" }, "email"],
    ["both of them", { email: "ada", personalMessage: "" }, "email", "personalMessage"]
  ]
  it.effect.each(bad)("may not be %s", ([, changes, ...fields]) =>
    story(function* (world) {
      const failure = yield* refusal(world.acme.manager, changes)
      if (failure._tag !== "InvalidInvitation") return assert.fail(failure._tag)
      assert.deepStrictEqual<unknown>(
        failure.issues.map(({ field }) => field),
        fields
      )
      assert.strictEqual(world.state.invitations.size, 0)
    })
  )
})

describe("what is no address", () => {
  it.effect("is asked of no store, which might not even take it", () =>
    story(function* (world) {
      const invitations = yield* Invitations
      const asked: Array<string> = []
      const listening = Invitations.of({
        ...invitations,
        findForInviting: (caller, emails, times) => {
          asked.push(...emails)
          return invitations.findForInviting(caller, emails, times)
        }
      })
      const contents = ["a\0@b.example", "ada\ud83e@b.example", "nobody", "one@b.example"].map((email) =>
        content({ email })
      )
      const bulk = inviteRecruitersInBulk(world.acme.manager, contents)
      const outcomes = yield* Effect.provideService(bulk, Invitations, listening)
      assert.deepStrictEqual(outcomes, ["InvalidEmail", "InvalidEmail", "InvalidEmail", "Invited"])
      yield* Effect.provideService(tag(world.acme.manager, { email: "a\0@b.example" }), Invitations, listening)
      assert.deepStrictEqual(asked, ["one@b.example"])
    })
  )
})

describe("a first invitation", () => {
  const without = (world: World) =>
    world.account({ ...aManager(null), firstName: "Mia", lastName: "Vik", locale: "fr" })

  it.effect("makes the inviter a company, named after them, in the same commit", () =>
    story(function* (world) {
      const mia = without(world)
      const { value } = yield* invite(mia)
      const company = world.state.companies.get(value.companyId)
      assert.deepStrictEqual(company, {
        id: value.companyId,
        name: "Mia Vik",
        creatorId: mia.id,
        createdAt: now,
        version: 1
      })
      assert.deepInclude(world.accountNow(mia), { companyId: value.companyId, role: "hiring_manager", version: 1 })
      assert.deepStrictEqual(
        world.published().map(({ type, subject, sequence, actor }) => [type, subject.id, sequence, actor.id]),
        [
          ["company.created", value.companyId, 1, mia.id],
          ["account.joined", mia.id, 1, mia.id],
          ["invitation.created", value.id, 1, mia.id]
        ]
      )
      const companies = [...world.state.events.values()].slice(-3).map(({ companyId }) => companyId)
      assert.deepStrictEqual(companies, Array(3).fill(value.companyId))
    })
  )

  it.effect("makes none where it is refused", () =>
    story(function* (world) {
      const mia = without(world)
      assert.strictEqual(yield* tag(mia, { email: "ada" }), "InvalidInvitation")
      assert.strictEqual(yield* tag(mia).pipe(settings({ sentAtMost: 0 })), "OverLimit")
      assert.strictEqual(world.state.companies.size, 2)
      assert.deepStrictEqual(world.published(), [])
    })
  )

  it.effect("beside another of the same inviter makes one company, into which both invite", () =>
    story(function* (world) {
      const mia = without(world)
      const { layer, tried } = overtaken(1, () => invite(mia, { email: "bo@b.example" }), world)
      const { value } = yield* hurried(Effect.provide(invite(mia), layer))
      assert.strictEqual(tried.commits, 2)
      assert.strictEqual(world.state.companies.size, 3)
      assert.deepStrictEqual(
        [...world.state.invitations.values()].map(({ value }) => value.companyId),
        [value.companyId, value.companyId]
      )
      assert.deepInclude(world.accountNow(mia), { companyId: value.companyId, version: 1 })
    })
  )

  it.effect("has no limit but the inviter's own", () =>
    story(function* (world) {
      const mia = without(world)
      yield* invite(mia)
      assert.strictEqual(yield* tag(mia, { email: "bo@b.example" }).pipe(settings({ sentAtMost: 1 })), "OverLimit")
    })
  )
})

describe("somebody who is not invited", () => {
  it.effect("is a member of the company already, whatever the case of the letters, and as what", () =>
    story(function* (world) {
      const { acme, globex, candidate } = world
      for (const { email } of [acme.admin, acme.recruiter, acme.manager]) {
        assert.strictEqual(yield* tag(acme.manager, { email: email.toUpperCase() }), "AlreadyMember")
      }
      // Who is in another company, or in none, is invited: only they learn of what stands in the way.
      for (const { email } of [globex.recruiter, globex.manager, candidate]) {
        yield* invite(acme.manager, { email })
      }
    })
  )

  it.effect("is the inviter, who may have no company yet", () =>
    story(function* (world) {
      const mia = world.account(aManager(null))
      assert.strictEqual(yield* tag(mia, { email: mia.email.toUpperCase() }), "AlreadyMember")
      assert.deepStrictEqual(world.published(), [])
    })
  )

  it.effect("has an open invitation, in any letter case, whoever sent it; one of another company is no matter", () =>
    story(function* (world) {
      const { acme, globex } = world
      const other = world.account(aManager(acme.id))
      yield* invite(acme.manager)
      for (const caller of [acme.manager, other]) {
        assert.strictEqual(yield* tag(caller, { email: ada.email.toUpperCase() }), "AlreadyInvited")
      }
      yield* invite(globex.manager)
    })
  )

  it.effect("declined in the last 30 days", () =>
    story(function* (world) {
      const { acme, globex } = world
      const { value } = yield* invite(acme.manager)
      yield* declineInvitation(world.tokenOf(value))
      yield* TestClock.adjust(30 * day - 1)
      assert.strictEqual(yield* tag(acme.manager, { email: ada.email.toLowerCase() }), "Declined")
      // The others' own matter.
      yield* invite(globex.manager)
      yield* TestClock.adjust(1)
      yield* invite(acme.manager)
    })
  )

  it.effect("declined last when it counts, of several times", () =>
    story(function* (world) {
      for (const ago of [40, 29, 35]) {
        world.invitation({ email: ada.email, status: "declined", updatedAt: now - ago * day })
      }
      assert.strictEqual(yield* tag(world.acme.manager), "Declined")
      yield* TestClock.adjust(day)
      yield* invite(world.acme.manager)
    })
  )

  it.effect("is so for one reason, the first: a member, then invited, then declined", () =>
    story(function* (world) {
      const { acme } = world
      const { email } = acme.recruiter
      world.invitation({ email, status: "declined" })
      assert.strictEqual(yield* tag(acme.manager, { email }), "AlreadyMember")
      world.invitation({ email })
      assert.strictEqual(yield* tag(acme.manager, { email }), "AlreadyMember")
      world.leaves(acme.recruiter)
      assert.strictEqual(yield* tag(acme.manager, { email }), "AlreadyInvited")
    })
  )
})

describe("what does not stand in the way", () => {
  it.effect.each(["accepted", "revoked", "expired"] as const)("one that is %s", (status) =>
    story(function* (world) {
      world.invitation({ email: ada.email, status })
      yield* invite(world.acme.manager)
    })
  )

  it.effect("one that has expired, from that instant on: its end is written in the same commit, by the system", () =>
    story(function* (world) {
      const { acme } = world
      const expired = world.invitation({ email: ada.email.toLowerCase(), expiresAt: now + 1_000 })
      yield* TestClock.adjust(999)
      assert.strictEqual(yield* tag(acme.manager), "AlreadyInvited")
      yield* TestClock.adjust(1)
      const { value } = yield* invite(acme.manager)
      assert.deepInclude(world.invitationNow(expired)?.value, { status: "expired", sealedToken: null })
      const [event, ...more] = world.events(expired)
      assert.deepStrictEqual(more, [])
      assert.deepInclude<unknown>(event, {
        type: "invitation.expired",
        sequence: 2,
        actor: { kind: "system", id: null },
        occurredAt: now + 1_000
      })
      assert.strictEqual(world.invitationNow(value)?.value.status, "pending")
    })
  )

  it.effect("that one who declined had one that expired before", () =>
    story(function* (world) {
      world.invitation({ email: ada.email, status: "expired", updatedAt: now - day })
      world.invitation({ email: ada.email, status: "declined", updatedAt: now - 31 * day })
      yield* invite(world.acme.manager)
    })
  )
})

describe("the limits", () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => `${index}@b.example`)

  it.effect("let as many be open in a company as may be, whoever sent them, and say when the next one may come", () =>
    story(function* (world) {
      const { acme, globex } = world
      const limited = settings({ openAtMost: 3 })
      const other = world.account(aManager(acme.id))
      const [first = "", second = "", third = ""] = people(3)
      yield* limited(invite(acme.manager, { email: first }))
      yield* TestClock.adjust(hour)
      const { value } = yield* limited(invite(other, { email: second }))
      yield* limited(invite(acme.manager, { email: third }))
      assert.deepStrictEqual<unknown>(yield* limited(refusal(acme.manager)), { _tag: "OverLimit", wait: 71 * hour })
      assert.deepStrictEqual<unknown>(yield* limited(refusal(other)), { _tag: "OverLimit", wait: 71 * hour })
      // What is over counts no more, however it ended.
      yield* revokeInvitation({ caller: acme.manager, id: value.id })
      yield* limited(invite(acme.manager))
      yield* limited(invite(globex.manager))
      yield* TestClock.adjust(71 * hour - 1)
      const failure = yield* limited(refusal(other, { email: "late@b.example" }))
      assert.deepStrictEqual<unknown>(failure, { _tag: "OverLimit", wait: 1 })
      yield* TestClock.adjust(1)
      yield* limited(invite(other, { email: "late@b.example" }))
    })
  )

  it.effect("let an inviter send as many within a day as may be, and say when the oldest counts no more", () =>
    story(function* (world) {
      const { acme } = world
      const limited = settings({ sentAtMost: 3 })
      for (const email of people(3)) {
        const { value } = yield* limited(invite(acme.manager, { email }))
        // Revoked or not, it was sent.
        yield* revokeInvitation({ caller: acme.manager, id: value.id })
        yield* TestClock.adjust(hour)
      }
      assert.deepStrictEqual<unknown>(yield* limited(refusal(acme.manager)), { _tag: "OverLimit", wait: 21 * hour })
      yield* limited(invite(world.account(aManager(acme.id))))
      yield* TestClock.adjust(21 * hour - 1)
      const bo = { email: "bo@b.example" }
      assert.deepStrictEqual<unknown>(yield* limited(refusal(acme.manager, bo)), { _tag: "OverLimit", wait: 1 })
      yield* TestClock.adjust(1)
      yield* limited(invite(acme.manager, bo))
      // One place only.
      assert.strictEqual(yield* tag(acme.manager, { email: "cy@b.example" }).pipe(limited), "OverLimit")
    })
  )

  it.effect("say the longer of two waits", () =>
    story(function* (world) {
      const both = settings({ openAtMost: 1, sentAtMost: 1 })
      yield* both(invite(world.acme.manager))
      const failure = yield* both(refusal(world.acme.manager, { email: "bo@b.example" }))
      assert.deepStrictEqual<unknown>(failure, { _tag: "OverLimit", wait: 72 * hour })
    })
  )

  it.effect("are 500 open and 200 a day where nothing is set", () =>
    story(function* (world) {
      const { acme } = world
      for (let count = 0; count < 199; count++) world.invitation()
      yield* invite(acme.manager, { email: "bo@b.example" })
      assert.deepStrictEqual<unknown>(yield* refusal(acme.manager), { _tag: "OverLimit", wait: day })
      for (let count = 0; count < 299; count++) world.invitation({ inviterId: acme.admin.id })
      const other = world.account(aManager(acme.id))
      yield* invite(other)
      assert.deepStrictEqual<unknown>(yield* refusal(other, { email: "late@b.example" }), {
        _tag: "OverLimit",
        wait: 3 * day
      })
    })
  )

  it.effect("come last: whoever may not be invited anyway is refused for that", () =>
    story(function* (world) {
      const none = settings({ openAtMost: 0, sentAtMost: 0 })
      const { manager, recruiter } = world.acme
      assert.strictEqual(yield* none(tag(manager, { email: "ada" })), "InvalidInvitation")
      assert.strictEqual(yield* none(tag(manager, { email: recruiter.email })), "AlreadyMember")
      assert.deepStrictEqual<unknown>(yield* none(refusal(manager)), { _tag: "OverLimit", wait: 0 })
    })
  )

  it.effect("are kept by the commit, too: filled meanwhile, it is refused", () =>
    story(function* (world) {
      const limited = settings({ openAtMost: 1 })
      const rival = () => invite(world.acme.manager, { email: "bo@b.example" })
      const { layer, tried } = overtaken(1, rival, world)
      const late = Effect.provide(limited(tag(world.acme.manager)), layer)
      assert.strictEqual(yield* hurried(late), "OverLimit")
      assert.strictEqual(tried.commits, 1)
      assert.strictEqual(world.state.invitations.size, 1)
    })
  )
})

describe("an invitation that is overtaken", () => {
  it.effect("by another to the same address is refused", () =>
    story(function* (world) {
      const rival = () => invite(world.acme.manager, { email: ada.email.toUpperCase() })
      const { layer } = overtaken(1, rival, world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world.acme.manager), layer)), "AlreadyInvited")
      assert.strictEqual(world.state.invitations.size, 1)
    })
  )

  it.effect("by the inviter's leaving does not happen", () =>
    story(function* (world) {
      const { layer } = overtaken(1, () => Effect.sync(() => world.leaves(world.acme.manager)), world)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world.acme.manager), layer)), "CallerStale")
      assert.strictEqual(world.state.invitations.size, 0)
    })
  )

  it.effect("again and again gives up", () =>
    story(function* (world) {
      let commits = 0
      const stale = failing(world, new StaleVersion({ subjectId: "somebody" }), () => void commits++)
      assert.strictEqual(yield* hurried(Effect.provide(tag(world.acme.manager), stale)), "StaleVersion")
      assert.strictEqual(commits, 4)
    })
  )

  it.effect("by an outage fails as that", () =>
    story(function* (world) {
      const gone = new StoreUnavailable({ operation: "Journal.commit", cause: "gone" })
      assert.strictEqual(yield* Effect.flip(Effect.provide(invite(world.acme.manager), failing(world, gone))), gone)
    })
  )
})

describe("the invited", () => {
  it.effect("who has an account keeps it as it is", () =>
    story(function* (world) {
      const { candidate, acme } = world
      yield* invite(acme.manager, { email: candidate.email })
      assert.deepStrictEqual(world.accountNow(candidate), candidate)
    })
  )
})
