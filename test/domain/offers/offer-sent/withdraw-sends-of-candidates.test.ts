import { assert, describe, it } from "@effect/vitest"
import { now, partiesOf, steps } from "@treff/contract-tests/fixtures"
import { Journal } from "@treff/domain/events"
import { changeOfferSentStatus, withdrawOfferSent, withdrawSendsOfCandidates } from "@treff/domain/offers"
import * as Effect from "effect/Effect"
import { overtaken, story } from "../../story.ts"

describe("withdrawing what candidates have not answered, who are none any more", () => {
  it.effect("is as if they had done it: signed by them, without the message, the place kept", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const open = [
        world.send(world.offer(), { message: "For you" }),
        world.send(world.offer(), { ...steps("viewed"), message: "For you" }),
        // Whatever its offer is by now.
        world.send(world.offer({ status: "disabled" })),
        world.send(world.offer({ status: "archived" }))
      ]
      assert.deepStrictEqual(yield* withdrawSendsOfCandidates([candidate.id], 20), { written: 4, finished: true })
      for (const send of open) {
        assert.deepInclude(world.sendNow(send)?.value, { status: "withdrawn", message: null, updatedAt: now })
        const [event, ...more] = world.events(send)
        assert.deepStrictEqual(more, [])
        assert.deepInclude<unknown>(event, {
          type: "offerSent.deleted",
          data: { ...partiesOf(send), reason: "candidate" },
          actor: { kind: "candidate", id: candidate.id },
          companyId: acme.id,
          occurredAt: now
        })
      }
    })
  )

  it.effect("leaves what they have answered or withdrawn, and what was sent to others", () =>
    story(function* (world) {
      const { candidate, other } = world
      const answered = world.send(world.offer(), steps("responded"))
      const withdrawn = world.send(world.offer())
      yield* withdrawOfferSent({ caller: candidate, id: withdrawn.id })
      const others = world.send(world.offer(), { candidateId: other.id })
      assert.deepStrictEqual(yield* withdrawSendsOfCandidates([candidate.id], 20), { written: 0, finished: true })
      assert.deepStrictEqual(yield* withdrawSendsOfCandidates([], 20), { written: 0, finished: true })
      assert.deepStrictEqual([world.events(answered), world.events(others)], [[], []])
      assert.strictEqual(world.events(withdrawn).length, 1)
    })
  )

  it.effect("of several people at once, a thousand sends at a time, as many batches as it may", () =>
    story(function* (world) {
      const { candidate, other } = world
      for (let count = 0; count < 700; count++) {
        for (const { id } of [candidate, other]) world.send(world.offer(), { candidateId: id })
      }
      const both = [candidate.id, other.id]
      assert.deepStrictEqual(yield* withdrawSendsOfCandidates(both, 1), { written: 1_000, finished: false })
      assert.deepStrictEqual(yield* withdrawSendsOfCandidates(both, 1), { written: 400, finished: true })
      assert.isTrue([...world.state.offerSends.values()].every(({ value }) => value.status === "withdrawn"))
    })
  )

  it.effect("is not finished where somebody locked or changed one of them meanwhile, and then goes on", () =>
    story(function* (world) {
      const { acme, candidate } = world
      const [one, two] = [world.send(world.offer()), world.send(world.offer())]
      const view = () => changeOfferSentStatus({ caller: acme.admin, id: one.id }, "viewed")
      const { layer } = overtaken(1, view, world)
      const work = withdrawSendsOfCandidates([candidate.id], 20)
      assert.deepStrictEqual(yield* Effect.provide(work, layer), { written: 1, finished: false })
      assert.deepStrictEqual(
        [one, two].map((send) => world.sendNow(send)?.value.status),
        ["viewed", "withdrawn"]
      )
      const journal = yield* Journal
      const locked = Journal.of({ ...journal, commitEach: () => Effect.succeed([]) })
      const stuck = Effect.provideService(work, Journal, locked)
      assert.deepStrictEqual(yield* stuck, { written: 0, finished: false })
      assert.deepStrictEqual(yield* work, { written: 1, finished: true })
      assert.deepStrictEqual(yield* work, { written: 0, finished: true })
    })
  )

  it.effect("is not written earlier than what was written last, whatever a clock says", () =>
    story(function* (world) {
      const send = world.send(world.offer(), { updatedAt: now + 5 })
      yield* withdrawSendsOfCandidates([world.candidate.id], 1)
      assert.strictEqual(world.events(send)[0]?.occurredAt, now + 5)
    })
  )
})
