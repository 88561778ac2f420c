import { assert, describe, it } from "@effect/vitest"
import { layerUuid } from "@treff/adapters/identifiers"
import { layerMemoryQueue } from "@treff/adapters/memory"
import { handleEvent, relayEvents } from "@treff/domain/event"
import {
  archiveOffer,
  createOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  listOffers,
  readOffer,
  readOfferHistory,
  transferOffer,
  updateOffer
} from "@treff/domain/offer"
import { Accounts, Deliveries, EventLog, Journal, Offers } from "@treff/domain/ports"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { afterAll, beforeEach } from "vitest"
import { aCompany, anOffer, content, everybodyOf, newId, now, written } from "../given.ts"
import { pgStore } from "./stores.ts"

const store = await pgStore()
let trips = 0
const layer = Layer.mergeAll(
  store.with({ onRoundTrip: () => void trips++ }),
  layerUuid,
  layerMemoryQueue(() => {})
)
beforeEach(store.clear)
afterAll(store.stop)

/** How many round trips it takes. */
const cost = <A, E, R>(work: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const before = trips
    return Effect.map(work, () => trips - before)
  })

const acme = aCompany()
const given = Effect.andThen(store.seed(everybodyOf(acme)), TestClock.setTime(now))
const offers = Effect.fnUntraced(function* (count: number, changes: Parameters<typeof anOffer>[0] = {}) {
  const made = Array.from({ length: count }, () =>
    anOffer({ companyId: acme.id, ownerId: acme.recruiter.id, ...changes })
  )
  yield* (yield* Journal).commit(
    made.map((offer) => written(offer)),
    { at: now }
  )
  return made.map(({ id }) => id)
})

describe("round trips, one after the other", () => {
  it.effect("each method of a port: 1", () =>
    Effect.gen(function* () {
      yield* given
      const [id = ""] = yield* offers(1)
      const { admin } = acme
      const page = { number: 1, limit: 10 }
      const accounts = yield* Accounts
      const read = yield* Offers
      const log = yield* EventLog
      const journal = yield* Journal
      const deliveries = yield* Deliveries
      const methods: Record<string, Effect.Effect<unknown, unknown>> = {
        confirm: accounts.confirm(admin),
        find: read.find(admin, id),
        findForTransfer: read.findForTransfer(admin, id, acme.colleague.id),
        list: read.list(admin, { status: "expired", at: now, page }),
        due: read.due("expiresAt", now, 10),
        ofOffer: log.ofOffer(admin, id, page),
        typesAfter: log.typesAfter({ type: "offer", id }, 0),
        commit: journal.commit([written(anOffer()), written(anOffer())], {
          at: now,
          reliesOn: [{ accountId: admin.id, version: 1 }]
        }),
        commitFree: journal.commitFree([written(anOffer())], { at: now }),
        claim: deliveries.claim(now, 10),
        handled: deliveries.handled(id, now),
        failed: deliveries.failed(id, "it broke"),
        bury: deliveries.bury({ id: newId(), eventId: id, message: {}, error: "it broke", failedAt: now }),
        buried: deliveries.buried(null, 10),
        replay: deliveries.replay([id], now)
      }
      for (const [name, method] of Object.entries(methods)) assert.strictEqual(yield* cost(method), 1, name)
    }).pipe(Effect.provide(layer))
  )

  it.effect("a list 1, a read 1, a history 1, a command 2, handling an event 1", () =>
    Effect.gen(function* () {
      yield* given
      const [id = ""] = yield* offers(1)
      const { admin, colleague } = acme
      const change = { caller: admin, id }
      const page = { number: 1, limit: 10 }
      // In this order each of them has something to do.
      const costs: Record<string, number> = {
        list: yield* cost(listOffers(admin, { status: "active", page })),
        read: yield* cost(readOffer(admin, id)),
        history: yield* cost(readOfferHistory(admin, id, page)),
        create: yield* cost(createOffer(admin, content())),
        update: yield* cost(updateOffer(change, content({ title: "Cook" }))),
        transfer: yield* cost(transferOffer(change, colleague.id)),
        disable: yield* cost(disableOffer(change)),
        enable: yield* cost(enableOffer(change)),
        archive: yield* cost(archiveOffer(change)),
        again: yield* cost(archiveOffer(change)),
        delete: yield* cost(deleteOffer(change)),
        handle: yield* cost(handleEvent({ id: newId() }))
      }
      assert.deepStrictEqual(costs, {
        list: 1,
        read: 1,
        history: 1,
        create: 2,
        update: 2,
        transfer: 2,
        disable: 2,
        enable: 2,
        archive: 2,
        again: 1,
        delete: 2,
        handle: 1
      })
    }).pipe(Effect.provide(layer))
  )

  it.effect("a command that finds its offer past its date, all the same: 2", () =>
    Effect.gen(function* () {
      yield* given
      const [id = ""] = yield* offers(1, { jobStartsAt: now - 1 })
      assert.strictEqual(yield* cost(archiveOffer({ caller: acme.admin, id })), 2)
    }).pipe(Effect.provide(layer))
  )

  it.effect("relaying: 1 per hundred events", () =>
    Effect.gen(function* () {
      yield* given
      yield* offers(250)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* cost(relayEvents()), 3)
      assert.strictEqual(yield* cost(relayEvents()), 1)
    }).pipe(Effect.provide(layer))
  )

  it.effect("sweeping: 2 per thousand offers", () =>
    Effect.gen(function* () {
      yield* given
      yield* offers(1_500, { jobStartsAt: now })
      assert.strictEqual(yield* cost(expireDueOffers("jobStartsAt", 20)), 4)
      assert.strictEqual(yield* cost(expireDueOffers("jobStartsAt", 20)), 1)
    }).pipe(Effect.provide(layer))
  )
})
