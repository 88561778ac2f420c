import { assert, describe, it } from "@effect/vitest"
import { aRecruiter, content, newId, now } from "@treff/contract-tests/fixtures"
import type { Caller } from "@treff/domain/identity"
import { day } from "@treff/domain/kernel"
import {
  archiveOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  type OfferChange,
  transferOffer,
  updateOffer
} from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { hurried, overtaken, type Ports, story, type World } from "../../story.ts"

const later = content({ title: "Cook" })

/** Every change, on an offer in the status from which it does something. */
const changes = {
  update: { from: "active", event: "offer.updated", by: (change: OfferChange) => updateOffer(change, later) },
  enable: { from: "disabled", event: "offer.enabled", by: enableOffer },
  disable: { from: "active", event: "offer.disabled", by: disableOffer },
  archive: { from: "active", event: "offer.archived", by: archiveOffer },
  delete: { from: "active", event: "offer.deleted", by: deleteOffer },
  transfer: {
    from: "active",
    event: "offer.transferred",
    by: (change: OfferChange, { acme }: World) => transferOffer(change, acme.colleague.id)
  }
} as const
type Failure = Effect.Error<ReturnType<(typeof changes)[keyof typeof changes]["by"]>>
const everyChange = Object.entries(changes).map(([name, { from, event, by }]) => ({
  name,
  from,
  event,
  by: (change: OfferChange, world: World): Effect.Effect<void, Failure, Ports> =>
    Effect.asVoid<unknown, Failure, Ports>(by(change, world))
}))
const adminsOnly = (name: string) => name === "delete" || name === "transfer"

describe.each(everyChange)("$name", ({ name, from, event: type, by }) => {
  const expired = (caller: (world: World) => Caller) =>
    story(function* (world) {
      const offer = world.offer({ status: from })
      const failure = yield* Effect.flip(by({ caller: caller(world), id: offer.id }, world))
      assert.deepStrictEqual(world.now(offer), { version: 1, value: offer })
      return failure._tag
    })

  it.effect("by an admin or a hiring manager, on everybody's offers", () =>
    story(function* (world) {
      for (const caller of [world.acme.admin, world.acme.manager]) {
        const offer = world.offer({ status: from })
        yield* by({ caller, id: offer.id }, world)
        const [event, ...more] = world.events(offer)
        assert.deepInclude(event, {
          type,
          sequence: 2,
          companyId: world.acme.id,
          occurredAt: now
        })
        assert.deepStrictEqual(event?.actor as unknown, { kind: caller.role, id: caller.id })
        assert.deepStrictEqual(more, [])
        assert.strictEqual(world.now(offer)?.version, name === "delete" ? undefined : 2)
        assert.isTrue(world.state.deliveries.has(event?.id ?? ""))
      }
    })
  )

  it.effect("by a recruiter_user, on own offers only", () =>
    story(function* (world) {
      const own = world.offer({ status: from })
      const colleagues = world.offer({ status: from, ownerId: world.acme.colleague.id })
      const asRecruiter = (id: string) => by({ caller: world.acme.recruiter, id }, world)
      if (adminsOnly(name)) {
        assert.strictEqual((yield* Effect.flip(asRecruiter(own.id)))._tag, "RoleNotAllowed")
      } else {
        yield* asRecruiter(own.id)
        assert.strictEqual(world.events(own).length, 1)
        assert.strictEqual((yield* Effect.flip(asRecruiter(colleagues.id)))._tag, "NotOwner")
      }
      assert.deepStrictEqual(world.now(colleagues), { version: 1, value: colleagues })
    })
  )

  it.effect("never by a candidate", () =>
    Effect.map(
      expired(({ candidate }) => candidate),
      (tag) => assert.strictEqual(tag, "RoleNotAllowed")
    )
  )

  it.effect("not by another company's admin, for whom the offer does not exist", () =>
    Effect.map(
      expired(({ globex }) => globex.admin),
      (tag) => assert.strictEqual(tag, "OfferNotFound")
    )
  )

  it.effect("not by somebody who has left, whatever the token still says", () =>
    story(function* (world) {
      const offer = world.offer({ status: from })
      world.leaves(world.acme.admin)
      const asTheTokenSays = Effect.flip(by({ caller: world.acme.admin, id: offer.id }, world))
      assert.strictEqual((yield* asTheTokenSays)._tag, "CallerStale")
      const withNoCompany = { ...world.acme.admin, companyId: null }
      assert.strictEqual((yield* Effect.flip(by({ caller: withNoCompany, id: offer.id }, world)))._tag, "NoCompany")
      assert.deepStrictEqual(world.events(offer), [])
    })
  )

  it.effect("of what does not exist, is no UUID, or is deleted: not found", () =>
    story(function* (world) {
      const offer = world.offer()
      yield* deleteOffer({ caller: world.acme.admin, id: offer.id })
      for (const id of [newId(), "no uuid", "", offer.id]) {
        const failure = yield* Effect.flip(by({ caller: world.acme.admin, id }, world))
        assert.strictEqual(failure._tag, "OfferNotFound")
      }
    })
  )

  it.effect("on the expected version, or one of them", () =>
    story(function* (world) {
      for (const expectedVersions of [[1], [7, 1]]) {
        const offer = world.offer({ status: from })
        yield* by({ caller: world.acme.admin, id: offer.id, expectedVersions }, world)
        assert.strictEqual(world.events(offer).length, 1)
      }
    })
  )

  it.effect("not on another version than expected", () =>
    story(function* (world) {
      const offer = world.offer({ status: from })
      for (const expectedVersions of [[2], [0], []]) {
        const failure = yield* Effect.flip(by({ caller: world.acme.admin, id: offer.id, expectedVersions }, world))
        assert.strictEqual(failure._tag, "VersionMismatch")
      }
      assert.deepStrictEqual(world.now(offer), { version: 1, value: offer })
    })
  )

  it.effect("that named its version and is overtaken fails at once", () =>
    story(function* (world) {
      const offer = world.offer({ status: from })
      const asAdmin = { caller: world.acme.admin, id: offer.id }
      const { layer, tried } = overtaken(1, () => updateOffer(asAdmin, content({ salary: "1" })), world)
      const failure = yield* Effect.flip(Effect.provide(by({ ...asAdmin, expectedVersions: [1] }, world), layer))
      assert.strictEqual(failure._tag, "VersionMismatch")
      assert.strictEqual(tried.commits, 1)
    })
  )
})

describe("repeating", () => {
  it.effect("what has happened changes nothing and says so by the same answer", () =>
    story(function* (world) {
      for (const { name, from, by } of everyChange.filter(({ name }) => name !== "delete")) {
        const offer = world.offer({ status: from })
        const change = { caller: world.acme.admin, id: offer.id }
        yield* by(change, world)
        const once = world.now(offer)
        yield* by(change, world)
        assert.deepStrictEqual(world.now(offer), once, name)
        assert.strictEqual(world.events(offer).length, 1, name)
      }
    })
  )
})

describe("a change that is overtaken", () => {
  const retitle = (world: World, id: string) => (race: number) =>
    updateOffer({ caller: world.acme.admin, id }, content({ title: `Version ${race}` }))

  it.effect("by another kind, up to three times, is tried again and succeeds", () =>
    story(function* (world) {
      const offer = world.offer()
      const { layer, tried } = overtaken(3, retitle(world, offer.id), world)
      const change = archiveOffer({ caller: world.acme.manager, id: offer.id })
      const after = yield* hurried(Effect.provide(change, layer))
      assert.strictEqual(tried.commits, 4)
      assert.deepInclude(after.value, { status: "archived", title: "Version 3" })
      assert.strictEqual(after.version, 5)
      assert.deepStrictEqual(world.now(offer), after)
      assert.deepStrictEqual(
        world.events(offer).map(({ sequence }) => sequence),
        [2, 3, 4, 5]
      )
    })
  )

  it.effect("by another kind a fourth time gives up", () =>
    story(function* (world) {
      const offer = world.offer()
      const { layer, tried } = overtaken(4, retitle(world, offer.id), world)
      const change = archiveOffer({ caller: world.acme.manager, id: offer.id })
      const failure = yield* Effect.flip(hurried(Effect.provide(change, layer)))
      assert.deepInclude(failure, { _tag: "StaleVersion", subjectId: offer.id })
      assert.strictEqual(tried.commits, 4)
      assert.deepInclude(world.now(offer)?.value, { status: "active", title: "Version 4" })
    })
  )

  it.effect("by its own kind comes second, however often", () =>
    story(function* (world) {
      const offer = world.offer()
      const { layer } = overtaken(20, retitle(world, offer.id), world)
      const change = updateOffer({ caller: world.acme.manager, id: offer.id }, later)
      const after = yield* hurried(Effect.provide(change, layer))
      assert.strictEqual(after.value.title, later.title)
      assert.strictEqual(after.version, 22)
    })
  )

  it.effect("by the very same finds it done", () =>
    story(function* (world) {
      for (const { name, from, by } of everyChange.filter(({ name }) => name !== "delete")) {
        const offer = world.offer({ status: from })
        const change = { caller: world.acme.admin, id: offer.id }
        const { layer, tried } = overtaken(1, () => by(change, world), world)
        yield* hurried(Effect.provide(by(change, world), layer))
        assert.strictEqual(tried.commits, 1, name)
        assert.strictEqual(world.events(offer).length, 1, name)
      }
    })
  )

  it.effect("by a deletion finds nothing", () =>
    story(function* (world) {
      for (const { by, from } of everyChange) {
        const offer = world.offer({ status: from })
        const change = { caller: world.acme.admin, id: offer.id }
        const { layer } = overtaken(1, () => deleteOffer(change), world)
        const failure = yield* Effect.flip(hurried(Effect.provide(by(change, world), layer)))
        assert.strictEqual(failure._tag, "OfferNotFound")
      }
    })
  )

  it.effect("decides anew on what it finds: an update of what has been archived meanwhile is refused", () =>
    story(function* (world) {
      const offer = world.offer()
      const change = { caller: world.acme.admin, id: offer.id }
      const { layer } = overtaken(1, () => archiveOffer(change), world)
      const failure = yield* Effect.flip(hurried(Effect.provide(updateOffer(change, later), layer)))
      assert.deepStrictEqual(failure, { _tag: "IllegalTransition", status: "archived", command: "Update" })
    })
  )
})

describe("an offer whose date has passed, not yet swept", () => {
  it.effect("expires in the same commit, signed by the system, when its date came", () =>
    story(function* (world) {
      const offer = world.offer({ jobStartsAt: now - day })
      const after = yield* archiveOffer({ caller: world.acme.recruiter, id: offer.id })
      assert.deepInclude(after, { version: 3 })
      assert.deepInclude(after.value, { status: "archived" })
      assert.deepStrictEqual(
        world.events(offer).map(({ type, sequence, actor, occurredAt, data }) => ({
          type,
          sequence,
          by: actor.kind,
          occurredAt,
          data
        })) as ReadonlyArray<unknown>,
        [
          {
            type: "offer.expired",
            sequence: 2,
            by: "system",
            occurredAt: now - day,
            data: { term: 1, reason: "job_started" }
          },
          { type: "offer.archived", sequence: 3, by: "recruiter", occurredAt: now, data: { term: 1 } }
        ]
      )
    })
  )

  it.effect(
    "can't be enabled, disabled or transferred any more, and the first who tries writes that it has expired",
    () =>
      story(function* (world) {
        const offer = world.offer({ jobStartsAt: now - day })
        const change = { caller: world.acme.admin, id: offer.id }
        assert.deepStrictEqual(yield* Effect.flip(enableOffer(change)), {
          _tag: "OfferDatesPassed",
          endsAt: now - day
        })
        assert.deepStrictEqual(yield* Effect.flip(disableOffer(change)), {
          _tag: "IllegalTransition",
          status: "expired",
          command: "Disable"
        })
        assert.deepStrictEqual(yield* Effect.flip(transferOffer(change, world.acme.colleague.id)), {
          _tag: "OfferNotActive",
          status: "expired"
        })
        const expired = { ...offer, status: "expired", updatedAt: now - day }
        assert.deepStrictEqual<unknown>(world.now(offer), { version: 2, value: expired })
      })
  )

  it.effect("writes that it has expired also when it is to go to nobody we know", () =>
    story(function* (world) {
      const offer = world.offer({ jobStartsAt: now - day })
      const change = { caller: world.acme.admin, id: offer.id }
      assert.deepStrictEqual(yield* Effect.flip(transferOffer(change, newId())), { _tag: "RecruiterUnknown" })
      assert.strictEqual(world.now(offer)?.value.status, "expired")
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const offer = world.offer({ updatedAt: now + day })
      const { value } = yield* disableOffer({ caller: world.acme.admin, id: offer.id })
      assert.strictEqual(value.updatedAt, now + day)
    })
  )

  it.effect("is prolonged by an update, and enabled for a new term", () =>
    story(function* (world) {
      const offer = world.offer()
      yield* TestClock.adjust("15 days")
      const change = { caller: world.acme.recruiter, id: offer.id }
      const at = now + 15 * day
      const dates = { jobStartsAt: at + day, expiresAt: at + 2 * day }
      assert.strictEqual((yield* updateOffer(change, content(dates))).value.status, "expired")
      const { value } = yield* enableOffer(change)
      assert.deepInclude(value, { status: "active", term: 2, ...dates, updatedAt: at })
    })
  )
})

describe("an update", () => {
  it.effect("is refused with all that is wrong with it, and writes nothing", () =>
    story(function* (world) {
      const offer = world.offer()
      const change = { caller: world.acme.recruiter, id: offer.id }
      const failure = yield* Effect.flip(updateOffer(change, content({ title: "", jobStartsAt: now })))
      assert.strictEqual(failure._tag, "InvalidOffer")
      assert.deepStrictEqual(failure._tag === "InvalidOffer" && failure.issues.map(({ field }) => field as string), [
        "title",
        "jobStartsAt"
      ])
      assert.deepStrictEqual(world.events(offer), [])
    })
  )

  it.effect("with what stands there already is none", () =>
    story(function* (world) {
      const offer = world.offer()
      const after = yield* updateOffer({ caller: world.acme.recruiter, id: offer.id }, content())
      assert.deepStrictEqual(after, { version: 1, value: offer })
      assert.deepStrictEqual(world.events(offer), [])
    })
  )
})

describe("a transfer", () => {
  it.effect("hands the offer over: the old owner loses it", () =>
    story(function* (world) {
      const { admin, recruiter, colleague } = world.acme
      const offer = world.offer()
      yield* transferOffer({ caller: admin, id: offer.id }, colleague.id)
      assert.deepStrictEqual(world.events(offer)[0]?.data as unknown, {
        fromOwnerId: recruiter.id,
        toOwnerId: colleague.id
      })
      assert.strictEqual((yield* Effect.flip(archiveOffer({ caller: recruiter, id: offer.id })))._tag, "NotOwner")
      assert.strictEqual((yield* archiveOffer({ caller: colleague, id: offer.id })).value.ownerId, colleague.id)
    })
  )

  it.effect("goes to a recruiter of the company and to nobody else", () =>
    story(function* (world) {
      const offer = world.offer()
      const change = { caller: world.acme.admin, id: offer.id }
      const leaver = aRecruiter(null)
      world.state.accounts.set(leaver.id, leaver)
      const nobody = [world.globex.recruiter, world.acme.manager, world.candidate, leaver].map(({ id }) => id)
      for (const newOwnerId of [...nobody, newId(), "no uuid"]) {
        assert.deepStrictEqual(yield* Effect.flip(transferOffer(change, newOwnerId)), { _tag: "RecruiterUnknown" })
      }
      assert.strictEqual((yield* transferOffer(change, world.acme.admin.id)).value.ownerId, world.acme.admin.id)
    })
  )

  it.effect("needs an active offer, unless its owner has left the company", () =>
    story(function* (world) {
      const to = world.acme.colleague.id
      for (const status of ["disabled", "archived", "expired"] as const) {
        const offer = world.offer({ status })
        const change = { caller: world.acme.admin, id: offer.id }
        assert.deepStrictEqual(yield* Effect.flip(transferOffer(change, to)), { _tag: "OfferNotActive", status })
        // That it is so already is no error, in any state.
        assert.strictEqual((yield* transferOffer(change, offer.ownerId)).value.status, status)
      }
      world.leaves(world.acme.recruiter)
      for (const status of ["active", "disabled", "archived", "expired"] as const) {
        const offer = world.offer({ status })
        const { value } = yield* transferOffer({ caller: world.acme.admin, id: offer.id }, to)
        assert.deepInclude(value, { status, ownerId: to })
      }
    })
  )

  it.effect("does not happen when the new owner leaves meanwhile", () =>
    story(function* (world) {
      const offer = world.offer()
      const leaving = () => Effect.sync(() => world.leaves(world.acme.colleague))
      const { layer } = overtaken(1, leaving, world)
      const change = transferOffer({ caller: world.acme.admin, id: offer.id }, world.acme.colleague.id)
      const failure = yield* Effect.flip(hurried(Effect.provide(change, layer)))
      assert.deepStrictEqual(failure, { _tag: "RecruiterUnknown" })
      assert.deepStrictEqual(world.now(offer), { version: 1, value: offer })
    })
  )
})
