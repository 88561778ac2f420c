import { assert, layer } from "@effect/vitest"
import { type Change, Journal } from "@treff/domain/events"
import type { Account, Caller } from "@treff/domain/identity"
import { day, type PageRequest } from "@treff/domain/kernel"
import { type Offer, type OfferCursor, Offers, offerLifecycle, offerStatuses } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { beforeEach } from "vitest"
import {
  aCandidate,
  aCompany,
  anOffer,
  anyInstant,
  anyOffer,
  aSend,
  everybodyOf,
  hour,
  newId,
  now,
  removed,
  sentOut,
  steps,
  written
} from "../fixtures/index.ts"
import { contradictions } from "./accounts-contract.ts"
import type { TestStore } from "./test-store.ts"

const firstPage = { status: null, at: now, page: { number: 1, limit: 20 } } as const
const idsOf = (rows: ReadonlyArray<{ readonly id: string }>) => rows.map(({ id }) => id)

const commit = (...changes: ReadonlyArray<Change>) =>
  Effect.flatMap(Effect.service(Journal), (journal) => journal.commit(changes, { at: now }))

/** What the port `Offers` has to do. See docs/flows/offers.md. */
export const offersContract = (store: TestStore) =>
  layer(store.layer)("Offers", (it) => {
    beforeEach(store.clear)

    /** Two companies with everybody in them. */
    const companies = Effect.gen(function* () {
      const acme = aCompany()
      const globex = aCompany()
      yield* store.seed([...everybodyOf(acme), ...everybodyOf(globex)])
      return { acme, globex }
    })

    const ofRecruiter = ({ acme }: Effect.Success<typeof companies>, changes: Partial<Offer> = {}) =>
      anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })

    it.effect("finds an offer as it was written, every field of it", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const plain = ofRecruiter(world, { attachmentUrl: null, contractEndsAt: null })
        const full = ofRecruiter(world, {
          title: "Bäcker 🥐 'quoted' \"twice\" \\ %s $1",
          description: 'Zeile 1\nZeile 2\t{"a": [1]}',
          quizId: newId(),
          quizRequired: true,
          employmentType: "internship",
          term: 7,
          contractEndsAt: Date.UTC(10_000, 0) - 1,
          createdAt: now - 1,
          updatedAt: now + 1,
          status: "disabled"
        })
        yield* commit(written(plain), written(full))
        for (const offer of [plain, full]) {
          const { caller, found } = yield* offers.find(world.acme.admin, offer.id)
          assert.deepStrictEqual(found, { version: 1, value: offer, ownerHasLeft: false })
          const { id, role, subRole, companyId } = world.acme.admin
          assert.deepStrictEqual(caller, { id, role, subRole, companyId })
        }
      })
    )

    it.effect("lets no time pass over what it finds", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const late = ofRecruiter(world, { jobStartsAt: now - day })
        yield* commit(written(late))
        assert.deepStrictEqual((yield* offers.find(world.acme.admin, late.id)).found?.value, late)
        assert.deepStrictEqual((yield* offers.list(world.acme.admin, firstPage)).page.rows, [late])
      })
    )

    it.effect("finds whatever is of the caller's company, whoever owns it, and nothing of another's", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        for (const caller of everybodyOf(world.acme)) {
          assert.strictEqual((yield* offers.find(caller, offer.id)).found?.value.id, offer.id)
        }
        for (const caller of everybodyOf(world.globex)) {
          assert.isNull((yield* offers.find(caller, offer.id)).found)
          const { found, newOwner } = yield* offers.findForTransfer(caller, offer.id, world.acme.colleague.id)
          assert.deepStrictEqual({ found, newOwner }, { found: null, newOwner: null })
          const { page } = yield* offers.list(caller, firstPage)
          assert.deepStrictEqual(page, { rows: [], more: false, total: 0 })
        }
      })
    )

    it.effect("finds and lists nothing for a candidate, who has other doors", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const candidate = aCandidate()
        yield* store.seed([candidate])
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        assert.isNull((yield* offers.find(candidate, offer.id)).found)
        assert.isNull((yield* offers.findWithRespondents(candidate, offer.id)).found)
        const { caller, page } = yield* offers.list(candidate, firstPage)
        assert.strictEqual(caller.id, candidate.id)
        assert.deepStrictEqual(page, { rows: [], more: false, total: 0 })
      })
    )

    it.effect("finds nothing under an id that is unknown, deleted or no UUID", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        yield* commit(removed(offer, 1))
        for (const id of [newId(), offer.id, "", "no uuid", "'; drop table offer", "0", "\0", `${newId()}0`]) {
          assert.isNull((yield* offers.find(world.acme.admin, id)).found, id)
        }
      })
    )

    it.effect("refuses a caller whose account says something else, at every door", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        const tryDoors = Effect.fnUntraced(function* (what: string, caller: Caller) {
          for (const door of [
            offers.find(caller, offer.id),
            offers.find(caller, newId()),
            offers.findWithRespondents(caller, offer.id),
            offers.findForTransfer(caller, offer.id, world.acme.colleague.id),
            offers.list(caller, firstPage)
          ]) {
            const failure = yield* Effect.flip(
              door as Effect.Effect<unknown, { readonly _tag: string; readonly accountId?: string }>
            )
            assert.deepInclude(failure, { _tag: "CallerStale", accountId: caller.id }, what)
          }
        })
        for (const [what, caller] of contradictions(world.acme.recruiter, world.globex.id))
          yield* tryDoors(what, caller)
        yield* store.seed([{ ...world.acme.recruiter, companyId: null }])
        yield* tryDoors("has left", world.acme.recruiter)
      })
    )

    it.effect("sees the company of now for a caller who claims none; without one, nothing", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        const claimed = { ...world.acme.manager, companyId: null }
        const { caller, found } = yield* offers.find(claimed, offer.id)
        assert.strictEqual(caller.companyId, world.acme.id)
        assert.strictEqual(found?.value.id, offer.id)
        assert.deepStrictEqual(idsOf((yield* offers.list(claimed, firstPage)).page.rows), [offer.id])
        yield* store.seed([claimed])
        assert.isNull((yield* offers.find(claimed, offer.id)).found)
        const { page, caller: without } = yield* offers.list(claimed, firstPage)
        assert.isNull(without.companyId)
        assert.deepStrictEqual(page, { rows: [], more: false, total: 0 })
      })
    )

    it.effect(
      "finds with an offer the newest ten who have responded to a send of its term, ties by id descending",
      () =>
        Effect.gen(function* () {
          const offers = yield* Offers
          const world = yield* companies
          const people = Array.from({ length: 16 }, (_, index) => ({ ...aCandidate(), firstName: `Number ${index}` }))
          yield* store.seed(people)
          const offer = ofRecruiter(world, { term: 2 })
          const beside = ofRecruiter(world)
          // Each instant is that of two, so that the tenth is one of two.
          const answers = people
            .slice(0, 12)
            .map(({ id }, index) =>
              aSend(offer, id, { ...steps("responded", now + Math.ceil(index / 2)), id: newId(now + index) })
            )
          const [cleo, dag, eve, fay] = people.slice(12).map(({ id }) => id) as [string, string, string, string]
          yield* commit(
            written(offer),
            written(beside),
            ...answers.map((send) => sentOut(send)),
            sentOut(aSend(offer, cleo, steps("viewed"))),
            sentOut(aSend(offer, dag)),
            sentOut(aSend(offer, eve, { ...steps("responded", now + 99), term: 1 })),
            sentOut(aSend(beside, fay, steps("responded", now + 99)))
          )
          for (const caller of [world.acme.admin, world.acme.colleague]) {
            const { found, respondents } = yield* offers.findWithRespondents(caller, offer.id)
            assert.deepStrictEqual(found, { version: 1, value: offer, ownerHasLeft: false })
            assert.deepStrictEqual(
              respondents,
              people
                .slice(2, 12)
                .toReversed()
                .map(({ id, firstName, lastName }) => ({ id, firstName, lastName }))
            )
          }
          for (const id of [newId(), "no uuid"]) {
            const { found, respondents } = yield* offers.findWithRespondents(world.acme.admin, id)
            assert.deepStrictEqual({ found, respondents }, { found: null, respondents: [] })
          }
          const foreign = yield* offers.findWithRespondents(world.globex.admin, offer.id)
          assert.deepStrictEqual([foreign.found, foreign.respondents], [null, []])
        })
    )

    it.effect("finds offers, whoever's, and people, each with the company of now", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const { acme, globex } = world
        const candidate = aCandidate()
        yield* store.seed([candidate, { ...acme.colleague, companyId: null }])
        const [one, two, gone] = [ofRecruiter(world), anOffer({ companyId: globex.id }), ofRecruiter(world)]
        yield* commit(written(one), written(two), written(gone))
        yield* commit(removed(gone, 1))
        const named = ({ id, firstName, lastName }: Account, companyId: string | null) => ({
          id,
          firstName,
          lastName,
          companyId
        })
        const people = [acme.recruiter, acme.colleague, globex.recruiter, candidate].map(({ id }) => id)
        const none = [newId(), "no uuid"]
        const found = yield* offers.withPeople(
          [one.id, two.id, gone.id, one.id, ...none],
          [...people, acme.recruiter.id, ...none]
        )
        assert.sameDeepMembers([...found.offers], [one, two])
        assert.sameDeepMembers(
          [...found.people],
          [
            named(acme.recruiter, acme.id),
            named(acme.colleague, null),
            named(globex.recruiter, globex.id),
            named(candidate, null)
          ]
        )
        assert.deepStrictEqual(yield* offers.withPeople([], []), { offers: [], people: [] })
      })
    )

    it.effect("finds by ids in any case", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        const [id, newOwnerId] = [offer.id.toUpperCase(), world.acme.colleague.id.toUpperCase()]
        assert.strictEqual((yield* offers.find(world.acme.admin, id)).found?.value.id, offer.id)
        assert.strictEqual((yield* offers.findWithRespondents(world.acme.admin, id)).found?.value.id, offer.id)
        const { found, newOwner } = yield* offers.findForTransfer(world.acme.admin, id, newOwnerId)
        assert.deepStrictEqual([found?.value.id, newOwner?.id], [offer.id, world.acme.colleague.id])
      })
    )

    it.effect("says whether the owner has left, for another company or for none", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        const hasLeft = Effect.map(offers.find(world.acme.admin, offer.id), ({ found }) => found?.ownerHasLeft)
        assert.isFalse(yield* hasLeft)
        for (const companyId of [null, world.globex.id]) {
          yield* store.seed([{ ...world.acme.recruiter, companyId }])
          assert.isTrue(yield* hasLeft)
        }
        const nobodys = ofRecruiter(world, { ownerId: newId() })
        yield* commit(written(nobodys))
        assert.isTrue((yield* offers.find(world.acme.admin, nobodys.id)).found?.ownerHasLeft)
      })
    )

    it.effect("finds as new owner a recruiter of the company, with the account's version, and nobody else", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        const offer = ofRecruiter(world)
        yield* commit(written(offer))
        yield* store.seed([{ ...world.acme.colleague, version: 5 }])
        const newOwner = (id: string) =>
          Effect.map(offers.findForTransfer(world.acme.admin, offer.id, id), ({ found, newOwner }) => {
            assert.strictEqual(found?.value.id, offer.id)
            return newOwner
          })
        assert.deepStrictEqual(yield* newOwner(world.acme.colleague.id), { id: world.acme.colleague.id, version: 5 })
        assert.deepStrictEqual(yield* newOwner(world.acme.admin.id), { id: world.acme.admin.id, version: 0 })
        for (const id of [world.acme.manager.id, world.globex.recruiter.id, newId(), "no uuid"]) {
          assert.isNull(yield* newOwner(id))
        }
        // Whoever may become the owner is found even where there is nothing to own.
        const { found, newOwner: someone } = yield* offers.findForTransfer(
          world.acme.admin,
          newId(),
          world.acme.colleague.id
        )
        assert.isNull(found)
        assert.strictEqual(someone?.id, world.acme.colleague.id)
      })
    )

    it.effect(
      "lists the newest first, ties by id descending; admins all of the company, a recruiter_user the own",
      () =>
        Effect.gen(function* () {
          const offers = yield* Offers
          const world = yield* companies
          const { admin, manager, recruiter, colleague } = world.acme
          const writtenOffers = [1, 1, 1, 2, 3, 3].map((age, index) =>
            ofRecruiter(world, {
              createdAt: now - age * hour,
              ownerId: index % 2 === 0 ? recruiter.id : colleague.id
            })
          )
          yield* commit(...writtenOffers.map((offer) => written(offer)))
          const order = (rows: ReadonlyArray<Offer>) =>
            [...rows].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
          for (const caller of [admin, manager]) {
            assert.deepStrictEqual((yield* offers.list(caller, firstPage)).page, {
              rows: order(writtenOffers),
              more: false,
              total: 6
            })
          }
          for (const caller of [recruiter, colleague]) {
            const { page } = yield* offers.list(caller, firstPage)
            assert.deepStrictEqual(page, {
              rows: order(writtenOffers.filter(({ ownerId }) => ownerId === caller.id)),
              more: false,
              total: 3
            })
          }
        })
    )

    it.effect("goes through a list page by page and by cursor, missing nothing and repeating nothing", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const world = yield* companies
        // Many share an instant, so that they differ by their ids only.
        const writtenOffers = Array.from({ length: 23 }, (_, index) =>
          ofRecruiter(world, {
            createdAt: now - Math.floor(index / 5) * hour,
            status: index % 3 === 0 ? "expired" : "active",
            jobStartsAt: index % 4 === 0 ? now - hour : now + day
          })
        )
        yield* commit(...writtenOffers.map((offer) => written(offer)))
        for (const status of [null, "active", "expired"] as const) {
          const list = (page: PageRequest<OfferCursor>) =>
            Effect.map(offers.list(world.acme.admin, { status, at: now, page }), ({ page }) => page)
          const listedAtOnce = yield* list({ number: 1, limit: 100 })
          const { rows, total } = listedAtOnce
          assert.deepStrictEqual(
            idsOf(rows).sort(),
            idsOf(
              writtenOffers.filter(
                (offer) => status === null || offerLifecycle.asOf(offer, now).state.status === status
              )
            ).sort()
          )
          assert.strictEqual(total, rows.length)
          assert.isFalse(listedAtOnce.more)
          let cursor: OfferCursor | null = null
          for (let number = 1; number <= Math.ceil(total / 4); number++) {
            const expected = {
              rows: rows.slice((number - 1) * 4, number * 4),
              more: number * 4 < total,
              total
            }
            assert.deepStrictEqual(yield* list({ number, limit: 4 }), expected)
            const page: typeof listedAtOnce = yield* list({ after: cursor, limit: 4 })
            assert.deepStrictEqual(page, expected)
            cursor = page.rows.at(-1) ?? null
          }
          const nothing = { rows: [], more: false, total }
          assert.deepStrictEqual(yield* list({ after: cursor, limit: 4 }), nothing)
          for (const number of [99, 1_000_000, Number.MAX_SAFE_INTEGER]) {
            assert.deepStrictEqual(yield* list({ number, limit: 100 }), nothing)
          }
          const exact = yield* list({ number: 1, limit: total })
          assert.isFalse(exact.more)
        }
      })
    )

    it.effect("knows by which status each offer is at any instant, as offerLifecycle.asOf does", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const context = yield* Effect.context<Offers | Journal>()
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(anyOffer, { minLength: 1, maxLength: 12 }), anyInstant, (anyOffers, at) =>
              Effect.runPromiseWith(context)(
                Effect.gen(function* () {
                  const world = yield* companies
                  const { admin, recruiter, colleague } = world.acme
                  const offersOf = anyOffers.map((offer, index) => ({
                    ...offer,
                    id: newId(),
                    companyId: world.acme.id,
                    ownerId: index % 2 === 0 ? recruiter.id : colleague.id
                  }))
                  yield* commit(...offersOf.map((offer) => written(offer)))
                  for (const status of offerStatuses) {
                    for (const caller of [admin, recruiter]) {
                      const { page } = yield* offers.list(caller, { status, at, page: { number: 1, limit: 50 } })
                      const expected = offersOf
                        .filter(({ ownerId }) => caller === admin || ownerId === caller.id)
                        .filter((offer) => offerLifecycle.asOf(offer, at).state.status === status)
                      assert.sameMembers(idsOf(page.rows), idsOf(expected))
                      assert.strictEqual(page.total, expected.length)
                    }
                  }
                })
              )
            ),
            { numRuns: 25 }
          )
        )
      })
    )

    it.effect("knows what is due: active and disabled offers of every company whose given date has come", () =>
      Effect.gen(function* () {
        const offers = yield* Offers
        const { acme, globex } = yield* companies
        const made = (changes: Partial<Offer>) =>
          anOffer({ companyId: acme.id, jobStartsAt: now + day, expiresAt: now + day, ...changes })
        const started = made({ jobStartsAt: now, status: "disabled" })
        const startedElsewhere = made({ jobStartsAt: now - day, companyId: globex.id })
        const pastItsDate = made({ expiresAt: now })
        const rest = [
          made({}),
          made({ jobStartsAt: now + 1 }),
          made({ jobStartsAt: now - day, status: "archived" }),
          made({ expiresAt: now - day, status: "expired" })
        ]
        yield* commit(...[started, startedElsewhere, pastItsDate, ...rest].map((offer) => written(offer)))
        const due = (date: "jobStartsAt" | "expiresAt", limit: number) =>
          Effect.map(offers.due(date, now, limit), (rows) => {
            assert.isTrue(rows.every(({ version }) => version === 1))
            return rows.map(({ value }) => value)
          })
        assert.sameDeepMembers(yield* due("jobStartsAt", 10), [startedElsewhere, started])
        assert.deepStrictEqual(yield* due("jobStartsAt", 1), [startedElsewhere])
        assert.deepStrictEqual(yield* due("expiresAt", 10), [pastItsDate])
      })
    )
  })
