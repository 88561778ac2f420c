import { assert, describe, it } from "@effect/vitest"
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
import { content, now } from "../../given.ts"
import { story } from "../story.ts"

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
