import { assert, describe, it } from "@effect/vitest"
import { hour, now } from "@treff/contract-tests/fixtures"
import { day } from "@treff/domain/kernel"
import { listOffers, offerStatuses } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { story, type World } from "../../story.ts"

const all = { status: null, page: { number: 1, limit: 20 } } as const

/** Five offers of acme's, an hour between each and the next, the newest first. */
const five = ({ offer }: World) => [1, 2, 3, 4, 5].map((age) => offer({ createdAt: now - age * hour }))

describe("listing offers", () => {
  it.effect("shows admins and hiring managers all of their company, a recruiter_user the own ones", () =>
    story(function* (world) {
      const { acme, globex } = world
      const own = world.offer({ createdAt: now - hour })
      const colleagues = world.offer({ ownerId: acme.colleague.id, createdAt: now - 2 * hour })
      world.offer({ companyId: globex.id, ownerId: globex.recruiter.id })
      const ids = (rows: ReadonlyArray<{ readonly id: string }>) => rows.map(({ id }) => id)
      for (const caller of [acme.admin, acme.manager]) {
        assert.deepStrictEqual(ids((yield* listOffers(caller, all)).rows), [own.id, colleagues.id])
      }
      assert.deepStrictEqual(ids((yield* listOffers(acme.recruiter, all)).rows), [own.id])
      assert.deepStrictEqual(ids((yield* listOffers(acme.colleague, all)).rows), [colleagues.id])
    })
  )

  it.effect("is not for candidates, who list what was sent to them", () =>
    story(function* ({ candidate, offer, send }) {
      send(offer())
      assert.strictEqual((yield* Effect.flip(listOffers(candidate, all)))._tag, "RoleNotAllowed")
    })
  )

  it.effect("shows and filters by what each is now, swept or not", () =>
    story(function* (world) {
      for (const status of offerStatuses) world.offer({ status })
      const counts = Effect.forEach(offerStatuses, (status) =>
        Effect.map(listOffers(world.acme.admin, { ...all, status }), ({ rows, total }) => {
          assert.isTrue(rows.every((row) => row.status === status))
          assert.strictEqual(rows.length, total)
          return `${total} ${status}`
        })
      )
      assert.deepStrictEqual(yield* counts, ["1 active", "1 disabled", "1 archived", "1 expired"])
      yield* TestClock.adjust("10 days")
      assert.deepStrictEqual(yield* counts, ["0 active", "0 disabled", "1 archived", "3 expired"])
      const { rows } = yield* listOffers(world.acme.admin, all)
      assert.strictEqual(rows.filter(({ updatedAt }) => updatedAt === now + 10 * day).length, 2)
    })
  )

  it.effect("goes page by page, the newest first", () =>
    story(function* (world) {
      const offers = five(world)
      const page = (number: number) => listOffers(world.acme.admin, { status: null, page: { number, limit: 2 } })
      assert.deepStrictEqual(yield* page(1), { rows: offers.slice(0, 2), more: true, total: 5 })
      assert.deepStrictEqual(yield* page(3), { rows: offers.slice(4), more: false, total: 5 })
      assert.deepStrictEqual(yield* page(4), { rows: [], more: false, total: 5 })
    })
  )

  it.effect("goes on after a row, whatever has come before it meanwhile", () =>
    story(function* (world) {
      const offers = five(world)
      const goOn = (cursor: (typeof offers)[number] | null) =>
        listOffers(world.acme.admin, { status: null, page: { after: cursor, limit: 2 } })
      assert.deepStrictEqual((yield* goOn(null)).rows, offers.slice(0, 2))
      world.offer({ createdAt: now })
      assert.deepStrictEqual(yield* goOn(offers[1] ?? null), { rows: offers.slice(2, 4), more: true, total: 6 })
      assert.deepStrictEqual(yield* goOn(offers[3] ?? null), { rows: offers.slice(4), more: false, total: 6 })
    })
  )

  it.effect("needs an account that agrees, and a company", () =>
    story(function* (world) {
      world.leaves(world.acme.recruiter)
      assert.strictEqual((yield* Effect.flip(listOffers(world.acme.recruiter, all)))._tag, "CallerStale")
      const withNoCompany = { ...world.acme.recruiter, companyId: null }
      assert.strictEqual((yield* Effect.flip(listOffers(withNoCompany, all)))._tag, "NoCompany")
    })
  )
})
