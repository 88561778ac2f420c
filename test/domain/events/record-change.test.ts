import { assert, describe, it } from "@effect/vitest"
import { content, now } from "@treff/contract-tests/fixtures"
import { recordChange } from "@treff/domain/events"
import { day } from "@treff/domain/kernel"
import {
  archiveOffer,
  deleteOffer,
  disableOffer,
  enableOffer,
  expireDueOffers,
  transferOffer,
  updateOffer
} from "@treff/domain/offers"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { story } from "../story.ts"

describe("what a decision makes the journal write", () => {
  const expired = { type: "task.expired", at: now - 5, data: { reason: "late" } }
  const finished = { type: "task.finished", at: now, data: {} }
  const state = { id: "t1", status: "done" }
  const recording = { expectedVersion: 3, actor: { kind: "recruiter", id: "ada" }, at: now, companyId: "acme" }

  it.effect("is its events, time's first, numbered on from the version on which it was decided", () =>
    story(function* () {
      const decision = { state, timeEvents: [expired], events: [finished] }
      const change = yield* recordChange("task", decision, recording)
      const of = { subject: { type: "task", id: "t1" }, companyId: "acme" }
      assert.deepStrictEqual(
        { ...change, events: change.events.map(({ id: _, ...event }) => event) },
        {
          kind: "task",
          expectedVersion: 3,
          state,
          events: [
            // What time alone has done is the system's, whoever noticed it.
            {
              ...of,
              sequence: 4,
              type: "task.expired",
              data: { reason: "late" },
              actor: { kind: "system", id: null },
              occurredAt: now - 5
            },
            { ...of, sequence: 5, type: "task.finished", data: {}, actor: recording.actor, occurredAt: now }
          ]
        }
      )
    })
  )

  it.effect("has an id for each event, whose time is that of the change", () =>
    story(function* () {
      const decision = { state, timeEvents: [expired], events: [finished, finished] }
      const { events } = yield* recordChange("task", decision, { ...recording, companyId: null })
      const ids = events.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 3)
      for (const id of ids) assert.strictEqual(Number.parseInt(id.replace("-", "").slice(0, 12), 16), now)
      assert.isTrue(events.every(({ companyId }) => companyId === null))
    })
  )

  it.effect("is nothing where nothing happened", () =>
    story(function* () {
      const change = yield* recordChange("task", { state, timeEvents: [], events: [] }, recording)
      assert.deepStrictEqual(change.events, [])
    })
  )
})

const deeds = ["update", "enable", "disable", "archive", "transfer", "sweep", "wait", "delete"] as const

/** What people, the sweep and time may do to an offer, in any order; it is deleted last, if at all. */
const anyDeeds = fc
  .tuple(fc.array(fc.constantFrom(...deeds.slice(0, -1)), { maxLength: 25 }), fc.boolean())
  .map(([life, ends]) => (ends ? [...life, "delete" as const] : life))

describe("the log of an offer", () => {
  it("numbers its events 1, 2, 3 … without a gap, and the offer's version is the last of them", () =>
    fc.assert(
      fc.asyncProperty(anyDeeds, (life) =>
        Effect.runPromise(
          story(function* (world) {
            const offer = world.offer({ jobStartsAt: now + 2 * day })
            const change = { caller: world.acme.admin, id: offer.id }
            for (const [step, deed] of life.entries()) {
              const at = yield* Clock.currentTimeMillis
              const { recruiter, colleague } = world.acme
              const done = {
                update: () =>
                  updateOffer(change, content({ title: `${step}`, jobStartsAt: at + day, expiresAt: at + 2 * day })),
                enable: () => enableOffer(change),
                disable: () => disableOffer(change),
                archive: () => archiveOffer(change),
                transfer: () => transferOffer(change, step % 2 === 0 ? recruiter.id : colleague.id),
                sweep: () => expireDueOffers("jobStartsAt", 1),
                wait: () => TestClock.adjust("17 hours"),
                delete: () => deleteOffer(change)
              }[deed]()
              yield* Effect.ignore(done as Effect.Effect<unknown, unknown>)
            }
            const events = world.events(offer)
            assert.deepStrictEqual(
              events.map(({ sequence }) => sequence),
              events.map((_, index) => index + 2)
            )
            const deleted = events.at(-1)?.type === "offer.deleted"
            assert.strictEqual(deleted, life.at(-1) === "delete")
            assert.strictEqual(world.now(offer)?.version, deleted ? undefined : events.length + 1)
            // Each event waits to be delivered, and nothing else does.
            assert.sameMembers(
              [...world.state.deliveries.keys()],
              events.map(({ id }) => id)
            )
          }).pipe(Effect.provide(TestClock.layer()))
        )
      )
    ))
})
