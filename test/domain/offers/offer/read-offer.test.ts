import { assert, describe, it } from "@effect/vitest"
import { aCandidate, newId, now, steps } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { readOffer } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story } from "../../story.ts"

describe("reading an offer", () => {
  it.effect("shows it with its version, its age and the days until each date", () =>
    story(function* ({ acme, offer }) {
      const supplied = offer({ jobStartsAt: now + 10 * day, expiresAt: now + 20 * day, createdAt: now - 3 * day })
      yield* TestClock.adjust("1 milli")
      for (const caller of [acme.recruiter, acme.admin, acme.manager]) {
        assert.deepStrictEqual(yield* readOffer(caller, supplied.id), {
          version: 1,
          value: supplied,
          respondents: [],
          ageDays: 3,
          daysToStart: 9,
          daysToExpiry: 19
        })
      }
    })
  )

  it.effect("shows it expired once its date has passed, though nothing has been written", () =>
    story(function* (world) {
      const supplied = world.offer()
      yield* TestClock.setTime(supplied.jobStartsAt - 1)
      assert.strictEqual((yield* readOffer(world.acme.recruiter, supplied.id)).value.status, "active")
      yield* TestClock.setTime(supplied.jobStartsAt)
      const { value, version, daysToStart } = yield* readOffer(world.acme.recruiter, supplied.id)
      assert.deepInclude(value, { status: "expired", updatedAt: supplied.jobStartsAt })
      assert.deepStrictEqual({ version, daysToStart }, { version: 1, daysToStart: 0 })
      assert.deepStrictEqual(world.now(supplied), { version: 1, value: supplied })
    })
  )

  it.effect("is refused to a colleague who is no admin", () =>
    story(function* ({ acme, offer }) {
      assert.strictEqual((yield* Effect.flip(readOffer(acme.colleague, offer().id)))._tag, "NotOwner")
    })
  )

  it.effect("finds nothing of another company, nor what does not exist", () =>
    story(function* ({ acme, globex, offer }) {
      const { id } = offer()
      for (const caller of [globex.admin, globex.manager, globex.recruiter]) {
        assert.strictEqual((yield* Effect.flip(readOffer(caller, id)))._tag, "OfferNotFound")
      }
      for (const unknown of [newId(), "no uuid", ""]) {
        assert.strictEqual((yield* Effect.flip(readOffer(acme.admin, unknown)))._tag, "OfferNotFound")
      }
    })
  )

  it.effect("is not for candidates, who read what was sent to them", () =>
    story(function* ({ candidate, offer, send }) {
      const sent = offer()
      send(sent)
      for (const id of [sent.id, newId()]) {
        assert.strictEqual((yield* Effect.flip(readOffer(candidate, id)))._tag, "RoleNotAllowed")
      }
    })
  )

  it.effect("shows the newest ten who have responded in its term, while it is active, otherwise null", () =>
    story(function* (world) {
      const supplied = world.offer({ term: 2 })
      const people = Array.from({ length: 12 }, (_, index) => {
        const candidate = { ...aCandidate(), firstName: `Number ${index}` }
        world.state.accounts.set(candidate.id, candidate)
        world.send(supplied, { candidateId: candidate.id, ...steps("responded", now - index) })
        return candidate
      })
      world.send(supplied, steps("viewed"))
      world.send(supplied, { candidateId: world.other.id, ...steps("responded", now + 1), term: 1 })
      for (const caller of [world.acme.recruiter, world.acme.admin]) {
        assert.deepStrictEqual(
          (yield* readOffer(caller, supplied.id)).respondents,
          people.slice(0, 10).map(({ id, firstName, lastName }) => ({ id, firstName, lastName }))
        )
      }
      for (const status of ["disabled", "archived", "expired"] as const) {
        assert.isNull((yield* readOffer(world.acme.admin, world.offer({ status }).id)).respondents)
      }
      yield* TestClock.setTime(supplied.jobStartsAt)
      assert.isNull((yield* readOffer(world.acme.admin, supplied.id)).respondents)
    })
  )

  it.effect("needs an account that agrees, and a company", () =>
    story(function* (world) {
      const { id } = world.offer()
      world.leaves(world.acme.recruiter)
      assert.strictEqual((yield* Effect.flip(readOffer(world.acme.recruiter, id)))._tag, "CallerStale")
      const withNoCompany = { ...world.acme.recruiter, companyId: null }
      assert.strictEqual((yield* Effect.flip(readOffer(withNoCompany, id)))._tag, "NoCompany")
    })
  )
})
